/** Every ratio in one process, as JSON on standard output: `main.ts` runs this on one core. */
import { benchCredential } from './credential.ts'
import { benchBatch } from './issuance/batch.ts'
import { benchSdJwt } from './sd_jwt.ts'

process.stdout.write(JSON.stringify([...(await benchSdJwt()), ...(await benchCredential()), await benchBatch()]))
