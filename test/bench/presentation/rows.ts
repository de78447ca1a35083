import { type Measured, startServer } from '../issuance/servers.ts'
import { crowd, type Pace, pace } from '../load.ts'
import { median } from '../measure.ts'
import type { BenchRow, LimitRow } from '../row.ts'
import { flow, type Load, loadOf } from './wallet.ts'

const SERVER = new URL('server.ts', import.meta.url)
const ROUNDS = 9
/** Rounds that do not count: until then what runs often is not compiled yet. */
const WARMING = 4
const FLOWS = 200
const AT_ONCE = 16

/**
 * What asking over HTTP costs: the verifier beside a bare Express handler, each in a process of its own on the same core, in turns, the load (relying party and
 * wallets) from another process. Flows per second as wallets see them, disk included; beside it, what they cost in processor time.
 */
export async function benchPresentation(): Promise<{ ratios: BenchRow[]; limits: LimitRow[] }> {
  const [ours, bare] = [await startServer('ours', SERVER), await startServer('bare', SERVER)]
  try {
    const [mine, theirs] = [loadOf(ours.home, 'ours'), loadOf(bare.home, 'bare')]
    const rounds: { mine: Pace; theirs: Pace }[] = []
    for (let round = -WARMING; round < ROUNDS; round++) {
      const one = { mine: await flows(ours, mine), theirs: await flows(bare, theirs) }
      if (round >= 0) rounds.push(one)
    }
    const row = (by: keyof Pace, of: string, limit: number | null): BenchRow => ({
      name: 'presentation: direct_post.jwt flow',
      opsPerSecond: median(rounds.map(({ mine }) => mine[by])),
      ratio: median(rounds.map(({ mine, theirs }) => mine[by] / theirs[by])),
      ...{ of, limit },
    })
    const handler = 'a bare Express handler, same signatures and commits'
    return {
      ratios: [row('perSecond', handler, 0.4), row('perProcessorSecond', `${handler}, in processor time`, null)],
      limits: await benchCrowd(),
    }
  } finally {
    await Promise.all([ours.close(), bare.close()])
  }
}

const flows = (server: Measured, load: Load): Promise<Pace> =>
  pace(server, FLOWS, async () => {
    const times = await crowd(FLOWS, AT_ONCE, (turn) => flow(server, load, turn))
    if (times.length < FLOWS) throw new Error('not every flow came to its end')
  })

/** 200 wallets at once, each one flow after another, against a verifier that has just started. */
async function benchCrowd(): Promise<LimitRow[]> {
  const ours = await startServer('ours', SERVER)
  try {
    const load = loadOf(ours.home, 'ours')
    const count = 2000
    const times = (await crowd(count, 200, (turn) => flow(ours, load, turn))).toSorted((one, other) => one - other)
    const at = (part: number): number => times[Math.floor(times.length * part)] ?? Number.NaN
    const name = '200 wallets answer at once'
    return [
      { name: `${name}: flows that failed`, value: count - times.length, unit: '', limit: 0 },
      { name: `${name}: p99 over p50 (${at(0.5).toFixed(0)} ms)`, value: at(0.99) / at(0.5), unit: 'x', limit: 10 },
    ]
  } finally {
    await ours.close()
  }
}
