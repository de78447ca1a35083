import type { JsonObject } from '@symbolon/sd-jwt'
import { PeerError, ProtocolError } from '../errors.ts'
import { type Message, reader } from '../message.ts'
import { parseWanted, type Wantable, type Wanted } from './authorization_details.ts'
import { type Caller, clientIdFault } from './clients/index.ts'
import { createForm, type Form, parseForm } from './form.ts'
import { CHALLENGE_METHOD, isChallenge } from './pkce.ts'
import { checkRedirectUri } from './redirect_uri.ts'

/** What a client asks a person to agree to, read and checked. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly wanted: Wanted
  readonly state?: string
  /** From an offer, as it came; nothing vouches for it (OpenID4VCI 1.0 section 5.1.3). */
  readonly issuerState?: string
  /** The thumbprint of the key that the code will be bound to (RFC 9449 section 10). */
  readonly dpopJkt?: string
  /** Language tags, best first (OpenID Connect Core section 3.1.2.1). */
  readonly locales: readonly string[]
}

const LONGEST_STATE = 2_048
const MOST_LOCALES = 10
const LANGUAGE_TAG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/
const REQUEST_URI = 'urn:ietf:params:oauth:request_uri:'
const LONGEST_REQUEST_URI = 512

const wrong = (description: string): ProtocolError => new ProtocolError('invalid_request', description)

/** Reads the form of a pushed authorization request (RFC 9126 section 2.1); throws ProtocolError `invalid_request`. */
export function parsePushedRequest(message: Message): Form {
  const form = parseForm(message)
  if (form.has('request_uri')) throw wrong('request_uri must not stand in a pushed request')
  if (form.has('request')) throw wrong('request objects are not announced by this server; send the parameters themselves')
  return form
}

/**
 * Reads the authorization request that a client pushed (RFC 6749 section 4.1.1), narrowed to what this server answers: a code, at a
 * redirect address of this client, with PKCE by S256.
 *
 * Throws ProtocolError `invalid_request`, `unsupported_response_type`, `invalid_scope` or `invalid_authorization_details`.
 */
export function parseAuthorizationRequest(form: Form, caller: Caller, offering: Wantable, issuer: string): AuthorizationRequest {
  const { clientId } = caller
  if (clientId === undefined) throw wrong('client_id is missing')
  const responseType = demand(form, 'response_type')
  if (responseType !== 'code') throw new ProtocolError('unsupported_response_type', 'response_type must be code')
  if ((form.get('response_mode') ?? 'query') !== 'query') throw wrong('response_mode must be query')
  const redirectUri = demand(form, 'redirect_uri')
  checkRedirectUri(redirectUri, caller)
  const codeChallenge = demand(form, 'code_challenge')
  // Left out means plain (RFC 7636 section 4.3).
  if (form.get('code_challenge_method') !== CHALLENGE_METHOD) throw wrong(`code_challenge_method must be ${CHALLENGE_METHOD}`)
  if (!isChallenge(codeChallenge)) throw wrong('code_challenge must be the base64url of a SHA-256 digest')
  const dpopJkt = form.get('dpop_jkt')
  if (dpopJkt !== undefined && !isChallenge(dpopJkt)) throw wrong('dpop_jkt must be the base64url of a SHA-256 thumbprint')
  const state = bounded(form, 'state')
  if (state !== undefined && !/^[\x20-\x7e]+$/.test(state)) throw wrong('state must be printable ASCII characters')
  const issuerState = bounded(form, 'issuer_state')
  return {
    clientId,
    redirectUri,
    codeChallenge,
    wanted: parseWanted(form, offering, issuer),
    ...(state !== undefined && { state }),
    ...(issuerState !== undefined && { issuerState }),
    ...(dpopJkt !== undefined && { dpopJkt }),
    locales: (form.get('ui_locales') ?? '')
      .split(' ')
      .filter((tag) => LANGUAGE_TAG.test(tag))
      .slice(0, MOST_LOCALES),
  }
}

function demand(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw wrong(`${name} is missing`)
  return value
}

function bounded(form: Form, name: string): string | undefined {
  const value = form.get(name)
  if (value !== undefined && value.length > LONGEST_STATE) throw wrong(`${name} must have at most ${LONGEST_STATE} characters`)
  return value
}

/** The `request_uri` that stands for a pushed request: as hard to guess as its handle (RFC 9126 section 2.2). */
export const requestUri = (handle: string): string => REQUEST_URI + handle

/** The answer to a pushed request, with status 201 and `Cache-Control: no-store` (RFC 9126 section 2.2). `lifetime` in seconds. */
export const pushedResponse = (requestUri: string, lifetime: number): JsonObject => ({ request_uri: requestUri, expires_in: lifetime })

/** Reads the answer to a pushed request; throws PeerError `pushed_response_malformed`. */
export function parsePushedResponse(message: Message): { requestUri: string; expiresIn: number } {
  const read = reader((place, what, cause) => new PeerError('pushed_response_malformed', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  return { requestUri: read.string(body.request_uri, 'request_uri'), expiresIn: read.whole(body.expires_in, 'expires_in', 1) }
}

/** What a wallet asks for: by details or by scopes; `client` says who it is (`clientMembers`). */
export interface PushedDraft {
  readonly client: Readonly<Record<string, string>>
  readonly redirectUri: string
  readonly codeChallenge: string
  /** The value of `authorization_details`; see `authorizationDetails`. */
  readonly details?: string
  readonly scopes?: readonly string[]
  readonly state?: string
  readonly issuerState?: string
  readonly dpopJkt?: string
  readonly locales?: readonly string[]
}

/** The form of a pushed authorization request. */
export const createPushedRequest = (draft: PushedDraft): Message =>
  createForm({
    ...draft.client,
    response_type: 'code',
    redirect_uri: draft.redirectUri,
    code_challenge: draft.codeChallenge,
    code_challenge_method: CHALLENGE_METHOD,
    authorization_details: draft.details,
    scope: draft.scopes?.join(' '),
    state: draft.state,
    issuer_state: draft.issuerState,
    dpop_jkt: draft.dpopJkt,
    ui_locales: draft.locales?.join(' '),
  })

/** Where a wallet sends the browser: the pushed request and whose it is, nothing else (RFC 9126 section 4). */
export function authorizationAddress(endpoint: string, { clientId, requestUri }: { clientId: string; requestUri: string }): string {
  const query = new URLSearchParams({ client_id: clientId, request_uri: requestUri })
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${query}`
}

/** Reads the address a browser comes with: only these two count, each once (RFC 9126 section 4); throws ProtocolError `invalid_request`. */
export function parseAuthorizationQuery(query: URLSearchParams): { clientId: string; requestUri: string } {
  const clientId = only(query, 'client_id')
  const fault = clientIdFault(clientId)
  if (fault !== undefined) throw wrong(`client_id ${fault}`)
  if (!query.has('request_uri')) throw wrong('request_uri is missing; push the authorization request first')
  const uri = only(query, 'request_uri')
  if (!uri.startsWith(REQUEST_URI) || uri.length > LONGEST_REQUEST_URI) throw wrong('request_uri was not given by this server')
  return { clientId, requestUri: uri }
}

function only(query: URLSearchParams, name: string): string {
  const [value, ...others] = query.getAll(name)
  if (others.length > 0) throw wrong('a parameter is there twice')
  if (value === undefined || value === '') throw wrong(`${name} is missing`)
  return value
}
