import type { HashAlgorithm, Primitives } from '@symbolon/sd-jwt'

/** Weakest first: the strongest that is there decides (SD-JWT VC section 6, Subresource Integrity section 3.3). */
const STRENGTH: readonly [name: string, hash: HashAlgorithm][] = [
  ['sha256', 'sha-256'],
  ['sha384', 'sha-384'],
  ['sha512', 'sha-512'],
]

/** What a right claim says, by its hash function: of one text, worked out before. */
export type Digests = Map<HashAlgorithm, string>

/** Whether the text has the hash that an `...#integrity` claim says; a claim without a hash we know is not met. */
export async function hasIntegrity(text: string, claim: string, primitives: Primitives, known: Digests = new Map()): Promise<boolean> {
  const values = claim.trim().split(/\s+/)
  const strongest = STRENGTH.findLast(([name]) => values.some((value) => value.startsWith(`${name}-`)))
  if (strongest === undefined) return false
  const [name, hash] = strongest
  let right = known.get(hash)
  if (right === undefined) {
    const digest = await primitives.digest(hash, new TextEncoder().encode(text))
    right = `${name}-${Uint8Array.fromBase64(digest, { alphabet: 'base64url' }).toBase64()}`
    known.set(hash, right)
  }
  return values.some((value) => value === right || value.split('?', 1)[0] === right)
}
