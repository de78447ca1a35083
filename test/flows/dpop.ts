import { randomUUID } from 'node:crypto'
import { primitives } from '@symbolon/primitives/node'
import { type JsonObject, type Signer, unsignedJws } from '@symbolon/sd-jwt'
import type { Holder } from './holder.ts'

/** What a flow changes of a JWT that an honest client makes. */
export interface JwtChanges {
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject) => JsonObject
  readonly sign?: (input: string, honest: Signer) => Uint8Array | Promise<Uint8Array>
  readonly text?: (jwt: string) => string
}

const same = <T>(value: T): T => value

/** A JWT by the key of `by`. */
export async function signedJwt(by: Holder, header: JsonObject, payload: JsonObject, changes: JwtChanges = {}): Promise<string> {
  const { sign = (input: string, honest: Signer) => honest.sign(input) } = changes
  const unsigned = unsignedJws((changes.header ?? same)(header), (changes.payload ?? same)(payload))
  return (changes.text ?? same)(unsigned.seal(await sign(unsigned.input, by.signer)))
}

/** The request a DPoP proof is for, the server's nonce, and the access token that goes with it. */
export interface Proven {
  readonly method: string
  readonly address: string
  readonly now: number
  readonly nonce: string | undefined
  readonly token?: string
}

/** A DPoP proof (RFC 9449 section 4.2). */
export async function dpopProof(by: Holder, { method, address, now, nonce, token }: Proven, changes?: JwtChanges): Promise<string> {
  const ath = token === undefined ? {} : { ath: await primitives.digest('sha-256', token) }
  const claims = { jti: randomUUID(), htm: method, htu: address, iat: now, ...(nonce !== undefined && { nonce }), ...ath }
  return signedJwt(by, { typ: 'dpop+jwt', alg: 'ES256', jwk: by.jwk }, claims, changes)
}
