import { isObject, type JsonObject, type Jws, parseJws, type SignatureAlgorithm } from '@symbolon/sd-jwt'
import { type PeerCode, PeerError } from '../errors.ts'
import { addressFault, type Message, mediaType, reader } from '../message.ts'
import { type Asker, type AskerContext, readClientId } from './client_ids/index.ts'
import { checkHaip } from './haip.ts'
import { type PresentationRequest, parsePresentationRequest, REQUEST_TYP, WALLET_AUDIENCE } from './presentation_request.ts'
import { REQUEST_MEDIA_TYPE, type RequestLink } from './request_link.ts'
import { createErrorResponse } from './response.ts'
import type { VpError } from './vp_errors.ts'

/** What opening a request needs besides it. */
export interface RequestContext extends AskerContext {
  /** What was sent along when it was fetched by `post`. */
  readonly walletNonce?: string
  /** Take requests of HAIP 1.0 only. */
  readonly haip?: boolean
}

/** A request of which is known who makes it: its parameters are those that were signed, and no others (OpenID4VP 1.0 section 5.10.1). */
export interface AuthenticRequest {
  readonly parameters: JsonObject
  readonly asker: Asker
  /** What it was signed with; absent: it was not, and need not be. */
  readonly algorithm?: SignatureAlgorithm
  /** Where it was fetched from, if it was. */
  readonly requestUri?: string
}

const LONGEST = 262_144
const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']
/** How far clocks may differ, and how long a request may have been on its way, in seconds. */
const MOST_AHEAD = 60

/**
 * Finds out who makes a request, before anything that it asks is looked at (sections 5, 5.9.3, 5.10).
 *
 * Throws PeerError: nothing of such a request is to be believed, not even where to complain.
 */
export async function authenticateRequest(
  link: RequestLink,
  fetched: Message | undefined,
  context: RequestContext,
): Promise<AuthenticRequest> {
  const { prefix, name } = readClientId(link.clientId)
  if (link.kind === 'parameters') {
    if (prefix.find !== null) throw new PeerError('request_not_signed', `a request of ${prefix.id} must be signed`)
    return {
      parameters: link.parameters,
      asker: { clientId: link.clientId, prefix: prefix.id, outcome: 'unknown', code: 'asker_not_vouched' },
    }
  }
  if (prefix.find === null)
    throw new PeerError('request_signed', `a request of ${prefix.id} must not be signed: nothing says whose key that is`)
  const jws = parseRequest(link, fetched)
  const algorithm = ALGORITHMS.find((known) => known === jws.header.alg)
  if (algorithm === undefined) throw new PeerError('request_signature_wrong', `alg must be one of ${ALGORITHMS.join(', ')}`)
  const { key, asker } = await prefix.find(name, { header: jws.header, algorithm }, context)
  if (!(await context.primitives.verify(algorithm, key, jws.input, jws.signature)))
    throw new PeerError('request_signature_wrong', 'the signature does not fit the key of client_id')
  if (jws.payload.client_id !== link.clientId) throw new PeerError('client_id_wrong', 'client_id in the request is not the one of the link')
  return {
    parameters: jws.payload,
    asker: { clientId: link.clientId, prefix: prefix.id, ...asker },
    algorithm,
    ...(link.kind === 'reference' && { requestUri: link.requestUri }),
  }
}

const { addressOf } = reader((place, what) => new PeerError('response_uri_wrong', `${place} ${what}`))

function parseRequest(link: Exclude<RequestLink, { kind: 'parameters' }>, fetched: Message | undefined): Jws {
  if (link.kind === 'reference' && (fetched === undefined || mediaType(fetched) !== REQUEST_MEDIA_TYPE))
    throw new PeerError('request_malformed', `the content type of the request must be ${REQUEST_MEDIA_TYPE}`)
  const text = link.kind === 'value' ? link.request : (fetched?.body.trim() ?? '')
  if (text.length > LONGEST) throw new PeerError('request_malformed', `the request must have at most ${LONGEST} characters`)
  let jws: Jws
  try {
    jws = parseJws(text)
  } catch (cause) {
    throw new PeerError('request_malformed', 'the request is no JWS in compact form', cause)
  }
  if (jws.header.typ !== REQUEST_TYP) throw new PeerError('request_malformed', `typ must be ${REQUEST_TYP}`)
  return jws
}

