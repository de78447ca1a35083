import { ProtocolError } from '../errors.ts'
import { type Message, mediaType } from '../message.ts'

/** The parameters of a form; an empty one counts as absent (RFC 6749 section 3.2). */
export type Form = ReadonlyMap<string, string>

const FORM = 'application/x-www-form-urlencoded'
const LONGEST_FORM = 16_384

/** Reads the form of an OAuth request; throws ProtocolError `invalid_request` for another media type and for a parameter that stands twice (RFC 6749 section 3.2). */
export const parseForm = (message: Message): Form => parseLargeForm(message, LONGEST_FORM)

/** The same for a form of so many characters. */
export function parseLargeForm(message: Message, longest: number): Form {
  if (mediaType(message) !== FORM) throw new ProtocolError('invalid_request', `the content type must be ${FORM}`)
  if (message.body.length > longest) throw new ProtocolError('invalid_request', `the form must have at most ${longest} characters`)
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(message.body)) {
    if (form.has(name)) throw new ProtocolError('invalid_request', 'a parameter is there twice')
    form.set(name, value)
  }
  return new Map([...form].filter(([, value]) => value !== ''))
}

/** Writes a form; parameters that are undefined are left out. */
export function createForm(members: Readonly<Record<string, string | undefined>>): Message {
  const there = Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { contentType: FORM, body: new URLSearchParams(there).toString() }
}
