import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { formatNamed } from '@symbolon/credential'
import { checkNonce, createNonce, NONCE_PURPOSES, PROOF_TYPES, verifyProofs } from '@symbolon/openid4vc'
import { primitives, signer } from '@symbolon/primitives/node'
import { brick } from '../brick.ts'
import { measure, median, ratio } from '../measure.ts'
import type { BenchRow } from '../row.ts'
import { floorOfBatch } from './floor.ts'
import { newKey, proofOf } from './wallet.ts'

const COPIES = 20
const ISSUER = 'https://issuer.example.be'

/**
 * What a batch of proofs costs the issuer beside HTTP, its source and its store: every proof verified as the issuer does, one credential built,
 * signed and sealed for each. The floor is what none of it can do without.
 */
export async function benchBatch(): Promise<BenchRow> {
  const type = brick('be-social-statute')
  const format = formatNamed('dc+sd-jwt')
  const [proofType] = PROOF_TYPES
  if (format === undefined || proofType === undefined) throw new Error('the format or the kind of proof is not there')
  const now = Math.floor(Date.now() / 1000)
  const mac = (data: Uint8Array): Uint8Array => createHmac('sha256', 'the key of a measurement').update(data).digest()
  const nonce = await createNonce(NONCE_PURPOSES.credential, now, (bytes) => randomBytes(bytes), mac)
  const proofs = { type: proofType, values: Array.from({ length: COPIES }, () => proofOf(newKey(), ISSUER, nonce)) }
  const rule = {
    ...{ audience: ISSUER, algorithms: type.proofAlgorithms, now, maxAge: 300, maxAhead: 60, primitives },
    checkNonce: (value: string) => checkNonce(value, { purpose: NONCE_PURPOSES.credential, now, maxAge: 300, mac }),
  }
  const seal = signer(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256')
  const times = { issuedAt: now, notBefore: now, expires: now + 86_400 }
  const common = { type, claims: type.sample, issuer: ISSUER, algorithm: seal.algorithm, x5c: ['M'.repeat(900)], ...times }

  const build = async () => {
    const { keys } = await verifyProofs(proofs, rule)
    const copies = keys.map((holderKey, index) => ({ holderKey, status: { uri: `${ISSUER}/status-lists/1`, index } }))
    return format.buildCopies(common, copies, primitives)
  }
  const issue = async () => Promise.all((await build()).map(async (one) => one.seal(await seal.sign(one.input))))
  const digests = type.totals.reduce((sum, { total }) => sum + total, 0)
  const [first] = await build()
  const sizes = { proof: proofs.values[0]?.lastIndexOf('.') ?? 0, credential: first?.input.length ?? 0, digests }
  const floor = floorOfBatch(COPIES, sizes)
  const rates = await measure(
    [
      { name: 'ours', run: issue },
      { name: 'floor', run: async () => floor() },
    ],
    25,
  )
  return {
    name: `issuance: a batch of ${COPIES} proofs`,
    opsPerSecond: median(rates.get('ours') ?? []),
    ratio: ratio(rates, 'ours', 'floor'),
    of: `floor: ${COPIES} x (verify, import, sign, ${digests} salts and SHA-256)`,
    limit: 1 / 1.4,
  }
}
