import type { Frame, JsonObject, SignatureAlgorithm } from '@symbolon/sd-jwt'
import type { Path } from '../model.ts'
import type { Fault } from './fault.ts'

export const LANGUAGES = ['nl', 'fr', 'de', 'en'] as const

/** The languages every brick speaks. */
export type Language = (typeof LANGUAGES)[number]

/** What may be hidden: `always` its own disclosure, `never` (always there to see), `allowed` (the issuer decides; we never hide it). */
export type Disclosability = 'always' | 'never' | 'allowed'

/** How one claim is treated; `*` of credential.json is already expanded. */
export interface ClaimRule {
  /** Member names, and null for every element of an array. */
  readonly path: readonly (string | null)[]
  /** Whether every credential of the type has it: the schema requires it, and all that it stands in. */
  readonly mandatory: boolean
  readonly sd: Disclosability
  /** Claims of one group are shown together or not at all. */
  readonly group?: string
}

/** The words for one claim in one language. */
export interface ClaimWords {
  readonly label: string
  readonly description?: string
  /** The description was written once for several claims, with `*`. */
  readonly isGeneral?: boolean
  /** Words for the values of a closed list, by value. */
  readonly values?: { readonly [value: string]: string }
}

/** A type's words in one language. */
export interface TypeDisplay {
  readonly name: string
  readonly description: string
  /** By `pathKey(path)`. */
  readonly claims: ReadonlyMap<string, ClaimWords>
}

/** What a published type demands around its claims; `random` is a new `urn:uuid:` in every copy. */
export interface TypeEnvelope {
  readonly jti?: 'random'
  readonly sub?: 'random'
  readonly binding?: string
  readonly attestation_legal_category?: string
}

/** `type` of a W3C credential, all of it, and its `credentialSchema` as it is written into the credential. */
export interface TypeVcdm {
  readonly types: readonly string[]
  readonly schemas: readonly { readonly id: string; readonly type: string }[]
  /** In which version of the data model it is issued; both are read. */
  readonly version: '1.1' | '2.0'
}

/** A credential type: a brick, read and found right (specs/credential-type.md). Data only; no code belongs to any one type. */
export interface CredentialType {
  /** The name of the folder. */
  readonly name: string
  /** The identifier, and with the number at its end the major version; of a W3C credential the last of its types. */
  readonly vct: string
  /** How a W3C credential of this type names it. */
  readonly vcdm?: TypeVcdm
  readonly revision: number
  readonly formats: readonly string[]
  readonly holderBinding: 'key' | 'none'
  /** Where the days begin and end: an IANA time zone. */
  readonly timeZone: string
  readonly lifetime: { readonly profile: 'quarter' | 'three_months' | 'daily'; readonly endsBy: readonly Path[] }
  readonly status: { readonly bits: 1 | 2 | 4 | 8; readonly suspension: boolean } | null
  /** How many one-time copies are issued together, at most. */
  readonly copies: number
  /** What a later delivery does to the earlier copies: they stay good until they end, or they are revoked. */
  readonly reissuance: 'keep' | 'replace'
  /** Whether a credential carries the certificates of its signer, or only the hash of the first, for those who have them already. */
  readonly certificates: 'embedded' | 'by_hash'
  /** OAuth grant types with which it can be received. */
  readonly grants: readonly string[]
  /** Whose wallets may receive it: `anonymous` are those that nobody registered. */
  readonly clients: readonly ('anonymous' | 'registered')[]
  readonly proofAlgorithms: readonly SignatureAlgorithm[]
  readonly envelope: TypeEnvelope
  /** The claims that say, by layer (`document`, `right`), from which day to which day it holds; both days inclusive. */
  readonly periods: { readonly [layer: string]: { readonly from?: Path; readonly until?: Path } }
  readonly legal: { readonly basis: string; readonly rulebook?: string }
  readonly claims: readonly ClaimRule[]
  /** How many digests the `_sd` array of that object always has, decoys included. */
  readonly totals: readonly { readonly path: readonly string[]; readonly total: number }[]
  /** `claims` and `totals`, ready for `conceal`. */
  readonly frame: Frame
  readonly schema: JsonObject
  readonly display: Readonly<Record<Language, TypeDisplay>>
  /** The face: an SVG document without scripts and without references to the outside. */
  readonly card?: string
  /** Claims as one imaginary person has them. */
  readonly sample: JsonObject
  /** What is wrong with these claims, all at once; paths and rules, never values. */
  validate(claims: JsonObject): Fault[]
  /** The same for the part of them that a holder shows: what is absent is no fault, nor what this revision does not know. */
  validateShown(claims: JsonObject): Fault[]
}

/** The key of a path in `TypeDisplay.claims`: unambiguous for any member name. */
export const pathKey = (path: Path): string => JSON.stringify(path)
