import { type Json, parseJson } from '@symbolon/sd-jwt'
import { EbsiError } from './errors.ts'

/** What a registry answered: the HTTP status, the media type it came with, and the body as text. */
export interface Answer {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: string
}

/** The media type without its parameters, in small letters (RFC 9110 section 8.3.1). */
export const mediaType = ({ contentType }: Answer): string => contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** The JSON of an answer of one of these media types; throws `registry_content_type`, `registry_answer_malformed`. */
export function jsonAnswer(answer: Answer, types: readonly string[] = ['application/json']): Json {
  if (!types.includes(mediaType(answer))) throw new EbsiError('registry_content_type', types.join(' or '))
  try {
    return parseJson(answer.body)
  } catch (cause) {
    throw new EbsiError('registry_answer_malformed', 'not JSON', cause)
  }
}

const LONGEST = 200

/** What a peer says of itself, made fit for a message: one line, bounded, and nothing in it that is long enough to be a key or a token. */
export function saying(text: Json | undefined): string {
  if (typeof text !== 'string') return 'no reason given'
  const plain = text
    .slice(0, 10 * LONGEST)
    .replace(/[^\x20-\x7e\u00a0-\u024f]+/g, ' ')
    .replace(/[A-Za-z0-9_+/=.-]{44,}/g, '(...)')
    .trim()
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}...` : plain
}
