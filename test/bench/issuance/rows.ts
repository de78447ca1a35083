import { brick } from '../brick.ts'
import { crowd, type Pace, pace } from '../load.ts'
import { median } from '../measure.ts'
import type { BenchRow, LimitRow } from '../row.ts'
import { type Measured, offers, startServer } from './servers.ts'
import { fetchCredentials, flow, newKey, type Redeemed, redeem, type Wish } from './wallet.ts'

const TYPE = 'be-social-statute'
const ROUNDS = 9
const FLOWS = 200
const AT_ONCE = 16
const BATCH = 20
/** Rounds that do not count: until then what runs often is not compiled yet. */
const WARMING = 4

/**
 * What issuing over HTTP costs: the issuer beside a bare Express handler, each in a process of its own on the same core, in turns, the
 * load from another process. Flows per second as wallets see them, disk included; beside it, what they cost in processor time.
 */
export async function benchIssuance(): Promise<{ ratios: BenchRow[]; limits: LimitRow[] }> {
  const [ours, bare] = [await startServer('ours'), await startServer('bare')]
  try {
    const keys = [newKey()]
    const plain = await compare(ours, bare, 'pre-authorized flow', { type: TYPE, keys })
    const bound = await compare(ours, bare, 'the same with DPoP', { type: TYPE, keys, dpopKey: newKey() })
    const batch = await benchBatchRequest(ours, bare)
    return { ratios: [...plain, ...bound, batch], limits: await benchCrowd() }
  } finally {
    await Promise.all([ours.close(), bare.close()])
  }
}

async function compare(ours: Measured, bare: Measured, name: string, wish: Wish): Promise<BenchRow[]> {
  const rounds: { mine: Pace; theirs: Pace }[] = []
  for (let round = -WARMING; round < ROUNDS; round++) {
    const codes = await offers(ours, wish.type, FLOWS)
    const mine = await pace(ours, FLOWS, () => allOf(ours, wish, codes))
    const theirs = await pace(bare, FLOWS, () => allOf(bare, wish, codes))
    if (round >= 0) rounds.push({ mine, theirs })
  }
  const row = (by: keyof Pace, of: string, limit: number | null): BenchRow => ({
    name: `issuance: ${name}`,
    opsPerSecond: median(rounds.map(({ mine }) => mine[by])),
    ratio: median(rounds.map(({ mine, theirs }) => mine[by] / theirs[by])),
    ...{ of, limit },
  })
  const handler = 'a bare Express handler, same signatures and commits'
  return [row('perSecond', handler, 0.5), row('perProcessorSecond', `${handler}, in processor time`, null)]
}

/** The whole request with 20 proofs, HTTP, source and store included, for information: beside what the batch alone cannot do without, in the process of the bare handler. */
async function benchBatchRequest(ours: Measured, bare: Measured): Promise<BenchRow> {
  const digests = brick(TYPE).totals.reduce((sum, { total }) => sum + total, 0)
  // What the row of the batch alone measures, rounded.
  const sizes = { proof: 440, credential: 7000, digests }
  const wish = { type: TYPE, keys: Array.from({ length: BATCH }, newKey) }
  const rounds: { mine: number; floor: number }[] = []
  const times = 25
  for (let round = -WARMING; round < ROUNDS; round++) {
    const tokens: Redeemed[] = []
    for (const code of await offers(ours, TYPE, times)) tokens.push(await redeem(ours, wish, code))
    const { perProcessorSecond: mine } = await pace(ours, times, () => Promise.all(tokens.map((one) => fetchCredentials(ours, wish, one))))
    const { perProcessorSecond: floor } = await pace(bare, times, () => bare.ask({ ask: 'floor', copies: BATCH, sizes, times }))
    if (round >= 0) rounds.push({ mine, floor })
  }
  return {
    name: `issuance: the whole request for ${BATCH} copies`,
    opsPerSecond: median(rounds.map(({ mine }) => mine)),
    ratio: median(rounds.map(({ mine, floor }) => mine / floor)),
    of: `floor: ${BATCH} x (verify, import, sign, ${digests} salts and SHA-256), in processor time`,
    limit: null,
  }
}

/** 200 wallets at once, each one flow after another, against an issuer that has just started. */
async function benchCrowd(): Promise<LimitRow[]> {
  const ours = await startServer('ours')
  try {
    const wish = { type: TYPE, keys: [newKey()] }
    const codes = await offers(ours, TYPE, 2000)
    const times = (await redeemed(ours, wish, codes, 200)).toSorted((one, other) => one - other)
    const at = (part: number): number => times[Math.floor(times.length * part)] ?? Number.NaN
    const { megabytes } = await ours.ask({ ask: 'used' })
    const name = '200 wallets at once'
    return [
      { name: `${name}: flows that failed`, value: codes.length - times.length, unit: '', limit: 0 },
      { name: `${name}: p99 over p50 (${at(0.5).toFixed(0)} ms)`, value: at(0.99) / at(0.5), unit: 'x', limit: 10 },
      { name: `${name}: memory`, value: megabytes, unit: 'MB', limit: 250 },
    ]
  } finally {
    await ours.close()
  }
}

/** A few wallets at once redeem all codes. Throws when a flow did not come to its end. */
async function allOf(server: Measured, wish: Wish, codes: readonly string[]): Promise<void> {
  const times = await redeemed(server, wish, codes, AT_ONCE)
  if (times.length < codes.length) throw new Error('not every flow came to its end')
}

/** So many wallets at once redeem the codes; answers the milliseconds of each flow that came to its end. */
const redeemed = (server: Measured, wish: Wish, codes: readonly string[], wallets: number): Promise<number[]> =>
  crowd(codes.length, wallets, (turn) => flow(server, wish, codes[turn] ?? ''))
