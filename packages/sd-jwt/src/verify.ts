import { SdJwtError } from './errors.ts'
import { LIMITS, type Limits, ownMember } from './json.ts'
import { allowedAlgorithm, type Jws, verifyJws } from './jws.ts'
import { holderKey, type KeyBindingClaims, readKeyBinding } from './key_binding.ts'
import type { HashAlgorithm, Json, JsonObject, Jwk, Primitives, PublicKey, SignatureAlgorithm } from './primitives.ts'
import { hashAlgorithm, type Revealed, reveal } from './reveal.ts'
import { parseSdJwt, type SdJwt } from './sd_jwt.ts'

/** Whom the holder must have made the presentation for, and when. */
export interface KeyBindingPolicy {
  readonly audience: string
  readonly nonce: string
  /** Seconds it may lie back; by default 300. */
  readonly maxAge?: number
  /** Seconds it may lie ahead, for clocks that differ; by default 60. */
  readonly maxAhead?: number
}

/** All that the verdict depends on besides the text. */
export interface VerifySdJwtOptions {
  /** The issuer's key; whether it belongs to the issuer and is trusted is decided before. */
  readonly key: PublicKey
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly primitives: Primitives
  /** Seconds since 1970. */
  readonly now: number
  /**
   * Decided by policy, never by what came along (RFC 9901 section 7.3 step 1): a policy when a key binding is required; `forbidden` for what
   * an issuer hands out (section 7.2) or whoever carries it may show.
   */
  readonly keyBinding: KeyBindingPolicy | 'forbidden'
  /** The `typ` that the header must have. */
  readonly typ?: string
  /** Who reads it; without, an SD-JWT that has an `aud` is refused. */
  readonly audience?: string
  /** Names of claims without which it is refused. */
  readonly required?: readonly string[]
  /** Names of top-level claims that must not come by a disclosure, nor anything inside them; by default those of RFC 9901 section 9.7. */
  readonly permanent?: readonly string[]
  readonly limits?: Limits
}

/** What may be relied upon. */
export interface VerifiedSdJwt {
  readonly header: JsonObject
  /** The processed payload. */
  readonly claims: JsonObject
  readonly keyBinding?: KeyBindingClaims
}

/** The claims that decide on validity, as RFC 9901 section 9.7 lists them. */
export const VALIDITY_CLAIMS: readonly string[] = ['iss', 'aud', 'exp', 'nbf', 'cnf']

/**
 * Verifies an SD-JWT or SD-JWT+KB: its shape, then RFC 9901 section 7.1, then section 7.3, each in the order of its steps.
 *
 * Throws `SdJwtError` with the code of the first rule that is broken.
 */
export async function verifySdJwt(input: string | SdJwt, options: VerifySdJwtOptions): Promise<VerifiedSdJwt> {
  const { primitives, limits = LIMITS, keyBinding: policy } = options
  const sdJwt = typeof input === 'string' ? parseSdJwt(input, limits) : input
  const { jwt, keyBinding } = sdJwt

  // Section 7.3, steps 1 and 2; section 7.2.
  if (policy === 'forbidden' && keyBinding !== undefined) throw new SdJwtError('key_binding_unexpected')
  if (policy !== 'forbidden' && keyBinding === undefined) throw new SdJwtError('key_binding_missing')

  // Section 7.1, step 2.
  if (!(await verifyJws(jwt, options))) throw new SdJwtError('signature_wrong')
  if (options.typ !== undefined && ownMember(jwt.header, 'typ') !== options.typ) throw new SdJwtError('type_wrong')
  hashAlgorithm(jwt.payload)

  // Steps 3 to 5.
  const revealed = await reveal(sdJwt, primitives, limits)
  checkPermanent(revealed, options.permanent ?? VALIDITY_CLAIMS)

  // Step 6.
  const { claims } = revealed
  for (const name of options.required ?? []) if (!Object.hasOwn(claims, name)) throw new SdJwtError('claim_missing', name)
  if (isEarly(claims, options.now)) throw new SdJwtError('not_yet_valid')
  if (isLate(claims, options.now)) throw new SdJwtError('expired')
  time(claims, 'iat')
  checkAudience(ownMember(claims, 'aud'), options.audience)

  if (policy === 'forbidden' || keyBinding === undefined) return { header: jwt.header, claims }
  return { header: jwt.header, claims, keyBinding: await checkKeyBinding(sdJwt, keyBinding, revealed, policy, options) }
}

