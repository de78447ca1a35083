import { fileURLToPath } from 'node:url'
import { readTypes } from '@symbolon/command-line/folders'
import {
  type CredentialType,
  type Dictionary,
  GENERIC,
  integrity,
  type Path,
  packCode,
  thumbprintOf,
  typeDictionary,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { type Change, type Content, ISSUER, NOW, party, present, statusList } from '../../presentations/making/flow.ts'
import { apart, bytesOf, type Packed } from './packing.ts'

export {
  type BundleChange,
  bundle,
  type Content,
  DAY,
  ISSUER,
  NOW,
  PLACES,
  party,
} from '../../presentations/making/flow.ts'
export { asker } from './parties.ts'

export const OTHER_ISSUER = 'https://other.example'
export const LIST = `${ISSUER}/status-lists/1`
export const QUESTION = 'social-energy-tariff'
export const SHOWN = `urn:symbolon:show:${QUESTION}`

const { types } = readTypes(fileURLToPath(new URL('../../../../specs/credentials/', import.meta.url)))
const named = (name: string): CredentialType => {
  const type = types.find((known) => known.name === name)
  if (type === undefined) throw new Error(`no type ${name}`)
  return type
}

/** A type for codes, the description that the vectors have of it, and its dictionary. */
export interface Kind {
  readonly type: CredentialType
  readonly metadata: string
  readonly dictionary: Dictionary
  readonly change: Change
}

export const hashOf = async (certificate: string): Promise<string> => thumbprintOf(Uint8Array.fromBase64(certificate), primitives)

async function kind(name: string, show: readonly Path[], change: Change = {}): Promise<Kind> {
  const type = named(name)
  // Short, and the same for ever: only its hash and its vct are looked at.
  const metadata = JSON.stringify({ vct: type.vct, name: 'The description of the vectors' })
  const typeIntegrity = await integrity(metadata, primitives)
  const common = { type, issuer: ISSUER, algorithm: 'ES256', x5c: party('credential').x5c, typeIntegrity, statusUri: LIST } as const
  const draft = { typeIntegrity, expires: NOW + 14 * 3600 }
  return { type, metadata, dictionary: await typeDictionary(common, primitives), change: { type, draft, show, ...change } }
}

export const statute = await kind('be-social-statute-code', [[QUESTION.replaceAll('-', '_')]])
export const paper = await kind('be-social-statute-paper', [['disability_recognised']], { presentation: (sdJwt) => sdJwt })
export const ehic = await kind('ehic-code', [['document_number']])
export const kinds: readonly Kind[] = [statute, paper, ehic]
/** A type whose dictionary is in no bundle here. */
export const pda1 = await kind('pda1-code', [])

/** A presentation of a type, with one step changed. */
const shownOf = ({ change }: Kind, step: Change = {}): Promise<string> =>
  present({ ...change, ...step, draft: { ...change.draft, ...step.draft } })

/** A code of such a presentation. */
export const codeOf = async (of: Kind, step: Change = {}, dictionary = of.dictionary): Promise<string> =>
  packCode(await shownOf(of, step), primitives, dictionary)

export const said = (change: JsonObject) => ({ kbPayload: (payload: JsonObject): JsonObject => ({ ...payload, ...change }) })

/** One whose Base45 ends in a group of two characters, which only an odd number of bytes has. */
async function odd(make: () => Promise<string>): Promise<string> {
  for (;;) {
    const code = await make()
    if (bytesOf(code.slice(4)).length % 2 === 1) return code
  }
}

export const codes = {
  answer: await odd(() => codeOf(statute)),
  generic: await codeOf(statute, {}, GENERIC),
  show: await codeOf(statute, said({ aud: SHOWN })),
  showForNone: await codeOf(statute, said({ aud: 'urn:symbolon:show' })),
  paper: await codeOf(paper),
  ehic: await codeOf(ehic),
}
export const answer: Packed = apart(codes.answer, statute.dictionary.text)
export const generic: Packed = apart(codes.generic, GENERIC.text)

/** The public key of a party, as JSON. */
export const bare = ({ jwk: { kty, crv = '', x = '', y = '' } }: ReturnType<typeof party>): JsonObject => ({ kty, crv, x, y })
const published = (name: string, ...above: string[]): JsonObject & { readonly x5c: string[] } => ({
  ...bare(party(name)),
  kid: name,
  x5c: [name, ...above].flatMap((one) => [...party(one).x5c]),
})

/** What the issuer publishes; among its own keys stand some that it should not publish. */
export const KEYS = [
  published('credential'),
  published('other_institution'),
  published('credential_expired'),
  published('stranger_credential', 'stranger_credential_ca'),
]
export const metadataOf = (issuer: string, keys: readonly JsonObject[] = KEYS) => JSON.stringify({ issuer, jwks: { keys } })
export const keysPart = (content: string, id = ISSUER): Content => ({ need: { kind: 'issuer_metadata', id }, content })
export const dictionaryPart = (id: string, content: string): Content => ({
  need: { kind: 'code_dictionary', id },
  content,
  mediaType: 'text/plain;charset=iso-8859-1',
})

/** What is in the bundle of the happy flow. */
export const contents: readonly Content[] = [
  keysPart(metadataOf(ISSUER)),
  keysPart(metadataOf(OTHER_ISSUER, [published('other_institution')]), OTHER_ISSUER),
  ...kinds.map(({ type, metadata }): Content => ({ need: { kind: 'type_metadata', id: type.vct }, content: metadata })),
  ...kinds.map(({ dictionary }) => dictionaryPart(String(dictionary.number), dictionary.text)),
  await statusList(),
]

/** What a code for the statute needs, and no more, for bundles that stand in a vector. */
export const small: readonly Content[] = contents.filter(
  ({ need: { id } }) => id === ISSUER || id === statute.type.vct || id === String(statute.dictionary.number),
)
export const smallWith = (...changed: readonly Content[]): Content[] => [
  ...small.filter(({ need }) => !changed.some((one) => one.need.kind === need.kind && one.need.id === need.id)),
  ...changed,
]
export const withText = (change: (text: string) => string): Packed => ({ ...answer, text: change(answer.text) })
export const withValues = (change: (values: readonly number[]) => readonly number[]): Packed => ({
  ...answer,
  values: change(answer.values),
})
