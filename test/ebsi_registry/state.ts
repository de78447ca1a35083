import type { DidEntry } from './did_entries.ts'
import type { KeyPair } from './identity.ts'
import type { IssuerEntry } from './issuer_entries.ts'
import type { Ledger } from './ledger.ts'
import type { SchemaEntry } from './schema_entries.ts'

/** What a test may change while the double runs. */
export interface Settings {
  /** The HTTP status of a JSON-RPC error: newer builds of the live service say 400, older ones 200. */
  rpcErrorStatus: 200 | 400
  /** Whether `issuers/{did}` carries its attributes inline, as older v5 deployments do without being asked. */
  inlineAttributes: boolean
  /** Whether the tokens and conditions of facts 3 and 4 are asked for; without, anybody writes anything that the contracts take. */
  strict: boolean
}

/** All that the double knows, in memory. */
export interface State {
  /** Root of every address, without a slash at the end. */
  readonly origin: string
  readonly settings: Settings
  readonly dids: Map<string, DidEntry>
  readonly issuers: Map<string, IssuerEntry>
  /** By id as `0x` and 64 hex digits. */
  readonly schemas: Map<string, SchemaEntry>
  readonly ledger: Ledger
  /** Signs the tokens of the authorisation service. */
  readonly tokenKey: KeyPair
  /** Used nonces, each until when it is remembered (Unix seconds). */
  readonly nonces: Map<string, number>
  /** Addresses that the policies registry lets write everything: those of the EBSI office. */
  readonly office: Set<string>
  /** Unix seconds. */
  now(): number
}

export const TIR = '/trusted-issuers-registry/v5'
export const DIDR = '/did-registry/v5'
export const TSR = '/trusted-schemas-registry/v3'
export const AUTHORISATION = '/authorisation/v4'
export const BESU = '/ledger/v4/blockchains/besu'

export const attributeUrl = (origin: string, did: string, attributeId: string): string =>
  `${origin}${TIR}/issuers/${did}/attributes/${attributeId.replace(/^0x/, '')}`

export const schemaUrl = (origin: string, schemaId: string): string => `${origin}${TSR}/schemas/${schemaId}`