/** Refuses disclosures of these top-level claims and of anything inside them; throws `claim_not_disclosable` (RFC 9901 section 9.7). */
export function checkPermanent(revealed: Revealed, names: readonly string[]): void {
  for (const { path } of revealed.placed) {
    const name = path[0]
    if (typeof name === 'string' && names.includes(name)) throw new SdJwtError('claim_not_disclosable', name)
  }
}

/** Whether a key binding was made for exactly this SD-JWT and these disclosures (RFC 9901 section 4.3.1). */
export async function coversPresentation(
  sdJwt: SdJwt,
  presentedHash: string,
  hash: HashAlgorithm,
  primitives: Pick<Primitives, 'digest'>,
): Promise<boolean> {
  return presentedHash === (await primitives.digest(hash, sdJwt.text))
}

/** Section 7.3, step 5. */
async function checkKeyBinding(
  sdJwt: SdJwt,
  keyBinding: Jws,
  revealed: Revealed,
  policy: KeyBindingPolicy,
  { algorithms, primitives, now }: VerifySdJwtOptions,
): Promise<KeyBindingClaims> {
  const jwk = holderKey(revealed.claims)
  if (jwk === undefined) throw new SdJwtError('holder_key_missing')
  if (!(await verifyWithJwk(keyBinding, jwk, algorithms, primitives))) throw new SdJwtError('key_binding_signature_wrong')
  const claims = readKeyBinding(keyBinding)
  // Asked this way round, a time that is not a number is refused.
  if (!(claims.issuedAt >= now - (policy.maxAge ?? 300))) throw new SdJwtError('key_binding_too_old')
  if (!(claims.issuedAt <= now + (policy.maxAhead ?? 60))) throw new SdJwtError('key_binding_ahead')
  if (claims.nonce !== policy.nonce) throw new SdJwtError('key_binding_nonce_wrong')
  if (claims.audience !== policy.audience) throw new SdJwtError('key_binding_audience_wrong')
  if (!(await coversPresentation(sdJwt, claims.presentedHash, revealed.hash, primitives))) throw new SdJwtError('key_binding_hash_wrong')
  if (isEarly(keyBinding.payload, now) || isLate(keyBinding.payload, now)) throw new SdJwtError('key_binding_not_valid_now')
  return claims
}

async function verifyWithJwk(jws: Jws, jwk: Jwk, algorithms: readonly SignatureAlgorithm[], primitives: Primitives): Promise<boolean> {
  const key = await primitives.importKey(jwk, allowedAlgorithm(jws, algorithms))
  return verifyJws(jws, { key, algorithms, primitives })
}

function isEarly(claims: JsonObject, now: number): boolean {
  const notBefore = time(claims, 'nbf')
  return notBefore !== undefined && !(now >= notBefore)
}

function isLate(claims: JsonObject, now: number): boolean {
  const expires = time(claims, 'exp')
  return expires !== undefined && !(now < expires)
}

function time(claims: JsonObject, name: string): number | undefined {
  const value = ownMember(claims, name)
  if (value !== undefined && typeof value !== 'number') throw new SdJwtError('claim_malformed', name)
  return value
}

function checkAudience(audience: Json | undefined, reader: string | undefined): void {
  if (audience === undefined) return
  const audiences = Array.isArray(audience) ? audience : [audience]
  if (!audiences.every((one) => typeof one === 'string')) throw new SdJwtError('claim_malformed', 'aud')
  if (reader === undefined || !audiences.includes(reader)) throw new SdJwtError('audience_wrong')
}
