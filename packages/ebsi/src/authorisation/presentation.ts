import { type UnsignedJws, unsignedJws } from '@symbolon/sd-jwt'

/** Who presents, to whom, what, and when; times are Unix seconds. */
export interface Presentation {
  readonly did: string
  /** The DID URL of the key that signs. */
  readonly kid: string
  readonly algorithm: 'ES256' | 'ES256K'
  /** The issuer URL of the authorisation service, to the letter. */
  readonly audience: string
  /** Unpredictable, and used once. */
  readonly nonce: string
  /** VC-JWTs about the DID; may be none. */
  readonly credentials: readonly string[]
  readonly now: number
}

/** How long a presentation counts, in seconds; the service accepts at most 300. */
const LIFETIME = 240

/**
 * The VP-JWT that is exchanged for an access token (EBSI Authorisation v4; Verifiable Presentation of VCDM 1.1 as a JWT, section
 * 6.3.1); it lacks only its signature.
 */
export function presentation({ did, kid, algorithm, audience, nonce, credentials, now }: Presentation): UnsignedJws {
  return unsignedJws(
    { alg: algorithm, typ: 'JWT', kid },
    {
      iss: did,
      sub: did,
      aud: audience,
      nonce,
      iat: now,
      nbf: now,
      exp: now + LIFETIME,
      vp: {
        '@context': ['https://www.w3.org/2018/credentials/v1'],
        type: ['VerifiablePresentation'],
        holder: did,
        verifiableCredential: [...credentials],
      },
    },
  )
}
