import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Prepared } from './prepared.ts'

const BIN = fileURLToPath(new URL('../../../verifier/bin/symbolon-verifier.js', import.meta.url))
const USED = fileURLToPath(new URL('used.ts', import.meta.url))

/** Seconds: as they passed, and on the processor in all; start included. */
export interface Taken {
  readonly passed: number
  readonly processor: number
}

/**
 * One `check --stream` as a process of its own, so many codes from a file to a file: nobody else needs a processor meanwhile. Throws when an answer is
 * missing or not a good one.
 */
export async function runStream(
  { argv, codes }: Prepared,
  count: number,
  more: readonly string[] = [],
  under: readonly string[] = [],
): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-bench-'))
  const [from, to, used] = ['codes', 'answers', 'used'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(from, `${codes.slice(0, count).join('\n')}\n`)
  const files = [openSync(from, 'r'), openSync(to, 'w'), openSync(used, 'w')] as const
  try {
    const start = performance.now()
    const stdio = [files[0], files[1], 'inherit', files[2]] as const
    const [program = process.execPath, ...rest] = [...under, process.execPath, '--import', USED, BIN, ...argv, ...more]
    const child = spawn(program, rest, { stdio: [...stdio] })
    await once(child, 'close')
    const passed = (performance.now() - start) / 1000
    const good = readFileSync(to, 'utf8').split('"outcome":"pass","checks"').length - 1
    if (good !== count) throw new Error(`of ${count} codes ${good} are good`)
    return { passed, processor: Number(readFileSync(used, 'utf8')) / 1e6 }
  } finally {
    for (const file of files) closeSync(file)
    rmSync(folder, { recursive: true })
  }
}
