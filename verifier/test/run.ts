import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { runVerifier } from '../src/index.ts'

const BIN = fileURLToPath(new URL('../bin/symbolon-verifier.js', import.meta.url))

export interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the real program as a process of its own; `under` is put before it, `node` are options of Node itself. */
export async function run(
  argv: readonly string[],
  options: {
    stdin?: string | Uint8Array
    env?: Record<string, string>
    node?: readonly string[]
    under?: readonly string[]
    cwd?: string
  } = {},
): Promise<Ran> {
  const { stdin, env = {}, node = [], under = [], cwd } = options
  const [program = process.execPath, ...args] = [...under, process.execPath, ...node, BIN, ...argv]
  const { PATH = '', HOME = '' } = process.env
  const child: ChildProcess = spawn(program, args, { env: { PATH, HOME, ...env }, stdio: 'pipe', ...(cwd !== undefined && { cwd }) })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(stdin)
  const [exit] = await once(child, 'close')
  return { exit, stdout, stderr }
}

/** The same program in this process, many times faster: for the cases that differ in what is judged, not in how it is started. */
export async function runHere(argv: readonly string[], stdin = ''): Promise<Ran> {
  const printed = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        printed[name] += chunk
        done()
      },
    })
  const streams = { stdin: Readable.from([Buffer.from(stdin)]), stdout: into('stdout'), stderr: into('stderr') }
  return { exit: await runVerifier(argv, streams), ...printed }
}
