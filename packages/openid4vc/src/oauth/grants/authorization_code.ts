import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { PeerError, ProtocolError } from '../../errors.ts'
import { reader } from '../../message.ts'
import type { Form } from '../form.ts'

/** What an offer says for a wallet that sends the person to the server first. */
export interface AuthorizationCodeOffer {
  /** Goes back to the server with the authorization request, as it is. */
  readonly issuerState?: string
  /** Which of several authorization servers to ask. */
  readonly authorizationServer?: string
}

/** What a wallet sends to redeem a code. */
export interface AuthorizationCodeRequest {
  readonly code: string
  readonly codeVerifier: string
  readonly redirectUri: string
}

/** The authorization code grant (RFC 6749 section 4.1.3, RFC 7636 section 4.5; OpenID4VCI 1.0 section 4.1.1). */
export const authorizationCode = {
  id: 'authorization_code',
  spec: 'RFC 6749 section 4.1.3',
  demandsDpop: true,
  offerMembers,
  parseOffer,
  requestMembers,
  parseRequest,
} as const

function offerMembers({ issuerState, authorizationServer }: AuthorizationCodeOffer): JsonObject {
  return {
    ...(issuerState !== undefined && { issuer_state: issuerState }),
    ...(authorizationServer !== undefined && { authorization_server: authorizationServer }),
  }
}

/** Reads the grant's members of an offer; throws PeerError `offer_malformed`. */
function parseOffer(value: Json, place: string): AuthorizationCodeOffer {
  const read = reader((where, what, cause) => new PeerError('offer_malformed', `${where} ${what}`, cause))
  const members = read.object(value, place)
  const issuerState = read.optional(members.issuer_state, read.string, `${place}.issuer_state`)
  const authorizationServer = read.optional(members.authorization_server, read.string, `${place}.authorization_server`)
  return {
    ...(issuerState !== undefined && { issuerState }),
    ...(authorizationServer !== undefined && { authorizationServer }),
  }
}

function requestMembers({ code, codeVerifier, redirectUri }: AuthorizationCodeRequest): Record<string, string> {
  return { code, code_verifier: codeVerifier, redirect_uri: redirectUri }
}

/** Reads the grant's parameters of a token request; throws ProtocolError `invalid_request` or `invalid_grant`. */
function parseRequest(form: Form): AuthorizationCodeRequest {
  const code = form.get('code')
  if (code === undefined) throw new ProtocolError('invalid_request', 'code is missing')
  const redirectUri = form.get('redirect_uri')
  if (redirectUri === undefined)
    throw new ProtocolError('invalid_request', 'redirect_uri is missing; send the one of the authorization request')
  const codeVerifier = form.get('code_verifier')
  // Every code has a challenge here, so none fits (RFC 7636 section 4.6).
  if (codeVerifier === undefined) throw new ProtocolError('invalid_grant', 'code_verifier is missing')
  return { code, codeVerifier, redirectUri }
}
