import { type Awaitable, base64url, type Primitives } from '@symbolon/sd-jwt'
import { ProtocolError } from '../errors.ts'

/** The only way to transform a verifier that we speak: with `plain`, whoever sees the request can finish it (RFC 9700 section 2.1.1). */
export const CHALLENGE_METHOD = 'S256'

const VERIFIER_BYTES = 32
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** A fresh code verifier: 256 random bits (RFC 7636 section 4.1). */
export const createVerifier = (random: Primitives['random']): string => base64url.encode(random(VERIFIER_BYTES))

/** The code challenge of a verifier (RFC 7636 section 4.2, S256). */
export const challengeOf = (verifier: string, primitives: Primitives): Awaitable<string> => primitives.digest('sha-256', verifier)

/** Whether a text can be a challenge: the base64url of a SHA-256 digest. */
export const isChallenge = (text: string): boolean => CHALLENGE.test(text)

/** Checks the verifier of a token request against the challenge of its authorization request (RFC 7636 section 4.6); throws ProtocolError `invalid_grant`. */
export async function checkVerifier(verifier: string, challenge: string, primitives: Primitives): Promise<void> {
  if (VERIFIER.test(verifier) && (await challengeOf(verifier, primitives)) === challenge) return
  throw new ProtocolError('invalid_grant', 'code_verifier does not fit the code_challenge of the authorization request')
}
