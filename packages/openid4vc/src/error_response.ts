import type { JsonObject } from '@symbolon/sd-jwt'
import { PeerError, type ProtocolError } from './errors.ts'
import { type Message, mediaType, reader } from './message.ts'

/** What leaves the house when a peer broke the protocol: `{ error, error_description }`, never cached (RFC 6749 section 5.2, OpenID4VCI 1.0 section 8.3.1.2). */
export function errorResponse(error: ProtocolError): { status: number; headers: Record<string, string>; body: JsonObject } {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  // RFC 6750 section 3: a refused token is answered with the scheme to use.
  if (error.status === 401 || error.status === 403) headers['www-authenticate'] = `Bearer error="${error.code}"`
  return { status: error.status, headers, body: { error: error.code, error_description: error.description } }
}

/** The fault a peer told us in place of an answer: a PeerError `refused_by_peer` that says its code and description, made harmless for a terminal. */
export function refusal(status: number, message: Message): PeerError {
  const { error, error_description } = told(message)
  const words = [error, error_description].filter((part) => typeof part === 'string')
  return new PeerError('refused_by_peer', words.length > 0 ? `${words.join(': ')} (HTTP ${status})` : `HTTP ${status}`)
}

function told(message: Message): JsonObject {
  if (mediaType(message) !== 'application/json') return {}
  const read = reader((_place, what) => new Error(what))
  try {
    return read.object(read.json(message), 'the body')
  } catch {
    return {}
  }
}
