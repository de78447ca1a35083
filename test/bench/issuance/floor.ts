import { createPublicKey, generateKeyPairSync, hash, randomBytes, sign, verify } from 'node:crypto'

const encoding = { dsaEncoding: 'ieee-p1363' } as const
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = publicKey.export({ format: 'jwk' })
const proof = Buffer.alloc(320, 'p')
const proven = sign('sha256', proof, { key: privateKey, ...encoding })
const credential = Buffer.alloc(6000, 'c')
const disclosure = 'W'.repeat(80)

/** What so many copies cannot do without: of each, the holder key read and its proof verified, a signature, and for every digest of the type a salt and a hash. */
export function floorOfBatch(copies: number, digests: number): void {
  for (let copy = 0; copy < copies; copy++) {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    if (!verify('sha256', proof, { key, ...encoding }, proven)) throw new Error('the floor does not hold')
    const random = randomBytes(16 * digests)
    for (let n = 0; n < digests; n++) random.toString('base64url', n * 16, n * 16 + 16)
    for (let n = 0; n < digests; n++) hash('sha256', disclosure, 'base64url')
    sign('sha256', credential, { key: privateKey, ...encoding })
  }
}
