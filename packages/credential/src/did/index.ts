import type { Jwk } from '@symbolon/sd-jwt'
import { didJwk } from './did_jwk.ts'
import { didKey } from './did_key.ts'
import { type DidMethod, malformed } from './did_method.ts'

/** Every DID method we read keys of. */
export const DID_METHODS: readonly DidMethod[] = [didJwk, didKey]

/** `did:<method>:<identifier>`, then perhaps the name of a key in it (DID Core section 3.2); nothing else that a DID URL may have. */
const DID_URL = /^(did:[a-z0-9]+):([A-Za-z0-9._-]+)(?:#(.*))?$/s

/**
 * The public key that a DID URL names, with the members `kty`, `crv`, `x` and `y` (and `kid`, where a JWK has one).
 *
 * Null for what is no DID of a method we read; throws `CredentialError` (`did_malformed`) for one that is and names no key for signatures.
 */
export function keyOfDid(url: string): Jwk | null {
  const [, id, identifier, fragment] = DID_URL.exec(url) ?? []
  const method = DID_METHODS.find((known) => known.id === id)
  if (method === undefined || identifier === undefined) return null
  if (fragment === undefined) throw malformed('the name of the key, after #, is missing')
  return method.key(identifier, fragment)
}

/** The DID URL of the one key of a DID whose identifier is its key; null for any other text. */
export function keyUrlOfDid(did: string): string | null {
  const [, id, identifier, fragment] = DID_URL.exec(did) ?? []
  const method = DID_METHODS.find((known) => known.id === id)
  return method === undefined || identifier === undefined || fragment !== undefined ? null : `${did}#${method.fragment(identifier)}`
}

export { base58, toBase58 } from './base58.ts'
export { type DidKeyCodec, didKeyOf, readDidKey } from './did_key.ts'
export type { DidMethod } from './did_method.ts'
export { type DidDocument, documentIn, keyInDocument, type Relationship, readDidDocument } from './document.ts'
