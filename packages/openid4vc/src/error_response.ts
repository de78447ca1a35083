import type { JsonObject } from '@symbolon/sd-jwt'
import { PeerError, type ProtocolCode, type ProtocolError } from './errors.ts'
import { type Message, mediaType, reader } from './message.ts'
import { challengeWith } from './oauth/token_schemes/index.ts'

/** What is wrong with a token or its proof and not with the client: only this is answered with the schemes to use (RFC 6750 section 3). */
const OF_TOKENS: ReadonlySet<ProtocolCode> = new Set(['insufficient_scope', 'invalid_dpop_proof', 'invalid_token', 'use_dpop_nonce'])

/**
 * What leaves the house when a peer broke the protocol: `{ error, error_description }`, never cached (RFC 6749 section 5.2, OpenID4VCI 1.0 section 8.3.1.2).
 *
 * A refused token comes with challenges, also where nobody said which scheme it came in. A refused client does not: none of our
 * ways to authenticate is a scheme of HTTP, and clients look at a challenge before they read the body.
 */
export function errorResponse(error: ProtocolError): { status: number; headers: Record<string, string>; body: JsonObject } {
  const headers: Record<string, string> = { 'cache-control': 'no-store', ...error.headers }
  const challenged = (error.status === 401 || error.status === 403) && OF_TOKENS.has(error.code)
  if (challenged) headers['www-authenticate'] ??= challengeWith(error)
  return { status: error.status, headers, body: { error: error.code, error_description: error.description } }
}

/** The fault a peer told us in place of an answer: a PeerError `refused_by_peer` that says its code and description, made harmless for a terminal. */
export function refusal(status: number, message: Message): PeerError {
  const { error, error_description } = told(message)
  const words = [error, error_description].filter((part) => typeof part === 'string')
  const detail = words.length > 0 ? `${words.join(': ')} (HTTP ${status})` : `HTTP ${status}`
  return new PeerError('refused_by_peer', detail, undefined, { status, ...(typeof error === 'string' && { error }) })
}

/** What a peer says is wrong, as far as it says so in JSON. */
export function told(message: Message): JsonObject {
  if (mediaType(message) !== 'application/json') return {}
  const read = reader((_place, what) => new Error(what))
  try {
    return read.object(read.json(message), 'the body')
  } catch {
    return {}
  }
}
