import { CredentialError } from '../errors.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
/** More than any group may stand for: a group with such a digit is none. */
const NO_DIGIT = 65_536
/** The digit that a character stands for, by its number. */
const DIGITS = new Uint32Array(128).fill(NO_DIGIT)
for (let digit = 0; digit < ALPHABET.length; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit

/**
 * Base45 (RFC 9285): text that a QR code holds in its alphanumeric mode, 5.5 bits a character.
 *
 * `decode` accepts exactly one spelling of the bytes and throws `code_malformed` for any other text.
 */
export const base45 = {
  encode(bytes: Uint8Array): string {
    let text = ''
    for (let at = 0; at < bytes.length; at += 2) {
      const second = bytes[at + 1]
      const first = bytes[at] ?? 0
      text += second === undefined ? spelled(first, 2) : spelled(first * 256 + second, 3)
    }
    return text
  },

  decode(text: string): Uint8Array {
    const rest = text.length % 3
    if (rest === 1) throw malformed('its length')
    const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest === 2 ? 1 : 0))
    for (let at = 0, to = 0; at < text.length; at += 3, to += 2) {
      const isWhole = at + 2 < text.length
      const value = digit(text, at) + 45 * digit(text, at + 1) + (isWhole ? 2025 * digit(text, at + 2) : 0)
      if (value >= (isWhole ? 65_536 : 256)) throw malformed('characters that stand for nothing')
      if (!isWhole) bytes[to] = value
      else {
        bytes[to] = value >> 8
        bytes[to + 1] = value & 255
      }
    }
    return bytes
  },
} as const

/** So many digits, the least significant first. */
function spelled(value: number, digits: number): string {
  let text = ''
  for (let left = value; text.length < digits; left = Math.floor(left / 45)) text += ALPHABET.charAt(left % 45)
  return text
}

const digit = (text: string, at: number): number => DIGITS[text.charCodeAt(at)] ?? NO_DIGIT

const malformed = (what: string): CredentialError => new CredentialError('code_malformed', what)
