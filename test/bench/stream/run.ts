import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Prepared } from './prepared.ts'

const BIN = fileURLToPath(new URL('../../../verifier/bin/symbolon-verifier.js', import.meta.url))
const USED = fileURLToPath(new URL('used.ts', import.meta.url))

/** Seconds: as they passed from the first answer to the last, and on the processor in all, start included. */
export interface Taken {
  readonly passed: number
  readonly processor: number
}

/** One `check --stream` as a process of its own, fed so many codes by a pipe; throws when an answer is missing or not a good one. */
export async function runStream({ argv, codes }: Prepared, count: number, more: readonly string[] = []): Promise<Taken> {
  const child = spawn(process.execPath, ['--import', USED, BIN, ...argv, ...more], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] })
  const [, output, , used] = child.stdio
  if (!output || !used || !('read' in used)) throw new Error('a pipe is missing')
  let microseconds = ''
  used.on('data', (chunk: Buffer) => {
    microseconds += chunk
  })
  let first = 0
  const answers: Buffer[] = []
  output.on('data', (chunk: Buffer) => {
    first ||= performance.now()
    answers.push(chunk)
  })
  child.stdin?.end(`${codes.slice(0, count).join('\n')}\n`)
  await once(output, 'end')
  const passed = (performance.now() - first) / 1000
  await once(child, 'close')
  const good = Buffer.concat(answers).toString().split('"outcome":"pass","checks"').length - 1
  if (good !== count) throw new Error(`of ${count} codes ${good} are good`)
  return { passed, processor: Number(microseconds) / 1e6 }
}
