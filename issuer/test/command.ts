import { spawn } from 'node:child_process'
import { join } from 'node:path'

const BIN = join(import.meta.dirname, '../bin/symbolon-issuer.js')

/** What a command said. */
export interface Outcome {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command as a person does. */
export function command(args: readonly string[], environment: Readonly<Record<string, string>>, stdin = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...environment } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdin.end(stdin)
  return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, out, err })))
}
