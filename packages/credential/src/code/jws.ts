import { base64url, parseJws, SdJwtError } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Content, Packing } from './packing.ts'
import { reader, writer } from './stream.ts'
import { base64urlOfLatin1, bytesOfLatin1, joined, latin1, split, withoutValues, withValues } from './values.ts'

/** A compact JWS: its two JSON texts to the byte, and its signature. */
export const jws: Content = {
  id: 1,
  async pack(text, dictionary) {
    if (text.startsWith('{')) return null
    const { input, signature } = parseJws(text)
    const raw = writer()
    raw.number(signature.length)
    raw.bytes(signature)
    const literal = input.split('.').map((part) => withoutValues(latin1(base64url.decode(part)), new Map(), dictionary, raw))
    return { literal: bytesOfLatin1(joined(literal)), raw: raw.written() }
  },
  async unpack(packing) {
    const raw = reader(packing.raw)
    const signature = base64url.encode(raw.bytes(raw.number()))
    const [header, payload, ...more] = restored(packing, raw)
    if (header === undefined || payload === undefined || more.length > 0) throw malformed('its parts')
    return `${base64urlOfLatin1(header)}.${base64urlOfLatin1(payload)}.${signature}`
  },
}

/** One JSON text that nobody signed. */
export const json: Content = {
  id: 2,
  async pack(text, dictionary) {
    if (!text.startsWith('{')) return null
    const raw = writer()
    const literal = withoutValues(latin1(new TextEncoder().encode(text)), new Map(), dictionary, raw)
    return { literal: bytesOfLatin1(literal), raw: raw.written() }
  },
  async unpack(packing) {
    const [text, ...more] = restored(packing, reader(packing.raw))
    if (text === undefined || more.length > 0) throw malformed('its parts')
    const unsigned = decoded(bytesOfLatin1(text))
    // What is signed has a number of its own, and no second way in.
    if (!unsigned.startsWith('{')) throw malformed('a text that is no JSON object')
    return unsigned
  },
}

function restored({ literal }: Packing, raw: ReturnType<typeof reader>): string[] {
  const parts = split(latin1(literal)).map((part) =>
    withValues(part, raw)
      .map((piece) => {
        if (typeof piece !== 'string') throw malformed('a digest of something that is not there')
        return piece
      })
      .join(''),
  )
  if (!raw.isAtEnd()) throw malformed('more values than places')
  return parts
}

function decoded(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return base64url.decodeText(base64url.encode(bytes))
  } catch (error) {
    if (error instanceof SdJwtError) throw malformed('a text that is not UTF-8')
    throw error
  }
}

const malformed = (what: string): CredentialError => new CredentialError('code_malformed', what)
