import type { HashAlgorithm, Primitives } from '@symbolon/sd-jwt'

/** Weakest first: the strongest that is there decides (SD-JWT VC section 6, Subresource Integrity section 3.3). */
const STRENGTH: readonly [name: string, hash: HashAlgorithm][] = [
  ['sha256', 'sha-256'],
  ['sha384', 'sha-384'],
  ['sha512', 'sha-512'],
]

/** Whether the text has the hash that an `...#integrity` claim says; a claim without a hash we know is not met. */
export async function hasIntegrity(text: string, claim: string, primitives: Primitives): Promise<boolean> {
  const values = claim.trim().split(/\s+/)
  const strongest = STRENGTH.findLast(([name]) => values.some((value) => value.startsWith(`${name}-`)))
  if (strongest === undefined) return false
  const [name, hash] = strongest
  const digest = await primitives.digest(hash, new TextEncoder().encode(text))
  const standard = Uint8Array.fromBase64(digest, { alphabet: 'base64url' }).toBase64()
  return values.some((value) => value.startsWith(`${name}-`) && value.slice(name.length + 1).split('?')[0] === standard)
}
