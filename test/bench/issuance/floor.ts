import { createPublicKey, generateKeyPairSync, hash, randomBytes, sign, verify } from 'node:crypto'

const encoding = { dsaEncoding: 'ieee-p1363' } as const
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = publicKey.export({ format: 'jwk' })
const disclosure = 'W'.repeat(80)

/** How much there is in one copy: bytes that are signed of a proof and of a credential, digests of the type. */
export interface Sizes {
  readonly proof: number
  readonly credential: number
  readonly digests: number
}

/** What so many copies cannot do without: of each, the holder key read and its proof verified, a signature, and for every digest of the type a salt and a hash. */
export function floorOfBatch(copies: number, sizes: Sizes): () => void {
  const proof = Buffer.alloc(sizes.proof, 'p')
  const proven = sign('sha256', proof, { key: privateKey, ...encoding })
  const credential = Buffer.alloc(sizes.credential, 'c')
  return () => {
    for (let copy = 0; copy < copies; copy++) floorOfCopy(proof, proven, credential, sizes.digests)
  }
}

function floorOfCopy(proof: Buffer, proven: Buffer, credential: Buffer, digests: number): void {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (!verify('sha256', proof, { key, ...encoding }, proven)) throw new Error('the floor does not hold')
  const random = randomBytes(16 * digests)
  for (let n = 0; n < digests; n++) random.toString('base64url', n * 16, n * 16 + 16)
  for (let n = 0; n < digests; n++) hash('sha256', disclosure, 'base64url')
  sign('sha256', credential, { key: privateKey, ...encoding })
}
