import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { primitives } from '@symbolon/primitives/node'
import { describe, expect, it } from 'vitest'
import { entryOf, openBundle } from '../src/bundle/index.ts'
import { dictionaryOf, packCode, typeDictionary, unpackCode } from '../src/code/index.ts'
import { formatNamed, parseCredential } from '../src/formats/index.ts'
import { thumbprintOf } from '../src/keys/index.ts'
import type { Path } from '../src/model.ts'
import { type CredentialType, integrity, lifetime, metadataText } from '../src/type/index.ts'
import { anchors, bundleOf, holder, ISSUER, issuer, NOW } from './presentation_fixture.ts'

const { types } = readTypes(join(import.meta.dirname, '../../../specs/credentials'))
const small = types.filter(({ certificates }) => certificates === 'by_hash')
const named = (name: string): CredentialType => types.find((type) => type.name === name) ?? types[0] ?? fail()
const fail = (): never => {
  throw new Error('no such type')
}
const STATUS = `${ISSUER}/status-lists/`
const HASHED = `x509_hash:${'u8eK2y3Zl1Y0g5u8eK2y3Zl1Y0g5u8eK2y3Zl1Y0g5A'}`

const commonTo = async (type: CredentialType) => ({
  ...{ type, issuer: ISSUER, algorithm: 'ES256' as const, x5c: issuer.x5c },
  ...{ typeIntegrity: await integrity(metadataText(type), primitives), statusUri: STATUS + 'A'.repeat(22) },
})

/** What a citizen shows of the sample of a type, at these paths. */
async function shownOf(type: CredentialType, paths: readonly Path[], audience = HASHED): Promise<string> {
  const bound = type.holderBinding === 'key'
  const draft = {
    ...(await commonTo(type)),
    ...{ claims: type.sample, ...lifetime(type, type.sample, NOW) },
    ...(bound && { holderKey: holder.jwk }),
    ...(type.status && { status: { uri: `${STATUS}4Zx0b2VjZ9dYz3P0bnC-_w`, index: 654_321 } }),
  }
  const unsigned = await formatNamed('dc+sd-jwt')?.build(draft, primitives)
  const issued = unsigned?.seal(await issuer.sign(unsigned.input)) ?? fail()
  const shown = await (await parseCredential(issued, primitives)).disclose(paths)
  if (!bound) return shown.toString()
  const presentation = await shown.bind({ audience, nonce: 'mZ3sH1yGvQ0n5Wq7t2Kp8A', issuedAt: NOW }, 'ES256')
  return presentation.seal(await holder.sign(presentation.input))
}

