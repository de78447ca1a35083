import { isObject, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { PeerError, ProtocolError, printable } from '../errors.ts'
import { type Message, mediaType, reader } from '../message.ts'
import { createForm, type Form, parseLargeForm } from '../oauth/form.ts'
import type { DcqlQuery } from './dcql/index.ts'
import type { PresentationRequest } from './presentation_request.ts'
import type { ResponseMode } from './response_modes/index.ts'
import { type VpError, vpErrorNamed } from './vp_errors.ts'

/** What a wallet answers: presentations by the identifier of their query, or that there are none (OpenID4VP 1.0 sections 8.1, 8.5). */
export type PresentationResponse =
  | { readonly kind: 'presentations'; readonly tokens: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'error'; readonly error: VpError; readonly description?: string }

/** What a verifier expects of the answer to one of its requests. */
export interface ExpectedPresentation {
  readonly mode: ResponseMode
  readonly query: DcqlQuery
  readonly state?: string
  /** The private JWK of the request, with its `kid`. */
  readonly decryptionKey?: JsonObject
}

/** Room for a few credentials with portraits. */
export const LARGEST_RESPONSE = 1_048_576
const MOST_PRESENTATIONS = 16

const refused = (what: string): ProtocolError => new ProtocolError('invalid_request', what)

/**
 * Reads an answer: its form, its encryption, whose it is, and its shape; what the presentations are worth is for others to judge (section 8.6).
 *
 * Throws ProtocolError `invalid_request` with what a stranger can act on.
 */
export async function parseResponse(
  message: Message,
  { mode, query, state, decryptionKey }: ExpectedPresentation,
): Promise<PresentationResponse> {
  const form: Form = parseLargeForm(message, LARGEST_RESPONSE)
  const parameters = await mode.read(form, decryptionKey)
  if (state !== undefined && parameters.state !== state) throw refused('state must be the one of the request')
  const { error, error_description: description, vp_token: token } = parameters
  if (error !== undefined && token !== undefined) throw refused('an answer has vp_token or error, not both')
  if (typeof error === 'string' && token === undefined) {
    return { kind: 'error', error: vpErrorNamed(error), ...(typeof description === 'string' && { description: printable(description) }) }
  }
  if (!isObject(token)) throw refused('vp_token must be an object, by the id of each credential query')
  const tokens = new Map<string, readonly string[]>()
  for (const [id, presentations] of Object.entries(token)) {
    const asked = query.credentials.find((one) => one.id === id)
    if (asked === undefined) throw refused('vp_token has an entry that was not asked for')
    tokens.set(id, presentationsOf(presentations, id, asked.multiple))
  }
  if (tokens.size === 0) throw refused('vp_token must not be empty; answer access_denied if there is nothing to show')
  return { kind: 'presentations', tokens }
}

function presentationsOf(value: Json, id: string, multiple: boolean): string[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((one) => typeof one === 'string'))
    throw refused(`vp_token.${id} must be an array of presentations`)
  if (!multiple && value.length > 1) throw refused(`vp_token.${id} must have one presentation: several were not asked for`)
  if (value.length > MOST_PRESENTATIONS) throw refused(`vp_token.${id} must have at most ${MOST_PRESENTATIONS} presentations`)
  return value
}

/** The answer that a wallet posts to the `response_uri`. */
export const createResponse = (request: PresentationRequest, tokens: ReadonlyMap<string, readonly string[]>): Promise<Message> =>
  posted(request, { vp_token: Object.fromEntries([...tokens].map(([id, presentations]) => [id, [...presentations]])) })

/** That there will be none; in clear, since there is nothing in it about the person. */
export const createErrorResponse = ({ state }: Pick<PresentationRequest, 'state'>, error: VpError, description?: string): Message =>
  createForm({ error, error_description: description && printable(description), state })

async function posted({ responseMode, clientMetadata, state }: PresentationRequest, parameters: JsonObject): Promise<Message> {
  return createForm(await responseMode.write({ ...parameters, ...(state !== undefined && { state }) }, clientMetadata))
}

/** What a verifier answers a wallet (section 8.2): where the person goes on, if anywhere. */
export const responseAnswer = (redirectUri?: string): JsonObject => (redirectUri === undefined ? {} : { redirect_uri: redirectUri })

/** Reads what a verifier at that address answers; throws PeerError `response_answer_malformed`. */
export function parseResponseAnswer(message: Message, responseUri: string): { readonly redirectUri?: string } {
  const read = reader((place, what, cause) => new PeerError('response_answer_malformed', `${place} ${what}`, cause))
  // An empty answer says nothing that a wallet would have to do.
  if (message.body.trim() === '' && mediaType(message) === '') return {}
  const { redirect_uri: redirectUri } = read.object(read.json(message), 'the body')
  if (redirectUri === undefined) return {}
  // A browser is sent there: a script, a file or a program of this machine must not be opened. The response code may be the fragment.
  const text = read.string(redirectUri, 'redirect_uri')
  read.addressOf(responseUri)(text.split('#', 1)[0] ?? '', 'redirect_uri')
  return { redirectUri: new URL(text).href }
}
