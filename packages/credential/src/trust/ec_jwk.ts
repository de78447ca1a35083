import { base64url, type Json, type JsonObject, type Jwk, type SignatureAlgorithm } from '@symbolon/sd-jwt'

/** Curves we verify with: the algorithm of each and the bytes of a coordinate (RFC 7518 sections 3.4, 6.2.1). */
const CURVES: ReadonlyMap<string, { readonly algorithm: SignatureAlgorithm; readonly size: number }> = new Map([
  ['P-256', { algorithm: 'ES256', size: 32 }],
  ['P-384', { algorithm: 'ES384', size: 48 }],
  ['P-521', { algorithm: 'ES512', size: 66 }],
])
const PRIVATE: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])

/** The one algorithm a key is for, by its curve; null for a curve that is none of ours. */
export const keyAlgorithm = (jwk: Jwk): SignatureAlgorithm | null => CURVES.get(jwk.crv ?? '')?.algorithm ?? null

/** The curve that an algorithm is for, and the bytes of a coordinate; undefined for an algorithm that is none of ours. */
export function curveOf(algorithm: SignatureAlgorithm | null): { crv: string; size: number } | undefined {
  for (const [crv, curve] of CURVES) if (curve.algorithm === algorithm) return { crv, size: curve.size }
  return undefined
}

/** Reads a public EC key for signatures: the key with its `kid`, or a sentence on what is wrong with it; never its content. */
export function readEcJwk(value: JsonObject): Jwk | string {
  if (Object.keys(value).some((name) => PRIVATE.has(name))) return 'it has a private member; give the public key only'
  const { kty, crv, x, y, kid, use, alg } = value
  if (kty !== 'EC') return 'kty: must be EC'
  const curve = typeof crv === 'string' ? CURVES.get(crv) : undefined
  if (typeof crv !== 'string' || curve === undefined) return 'crv: must be P-256, P-384 or P-521'
  if (!isCoordinate(x, curve.size)) return `x: must be base64url of ${curve.size} bytes`
  if (!isCoordinate(y, curve.size)) return `y: must be base64url of ${curve.size} bytes`
  if (use !== undefined && use !== 'sig') return 'use: must be sig, or absent'
  if (alg !== undefined && alg !== curve.algorithm) return `alg: must be ${curve.algorithm} for this curve, or absent`
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) return 'kid: must be text, or absent'
  return { kty, crv, x, y, ...(kid !== undefined && { kid }) }
}

const isCoordinate = (value: Json | undefined, size: number): value is string => typeof value === 'string' && base64url.spells(value, size)
