import { base64url, type HashAlgorithm, type Jwk, SdJwtError, SIGNATURE_BYTES, type SignatureAlgorithm } from '@symbolon/sd-jwt'

/** What an ECDSA algorithm is made of (RFC 7518 section 3.4); lengths in bytes. */
export interface Algorithm {
  readonly curve: 'P-256' | 'P-384' | 'P-521'
  readonly digest: HashAlgorithm
  /** Those of two coordinates, too (RFC 7518 section 6.2.1.2). */
  readonly signatureBytes: number
}

/** The signature algorithms there are. */
export const ALGORITHMS: Readonly<Record<SignatureAlgorithm, Algorithm>> = {
  ES256: { curve: 'P-256', digest: 'sha-256', signatureBytes: SIGNATURE_BYTES.ES256 },
  ES384: { curve: 'P-384', digest: 'sha-384', signatureBytes: SIGNATURE_BYTES.ES384 },
  ES512: { curve: 'P-521', digest: 'sha-512', signatureBytes: SIGNATURE_BYTES.ES512 },
}

/**
 * The members of a public JWK that matter, if it fits the algorithm and is meant for signatures (RFC 7517 section 4, RFC 7518 section 6.2).
 *
 * Throws `key_unusable`, also for a key that brings its private part along.
 */
export function publicJwk(jwk: Jwk, algorithm: SignatureAlgorithm): { kty: 'EC'; crv: string; x: string; y: string } {
  const { curve, signatureBytes } = ALGORITHMS[algorithm]
  const { kty, crv, x, y } = jwk
  if (kty !== 'EC' || crv !== curve) throw new SdJwtError('key_unusable', curve)
  if (Object.hasOwn(jwk, 'd')) throw new SdJwtError('key_unusable', 'private key')
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new SdJwtError('key_unusable', 'use')
  if (jwk.alg !== undefined && jwk.alg !== algorithm) throw new SdJwtError('key_unusable', 'alg')
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify')))
    throw new SdJwtError('key_unusable', 'key_ops')
  if (!isCoordinate(x, signatureBytes / 2) || !isCoordinate(y, signatureBytes / 2)) throw new SdJwtError('key_unusable', 'coordinates')
  return { kty, crv, x, y }
}

/** A SubjectPublicKeyInfo with nothing after it, which the decoders below do not mind; throws `key_unusable`. */
export function publicDer(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const [tag = 0, first = 0, second = 0] = der
  const length = first < 0x80 ? 2 + first : first === 0x81 ? 3 + second : Number.NaN
  if (tag !== 0x30 || length !== der.length) throw new SdJwtError('key_unusable', 'not a SubjectPublicKeyInfo')
  return new Uint8Array(der)
}

const isCoordinate = (text: string | undefined, bytes: number): text is string => typeof text === 'string' && base64url.spells(text, bytes)
