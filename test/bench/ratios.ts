/** One family of ratios, as JSON on standard output: `main.ts` runs each on one core, in a process of its own, so that none meets code that was compiled for another. */
import { benchCredential } from './credential.ts'
import { benchBatch } from './issuance/batch.ts'
import type { BenchRow } from './row.ts'
import { benchSdJwt } from './sd_jwt.ts'
import { benchStream } from './stream/rows.ts'
import { benchVcJwt } from './vc_jwt.ts'

const FAMILIES: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  sd_jwt: benchSdJwt,
  credential: benchCredential,
  batch: async () => [await benchBatch()],
  stream: benchStream,
  vc_jwt: benchVcJwt,
}

const [name] = process.argv.slice(2)
if (name === undefined) process.stdout.write(JSON.stringify(Object.keys(FAMILIES)))
else process.stdout.write(JSON.stringify(await FAMILIES[name]?.()))
