import { SdJwtError } from './errors.ts'

const ENCODING = { alphabet: 'base64url', omitPadding: true } as const
const DECODING = { alphabet: 'base64url' } as const
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// The last character of a text that ends in the middle of a group, when its spare bits are zero.
const LAST_OF_TWO = 'AQgw'
const LAST_OF_THREE = 'AEIMQUYcgkosw048'

/**
 * Base64url as RFC 7515 section 2 has it.
 *
 * `decode` and `decodeText` accept exactly one spelling of the bytes and throw `base64url_malformed` for any other:
 * padding, white space, `+`, `/`, spare bits that are not zero. `decodeText` also throws `json_malformed` for bytes that are not UTF-8.
 */
export const base64url = {
  encode(bytes: Uint8Array): string {
    return bytes.toBase64(ENCODING)
  },

  encodeText(text: string): string {
    return encoder.encode(text).toBase64(ENCODING)
  },

  decode(text: string): Uint8Array<ArrayBuffer> {
    let bytes: Uint8Array<ArrayBuffer>
    try {
      bytes = Uint8Array.fromBase64(text, DECODING)
    } catch {
      throw new SdJwtError('base64url_malformed')
    }
    // The built-in decoder skips white space and padding; then fewer bytes come out than the length promises.
    const rest = text.length % 4
    const last = text.charAt(text.length - 1)
    const canonical = rest === 0 || (rest === 2 && LAST_OF_TWO.includes(last)) || (rest === 3 && LAST_OF_THREE.includes(last))
    if (!canonical || bytes.length !== (text.length * 3) >> 2) throw new SdJwtError('base64url_malformed')
    return bytes
  },

  decodeText(text: string): string {
    const bytes = base64url.decode(text)
    try {
      return decoder.decode(bytes)
    } catch {
      throw new SdJwtError('json_malformed')
    }
  },
} as const
