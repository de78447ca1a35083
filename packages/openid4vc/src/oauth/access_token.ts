import { ProtocolError } from '../errors.ts'
import { type DpopRule, verifyDpop } from './dpop.ts'
import type { Once } from './once.ts'
import { challengeWith, openChallenge, schemeNamed, type TokenScheme } from './token_schemes/index.ts'

/** An access token as it came, and the scheme it came in. */
export interface PresentedToken {
  readonly scheme: TokenScheme
  readonly token: string
}

const LONGEST = 4_096
const CREDENTIALS = /^(?<name>[A-Za-z][A-Za-z0-9-]*) +(?<token>[A-Za-z0-9\-._~+/]+=*) *$/

/** The access token of an `Authorization` header (RFC 6750 section 2.1, RFC 9449 section 7.1); throws ProtocolError `invalid_token` when there is none. */
export function parseAccessToken(authorization: string | undefined): PresentedToken {
  const { name = '', token = '' } = CREDENTIALS.exec(authorization ?? '')?.groups ?? {}
  const scheme = schemeNamed(name)
  if (scheme === undefined || token.length > LONGEST) {
    const error = new ProtocolError('invalid_token', 'an access token is needed in the header Authorization')
    throw challenged(error, authorization)
  }
  return { scheme, token }
}

/**
 * Checks that a token was presented as the one it is: one that is bound to a key (`jkt`, its thumbprint) with a proof of that key,
 * any other without (RFC 9449 sections 7.1 and 7.2). `proof` is the `DPoP` header.
 *
 * Answers what the store must now accept only once, if there is a proof. Throws ProtocolError with status 401.
 */
export async function verifyPresented(
  { scheme, token }: PresentedToken,
  jkt: string | undefined,
  proof: string | undefined,
  rule: Omit<DpopRule, 'accessToken' | 'jkt'>,
): Promise<Once | undefined> {
  if (scheme.bound !== (jkt !== undefined)) {
    throw new ProtocolError(
      'invalid_token',
      jkt === undefined ? 'the access token is bound to no key' : 'the access token is bound to a key and needs a DPoP proof',
    )
  }
  return jkt === undefined ? undefined : (await verifyDpop(proof, { ...rule, accessToken: token, jkt })).once
}

/**
 * An error of a resource, with the challenge that fits what came in the `Authorization` header.
 *
 * Nothing, or a scheme that we do not speak: no error is named (RFC 6750 section 3.1). Errors that are not about the token stay as they are.
 */
export function challenged(error: ProtocolError, authorization: string | undefined): ProtocolError {
  if (error.status !== 401 && error.status !== 403) return error
  const scheme = schemeNamed(authorization?.split(' ', 1)[0] ?? '')
  return error.answeredWith({ headers: { 'www-authenticate': scheme === undefined ? openChallenge() : challengeWith(error, scheme) } })
}
