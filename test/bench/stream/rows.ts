import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PINNED } from '../issuance/servers.ts'
import { median } from '../measure.ts'
import type { BenchRow } from '../row.ts'
import { floorOf } from './floor.ts'
import { type KINDS, type Prepared, prepareCodes } from './prepared.ts'
import { runStream } from './run.ts'

/** Distinct codes of a run; what a run with the first of them takes is taken off: starting, opening the bundle, compiling what runs often. */
const CODES = 10_000
const FIRST = 3000
const ROUNDS = 3
/** More, where time as it passes is taken: whatever else the machine does is in it. */
const ROUNDS_OF_CORES = 5
const FLOOR_SECONDS = 1

/** `check --stream` on one core against the floor of its cryptography, in turns, in processor time of the whole process. */
export const benchStream = async (): Promise<BenchRow[]> => [
  await onOneCore('small', 'check --stream: codes, each of another citizen', 0.6),
  await onOneCore('card', 'check --stream: cards, with certificates', null),
]

async function onOneCore(kind: keyof typeof KINDS, name: string, limit: number | null): Promise<BenchRow> {
  const rounds = await withCodes(kind, async (prepared) => {
    const floor = floorOf(prepared.presentation)
    const found: { ours: number; floor: number }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const before = floorRate(floor)
      const first = await runStream(prepared, FIRST)
      const all = await runStream(prepared, CODES)
      found.push({ ours: (CODES - FIRST) / (all.processor - first.processor), floor: (before + floorRate(floor)) / 2 })
    }
    return found
  })
  return {
    ...{ name, limit, of: 'floor: 2 verifications, 2 SHA-256, 1 key import' },
    opsPerSecond: median(rounds.map(({ ours }) => ours)),
    ratio: median(rounds.map(({ ours, floor }) => ours / floor)),
  }
}

/** Two cores against one, in time as it passes; the one is no more than one, also for what Node does beside. */
export async function benchCores(): Promise<BenchRow> {
  const rounds = await withCodes('small', async (prepared) => {
    const found: { one: number; two: number }[] = []
    const pace = async (cores: string): Promise<number> => {
      const under = cores === '1' && PINNED ? ['taskset', '-c', '0'] : []
      const first = await runStream(prepared, FIRST, ['--cores', cores], under)
      const all = await runStream(prepared, CODES, ['--cores', cores], under)
      return (CODES - FIRST) / (all.passed - first.passed)
    }
    for (let round = 0; round < ROUNDS_OF_CORES; round++) found.push({ one: await pace('1'), two: await pace('2') })
    return found
  })
  return {
    name: 'check --stream --cores 2: codes',
    opsPerSecond: median(rounds.map(({ two }) => two)),
    ratio: median(rounds.map(({ one, two }) => two / one)),
    of: 'one core',
    limit: 1.8,
  }
}

async function withCodes<T>(kind: keyof typeof KINDS, work: (prepared: Prepared) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-bench-'))
  try {
    return await work(await prepareCodes(home, CODES, kind))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** How often in a second of processor time. */
function floorRate(floor: () => void): number {
  for (let n = 0; n < 200; n++) floor()
  const start = process.cpuUsage()
  let count = 0
  let elapsed = 0
  do {
    for (let n = 0; n < 100; n++) floor()
    count += 100
    const { user, system } = process.cpuUsage(start)
    elapsed = (user + system) / 1e6
  } while (elapsed < FLOOR_SECONDS)
  return count / elapsed
}

if (import.meta.main) console.table(process.argv[2] === 'cores' ? [await benchCores()] : await benchStream())
