import type { JsonObject } from '@symbolon/sd-jwt'
import type { Check, Evidence, Need, Part, View } from '../model.ts'
import type { TrustContext } from '../trust/verdict.ts'
import type { StatusListFault } from './status_list_token.ts'

/** What judging a status needs; `maxStatusAge` in seconds: the oldest evidence that still counts. */
export interface StatusContext extends TrustContext {
  readonly evidence: Evidence
  readonly policy: { readonly maxStatusAge: number }
}

/** What was found, and the age in seconds of the evidence it was found in; null when none could be used. */
export interface StatusFinding {
  readonly check: Check
  readonly evidenceAge: number | null
}

/** One word of a credential on where its status is: the claim `status` of a JWT, or one value of `credentialStatus` (VCDM 1.1 section 4.9). */
export interface StatusEntry {
  readonly from: 'status' | 'credentialStatus'
  readonly members: JsonObject
}

/** A list that is right by itself: when it was issued, seconds since 1970, and the issuer that alone may replace it, where the mechanism binds a list to one. */
export interface RightList {
  readonly issuedAt: number
  readonly issuer?: string
}

/** One way for an issuer to say whether a credential still holds. Null: the entry is of another kind. */
export interface StatusMechanism {
  readonly id: string
  readonly spec: string
  /** What must be brought to judge this entry, given what is known already. */
  needs(entry: StatusEntry, known: Evidence): Need[] | null
  check(entry: StatusEntry, view: View, context: StatusContext): Promise<StatusFinding> | null
  /** Judges a list by itself, for one type or for all: signer, signature, validity. Null: a list of another kind. */
  list(part: Part, type: string | undefined, context: TrustContext): Promise<RightList | StatusListFault> | null
}
