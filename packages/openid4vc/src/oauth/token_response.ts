import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { type Message, reader } from '../message.ts'
import { DETAILS_TYPE } from './authorization_details.ts'
import { bearer, dpop, schemeNamed, type TokenScheme } from './token_schemes/index.ts'

/** What a token endpoint gives. `lifetime` in seconds, at most 300 for a bearer token (OpenID4VCI 1.0 section 13.10). */
export interface TokenGiven {
  readonly accessToken: string
  readonly scheme: TokenScheme
  readonly lifetime: number
  readonly refreshToken?: string
  /** What was granted, where the client did not use authorization details: it may be less than was asked for (RFC 6749 section 3.3). */
  readonly scopes?: readonly string[]
  /** For a client that used authorization details: of each configuration the identifiers to ask for (section 6.2). */
  readonly details?: readonly { readonly configurationId: string; readonly identifiers: readonly string[] }[]
}

/** What a wallet was given: the token, and for each configuration the identifiers it must then use (OpenID4VCI 1.0 section 6.2). */
export interface TokenResponse {
  readonly accessToken: string
  readonly scheme: TokenScheme
  /** Seconds. */
  readonly expiresIn?: number
  readonly refreshToken?: string
  readonly credentialIdentifiers: ReadonlyMap<string, readonly string[]>
}

/** For each of them a wallet makes keys: many more would keep it at work for hours. */
const MOST_IDENTIFIERS = 100

/** The answer of the token endpoint (RFC 6749 section 5.1, RFC 9449 section 5); it must be served with `Cache-Control: no-store`. */
export const tokenResponse = ({ accessToken, scheme, lifetime, refreshToken, scopes, details }: TokenGiven): JsonObject => ({
  access_token: accessToken,
  token_type: scheme.id,
  expires_in: lifetime,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  ...(scopes !== undefined && { scope: scopes.join(' ') }),
  ...(details !== undefined && {
    authorization_details: details.map(({ configurationId, identifiers }) => ({
      type: DETAILS_TYPE,
      credential_configuration_id: configurationId,
      credential_identifiers: [...identifiers],
    })),
  }),
})

/**
 * Reads the answer of a token endpoint; throws PeerError `token_response_malformed`.
 *
 * `dpop`: whether the request had a proof; then nothing but a token bound to its key will do (RFC 9449 section 5), and else it cannot be one.
 */
export function parseTokenResponse(message: Message, wanted: { readonly dpop: boolean }): TokenResponse {
  const read = reader((place, what, cause) => new PeerError('token_response_malformed', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  const accessToken = read.string(body.access_token, 'access_token')
  // RFC 6750 section 2.1: the characters a token may have in a header; anything else could add a header of its own.
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(accessToken)) read.refuse('access_token', 'has characters that no access token has')
  const scheme = wanted.dpop ? dpop : bearer
  if (schemeNamed(read.string(body.token_type, 'token_type')) !== scheme) {
    read.refuse('token_type', `must be ${scheme.id}, the only kind this wallet asked for`)
  }
  const expiresIn = read.optional(body.expires_in, (value, place) => read.whole(value, place, 0), 'expires_in')
  const refreshToken = read.optional(body.refresh_token, read.string, 'refresh_token')
  return {
    accessToken,
    scheme,
    ...(expiresIn !== undefined && { expiresIn }),
    ...(refreshToken !== undefined && { refreshToken }),
    credentialIdentifiers: identifiers(read.optional(body.authorization_details, read.array, 'authorization_details') ?? []),
  }

  function identifiers(details: readonly Json[]): Map<string, string[]> {
    const found = new Map<string, string[]>()
    let count = 0
    for (const [index, entry] of details.entries()) {
      const place = `authorization_details[${index}]`
      const detail = read.object(entry, place)
      if (detail.type !== DETAILS_TYPE) continue
      const id = read.string(detail.credential_configuration_id, `${place}.credential_configuration_id`)
      const named = read.strings(detail.credential_identifiers, `${place}.credential_identifiers`)
      count += named.length
      if (count > MOST_IDENTIFIERS) read.refuse('authorization_details', `must have at most ${MOST_IDENTIFIERS} credential_identifiers`)
      found.set(id, [...(found.get(id) ?? []), ...named])
    }
    return found
  }
}
