/** A JSON value as JSON.parse gives it. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [name: string]: Json
}

/** A public JSON Web Key (RFC 7517); private members are refused where keys are read. */
export interface Jwk {
  readonly kty: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly [name: string]: Json | undefined
}

/** The signature algorithms we verify (RFC 7518 section 3.4); ES256 is the one we sign with by default. */
export type SignatureAlgorithm = 'ES256' | 'ES384' | 'ES512'

/** The hash functions of `_sd_alg`, by their IANA names (Named Information Hash Algorithm Registry). */
export type HashAlgorithm = 'sha-256' | 'sha-384' | 'sha-512'

/** A public key made ready by one set of primitives; opaque to everybody else. */
export type PublicKey = object & { readonly __public?: never }

/** A value, or the promise of one: a Node process answers at once, a page answers later, nobody is written twice. */
export type Awaitable<T> = T | Promise<T>

/**
 * What the pure floors need from the outside and never look for themselves.
 *
 * `@symbolon/primitives/node` (synchronous, OpenSSL) and `@symbolon/primitives/web` (WebCrypto) are the two sets.
 */
export interface Primitives {
  /** The base64url digest, without padding, of the bytes or of the ASCII text. */
  digest(hash: HashAlgorithm, data: string | Uint8Array): Awaitable<string>
  /** As many unpredictable bytes. */
  random(bytes: number): Uint8Array
  /** Makes a key ready: a public JWK or a DER SubjectPublicKeyInfo, for one algorithm; throws when the key does not fit it or is not a point of the curve. */
  importKey(key: Jwk | Uint8Array, algorithm: SignatureAlgorithm): Awaitable<PublicKey>
  /** Whether the JWS signature (r||s, RFC 7518 section 3.4) over the bytes or the ASCII text is right; never throws for a wrong signature. */
  verify(algorithm: SignatureAlgorithm, key: PublicKey, data: string | Uint8Array, signature: Uint8Array): Awaitable<boolean>
}

/** Whoever can sign: a file key, an HSM, a wallet key. `sign` answers r||s. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm
  sign(data: string | Uint8Array): Awaitable<Uint8Array>
}
