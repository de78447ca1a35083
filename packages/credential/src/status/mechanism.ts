import type { Check, Evidence, Need, View } from '../model.ts'
import type { TrustContext } from '../trust/verdict.ts'

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

/** One way for an issuer to say whether a credential still holds. Null: the credential does not use it. */
export interface StatusMechanism {
  readonly id: string
  readonly spec: string
  /** What must be brought for this credential, given what is known already. */
  needs(view: View, known: Evidence): Need[] | null
  check(view: View, context: StatusContext): Promise<StatusFinding> | null
}
