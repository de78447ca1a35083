import { generateKeyPairSync } from 'node:crypto'
import { signer } from '@symbolon/primitives/node'
import type { JsonObject, Jwk, Signer } from '@symbolon/sd-jwt'

/** A key as a wallet makes one. */
export interface Holder {
  readonly jwk: Jwk & JsonObject
  /** The private key as a JWK, for what must never be sent. */
  readonly secret: JsonObject
  readonly signer: Signer
}

export function newHolder(): Holder {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as Jwk & JsonObject
  return { jwk, secret: privateKey.export({ format: 'jwk' }) as JsonObject, signer: signer(privateKey, 'ES256') }
}
