import { readDidKey } from '@symbolon/credential'
import type { Jwk } from '@symbolon/sd-jwt'
import { EbsiError } from '../errors.ts'

/**
 * The key of a natural person, `did:key` of a JWK in canonical form (EBSI DID Method, Natural persons: `jwk_jcs-pub`).
 *
 * Read strictly: the DID must be the one spelling of its key (see README). Throws `CredentialError` (`did_malformed`),
 * and `EbsiError` (`did_key_other_codec`) for a did:key that is right but none of this profile.
 */
export function parseDidKey(did: string): Jwk {
  const { codec, jwk } = readDidKey(did)
  if (codec !== 'jwk_jcs-pub') throw new EbsiError('did_key_other_codec', codec)
  return jwk
}
