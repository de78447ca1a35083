import type { Primitives, SignatureAlgorithm } from '@symbolon/sd-jwt'
import type { Evidence } from '../model.ts'
import type { Anchors, TrustMechanism } from '../trust/index.ts'
import type { CredentialType } from '../type/index.ts'

/** What a verifier decides before it looks at anything. Times are seconds. */
export interface Policy {
  /** The types the verifier knows, by `vct`; of any other it cannot say what it must look like. */
  readonly types: ReadonlyMap<string, CredentialType>
  /** The oldest status evidence that still counts. */
  readonly maxStatusAge: number
  /** Who asks and with which nonce; with one absent a key binding cannot be compared and stays `unknown`. */
  readonly audience?: string
  readonly nonce?: string
  /** The audience of codes that are shown to whoever looks, where such are taken: `showAudience`, without a nonce of ours and for `SHOW_LIFE` seconds. */
  readonly showAudience?: string
  /** How old and how far ahead a key binding may be; 300 and 60 when absent. */
  readonly maxBindingAge?: number
  readonly maxBindingAhead?: number
  /** Signature algorithms accepted; ES256, ES384 and ES512 when absent. */
  readonly algorithms?: readonly SignatureAlgorithm[]
}

/** All that judging needs besides the credential; `now` in seconds since 1970. */
export interface Context {
  readonly evidence: Evidence
  readonly anchors: Anchors
  readonly mechanisms?: readonly TrustMechanism[]
  readonly policy: Policy
  readonly now: number
  readonly primitives: Primitives
}

const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']

/** The algorithm if the policy accepts it: an identifier from a header is never used before it was found in this list. */
export const acceptedAlgorithm = (policy: Policy, name: string): SignatureAlgorithm | undefined =>
  (policy.algorithms ?? ALGORITHMS).find((algorithm) => algorithm === name)
