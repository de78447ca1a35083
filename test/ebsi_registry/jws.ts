import { createPublicKey, verify } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload, type ProtectedHeaderParameters } from 'jose'
import type { PublicJwk } from './identity.ts'

export interface DecodedJwt {
  readonly header: ProtectedHeaderParameters
  readonly payload: JWTPayload & Record<string, unknown>
}

/** The largest JWT read, in characters. */
const LARGEST = 200_000

/** The two JSON parts of a compact JWS; null when it is none. */
export function decode(jwt: unknown): DecodedJwt | null {
  if (typeof jwt !== 'string' || jwt.length > LARGEST) return null
  try {
    return { header: decodeProtectedHeader(jwt), payload: decodeJwt(jwt) }
  } catch {
    return null
  }
}

/** Whether a compact JWS is signed with this key, by the algorithm that belongs to its curve; `alg` must name it. */
export async function isSignedBy(jwt: string, jwk: PublicJwk): Promise<boolean> {
  try {
    if (jwk.crv === 'P-256') {
      await compactVerify(jwt, await importJWK({ ...jwk }, 'ES256'), { algorithms: ['ES256'] })
      return true
    }
    // jose knows no secp256k1, for WebCrypto knows none.
    const [header = '', payload = '', signature = ''] = jwt.split('.')
    if (jwk.crv !== 'secp256k1' || decodeProtectedHeader(jwt).alg !== 'ES256K') return false
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    const bytes = Buffer.from(signature, 'base64url')
    return verify('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, bytes)
  } catch {
    return false
  }
}
