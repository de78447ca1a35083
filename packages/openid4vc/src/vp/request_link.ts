import type { JsonObject } from '@symbolon/sd-jwt'
import { parseJson, parseJsonObject } from '@symbolon/sd-jwt'
import { PeerError, ProtocolError } from '../errors.ts'
import { addressFault, type Message, reader } from '../message.ts'
import { createForm, parseForm } from '../oauth/form.ts'

/** How a request comes: by an address to fetch it from, signed in the link itself, or as bare parameters (OpenID4VP 1.0 section 5). */
export type RequestLink =
  | { readonly kind: 'reference'; readonly clientId: string; readonly requestUri: string; readonly method: RequestUriMethod }
  | { readonly kind: 'value'; readonly clientId: string; readonly request: string }
  | { readonly kind: 'parameters'; readonly clientId: string; readonly parameters: JsonObject }

/** How the address is asked (section 5.1). */
export type RequestUriMethod = 'get' | 'post'

/** What a wallet sends along when it fetches a request by `post` (section 5.10). */
export interface RequestFetch {
  /** Must come back in the request object. */
  readonly walletNonce?: string
  readonly walletMetadata?: JsonObject
}

export const REQUEST_MEDIA_TYPE = 'application/oauth-authz-req+jwt'
const SCHEME = 'openid4vp://'
const LONGEST_LINK = 65_536
/** Parameters that are JSON where they stand in a link (section 5.1). */
const JSON_PARAMETERS: ReadonlySet<string> = new Set(['dcql_query', 'client_metadata', 'verifier_info', 'transaction_data'])

const read = reader((place, what, cause) => new PeerError('request_malformed', `${place} ${what}`, cause))

/** The link of a request that is fetched: short enough for a QR code. */
export const requestLink = ({ clientId, requestUri, method }: { clientId: string; requestUri: string; method: RequestUriMethod }): string =>
  `${SCHEME}?${new URLSearchParams({ client_id: clientId, request_uri: requestUri, ...(method === 'post' && { request_uri_method: method }) })}`

/**
 * Reads a link of any scheme (`openid4vp:`, `haip-vp:`, `https:`): which wallet it opens says nothing about who asks.
 *
 * Throws PeerError `request_malformed`, or `request_uri_method_unknown`.
 */
export function parseRequestLink(link: string): RequestLink {
  if (link.length > LONGEST_LINK) read.refuse('the link', `must have at most ${LONGEST_LINK} characters`)
  const url = URL.parse(link)
  if (url === null) return read.refuse('the link', 'is no link')
  const parameters = new Map<string, string>()
  for (const [name, value] of url.searchParams) {
    if (parameters.has(name)) read.refuse(name, 'is there twice')
    parameters.set(name, value)
  }
  const clientId = read.string(parameters.get('client_id'), 'client_id')
  const [request, requestUri] = [parameters.get('request'), parameters.get('request_uri')]
  if (request !== undefined && requestUri !== undefined) return read.refuse('the link', 'must have request or request_uri, not both')
  if (request !== undefined) return { kind: 'value', clientId, request }
  if (requestUri === undefined) return { kind: 'parameters', clientId, parameters: unsigned(parameters) }
  const fault = addressFault(requestUri)
  if (fault !== undefined) return read.refuse('request_uri', fault)
  const method = parameters.get('request_uri_method') ?? 'get'
  if (method !== 'get' && method !== 'post') throw new PeerError('request_uri_method_unknown', 'request_uri_method must be get or post')
  return { kind: 'reference', clientId, requestUri, method }
}

function unsigned(parameters: ReadonlyMap<string, string>): JsonObject {
  const members: JsonObject = Object.create(null)
  for (const [name, value] of parameters) members[name] = JSON_PARAMETERS.has(name) ? json(name, value) : value
  return members
}

function json(name: string, value: string) {
  try {
    return parseJson(value)
  } catch (cause) {
    throw new PeerError('request_malformed', `${name} is not JSON`, cause)
  }
}

/** The request that fetches a request object (section 5.10): to `requestUri`. */
export function createRequestFetch(
  { method }: { method: RequestUriMethod },
  { walletNonce, walletMetadata }: RequestFetch,
): { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string } {
  const headers = { accept: REQUEST_MEDIA_TYPE }
  if (method === 'get') return { method: 'GET', headers }
  const form = createForm({ wallet_nonce: walletNonce, wallet_metadata: walletMetadata && JSON.stringify(walletMetadata) })
  return { method: 'POST', headers: { ...headers, 'content-type': form.contentType ?? '' }, body: form.body }
}

const LONGEST_NONCE = 512

/** Reads what a wallet sent along; throws ProtocolError `invalid_request`. */
export function parseRequestFetch(message: Message): RequestFetch {
  const form = parseForm(message)
  const [walletNonce, metadata] = [form.get('wallet_nonce'), form.get('wallet_metadata')]
  if (walletNonce !== undefined && walletNonce.length > LONGEST_NONCE)
    throw new ProtocolError('invalid_request', `wallet_nonce must have at most ${LONGEST_NONCE} characters`)
  return { ...(walletNonce !== undefined && { walletNonce }), ...(metadata !== undefined && { walletMetadata: metadataOf(metadata) }) }
}

function metadataOf(text: string): JsonObject {
  try {
    return parseJsonObject(text)
  } catch (cause) {
    throw new ProtocolError('invalid_request', 'wallet_metadata is no JSON object', cause)
  }
}
