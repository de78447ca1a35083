import { ProtocolError } from '../../errors.ts'
import type { Form } from '../form.ts'

/** What a wallet sends for a new access token; it may ask for less than before, never for more. */
export interface RefreshRequest {
  readonly refreshToken: string
}

/** The refresh token grant (RFC 6749 section 6); it does not stand in offers. */
export const refreshToken = {
  id: 'refresh_token',
  spec: 'RFC 6749 section 6',
  demandsDpop: true,
  requestMembers: (request: RefreshRequest): Record<string, string> => ({ refresh_token: request.refreshToken }),
  parseRequest,
} as const

/** Reads the grant's parameters of a token request; throws ProtocolError `invalid_request`. */
function parseRequest(form: Form): RefreshRequest {
  const token = form.get('refresh_token')
  if (token === undefined) throw new ProtocolError('invalid_request', 'refresh_token is missing')
  return { refreshToken: token }
}
