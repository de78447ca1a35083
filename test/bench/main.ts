/** `npm run bench`: every promise about speed and size in one run, as a table on stderr and as bench.json; exit 1 when one is not kept. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { benchCredential } from './credential.ts'
import type { BenchRow } from './row.ts'
import { benchSdJwt } from './sd_jwt.ts'
import { benchStart, type LimitRow } from './start.ts'

const PINNED = 'SYMBOLON_BENCH_PINNED'

if (process.env[PINNED] === undefined) pinned()
else await bench()

/** Again on one core, so that no ratio depends on what the other cores do; where that cannot be had, as it is. */
function pinned(): void {
  const self = fileURLToPath(import.meta.url)
  const again = (command: string, parameters: string[], pin: string) =>
    spawnSync(command, parameters, { stdio: 'inherit', env: { ...process.env, [PINNED]: pin } })
  const { status, error } = again('taskset', ['-c', '0', process.execPath, self], 'yes')
  process.exitCode = (error === undefined ? status : again(process.execPath, [self], 'no').status) ?? 1
}

async function bench(): Promise<void> {
  const ratios = [...(await benchSdJwt()), ...(await benchCredential())]
  const limits = await benchStart()
  const [cpu] = cpus()
  const about = { node: process.version, cpu: cpu?.model ?? 'unknown', pinned_to_one_core: process.env[PINNED] === 'yes' }
  console.error(`Node ${about.node}, ${about.cpu}, ${about.pinned_to_one_core ? 'one core' : 'not pinned'}`)
  for (const row of ratios) console.error(ratioLine(row))
  for (const row of limits) console.error(limitLine(row))
  writeFileSync(new URL('../../bench.json', import.meta.url), `${JSON.stringify({ ...about, ratios, limits }, null, 1)}\n`)
  if (ratios.some(isBelow) || limits.some(isAbove)) process.exitCode = 1
}

const isBelow = ({ ratio, limit }: BenchRow): boolean => limit !== null && ratio < limit
const isAbove = ({ value, limit }: LimitRow): boolean => value > limit

function ratioLine(row: BenchRow): string {
  const promise = row.limit === null ? '' : ` (at least ${row.limit})${isBelow(row) ? '  NOT KEPT' : ''}`
  return `${row.name.padEnd(42)} ${row.opsPerSecond.toFixed(0).padStart(7)}/s  ${row.ratio.toFixed(2)} of ${row.of}${promise}`
}

function limitLine(row: LimitRow): string {
  return `${row.name.padEnd(42)} ${row.value.toFixed(1).padStart(7)} ${row.unit} (at most ${row.limit})${isAbove(row) ? '  NOT KEPT' : ''}`
}
