import { isObject, type Json, type JsonObject, type Jwk } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { reader } from '../message.ts'

/** A public key that answers are encrypted to. */
export interface EncryptionKey {
  readonly jwk: Jwk
  readonly kid: string
}

/** What a verifier says of itself (OpenID4VP 1.0 section 5.1). */
export interface ClientMetadata {
  /** Usable ones only; the others are passed over (section 8.3). They never verify a request. */
  readonly encryptionKeys: readonly EncryptionKey[]
  readonly contentEncryption: readonly string[]
  /** By format identifier, as it was sent. */
  readonly formats: JsonObject | undefined
}

/** ECDH-ES on P-256 (HAIP 1.0 section 5), and the content encryption of both sizes, the one a wallet should prefer first. */
export const KEY_AGREEMENT = 'ECDH-ES'
export const CONTENT_ENCRYPTION = ['A256GCM', 'A128GCM'] as const
const CURVE = 'P-256'

const read = reader((place, what, cause) => new PeerError('request_malformed', `${place} ${what}`, cause))

/** The member of a request: the key of this very request, what it may be used for, and the formats asked for (section 11.1). */
export const clientMetadata = ({ encryptionKey, formats }: { encryptionKey?: EncryptionKey; formats: JsonObject }): JsonObject => ({
  ...(encryptionKey && {
    jwks: { keys: [{ ...publicMembers(encryptionKey.jwk), kid: encryptionKey.kid, use: 'enc', alg: KEY_AGREEMENT }] },
    encrypted_response_enc_values_supported: ['A128GCM', 'A256GCM'],
  }),
  vp_formats_supported: formats,
})

const publicMembers = ({ kty, crv, x, y }: Jwk): JsonObject => ({ kty, ...(crv && { crv }), ...(x && { x }), ...(y && { y }) })

/** Reads the member; throws PeerError `request_malformed`. */
export function parseClientMetadata(value: Json | undefined): ClientMetadata {
  if (value === undefined) return { encryptionKeys: [], contentEncryption: [], formats: undefined }
  const metadata = read.object(value, 'client_metadata')
  const values = metadata.encrypted_response_enc_values_supported
  return {
    encryptionKeys: metadata.jwks === undefined ? [] : encryptionKeys(metadata.jwks),
    contentEncryption: values === undefined ? ['A128GCM'] : read.strings(values, 'client_metadata.encrypted_response_enc_values_supported'),
    formats: read.optional(metadata.vp_formats_supported, read.object, 'client_metadata.vp_formats_supported'),
  }
}

function encryptionKeys(jwks: Json): EncryptionKey[] {
  const keys = read.array(read.object(jwks, 'client_metadata.jwks').keys, 'client_metadata.jwks.keys').filter(isObject)
  const kids = keys.map(({ kid }) => kid).filter((kid) => kid !== undefined)
  if (new Set(kids).size < kids.length) return read.refuse('client_metadata.jwks', 'has the same kid twice')
  return keys.flatMap((key) => {
    const { kty, crv, x, y, kid, use, alg } = key
    const usable =
      kty === 'EC' && crv === CURVE && alg === KEY_AGREEMENT && (use === undefined || use === 'enc') && !Object.hasOwn(key, 'd')
    return usable && typeof kid === 'string' && typeof x === 'string' && typeof y === 'string' ? [{ kid, jwk: { kty, crv, x, y } }] : []
  })
}
