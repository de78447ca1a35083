import type { Awaitable, JsonObject, Primitives, SignatureAlgorithm, Signer } from '@symbolon/sd-jwt'

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
  readonly body: string
}

/** Sends one request, follows no redirect, and throws when no answer came. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>

/** Where holder keys come from: as private JWKs, so that they live in the wallet's container. */
export interface HolderKeys {
  make(algorithm: SignatureAlgorithm): Awaitable<JsonObject>
  signer(privateJwk: JsonObject, algorithm: SignatureAlgorithm): Awaitable<Signer>
}

/** All a wallet needs from the outside. */
export interface Outside {
  readonly send: Send
  readonly primitives: Primitives
  readonly keys: HolderKeys
  /** Seconds since 1970. */
  now(): number
}
