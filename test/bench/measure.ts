import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** One thing to measure. */
export interface Contestant {
  readonly name: string
  /** Brings what so many runs use up; its time does not count. */
  prepare?(runs: number): Promise<unknown>
  run(): Promise<unknown>
}

/** Operations per second of processor time, round by round. */
export type Rates = ReadonlyMap<string, readonly number[]>

setFlagsFromString('--expose-gc')
const collect: (options: { type: 'minor' }) => void = runInNewContext('gc')

/**
 * Runs all contestants in turn, round after round, so that whatever else the machine does meets all of them alike.
 *
 * Each turn lasts `turn` milliseconds of processor time and starts with the garbage of the others swept away; the first rounds warm up and do not count.
 */
export async function measure(contestants: readonly Contestant[], rounds = 25, turn = 50): Promise<Rates> {
  const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  for (let round = -3; round < rounds; round++) {
    for (const contestant of contestants) {
      collect({ type: 'minor' })
      const rate = await rateOf(contestant, turn)
      if (round >= 0) rates.get(contestant.name)?.push(rate)
    }
  }
  return rates
}

/** The median of a contestant's rates. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** How many times as fast as the other: the median over the rounds of the quotient within each round. */
export function ratio(rates: Rates, name: string, of: string): number {
  const others = rates.get(of) ?? []
  return median((rates.get(name) ?? []).map((rate, round) => rate / (others[round] ?? Number.NaN)))
}

async function rateOf(contestant: Contestant, turn: number): Promise<number> {
  // Whoever was just on has left the caches and the predictors to himself.
  await timeOf(contestant, 32)
  let count = 0
  let elapsed = 0
  do {
    elapsed += await timeOf(contestant, 16)
    count += 16
  } while (elapsed < turn)
  return (count * 1000) / elapsed
}

/** Milliseconds on the processor, of all threads of this process: what others take on a busy machine does not count. */
async function timeOf({ prepare, run }: Contestant, runs: number): Promise<number> {
  await prepare?.(runs)
  const start = process.cpuUsage()
  for (let n = 0; n < runs; n++) await run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}
