import { ProtocolError } from '../errors.ts'
import type { Message } from '../message.ts'
import { parseForm } from './form.ts'
import { type Grant, grantNamed } from './grants/index.ts'
import type { PreAuthorizedRequest } from './grants/pre_authorized_code.ts'

/** A token request: the grant, and what that grant reads. */
export type TokenRequest = { readonly grant: Grant } & PreAuthorizedRequest

/** The body of a token request, a form, as a wallet without client identifier sends it (OpenID4VCI 1.0 section 6.1). */
export function createTokenRequest(request: TokenRequest): Message {
  const form = new URLSearchParams({ grant_type: request.grant.id, ...request.grant.requestMembers(request) })
  return { contentType: 'application/x-www-form-urlencoded', body: form.toString() }
}

/** Reads a token request; throws ProtocolError `invalid_request` or `unsupported_grant_type`. Parameters we do not know are ignored. */
export function parseTokenRequest(message: Message): TokenRequest {
  const form = parseForm(message)
  const id = form.get('grant_type')
  if (id === undefined) throw new ProtocolError('invalid_request', 'grant_type is missing')
  const grant = grantNamed(id)
  if (grant === undefined) {
    if (form.has('tx_code')) throw new ProtocolError('invalid_request', 'tx_code goes only with a pre-authorized code')
    throw new ProtocolError('unsupported_grant_type', 'this grant type is not announced in the authorization server metadata')
  }
  return { grant, ...grant.parseRequest(form) }
}
