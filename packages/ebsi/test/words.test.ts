import { LANGUAGES, type Language, sentence } from '@symbolon/credential'
import { describe, expect, test } from 'vitest'
import { CHAIN_CODES, EBSI_WORDS } from '../src/index.ts'

const CODES = Object.keys(CHAIN_CODES)
const placeholders = (template: string) => [...template.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => name ?? '').sort()
const say = (code: string, facts: Parameters<typeof sentence>[1], language: Language) => sentence(code, facts, language, [EBSI_WORDS])

describe.each(LANGUAGES)('%s', (language) => {
  const codes = EBSI_WORDS.codes[language]

  test('every code of the walk has a sentence and every sentence a code', () => {
    expect(Object.keys(codes)).toEqual([...CODES].sort())
  })

  test('each sentence is short, whole, and names the same facts as in the other languages', () => {
    for (const [code, template] of Object.entries(codes)) {
      expect.soft(template, code).toMatch(/^(?:\[[^\]]+\])?\p{Lu}.*\.$/u)
      expect.soft(template.length, code).toBeLessThan(240)
      expect.soft(placeholders(template), code).toEqual(placeholders(EBSI_WORDS.codes.en[code] ?? ''))
    }
  })

  test('with its facts or without them a sentence reads on without holes', () => {
    for (const code of CODES) {
      expect.soft(say(code, {}, language), code).not.toMatch(/[[\]{}]|\?| {2}/)
      expect.soft(say(code, { did: 'did:ebsi:z1' }, language), code).not.toMatch(/[[\]{}]|\?| {2}/)
    }
  })
})

const hop = (accreditor: string, role: string) => ({ subject: 'x', attributeId: 'y', accreditor, role, from: 0, until: 1 })
const facts = { hops: [hop('did:a', 'TI'), hop('did:b', 'TAO'), hop('did:b', 'RootTAO')], root: 'did:b', anchor: 'The root' }

test('the path is said in words, from the issuer up', () => {
  expect(LANGUAGES.map((language) => say('chain_trusted', facts, language))).toEqual([
    'Geaccrediteerd door did:a, zelf door did:b. De wortel did:b staat in het vertrouwensbestand: The root.',
    'Accrédité par did:a, lui-même par did:b. La racine did:b figure dans le fichier de confiance : The root.',
    'Akkreditiert von did:a, selbst von did:b. Die Wurzel did:b steht in der Vertrauensdatei: The root.',
    'Accredited by did:a, itself by did:b. The root did:b is in the trust file: The root.',
  ])
  expect(say('chain_trusted', { ...facts, hops: [hop('did:b', 'RootTAO')] }, 'en')).toBe('The root did:b is in the trust file: The root.')
})

test('foreign text in it cannot steer a terminal, and what is no list of hops is not said', () => {
  expect(say('attribute_revoked', { did: 'did:\u001b[2J' }, 'en')).not.toMatch(/\p{Cc}/u)
  expect(say('chain_trusted', { ...facts, hops: [hop('did:\u001b[2J', 'TI')] }, 'en')).not.toMatch(/\p{Cc}/u)
  expect(say('chain_trusted', { hops: 'MARK', root: { a: 'MARK' } }, 'en')).not.toContain('MARK')
})

test('without its words a code of the walk is said as it is, and with them ours stay', () => {
  expect(sentence('chain_trusted', facts, 'en')).toBe('chain_trusted')
  expect(say('issuer_trusted', {}, 'nl')).toBe(sentence('issuer_trusted', {}, 'nl'))
})
