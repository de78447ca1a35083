import type { Primitives } from '@symbolon/sd-jwt'
import { deflateSync } from 'fflate'
import { inflate } from '../compression/inflate.ts'
import { CredentialError } from '../errors.ts'
import { base45 } from './base45.ts'
import { type Dictionaries, type Dictionary, GENERIC } from './dictionary.ts'
import { reader, writer } from './stream.ts'

/** Something that is packed, taken apart: text that compresses well, and bytes that do not compress at all. */
export interface Packing {
  readonly literal: Uint8Array<ArrayBuffer>
  readonly raw: Uint8Array
}

/** A kind of text that can be packed. */
export interface Content {
  /** The number in the first byte. */
  readonly id: number
  /** Null for a text of another kind; throws for one of this kind that is broken. */
  pack(text: string, dictionary: string, primitives: Primitives): Promise<Packing | null>
  /** The exact text that was packed; throws `code_malformed`. */
  unpack(packing: Packing, primitives: Primitives): Promise<string>
}

/** What stands in front of a code, and what can be in it. */
export interface CodeKind {
  readonly prefix: string
  readonly contents: readonly Content[]
}

/** How many characters the largest QR code holds at level M (ISO/IEC 18004, version 40). */
export const MOST_IN_CODE = 3391
/** How much the text in a code may inflate to. */
const MOST_LITERAL = 16_384

/** Packs a text; null when it is of no kind that such a code holds. Throws `code_does_not_fit`, and what is thrown for a malformed text. */
export async function pack(
  { prefix, contents }: CodeKind,
  text: string,
  dictionary: Dictionary,
  primitives: Primitives,
): Promise<string | null> {
  for (const content of contents) {
    const packing = await content.pack(text, dictionary.text, primitives)
    if (packing === null) continue
    const deflated = deflateSync(packing.literal, { level: 9, mem: 8, dictionary: dictionary.bytes })
    const all = writer()
    for (const number of [content.id, dictionary.number, deflated.length]) all.number(number)
    all.bytes(deflated)
    all.bytes(packing.raw)
    const code = prefix + base45.encode(all.written())
    // What a reader would refuse must not be written.
    if (code.length > MOST_IN_CODE || packing.literal.length > MOST_LITERAL)
      throw new CredentialError('code_does_not_fit', `${code.length} characters, of at most ${MOST_IN_CODE}`)
    return code
  }
  return null
}

/** The text in a code, with bounded work whatever the code holds. Throws `code_malformed`, `code_too_large`, `code_content_not_known`, `code_dictionary_not_known`. */
export async function unpack(
  { prefix, contents }: CodeKind,
  code: string,
  dictionaries: Dictionaries,
  primitives: Primitives,
): Promise<string> {
  if (!code.startsWith(prefix)) throw malformed(`it does not begin with ${prefix}`)
  if (code.length > MOST_IN_CODE) throw new CredentialError('code_too_large', `more than ${MOST_IN_CODE} characters`)
  const all = reader(base45.decode(code.slice(prefix.length)))
  const id = all.number()
  const content = contents.find((known) => known.id === id)
  if (content === undefined) throw new CredentialError('code_content_not_known', `number ${id}`)
  const number = all.number()
  const dictionary = number === GENERIC.number ? GENERIC : dictionaries.get(number)
  if (dictionary === undefined) throw new CredentialError('code_dictionary_not_known', `number ${number}`)
  const deflated = all.bytes(all.number())
  const literal = inflated(deflated, dictionary)
  return await content.unpack({ literal, raw: all.rest() }, primitives)
}

function inflated(deflated: Uint8Array, dictionary: Dictionary): Uint8Array<ArrayBuffer> {
  try {
    const { output, end } = inflate(deflated, MOST_LITERAL, dictionary.bytes)
    if (end !== deflated.length) throw malformed('something after the end of its text')
    return output
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    if (error.code === 'zlib_too_large') throw new CredentialError('code_too_large', `its text inflates to more than ${MOST_LITERAL} bytes`)
    if (error.code === 'zlib_malformed') throw malformed(error.message)
    throw error
  }
}

const malformed = (what: string): CredentialError => new CredentialError('code_malformed', what)
