import type { Awaitable, JsonObject, Primitives, PublicKey } from '@symbolon/sd-jwt'
import { CREDENTIAL_CODES, type CredentialCode } from '../errors.ts'
import type { FoundKey, Signed } from '../keys/key_hint.ts'
import type { Evidence, Need, Outcome, View } from '../model.ts'
import type { Vocabulary } from '../words/vocabulary.ts'
import type { Anchor, Anchors, Purpose } from './anchors.ts'
import type { Certificate } from './certificate.ts'

/** What a signature is claimed to stand for: a purpose, the `vct` it speaks of, the issuer it names. */
export interface Claim {
  readonly purpose: Purpose
  readonly type?: string
  readonly issuer?: string
  /** The credential itself, for the ways that judge by more than its type. */
  readonly view?: View
}

/** What judging a signer needs; `now` in seconds since 1970. */
export interface TrustContext {
  readonly anchors: Anchors
  /** Ways to the trust file besides those of this package, handed in by the process. */
  readonly mechanisms?: readonly TrustMechanism[]
  readonly evidence: Evidence
  readonly primitives: Primitives
  readonly now: number
}

/** Whose key it is and whether the trust file stands behind it. `key` may be there without trust, so that the signature can be judged apart. */
export interface SignerVerdict {
  readonly outcome: Outcome
  /** Of `CREDENTIAL_CODES`, or of the mechanism that judged. */
  readonly code: string
  readonly spec: string
  readonly facts: JsonObject
  readonly key: PublicKey | null
  /** The entry of the trust file that vouches; only with `pass`. */
  readonly anchor?: Anchor
  /** The leaf, when certificates led to the key. */
  readonly certificate?: Certificate
}

/** One way from a found key to the trust file. Null: not a key this way judges. */
export interface TrustMechanism {
  readonly id: string
  readonly spec: string
  /** What must be brought before it can judge, by what is known already; absent or null: nothing. */
  needs?(signed: Signed, view: View, known: Evidence): readonly Need[] | null
  judge(found: FoundKey, claim: Claim, context: TrustContext): Awaitable<SignerVerdict | null>
  /** What its own codes mean, for people. */
  readonly words?: Vocabulary
}

/** A verdict; the section comes from the table of codes. */
export const verdict = (outcome: Outcome, code: CredentialCode, facts: JsonObject, key: PublicKey | null): SignerVerdict => ({
  outcome,
  code,
  spec: CREDENTIAL_CODES[code].spec,
  facts,
  key,
})

/** Which of the entries that name this key speaks for the claim: for its purpose, and for its type. */
export function authorise(entries: readonly Anchor[], { purpose, type }: Claim, facts: JsonObject, key: PublicKey): SignerVerdict {
  const forPurpose = entries.filter((entry) => entry.purpose === purpose)
  const anchor = forPurpose.find(({ types }) => types === undefined || type === undefined || types.includes(type))
  if (anchor !== undefined) return { ...verdict('pass', 'issuer_trusted', { ...facts, anchor: anchor.name }, key), anchor }
  const [other] = forPurpose
  if (other !== undefined)
    return verdict('fail', 'issuer_not_authorised_for_type', { ...facts, anchor: other.name, type: type ?? null }, key)
  return verdict('fail', 'anchor_for_other_purpose', { ...facts, anchor: entries[0]?.name ?? null, purpose }, key)
}
