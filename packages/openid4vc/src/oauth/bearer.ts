import { ProtocolError } from '../errors.ts'

/** The access token of an `Authorization` header (RFC 6750 section 2.1); throws ProtocolError `invalid_token` when there is none. */
export function parseBearer(authorization: string | undefined): string {
  const token = authorization?.match(/^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i)?.[1]
  if (token === undefined) throw new ProtocolError('invalid_token', 'an access token is needed: Authorization: Bearer ...')
  return token
}
