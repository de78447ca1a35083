import { SdJwtError } from './errors.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const AS_WRITTEN = { alphabet: 'base64url', omitPadding: true } as const
const LONG = 1000
const CHARACTERS = /^[A-Za-z0-9_-]*$/

// The last character of a text that ends in the middle of a group, when its spare bits are zero.
const LAST_OF_TWO = 'AQgw'
const LAST_OF_THREE = 'AEIMQUYcgkosw048'

/**
 * Base64url as RFC 7515 section 2 has it.
 *
 * `decode` and `decodeText` accept exactly one spelling of the bytes and throw `base64url_malformed` for any other: padding, white space,
 * `+`, `/`, spare bits that are not zero. `decodeText` also throws `json_malformed` for bytes that are not UTF-8.
 * `spells` says whether a text is the one spelling of so many bytes, and decodes nothing.
 * `encodeBinary` takes a text of which each character is a byte, and throws a `DOMException` for any other.
 */
export const base64url = {
  encode(bytes: Uint8Array): string {
    return bytes.toBase64(AS_WRITTEN)
  },

  encodeText(text: string): string {
    // Nearly every text is ASCII, and for short texts the way over bytes costs three times as much, for long ones half.
    if (text.length > LONG || !isAscii(text)) return base64url.encode(encoder.encode(text))
    return base64url.encodeBinary(text)
  },

  encodeBinary(text: string): string {
    const padded = btoa(text)
    const end = padded.indexOf('=')
    const encoded = end < 0 ? padded : padded.slice(0, end)
    return encoded.includes('+') || encoded.includes('/') ? encoded.replaceAll('+', '-').replaceAll('/', '_') : encoded
  },

  spells(text: string, bytes: number): boolean {
    return CHARACTERS.test(text) && isCanonical(text, bytes)
  },

  decode(text: string): Uint8Array<ArrayBuffer> {
    return bytesOf(decodeBinary(text))
  },

  decodeText(text: string): string {
    const binary = decodeBinary(text)
    if (isAscii(binary)) return binary
    try {
      return decoder.decode(bytesOf(binary))
    } catch {
      throw new SdJwtError('json_malformed', 'not UTF-8')
    }
  },
} as const

/** What is longer takes the other way, which is as right. */
const room = new Uint8Array(8192)

/** Whether a text has as many bytes in UTF-8 as characters; the built-in encoder sees that in a third of the time of an expression. */
function isAscii(text: string): boolean {
  const { read, written } = encoder.encodeInto(text, room)
  return read === text.length && written === read
}

/** One character for each byte; the built-in function is made for the other alphabet, hence the exchange. */
function decodeBinary(text: string): string {
  if (text.includes('+') || text.includes('/')) throw new SdJwtError('base64url_malformed')
  let binary: string
  try {
    binary = atob(text.includes('-') || text.includes('_') ? text.replaceAll('-', '+').replaceAll('_', '/') : text)
  } catch {
    throw new SdJwtError('base64url_malformed')
  }
  if (!isCanonical(text, binary.length)) throw new SdJwtError('base64url_malformed')
  return binary
}

function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

/**
 * Whether a text that the built-in decoder read as so many bytes is their only spelling.
 *
 * That decoder skips white space and padding, so that fewer bytes come out than the length promises, and it forgives spare bits.
 */
function isCanonical(text: string, bytes: number): boolean {
  if (bytes !== (text.length * 3) >> 2) return false
  const last = text.charAt(text.length - 1)
  switch (text.length % 4) {
    case 0:
      return true
    case 2:
      return LAST_OF_TWO.includes(last)
    case 3:
      return LAST_OF_THREE.includes(last)
    default:
      return false
  }
}
