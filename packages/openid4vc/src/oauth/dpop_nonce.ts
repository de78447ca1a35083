import { told } from '../error_response.ts'
import type { ProtocolCode } from '../errors.ts'
import type { Message } from '../message.ts'
import { dpop } from './token_schemes/index.ts'

const DEMAND: ProtocolCode = 'use_dpop_nonce'

/**
 * Whether an answer asks for the same request again with the nonce of its `DPoP-Nonce` header: an authorization server says so in the
 * body (RFC 9449 section 8), a resource in its challenge (section 9). `challenge` is the `WWW-Authenticate` header.
 */
export const demandsDpopNonce = (status: number, message: Message, challenge: string | undefined): boolean =>
  (status === 400 && told(message).error === DEMAND) || (status === 401 && errorIn(challenge ?? '') === DEMAND)

/** A scheme, or a parameter `name=value` (RFC 9110 section 11.2); what a quoted value says is not taken for either. */
const PART = /(?<name>[!#$%&'*+\-.^_`|~\w]+)(?:\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<token>[^\s",]+)))?/g

/** The `error` of the DPoP challenge, among whatever others (RFC 9110 section 11.6.1). */
function errorIn(challenges: string): string | undefined {
  let scheme = ''
  for (const { groups = {} } of challenges.matchAll(PART)) {
    const { name = '', quoted, token } = groups
    const value = quoted ?? token
    if (value === undefined) scheme = name.toLowerCase()
    else if (scheme === dpop.id.toLowerCase() && name.toLowerCase() === 'error') return value
  }
  return undefined
}
