import type { Jwk } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'

/** A DID method whose identifier is the key itself: nothing is fetched, and nobody vouches for it. */
export interface DidMethod {
  /** With its prefix, `did:key`. */
  readonly id: string
  readonly spec: string
  /** What the one key of `did:<method>:<identifier>` is called, after `#`. */
  fragment(identifier: string): string
  /** The key that `did:<method>:<identifier>#<fragment>` names; throws `CredentialError` (`did_malformed`) with what is wrong. */
  key(identifier: string, fragment: string): Jwk
}

export const malformed = (what: string): CredentialError => new CredentialError('did_malformed', what)
