import type { Unsigned } from '@symbolon/credential'
import { type Json, type JsonObject, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { reader } from '../message.ts'
import { type ClientMetadata, parseClientMetadata } from './client_metadata.ts'
import { type DcqlQuery, parseDcql } from './dcql/index.ts'
import { type ResponseMode, responseModeNamed } from './response_modes/index.ts'
import { readStatedPurpose, type StatedPurpose } from './stated_purpose.ts'

/** `typ` of a request object (OpenID4VP 1.0 section 5). */
export const REQUEST_TYP = 'oauth-authz-req+jwt'
/** The audience of a request to a wallet that is known by static metadata only (section 5.8). */
export const WALLET_AUDIENCE = 'https://self-issued.me/v2'
const RESPONSE_TYPE = 'vp_token'

/** What somebody says about a verifier (section 5.11): by value, in a format of its own. */
export interface VerifierInfo {
  readonly format: string
  readonly data: Json
}

/** What a verifier asks, whoever it is. Times are seconds since 1970. */
export interface PresentationRequest {
  /** With its prefix: the audience of every presentation (section 14.10). */
  readonly clientId: string
  readonly responseMode: ResponseMode
  readonly responseUri: string
  readonly nonce: string
  readonly state?: string
  readonly query: DcqlQuery
  readonly clientMetadata: ClientMetadata
  readonly verifierInfo: readonly VerifierInfo[]
  /** What for, as whoever asks says it. */
  readonly statedPurpose?: StatedPurpose
  readonly expires?: number
}

/** What a request object is made of. */
export interface RequestDraft {
  readonly clientId: string
  readonly responseMode: ResponseMode
  readonly responseUri: string
  readonly nonce: string
  readonly state: string
  /** As it is published; it was read by `parseDcql`. */
  readonly query: JsonObject
  readonly clientMetadata: JsonObject
  readonly verifierInfo: readonly VerifierInfo[]
  readonly issuedAt: number
  readonly expires: number
  readonly walletNonce?: string
}

/** A request object that lacks its signature; `x5c` leaf first, without the anchor (HAIP 1.0 section 6.1.1), or the `kid` of a DID. */
export function createRequestObject(
  draft: RequestDraft,
  by: { readonly algorithm: SignatureAlgorithm; readonly x5c?: readonly string[]; readonly kid?: string },
): Unsigned {
  const header = { alg: by.algorithm, typ: REQUEST_TYP, ...(by.x5c && { x5c: [...by.x5c] }), ...(by.kid !== undefined && { kid: by.kid }) }
  return {
    algorithm: by.algorithm,
    ...unsignedJws(header, { ...requestParameters(draft), aud: WALLET_AUDIENCE, iat: draft.issuedAt, exp: draft.expires }),
  }
}

/** The parameters of a request, as they stand in a request object; bare, they are an unsigned request. */
export const requestParameters = (draft: RequestDraft): JsonObject => ({
  client_id: draft.clientId,
  response_type: RESPONSE_TYPE,
  response_mode: draft.responseMode.id,
  response_uri: draft.responseUri,
  nonce: draft.nonce,
  state: draft.state,
  dcql_query: draft.query,
  client_metadata: draft.clientMetadata,
  ...(draft.verifierInfo.length > 0 && { verifier_info: draft.verifierInfo.map(({ format, data }) => ({ format, data })) }),
  ...(draft.walletNonce !== undefined && { wallet_nonce: draft.walletNonce }),
})

/** What `nonce` and `state` may be (sections 5.2, 5.3): URL-safe ASCII; bounded, since both come back with the answer. */
const TOKEN = /^[A-Za-z0-9._~-]{1,512}$/

const malformed = (place: string, what: string, cause?: unknown): PeerError => new PeerError('request_malformed', `${place} ${what}`, cause)
const read = reader(malformed)
const unsupported = (what: string): PeerError => new PeerError('request_not_supported', what)

/**
 * Reads the parameters of a request; unknown ones are passed over, except that `transaction_data` is never (sections 5.1, 8.4).
 *
 * Throws PeerError `request_malformed`, `request_not_supported`, `request_scope_unknown`, `request_type_unknown` or `transaction_data_unknown`.
 */
export function parsePresentationRequest(parameters: JsonObject): PresentationRequest {
  const clientId = read.string(parameters.client_id, 'client_id')
  if (parameters.response_type !== RESPONSE_TYPE) throw new PeerError('request_type_unknown', `response_type must be ${RESPONSE_TYPE}`)
  const responseMode = responseModeNamed(read.string(parameters.response_mode, 'response_mode'))
  if (responseMode === undefined) throw unsupported('response_mode is none that is spoken here')
  if (parameters.redirect_uri !== undefined) throw malformed('redirect_uri', 'must be left out where there is a response_uri')
  const responseUri = read.address(parameters.response_uri, 'response_uri')
  if (parameters.transaction_data !== undefined)
    throw new PeerError('transaction_data_unknown', 'transaction_data has a type that is not spoken here')
  if (parameters.scope !== undefined && parameters.dcql_query !== undefined)
    throw malformed('scope', 'must be left out where there is a dcql_query')
  if (parameters.scope !== undefined) throw new PeerError('request_scope_unknown', 'scope names no query that is known here')
  if (parameters.dcql_query === undefined) throw malformed('dcql_query', 'is missing')
  const query = parseDcql(parameters.dcql_query, (place, what) => malformed(place, what))
  const nonce = token(parameters.nonce, 'nonce')
  const state = read.optional(parameters.state, token, 'state')
  if (state === undefined && query.credentials.some(({ bound }) => !bound))
    throw malformed('state', 'is missing: nothing else binds an answer without key to its request')
  const clientMetadata = parseClientMetadata(parameters.client_metadata)
  const expires = parameters.exp
  if (expires !== undefined && typeof expires !== 'number') throw malformed('exp', 'must be a number')
  const fault = responseMode.requestFault(clientMetadata)
  if (fault !== undefined) throw malformed('client_metadata', fault)
  const info = verifierInfo(parameters.verifier_info)
  const statedPurpose = readStatedPurpose(info)
  return {
    ...{ clientId, responseMode, responseUri, nonce, query, clientMetadata, verifierInfo: info },
    ...(statedPurpose !== undefined && { statedPurpose }),
    ...(state !== undefined && { state }),
    ...(expires !== undefined && { expires }),
  }
}

function token(value: Json | undefined, place: string): string {
  const text = read.string(value, place)
  return TOKEN.test(text) ? text : read.refuse(place, 'must be 1 to 512 letters, digits, or -._~')
}

const MOST_INFO = 16

function verifierInfo(value: Json | undefined): VerifierInfo[] {
  if (value === undefined) return []
  const entries = read.array(value, 'verifier_info')
  if (entries.length > MOST_INFO) read.refuse('verifier_info', `must have at most ${MOST_INFO} entries`)
  return entries.map((entry, index) => {
    const place = `verifier_info[${index}]`
    const { format, data } = read.object(entry, place)
    if (data === undefined) return read.refuse(`${place}.data`, 'is missing')
    return { format: read.string(format, `${place}.format`), data }
  })
}
