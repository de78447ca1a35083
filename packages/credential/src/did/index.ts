import type { Jwk } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { readDidEbsi } from './did_ebsi.ts'
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

/** A DID, without the name of a key or anything else that a DID URL may have (DID Core section 3.1). */
const DID = /^did:[a-z0-9]+:(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2}|:(?!$))+$/
const LONGEST_DID = 2048

/**
 * Whether the text is a DID alone. Those of the methods that we know are read as their methods say, so that a slip of the pen names nobody;
 * of any other only the form is looked at.
 */
export function isDid(text: string): boolean {
  if (text.length > LONGEST_DID || !DID.test(text)) return false
  if (text.startsWith('did:ebsi:')) return 'subject' in readDidEbsi(text)
  const url = keyUrlOfDid(text)
  if (url === null) return !DID_METHODS.some(({ id }) => text.startsWith(`${id}:`))
  try {
    return keyOfDid(url) !== null
  } catch (error) {
    if (error instanceof CredentialError) return false
    throw error
  }
}

export { base58, toBase58 } from './base58.ts'
export { type DidEbsiFault, didEbsiOf, readDidEbsi } from './did_ebsi.ts'
export { type DidKeyCodec, didKeyOf, readDidKey } from './did_key.ts'
export type { DidMethod } from './did_method.ts'
export { type DidDocument, documentIn, keyInDocument, type Relationship, readDidDocument } from './document.ts'