describe('the dictionary of a credential type (specs/code.md)', () => {
  it('there are four types for codes', () => {
    expect(small.map(({ name }) => name).sort()).toEqual(['be-social-statute-code', 'be-social-statute-paper', 'ehic-code', 'pda1-code'])
  })

  describe.each(small.map((type) => [type.name, type] as const))('%s', (_, type) => {
    const first = type.claims.find(({ sd }) => sd === 'always')?.path ?? fail()

    it('gives back exactly what was packed, and takes less room than the generic one', async () => {
      const dictionary = await typeDictionary(await commonTo(type), primitives)
      const known = new Map([[dictionary.number, dictionary]])
      for (const paths of [[], [first]]) {
        const text = await shownOf(type, paths)
        const code = await packCode(text, primitives, dictionary)
        expect(await unpackCode(code, primitives, known)).toBe(text)
        expect(code.length).toBeLessThan((await packCode(text, primitives)).length * 0.85)
        await expect(unpackCode(code, primitives)).rejects.toMatchObject({ code: 'code_dictionary_not_known' })
      }
    })

    it('holds constants only: nothing that the sample says, and the same each time', async () => {
      const common = await commonTo(type)
      const { text } = await typeDictionary(common, primitives)
      expect((await typeDictionary(common, primitives)).text).toBe(text)
      const lists = ['yes', 'no', 'unknown']
      const said = Object.values(type.sample).flat().map(String)
      for (const value of said.filter((one) => !lists.includes(one))) expect(text).not.toContain(`"${value}"`)
      for (const constant of [
        type.vct,
        ISSUER,
        common.typeIntegrity,
        await thumbprintOf(Uint8Array.fromBase64(issuer.x5c[0] ?? ''), primitives),
      ])
        expect(text).toContain(constant)
    })
  })

  it('says no more of one person than of another: the same claims give codes of the same length, whatever the others say', async () => {
    const type = named('be-social-statute-code')
    const dictionary = await typeDictionary(await commonTo(type), primitives)
    const lengths = new Set<number>()
    for (const answers of [{}, { companion: 'no', parking_card: 'no' }, { companion: 'yes', parking_card: 'unknown' }]) {
      const changed = { ...type, sample: { ...type.sample, ...answers } }
      const texts = await Promise.all(Array.from({ length: 20 }, () => shownOf(changed, [['disability_recognised']])))
      for (const text of texts) lengths.add((await parseCredential(text, primitives)).proof.input.length)
      for (const text of texts) expect(text.split('~')).toHaveLength(3)
    }
    expect(lengths.size).toBe(1)
    expect(dictionary.text.length).toBeLessThan(2000)
  })

  it('its number is the beginning of its hash, of four bytes', async () => {
    const { number, text } = await typeDictionary(await commonTo(named('ehic-code')), primitives)
    const hash = createHash('sha256').update(Buffer.from(text, 'latin1')).digest()
    expect(number).toBe((hash.readUInt32BE() >>> 5) | (2 ** 27))
    expect(number).toBeGreaterThanOrEqual(2 ** 27)
    expect(number).toBeLessThan(2 ** 28)
  })

  it.each([
    ['empty', ''],
    ['longer than 8,192 characters', 'x'.repeat(8193)],
    ['with a character that is no byte', 'ā'],
  ])('is none when it is %s', async (_, text) => {
    await expect(dictionaryOf(text, primitives)).rejects.toMatchObject({ code: 'code_malformed' })
  })

  it('a wrong dictionary gives nothing that anybody signed', async () => {
    const type = named('be-social-statute-code')
    const right = await typeDictionary(await commonTo(type), primitives)
    const other = await dictionaryOf(right.text.replaceAll('disability_recognised', 'x'.repeat(21)), primitives)
    const wrong = { ...other, number: right.number }
    const text = await shownOf(type, [['disability_recognised']])
    const code = await packCode(text, primitives, right)
    const read = await unpackCode(code, primitives, new Map([[wrong.number, wrong]]))
    expect(read).not.toBe(text)
    expect(await packCode(read, primitives, wrong)).not.toBe(await packCode(text, primitives, wrong))
  })
})

describe('dictionaries in a bundle (specs/bundle.md)', () => {
  const open = async (text: string) => openBundle(text, { anchors, primitives, now: NOW })
  const part = (id: string, content: string) =>
    ({ kind: 'code_dictionary', id, mediaType: 'text/plain;charset=iso-8859-1', content }) as const

  it('are found by their number', async () => {
    const dictionary = await typeDictionary(await commonTo(named('ehic-code')), primitives)
    const { number, text } = dictionary
    const { dictionaries } = await open(await bundleOf([part(String(number), text)]))
    expect(dictionaries.get(number)).toEqual(dictionary)
  })

  it.each([
    ['of another number', '134217728', 'abc'],
    ['of the number of the generic one', '0', 'abc'],
    ['empty', '134217728', ''],
  ])('one %s makes the bundle malformed', async (_, id, content) => {
    await expect(open(await bundleOf([part(id, content)]))).rejects.toMatchObject({ code: 'bundle_malformed' })
  })

  it('stand in the manifest like any part', async () => {
    expect(await entryOf(part('134217728', 'abc'), primitives)).toMatchObject({ kind: 'code_dictionary', size: 3 })
  })
})
