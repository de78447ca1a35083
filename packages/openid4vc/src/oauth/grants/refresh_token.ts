import { ProtocolError } from '../../errors.ts'
import type { Form } from '../form.ts'

/** What a wallet sends for a new access token; it may name scopes it was granted before, never others. */
export interface RefreshRequest {
  readonly refreshToken: string
  readonly scopes?: readonly string[]
}

/** The refresh token grant (RFC 6749 section 6); it does not stand in offers. */
export const refreshToken = {
  id: 'refresh_token',
  spec: 'RFC 6749 section 6',
  demandsDpop: true,
  requestMembers: ({ refreshToken, scopes }: RefreshRequest): Record<string, string> => ({
    refresh_token: refreshToken,
    ...(scopes !== undefined && { scope: scopes.join(' ') }),
  }),
  parseRequest,
} as const

/** Reads the grant's parameters of a token request; throws ProtocolError `invalid_request`. */
function parseRequest(form: Form): RefreshRequest {
  const token = form.get('refresh_token')
  if (token === undefined) throw new ProtocolError('invalid_request', 'refresh_token is missing')
  const scope = form.get('scope')
  return { refreshToken: token, ...(scope !== undefined && { scopes: scope.split(' ').filter((name) => name !== '') }) }
}
