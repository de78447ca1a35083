import { base64url, type Jws, LIMITS, type Primitives, parseSdJwt } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Content, Packing } from './packing.ts'
import { reader, writer } from './stream.ts'
import { base64urlOfLatin1, bytesOfLatin1, type Digest, joined, latin1, type Piece, split, withoutValues, withValues } from './values.ts'

/**
 * An SD-JWT with or without key binding, in two streams (specs/code.md): its JSON texts to the byte, and what is random in them.
 *
 * Left out is what can be worked out: base64url, and the digests of all that comes along.
 */
export const sdJwt: Content = { id: 1, pack, unpack }

async function pack(text: string, dictionary: string, primitives: Primitives): Promise<Packing | null> {
  if (!text.includes('~')) return null
  const { jwt, keyBinding, disclosures, text: presented } = parseSdJwt(text)
  const raw = writer()
  for (const signature of [jwt.signature, keyBinding?.signature]) {
    // One more than its bytes: what is not signed at all is something else than what has an empty signature.
    raw.number(signature === undefined ? 0 : signature.length + 1)
    if (signature !== undefined) raw.bytes(signature)
  }
  const known = new Map<string, Digest>([[await primitives.digest('sha-256', presented), { of: 'presented' }]])
  for (const [number, disclosure] of disclosures.entries())
    known.set(await primitives.digest('sha-256', disclosure.text), { of: 'disclosure', number })
  const texts = [...signedTexts(jwt), ...(keyBinding ? signedTexts(keyBinding) : []), ...disclosures.map((disclosure) => disclosure.text)]
  const literal = texts.map((part) => withoutValues(latin1(base64url.decode(part)), known, dictionary, raw))
  return { literal: bytesOfLatin1(joined(literal)), raw: raw.written() }
}

/** Header and payload as they stand in a JWS. */
const signedTexts = ({ input }: Jws): string[] => input.split('.')

async function unpack({ literal, raw }: Packing, primitives: Primitives): Promise<string> {
  const values = reader(raw)
  const [signature, bindingSignature] = [0, 1].map(() => {
    const length = values.number()
    return length === 0 ? undefined : base64url.encode(values.bytes(length - 1))
  })
  const parts = split(latin1(literal)).map((part) => withValues(part, values))
  if (!values.isAtEnd()) throw malformed('more values than places')
  const [header, payload, ...rest] = parts
  const [bindingHeader, bindingPayload] = bindingSignature === undefined ? [] : rest.splice(0, 2)
  if (header === undefined || payload === undefined || signature === undefined) throw malformed('its parts')
  if (bindingSignature !== undefined && (bindingHeader === undefined || bindingPayload === undefined)) throw malformed('its parts')

  if (rest.length > LIMITS.disclosures) throw malformed('more disclosures than anybody shows')

  // Each is hashed once, however often a code asks for its digest. Null while it is being worked out.
  const disclosures = new Map<number, Hashed | null>()
  const disclosed = async (number: number): Promise<Hashed> => {
    const pieces = rest[number]
    const known = disclosures.get(number)
    // One that holds its own digest, perhaps by way of another, cannot be.
    if (pieces === undefined || known === null) throw malformed('the digest of no disclosure')
    if (known !== undefined) return known
    disclosures.set(number, null)
    for (const piece of pieces) if (typeof piece !== 'string' && piece.of === 'disclosure') await disclosed(piece.number)
    const text = encoded(pieces, disclosures)
    const made = { text, digest: await primitives.digest('sha-256', text) }
    disclosures.set(number, made)
    return made
  }
  let shown = ''
  for (const number of rest.keys()) shown += `${(await disclosed(number)).text}~`
  const text = `${encoded(header, disclosures)}.${encoded(payload, disclosures)}.${signature}~${shown}`
  if (bindingHeader === undefined || bindingPayload === undefined) return text
  const presented = await primitives.digest('sha-256', text)
  const [boundHeader, boundPayload] = [bindingHeader, bindingPayload].map((pieces) => encoded(pieces, disclosures, presented))
  return `${text}${boundHeader}.${boundPayload}.${bindingSignature}`
}

/** A disclosure as it stands in the SD-JWT, and its digest. */
interface Hashed {
  readonly text: string
  readonly digest: string
}

/** The base64url of a text, its digests filled in. */
function encoded(pieces: readonly Piece[], disclosures: ReadonlyMap<number, Hashed | null>, presented?: string): string {
  let text = ''
  for (const piece of pieces) {
    const part = typeof piece === 'string' ? piece : piece.of === 'presented' ? presented : disclosures.get(piece.number)?.digest
    if (part === undefined) throw malformed('a digest of what is not there, or of all that is presented, inside of it')
    text += part
  }
  return base64urlOfLatin1(text)
}

const malformed = (what: string): CredentialError => new CredentialError('code_malformed', what)
