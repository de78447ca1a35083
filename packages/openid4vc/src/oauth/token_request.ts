import { ProtocolError } from '../errors.ts'
import type { Message } from '../message.ts'
import { createForm, type Form, parseForm } from './form.ts'
import { type Grant, grantNamed, preAuthorizedCode } from './grants/index.ts'

/** The half of a grant that a wallet needs. */
interface GrantRequested<Request> {
  readonly id: string
  requestMembers(request: Request): Record<string, string>
}

/**
 * The body of a token request, a form: the grant and what it needs (OpenID4VCI 1.0 section 6.1).
 *
 * `more`: who we are (`clientMembers`), and `authorization_details` where the server shall give identifiers.
 */
export const createTokenRequest = <Request>(
  request: { readonly grant: GrantRequested<Request> } & Request,
  more: Readonly<Record<string, string>> = {},
): Message => createForm({ ...more, grant_type: request.grant.id, ...request.grant.requestMembers(request) })

/**
 * Reads a token request as far as its grant; who sends it (`identifyClient`) and what the grant needs (`parseRequest`) is read from the form.
 *
 * Throws ProtocolError `invalid_request` or `unsupported_grant_type`. Parameters we do not know are ignored.
 */
export function parseTokenRequest(message: Message): { grant: Grant; form: Form } {
  const form = parseForm(message)
  const id = form.get('grant_type')
  if (id === undefined) throw new ProtocolError('invalid_request', 'grant_type is missing')
  const grant = grantNamed(id)
  if (grant !== preAuthorizedCode && form.has('tx_code')) {
    throw new ProtocolError('invalid_request', 'tx_code goes only with a pre-authorized code')
  }
  if (grant === undefined) {
    throw new ProtocolError('unsupported_grant_type', 'this grant type is not announced in the authorization server metadata')
  }
  return { grant, form }
}
