import { base64url, SdJwtError } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Reader, Writer } from './stream.ts'

/**
 * What stands in a text for a value that is kept elsewhere. JSON has none of these characters outside its strings, nor unescaped inside.
 *
 * `disclosure` is followed by the number of the disclosure, as a character from the space on.
 */
export const MARK = {
  bytes32: '\x01',
  bytes16: '\x02',
  disclosure: '\x03',
  presented: '\x04',
  standard: '\x05',
  bytes: '\x06',
  end: '\x07',
  time: '\x08',
} as const
const FIRST_NUMBER = 0x20
const MOST_NUMBERED = 96

/** A certificate in quotation marks (standard base64), whatever may be base64url, or ten digits that may be a time. */
const VALUES = /(?<=")[A-Za-z0-9+/]{60,}={0,2}(?=")|[A-Za-z0-9_-]{22,}|(?<![\w.+-])[1-4]\d{9}(?![\w.])/g
const TIME = /^\d{10}$/
const LATEST_TIME = 0xffff_ffff
const LAST_MARK = MARK.time.charCodeAt(0)
const LONG = 60

/** What a reader works out again: the digest of a disclosure that comes along, or of all that is presented. */
export type Digest = { readonly of: 'disclosure'; readonly number: number } | { readonly of: 'presented' }

/** A part of a text, as it is or as the digest that belongs there. */
export type Piece = string | Digest

/** Joins texts to one, and splits it again. */
export const joined = (texts: readonly string[]): string => texts.join(MARK.end)
export const split = (text: string): string[] => text.split(MARK.end)

/**
 * Takes the values out of a JSON text: digests that are `known` leave their number, random values go to `raw` as bytes.
 *
 * What the dictionary has stays where it is: there it costs less than its bytes.
 */
export function withoutValues(text: string, known: ReadonlyMap<string, Digest>, dictionary: string, raw: Writer): string {
  return text.replace(VALUES, (value) => {
    if (TIME.test(value)) {
      if (Number(value) > LATEST_TIME) return value
      raw.bytes(bytesOfTime(Number(value)))
      return MARK.time
    }
    if (dictionary.includes(value)) return value
    const digest = known.get(value)
    if (digest?.of === 'presented') return MARK.presented
    if (digest !== undefined && digest.number < MOST_NUMBERED) return MARK.disclosure + String.fromCharCode(FIRST_NUMBER + digest.number)
    if (value.length !== 22 && value.length !== 43 && value.length < LONG) return value
    const bytes = bytesOf(value)
    if (bytes !== undefined && value.length < LONG) {
      raw.bytes(bytes)
      return value.length === 22 ? MARK.bytes16 : MARK.bytes32
    }
    const standard = bytes === undefined ? standardBytesOf(value) : undefined
    const found = bytes ?? standard
    if (found === undefined) return value
    raw.number(found.length)
    raw.bytes(found)
    return standard === undefined ? MARK.bytes : MARK.standard
  })
}

/** Puts the values back in; what is a digest stays open. Throws `code_malformed`. */
export function withValues(text: string, raw: Reader): Piece[] {
  const pieces: Piece[] = []
  let piece = ''
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > LAST_MARK) continue
    const mark = text.charAt(at)
    if (mark === '\0' || mark === MARK.end) continue
    piece += text.slice(from, at)
    if (mark === MARK.disclosure || mark === MARK.presented) {
      pieces.push(piece, mark === MARK.presented ? { of: 'presented' } : { of: 'disclosure', number: numberAt(text, ++at) })
      piece = ''
    } else piece += restored(mark, raw)
    from = at + 1
  }
  pieces.push(piece + text.slice(from))
  return pieces
}

function numberAt(text: string, at: number): number {
  const number = text.charCodeAt(at) - FIRST_NUMBER
  if (number >= 0 && number < MOST_NUMBERED) return number
  throw new CredentialError('code_malformed', 'the digest of no disclosure')
}

function restored(mark: string, raw: Reader): string {
  if (mark === MARK.bytes32) return base64url.encode(raw.bytes(32))
  if (mark === MARK.bytes16) return base64url.encode(raw.bytes(16))
  if (mark === MARK.time) return timeOf(raw.bytes(4))
  const bytes = raw.bytes(raw.number())
  return mark === MARK.standard ? bytes.toBase64() : base64url.encode(bytes)
}

function bytesOfTime(time: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, time)
  return bytes
}

/** Ten digits, as they were found: fewer would have stayed in the text. */
function timeOf(bytes: Uint8Array): string {
  const time = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
  if (time < 1_000_000_000) throw new CredentialError('code_malformed', 'a time of less than ten digits')
  return String(time)
}

/** The bytes of a value that is their only spelling. */
function bytesOf(value: string): Uint8Array | undefined {
  try {
    return base64url.decode(value)
  } catch (error) {
    if (error instanceof SdJwtError) return undefined
    throw error
  }
}

function standardBytesOf(value: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.fromBase64(value)
    return bytes.toBase64() === value ? bytes : undefined
  } catch {
    return undefined
  }
}

/** A text of single bytes. */
export function latin1(bytes: Uint8Array): string {
  // By way of base64, which engines are fast at in both directions.
  return atob(bytes.toBase64())
}

/** The base64url of such a text; throws as `bytesOfLatin1`. */
export const base64urlOfLatin1 = (text: string): string => ofBytes(base64url.encodeBinary, text)

/** The bytes of such a text; throws `code_malformed` for a character that is none. */
export function bytesOfLatin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(ofBytes(btoa, text))
}

function ofBytes(encode: (text: string) => string, text: string): string {
  try {
    return encode(text)
  } catch {
    throw new CredentialError('code_malformed', 'a character that is no byte')
  }
}
