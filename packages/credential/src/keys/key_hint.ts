import type { Awaitable, JsonObject, Jwk, Primitives } from '@symbolon/sd-jwt'
import type { CredentialCode } from '../errors.ts'
import type { Evidence, Need, Outcome, Part } from '../model.ts'
import type { Anchors } from '../trust/anchors.ts'

/** What a signed text says of its key: the header, and the issuer it names. */
export interface Signed {
  readonly header: JsonObject
  readonly issuer?: string
  /** When it says that it was signed, seconds since 1970. */
  readonly issuedAt?: number
}

/** A key that was found; whether it is trusted is another question. */
export type FoundKey =
  | { readonly chain: readonly string[] /* x5c: leaf first, DER in base64 */ }
  | {
      readonly jwk: Jwk
      /** Who publishes it as its own. */
      readonly issuer?: string
      /** The DID in whose document it stands for signing, or that it is. */
      readonly did?: string
      /** The document that it stands in, where it stands in one. */
      readonly document?: Part
    }

/** Why a hint that was there leads to no key. */
export interface NoKey {
  readonly outcome: Exclude<Outcome, 'pass'>
  readonly code: CredentialCode
  readonly facts: JsonObject
}

/** One way to say which key signed something (SD-JWT VC section 2.5). Null: the text does not use this way. */
export interface KeyHint {
  readonly id: string
  readonly spec: string
  needs(signed: Signed, known: Evidence): Need[] | null
  find(
    signed: Signed,
    context: { readonly evidence: Evidence; readonly anchors: Anchors; readonly primitives: Primitives },
  ): Awaitable<FoundKey | NoKey | null>
}
