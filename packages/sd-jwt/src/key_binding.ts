import { SdJwtError } from './errors.ts'
import { isObject, ownMember } from './json.ts'
import { type Jws, type UnsignedJws, unsignedJws } from './jws.ts'
import type { HashAlgorithm, JsonObject, Jwk, Primitives, SignatureAlgorithm } from './primitives.ts'

/** What a holder says when showing an SD-JWT (RFC 9901 section 4.3). */
export interface KeyBindingClaims {
  readonly audience: string
  readonly nonce: string
  /** Seconds since 1970. */
  readonly issuedAt: number
  /** The digest of the SD-JWT it was made for (`sd_hash`). */
  readonly presentedHash: string
}

/**
 * A key binding JWT that lacks the holder's signature (RFC 9901 section 4.3); appended to `presented` it makes an SD-JWT+KB.
 *
 * `presented` is the SD-JWT as it will be sent, ending in a tilde; `hash` the hash function of its `_sd_alg`.
 */
export async function keyBindingJws(
  binding: {
    audience: string
    nonce: string
    /** Seconds since 1970. */
    issuedAt: number
    presented: string
    hash: HashAlgorithm
    algorithm: SignatureAlgorithm
  },
  primitives: Pick<Primitives, 'digest'>,
): Promise<UnsignedJws> {
  const { audience, nonce, issuedAt, presented, hash, algorithm } = binding
  if (!presented.endsWith('~')) throw new SdJwtError('sd_jwt_malformed', 'no tilde at the end')
  const sdHash = await primitives.digest(hash, presented)
  return unsignedJws({ alg: algorithm, typ: 'kb+jwt' }, { iat: issuedAt, aud: audience, nonce, sd_hash: sdHash })
}

/** What a key binding says; throws `key_binding_type_wrong` and `key_binding_malformed` (RFC 9901 section 4.3). */
export function readKeyBinding(keyBinding: Jws): KeyBindingClaims {
  const { header, payload } = keyBinding
  if (ownMember(header, 'typ') !== 'kb+jwt') throw new SdJwtError('key_binding_type_wrong')
  const issuedAt = ownMember(payload, 'iat')
  if (typeof issuedAt !== 'number') throw new SdJwtError('key_binding_malformed', 'iat')
  return { audience: text(payload, 'aud'), nonce: text(payload, 'nonce'), issuedAt, presentedHash: text(payload, 'sd_hash') }
}

/** The holder key that the issuer signed (`cnf.jwk`, RFC 7800 section 3.2), if there is one; never one of the key binding's own header. */
export function holderKey(claims: JsonObject): Jwk | undefined {
  const confirmation = ownMember(claims, 'cnf')
  if (!isObject(confirmation)) return undefined
  const jwk = ownMember(confirmation, 'jwk')
  if (!isObject(jwk)) return undefined
  const kty = ownMember(jwk, 'kty')
  return typeof kty === 'string' ? { ...jwk, kty } : undefined
}

function text(payload: JsonObject, name: string): string {
  const value = ownMember(payload, name)
  if (typeof value !== 'string') throw new SdJwtError('key_binding_malformed', name)
  return value
}
