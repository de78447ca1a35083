import type { Primitives } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { parseCredential } from '../formats/index.ts'
import { sdJwtVc } from '../formats/sd_jwt_vc.ts'
import { type Dictionaries, type Dictionary, GENERIC } from './dictionary.ts'
import { type CodeKind, pack, unpack } from './packing.ts'
import { sdJwt } from './sd_jwt.ts'

export {
  type Asker,
  CHALLENGE_LIFE,
  type Challenge,
  createChallenge,
  isChallenge,
  openChallenge,
  ownChallenge,
  UNKNOWN_ASKER,
} from './challenge.ts'
export { type Dictionaries, type Dictionary, dictionaryOf, GENERIC } from './dictionary.ts'
export { FORMS, type Form, formOf, isEnough, SHOW_LIFE, showAudience } from './form.ts'
export { MOST_IN_CODE } from './packing.ts'
export { type CommonToType, typeDictionary } from './type_dictionary.ts'

/** A presentation in a code; 2 is kept for formats in CBOR. */
const PRESENTATION: CodeKind = { prefix: 'SY1:', contents: [sdJwt] }
const NONE: Dictionaries = new Map()

/** Whether a text says of itself that it is a code. */
export const isCode = (text: string): boolean => text.startsWith(PRESENTATION.prefix)

/** Whether codes hold credentials of the format of this identifier (specs/code.md). */
export const isFormatOfCodes = (format: string): boolean => format === sdJwtVc.id

/**
 * Packs a presentation so that it fits into a QR code (specs/code.md); `unpackCode` gives back exactly the same text.
 *
 * Throws `code_does_not_fit` for one that is too large for any, `code_format_not_held` for one of another format, `format_not_known` for what is none, and what is thrown for a malformed one.
 */
export async function packCode(text: string, primitives: Primitives, dictionary: Dictionary = GENERIC): Promise<string> {
  const code = await pack(PRESENTATION, text, dictionary, primitives)
  if (code === null) {
    const { view } = await parseCredential(text, primitives)
    throw new CredentialError('code_format_not_held', view.format)
  }
  return code
}

/**
 * The presentation in a code; nothing in it is verified. The work is bounded, whatever the code holds.
 *
 * Several codes hold the same presentation: a code is no name for what is in it. `dictionaries` are those that are known besides the generic one.
 * Throws `CredentialError`: `code_malformed`, `code_too_large`, `code_content_not_known`, `code_dictionary_not_known`.
 */
export const unpackCode = (code: string, primitives: Primitives, dictionaries: Dictionaries = NONE): Promise<string> =>
  unpack(PRESENTATION, code, dictionaries, primitives)
