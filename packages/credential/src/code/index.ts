import type { Primitives } from '@symbolon/sd-jwt'
import { deflateSync } from 'fflate'
import { inflate } from '../compression/inflate.ts'
import { CredentialError } from '../errors.ts'
import { base45 } from './base45.ts'
import { type Dictionaries, type Dictionary, GENERIC } from './dictionary.ts'
import { sdJwt } from './sd_jwt.ts'
import { reader, writer } from './stream.ts'
import { bytesOfLatin1 } from './values.ts'

export { type Dictionaries, type Dictionary, dictionaryOf, GENERIC } from './dictionary.ts'
export { type CommonToType, typeDictionary } from './type_dictionary.ts'

/** A presentation taken apart: text that compresses well, and bytes that do not compress at all. */
export interface Packing {
  readonly literal: Uint8Array<ArrayBuffer>
  readonly raw: Uint8Array
}

/** A kind of presentation that a code can hold. */
export interface Content {
  /** The number in the first byte; 2 is kept for formats in CBOR. */
  readonly id: number
  /** Null for a text of another kind; throws for one of this kind that is broken. */
  pack(text: string, dictionary: string, primitives: Primitives): Promise<Packing | null>
  /** The exact text that was packed; throws `code_malformed`. */
  unpack(packing: Packing, primitives: Primitives): Promise<string>
}

/** What can be in a code. */
const CONTENTS: readonly Content[] = [sdJwt]

const NONE: Dictionaries = new Map()

const PREFIX = 'SY1:'

/** How many characters the largest QR code holds at level M (ISO/IEC 18004, version 40). */
export const MOST_IN_CODE = 3391
/** How much the text of a presentation in a code may inflate to. */
const MOST_LITERAL = 16_384

/** Whether a text says of itself that it is a code. */
export const isCode = (text: string): boolean => text.startsWith(PREFIX)

/**
 * Packs a presentation so that it fits into a QR code (specs/code.md); `unpackCode` gives back exactly the same text.
 *
 * Throws `code_does_not_fit` for one that is too large for any, `format_not_known` for what is none, and what is thrown for a malformed one.
 */
export async function packCode(text: string, primitives: Primitives, dictionary: Dictionary = GENERIC): Promise<string> {
  for (const { id, pack } of CONTENTS) {
    const packing = await pack(text, dictionary.text, primitives)
    if (packing === null) continue
    const deflated = deflateSync(packing.literal, { level: 9, mem: 8, dictionary: bytesOfLatin1(dictionary.text) })
    const all = writer()
    for (const number of [id, dictionary.number, deflated.length]) all.number(number)
    all.bytes(deflated)
    all.bytes(packing.raw)
    const code = PREFIX + base45.encode(all.written())
    // What a reader would refuse must not be written.
    if (code.length > MOST_IN_CODE || packing.literal.length > MOST_LITERAL)
      throw new CredentialError('code_does_not_fit', `${code.length} characters, of at most ${MOST_IN_CODE}`)
    return code
  }
  throw new CredentialError('format_not_known')
}

/**
 * The presentation in a code; nothing in it is verified. The work is bounded, whatever the code holds.
 *
 * Several codes hold the same presentation: a code is no name for what is in it. Throws `CredentialError`: `code_malformed`, `code_too_large`,
 * `code_content_not_known`, `code_dictionary_not_known`. `dictionaries` are those that are known besides the generic one.
 */
export async function unpackCode(code: string, primitives: Primitives, dictionaries: Dictionaries = NONE): Promise<string> {
  if (!isCode(code)) throw malformed('it does not begin with SY1:')
  if (code.length > MOST_IN_CODE) throw new CredentialError('code_too_large', `more than ${MOST_IN_CODE} characters`)
  const all = reader(base45.decode(code.slice(PREFIX.length)))
  const id = all.number()
  const content = CONTENTS.find((known) => known.id === id)
  if (content === undefined) throw new CredentialError('code_content_not_known', `number ${id}`)
  const number = all.number()
  const dictionary = number === GENERIC.number ? GENERIC : dictionaries.get(number)
  if (dictionary === undefined) throw new CredentialError('code_dictionary_not_known', `number ${number}`)
  const deflated = all.bytes(all.number())
  const literal = inflated(deflated, dictionary)
  return content.unpack({ literal, raw: all.rest() }, primitives)
}

function inflated(deflated: Uint8Array, dictionary: Dictionary): Uint8Array<ArrayBuffer> {
  try {
    const { output, end } = inflate(deflated, MOST_LITERAL, bytesOfLatin1(dictionary.text))
    if (end !== deflated.length) throw malformed('something after the end of its text')
    return new Uint8Array(output)
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    if (error.code === 'zlib_too_large') throw new CredentialError('code_too_large', `its text inflates to more than ${MOST_LITERAL} bytes`)
    if (error.code === 'zlib_malformed') throw malformed(error.message)
    throw error
  }
}

const malformed = (what: string): CredentialError => new CredentialError('code_malformed', what)
