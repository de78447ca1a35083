/** `npm run bench`: every promise about speed and size in one run, as a table on stderr and as bench.json; exit 1 when one is not kept. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { benchBundle } from './bundle.ts'
import { benchCodeSizes } from './code_sizes.ts'
import { benchRegistryBundle } from './ebsi/registry_bundle.ts'
import { benchIssuance } from './issuance/rows.ts'
import { PINNED } from './issuance/servers.ts'
import { benchDeciding } from './presentation/deciding.ts'
import { benchPresentation } from './presentation/rows.ts'
import type { BenchRow, LimitRow } from './row.ts'
import { benchStart } from './start.ts'
import { benchCores } from './stream/rows.ts'

const { ratios: pure, pinned } = onOneCore()
const issuance = await benchIssuance()
const presentation = await benchPresentation()
const ratios = [...pure, await benchCores(), ...issuance.ratios, ...presentation.ratios]
const limits = [
  ...(await benchStart()),
  ...issuance.limits,
  ...presentation.limits,
  ...(await benchDeciding()),
  ...(await benchBundle()),
  ...(await benchRegistryBundle()),
  ...(await benchCodeSizes()),
]
const about = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', ratios_on_one_core: pinned }
console.error(`Node ${about.node}, ${about.cpu}, ratios ${pinned ? 'on one core' : 'not pinned to one core'}`)
for (const row of ratios) console.error(ratioLine(row))
for (const row of limits) console.error(limitLine(row))
writeFileSync(new URL('../../bench.json', import.meta.url), `${JSON.stringify({ ...about, ratios, limits }, null, 1)}\n`)
if (ratios.some(isBelow) || limits.some(isAbove)) process.exitCode = 1

/** Where a process can be pinned to one core, so that no ratio depends on what the other cores do. */
function onOneCore(): { ratios: BenchRow[]; pinned: boolean } {
  const script = fileURLToPath(new URL('ratios.ts', import.meta.url))
  const run = (...family: string[]) =>
    spawnSync(PINNED ? 'taskset' : process.execPath, [...(PINNED ? ['-c', '0', process.execPath] : []), script, ...family], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  const answer = <T>({ status, stdout }: ReturnType<typeof run>): T => {
    if (status !== 0) throw new Error(`the ratios could not be measured: exit ${status}`)
    return JSON.parse(stdout) as T
  }
  const families = answer<string[]>(run())
  return { ratios: families.flatMap((family) => answer<BenchRow[]>(run(family))), pinned: PINNED }
}

function isBelow({ ratio, limit }: BenchRow): boolean {
  return limit !== null && ratio < limit
}

function isAbove({ value, limit }: LimitRow): boolean {
  return limit !== null && value > limit
}

function ratioLine(row: BenchRow): string {
  const promise = row.limit === null ? '' : ` (at least ${Number(row.limit.toFixed(3))})${isBelow(row) ? '  NOT KEPT' : ''}`
  return `${row.name.padEnd(42)} ${row.opsPerSecond.toFixed(0).padStart(7)}/s  ${row.ratio.toFixed(2)} of ${row.of}${promise}`
}

function limitLine(row: LimitRow): string {
  const promise = row.limit === null ? '' : ` (at most ${row.limit})${isAbove(row) ? '  NOT KEPT' : ''}`
  return `${row.name.padEnd(42)} ${row.value.toFixed(1).padStart(7)} ${row.unit}${promise}`
}
