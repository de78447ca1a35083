import { createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto'

const encoding = { dsaEncoding: 'ieee-p1363' } as const
/** So many holders take turns: each code is of another one. */
const HOLDERS = 256

/**
 * What checking a code cannot do without, of texts as long as those of this presentation: both signatures, the key of the holder, which is another one
 * in every code, `sd_hash` and the digest of each disclosure. The key of the issuer is at hand: its certificates are the same in every code.
 */
export function floorOf(presentation: string): () => void {
  const [jwt = '', ...rest] = presentation.split('~')
  const bound = rest.pop() ?? ''
  const issuer = signedBy(inputOf(jwt))
  const issuerKey = readKey(issuer.key)
  const holders = Array.from({ length: HOLDERS }, () => signedBy(inputOf(bound)))
  const presented = presentation.slice(0, -bound.length)
  let turn = 0
  return () => {
    for (const disclosure of rest) hash('sha256', disclosure, 'base64url')
    hash('sha256', presented, 'base64url')
    const holder = holders[turn++ % HOLDERS] ?? issuer
    const right =
      verify('sha256', issuer.input, { key: issuerKey, ...encoding }, issuer.signature) &&
      verify('sha256', holder.input, { key: readKey(holder.key), ...encoding }, holder.signature)
    if (!right) throw new Error('the floor does not hold')
  }
}

const inputOf = (jws: string): Buffer => Buffer.from(jws.slice(0, jws.lastIndexOf('.')))

/** Read from DER, as ours is: a key that was generated is verified with more slowly than one that was read. */
const readKey = (key: Buffer): KeyObject => createPublicKey({ key, format: 'der', type: 'spki' })

function signedBy(input: Buffer): { key: Buffer; input: Buffer; signature: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = publicKey.export({ format: 'der', type: 'spki' })
  return { key, input, signature: sign('sha256', input, { key: privateKey, ...encoding }) }
}
