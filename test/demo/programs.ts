import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What a command line that ended gave back. */
export interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** How a command line is started. */
export interface Start {
  readonly environment: Readonly<Record<string, string>>
  /** What it reads on standard input. */
  readonly input?: string
  /** What it is answered when it has said something like this on standard error. */
  readonly reply?: { readonly to: RegExp; give(said: string): Promise<string> }
  /** Node's permission model forbids it every connection, every process and every write outside its data folder. */
  readonly noNetwork?: boolean
  /** Another program, with its arguments, that runs this one: `unshare -rn`. */
  readonly under?: readonly string[]
}

/** Runs one of our command lines as a process of its own, as `npx NAME ARGUMENTS` would. */
export function runProgram(
  name: string,
  parameters: readonly string[],
  { environment, input, reply, noNetwork, under = [] }: Start,
): Promise<Ended> {
  const home = environment.SYMBOLON_HOME
  const fences = noNetwork ? ['--permission', '--allow-fs-read=*', ...(home === undefined ? [] : [`--allow-fs-write=${home}`])] : []
  const program = join(root, 'node_modules', '.bin', name)
  const [first = process.execPath, ...rest] = [...under, process.execPath, ...fences, program, ...parameters]
  const child = spawn(first, rest, { cwd: root, env: { ...process.env, ...environment } })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text))
  child.stdin.on('error', () => undefined) // a program that does not read its input is free to end first
  if (reply === undefined) child.stdin.end(input ?? '')
  return new Promise((done, failed) => {
    const answered = () => {
      const [said] = reply?.to.exec(output.stderr) ?? []
      if (reply === undefined || said === undefined) return
      child.stderr.off('data', answered)
      reply.give(said).then((answer) => child.stdin.end(`${answer}\n`), failed)
    }
    child.stderr.on('data', answered)
    child.once('error', failed)
    child.once('close', (exit) => done({ exit: exit ?? 1, ...output }))
  })
}
