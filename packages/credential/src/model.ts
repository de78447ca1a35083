import type { Awaitable, Json, JsonObject, Jwk, Primitives, SignatureAlgorithm } from '@symbolon/sd-jwt'
import type { CredentialType } from './type/index.ts'

/** A claims path pointer (OpenID4VCI 1.0 appendix C): a member name, an array index, or null for every element. */
export type Path = readonly (string | number | null)[]

/** Where an issuer says whether a credential still holds (Token Status List section 6.2). */
export interface StatusReference {
  readonly uri: string
  readonly index: number
}

/** What everybody reads of a credential, whatever its format. Times are NumericDates, seconds since 1970. */
export interface View {
  readonly format: string
  /** The `vct`, or the last and narrowest of the W3C types. */
  readonly type: string
  readonly issuer?: string
  /** The disclosed claims of the type, without the envelope (`iss`, `exp`, `cnf`, `status` ...). */
  readonly claims: JsonObject
  /** The claims of the envelope as they were signed. */
  readonly envelope: JsonObject
  readonly issuedAt?: number
  readonly notBefore?: number
  readonly expires?: number
  readonly status?: StatusReference
  /** The key the credential is bound to (`cnf.jwk`); none: whoever carries it may show it. */
  readonly holderKey?: Jwk
  /** `vct#integrity`, in the form of Subresource Integrity. */
  readonly typeIntegrity?: string
  /** The path of each disclosure that came along: what a holder can still hide. */
  readonly disclosable: readonly Path[]
  /** What a credential of the W3C data model says besides; the others have nothing of it. */
  readonly vcdm?: Vcdm
}

/** The members of the W3C data model that decide whether its issuer may issue it, and whether it still holds. */
export interface Vcdm {
  /** `type`, all of it, in its order. */
  readonly types: readonly string[]
  /** The `id`s of `credentialSchema`. */
  readonly schemas: readonly string[]
  readonly termsOfUse: readonly JsonObject[]
  readonly status: readonly JsonObject[]
}

/** What the issuer signed, and the header that says with which key. */
export interface Proof {
  readonly algorithm: string
  readonly header: JsonObject
  readonly input: string
  readonly signature: Uint8Array
}

/** What the holder signed when showing the credential: to whom, when, and over what. */
export interface Binding extends Proof {
  readonly audience: string
  readonly nonce: string
  readonly issuedAt: number
  /** Its own limits, where it has any; it is a JWT like any other (RFC 9901 section 7.3 step 5.8). */
  readonly notBefore?: number
  readonly expires?: number
  /** Whether it was made for exactly the disclosures that came along (`sd_hash`, RFC 9901 section 4.3.1). */
  readonly covers: boolean
}

/** Whom a presentation is made for: the verifier's identifier, its nonce, and the time of showing in seconds. */
export interface Audience {
  readonly audience: string
  readonly nonce: string
  readonly issuedAt: number
}

/** Something that only lacks a signature: sign `input` with `algorithm`, then `seal`. */
export interface Unsigned {
  readonly algorithm: SignatureAlgorithm
  readonly input: string
  seal(signature: Uint8Array): string
}

/** A parsed credential or presentation; nothing in it is verified yet. */
export interface Credential {
  readonly view: View
  readonly proof: Proof
  readonly binding?: Binding
  /** What hides the claims that can be hidden: two copies that share one of them can be linked. */
  readonly salts: readonly string[]
  /** The same credential with only these claims (and what must be shown with them); throws `claim_not_there` for a path it does not have. */
  disclose(paths: readonly Path[]): Awaitable<Credential>
  /** A presentation for one audience that lacks the holder's signature. */
  bind(audience: Audience, algorithm: SignatureAlgorithm): Awaitable<Unsigned>
  toString(): string
}

/** What is another one in every copy of a credential. */
export interface Copy {
  readonly holderKey?: Jwk
  readonly status?: StatusReference
}