/**
 * What an authentic request asks; throws PeerError with the first fault, of which the verifier is to be told (`refusalOf`).
 *
 * Its time, its audience and the wallet's nonce are those of the signed parameters; an unsigned request has none of them.
 */
export function readRequest(
  { parameters, asker, algorithm, requestUri }: AuthenticRequest,
  { now, walletNonce, haip }: RequestContext,
): PresentationRequest {
  const { prefix, name } = readClientId(asker.clientId)
  if (prefix.find !== null) checkSigned(parameters, now, walletNonce)
  const derived = prefix.find === null && parameters.response_uri === undefined ? { ...parameters, response_uri: name } : parameters
  const request = parsePresentationRequest(derived)
  // One query of a strange format is one that nothing matches (section 6.1); of strange formats alone nothing can ever be shown.
  if (request.query.credentials.every(({ types }) => types === undefined))
    throw new PeerError('request_formats_unknown', 'dcql_query asks for formats only that are not spoken here')
  if (!prefix.allows(name, request.responseUri)) throw new PeerError('response_uri_wrong', 'response_uri is not an address of who asks')
  if (requestUri !== undefined) addressOf(requestUri)(request.responseUri, 'response_uri')
  if (haip === true)
    checkHaip({ prefix: prefix.id, ...(algorithm && { algorithm }), ...(requestUri !== undefined && { requestUri }) }, request)
  return request
}

function checkSigned(parameters: JsonObject, now: number, walletNonce: string | undefined): void {
  if (parameters.request !== undefined || parameters.request_uri !== undefined)
    throw new PeerError('request_malformed', 'a request in a request is none')
  if (![parameters.aud].flat().includes(WALLET_AUDIENCE)) throw new PeerError('request_of_another', `aud must be ${WALLET_AUDIENCE}`)
  for (const name of ['exp', 'iat', 'nbf']) {
    const time = parameters[name]
    if (time === undefined) continue
    if (typeof time !== 'number') throw new PeerError('request_malformed', `${name} must be a number`)
    if (name === 'exp' ? time <= now : time > now + MOST_AHEAD)
      throw new PeerError('request_expired', name === 'exp' ? 'exp is over' : `${name} is more than ${MOST_AHEAD} seconds ahead`)
  }
  if (walletNonce !== undefined && parameters.wallet_nonce !== walletNonce)
    throw new PeerError('request_of_another', 'wallet_nonce is not the one that was sent: this is the request of somebody else')
}

/** The error of section 8.5 that a fault is told as; another one is `invalid_request`. */
const TOLD: Partial<Record<PeerCode, VpError>> = {
  request_formats_unknown: 'vp_formats_not_supported',
  request_scope_unknown: 'invalid_scope',
  request_type_unknown: 'unsupported_response_type',
  request_uri_method_unknown: 'invalid_request_uri_method',
  transaction_data_unknown: 'invalid_transaction_data',
}

/**
 * How to tell a verifier that its request cannot be answered, or undefined when it names no address that is its own.
 *
 * A stranger must not make a wallet call wherever it likes: unless somebody vouches for it, only the server that the request came from, or the address that is its very name, is told.
 */
export function refusalOf(
  { parameters, asker, requestUri }: AuthenticRequest,
  fault: { readonly error: VpError; readonly description?: string } | PeerError,
): { readonly address: string; readonly message: Message } | undefined {
  const { prefix, name } = readClientId(asker.clientId)
  const { response_uri: given, state } = isObject(parameters) ? parameters : {}
  const address = given === undefined && prefix.find === null ? name : given
  if (typeof address !== 'string' || addressFault(address) !== undefined || !prefix.allows(name, address)) return undefined
  if (requestUri?.startsWith('https:') && !address.startsWith('https:')) return undefined
  const isKnown = asker.outcome === 'pass' || prefix.find === null || sameOrigin(address, requestUri)
  if (!isKnown) return undefined
  const error = fault instanceof PeerError ? (TOLD[fault.code] ?? 'invalid_request') : fault.error
  const description = fault instanceof PeerError ? fault.detail : fault.description
  return { address, message: createErrorResponse(typeof state === 'string' ? { state } : {}, error, description) }
}

const sameOrigin = (address: string, other: string | undefined): boolean =>
  other !== undefined && new URL(address).origin === new URL(other).origin
