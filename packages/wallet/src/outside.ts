import type { Registry } from '@symbolon/ebsi'
import type { Awaitable, JsonObject, Primitives, SignatureAlgorithm, Signer } from '@symbolon/sd-jwt'
import type { WalletState } from './state/index.ts'

/** One request; the body is a form or JSON as the header says. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly address: string
  readonly headers: { readonly [name: string]: string }
  readonly body?: string
}

/** What came back, whole, bounded in size and time by whoever sent it. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: string | undefined
  /** Those of `HEADERS_READ` that came, their names in small letters. */
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** The headers of an answer that a wallet reads beside the content type. */
export const HEADERS_READ = ['dpop-nonce', 'www-authenticate'] as const

/** Sends one request, follows no redirect, and throws when no answer came. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>

/** Where keys come from: as private JWKs, so that they live in the wallet's container. */
export interface HolderKeys {
  make(algorithm: SignatureAlgorithm): Awaitable<JsonObject>
  signer(privateJwk: JsonObject, algorithm: SignatureAlgorithm): Awaitable<Signer>
}

/** All a wallet needs from the outside. */
export interface Outside {
  readonly send: Send
  readonly primitives: Primitives
  readonly keys: HolderKeys
  /** The newest DPoP nonce of each server, by origin (RFC 9449 section 8.2); need not outlive the process. */
  readonly dpopNonces: Map<string, string>
  /** The registries of EBSI that may be asked about issuers; absent: none. */
  readonly registries?: readonly Registry[]
  /** Seconds since 1970. */
  now(): number
}

/** Where the state is kept. */
export interface Store {
  /** What was last read or written. */
  readonly state: WalletState
  /** Changes the newest state, whoever wrote it; when it answers, what was written survives whatever happens. Answers what `edit` answers beside the state. */
  change<T>(edit: (state: WalletState) => { readonly state: WalletState; readonly result: T }): Promise<T>
}

/** The way to the person and back through a browser (RFC 8252). */
export interface FrontChannel {
  /** Where the browser is to come back to. */
  readonly redirectUri: string
  /** Sends the person there, and answers the first address they come back with that is one of ours; throws when none comes. */
  visit(address: string, isOurs: (address: string) => boolean): Promise<string>
}