/** All that an unsigned credential is made of. Times are seconds since 1970. */
export interface Draft extends Copy {
  readonly type: CredentialType
  readonly claims: JsonObject
  readonly issuer: string
  readonly algorithm: SignatureAlgorithm
  /** Leaf first, DER in standard base64, without the anchor (HAIP section 6.1.1); empty where a DID names the key. */
  readonly x5c: readonly string[]
  /** The DID URL of the key, where the issuer is a DID. */
  readonly kid?: string
  /** What the issuer says of its right to issue it, where the format has a place for that (VCDM 1.1 section 5.6). */
  readonly termsOfUse?: readonly JsonObject[]
  readonly issuedAt: number
  readonly notBefore: number
  readonly expires: number
  readonly typeIntegrity?: string
}

/** Which types a credential query asks for. */
export interface TypesAsked {
  /** One for each alternative, as `View.type` would name it. */
  readonly names: readonly string[]
  matches(view: View): boolean
}

/** One credential format: the only place that knows how this kind looks. */
export interface Format {
  readonly id: string
  readonly spec: string
  /** How a brick names a type for it: one `vct`, or the types of the W3C data model. */
  readonly typesBy: 'vct' | 'vcdm'
  /** Which of its identities an issuer signs it with. */
  readonly signedBy: 'certificates' | 'did'
  /** The form of the lists that say whether its credentials still hold: Token Status List, or Bitstring Status List. */
  readonly statusList: 'token' | 'bitstring'
  /** The format's members of a credential configuration in issuer metadata. */
  configuration(type: CredentialType): JsonObject
  /** The type that such a configuration is of, as `View.type` would name it; undefined when it says none, null when it says it wrongly. */
  typeConfigured(configuration: JsonObject): Json | undefined
  /** What a wallet or verifier can do in this format with these algorithms: its entry of `vp_formats_supported` (OpenID4VP 1.0 appendix B). */
  algorithmsSupported(algorithms: readonly SignatureAlgorithm[]): JsonObject
  /** The types that `meta` of a credential query asks for (OpenID4VP 1.0 appendix B); throws what `fault` makes of what is wrong with it. */
  typesAsked(meta: JsonObject, fault: (what: string) => Error): TypesAsked
  /** `meta` of a credential query that asks for any of these types, each by the name that a view has. */
  asking(types: readonly string[]): JsonObject
  build(draft: Draft, primitives: Primitives): Awaitable<Unsigned>
  /** Copies of one credential, each with its own key, status and salts; what is common to them is worked out once. */
  buildCopies(common: Omit<Draft, keyof Copy>, copies: readonly Copy[], primitives: Primitives): Awaitable<readonly Unsigned[]>
  /** Null when the text is not of this format; throws `CredentialError` when it is, and broken. */
  parse(text: string, primitives: Primitives): Awaitable<Credential | null>
}

/** The three outcomes; `unknown` is never `pass`. */
export type Outcome = 'pass' | 'fail' | 'unknown'

/** What one check found. `facts` are for the reader's sentence and hold no claim values. */
export interface Check {
  readonly id: string
  readonly outcome: Outcome
  readonly code: string
  readonly spec: string
  readonly facts: { readonly [name: string]: Json }
}

/** What verification found: the worst outcome of its checks (`fail` > `unknown` > `pass`). */
export interface Report {
  readonly outcome: Outcome
  readonly checks: readonly Check[]
  /** Seconds since the status evidence was signed; null when none was needed or none was there. */
  readonly evidenceAge: number | null
}

/** Something verification must know and the credential does not carry. */
export interface Need {
  readonly kind: 'accreditation' | 'code_dictionary' | 'did_document' | 'issuer_metadata' | 'question' | 'status_list' | 'type_metadata'
  /** The DID and the attribute with a space between them, the number of the dictionary, the DID, the issuer identifier, the name of the question, the list's URI, the `vct`. */
  readonly id: string
}

/** One answered need: the bytes as text, as they were fetched. Nothing in it is trusted for being here. */
export interface Part extends Need {
  readonly content: string
  /** Media type it was served with. */
  readonly mediaType: string
  /** When it was fetched, seconds since 1970, where that is known. */
  readonly fetchedAt?: number
}

/** Under which name an answered need is kept. */
export const partKey = ({ kind, id }: Need): string => `${kind} ${id}`

/** Answered needs, by `partKey(need)`. */
export type Evidence = ReadonlyMap<string, Part>
