import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { type Message, reader } from '../message.ts'

/** What a wallet was given: the token, and for each configuration the identifiers it must then use (OpenID4VCI 1.0 section 6.2). */
export interface TokenResponse {
  readonly accessToken: string
  readonly credentialIdentifiers: ReadonlyMap<string, readonly string[]>
}

/** The answer of the token endpoint (RFC 6749 section 5.1); it must be served with `Cache-Control: no-store`. `lifetime` in seconds, at most 300 for a bearer token (section 13.10). */
export const tokenResponse = (accessToken: string, lifetime: number): JsonObject => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: lifetime,
})

/** Reads the answer of a token endpoint; throws PeerError `token_response_malformed`. */
export function parseTokenResponse(message: Message): TokenResponse {
  const read = reader((place, what, cause) => new PeerError('token_response_malformed', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  const accessToken = read.string(body.access_token, 'access_token')
  // RFC 6750 section 2.1: the characters a bearer token may have; anything else could add a header of its own.
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(accessToken)) read.refuse('access_token', 'has characters that no bearer token has')
  if (read.string(body.token_type, 'token_type').toLowerCase() !== 'bearer')
    read.refuse('token_type', 'must be Bearer, the only kind this wallet asked for')
  return {
    accessToken,
    credentialIdentifiers: identifiers(read.optional(body.authorization_details, read.array, 'authorization_details') ?? []),
  }

  function identifiers(details: readonly Json[]): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const [index, entry] of details.entries()) {
      const place = `authorization_details[${index}]`
      const detail = read.object(entry, place)
      if (detail.type !== 'openid_credential') continue
      const id = read.string(detail.credential_configuration_id, `${place}.credential_configuration_id`)
      found.set(id, [...(found.get(id) ?? []), ...read.strings(detail.credential_identifiers, `${place}.credential_identifiers`)])
    }
    return found
  }
}
