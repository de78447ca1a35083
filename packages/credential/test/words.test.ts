import { SD_JWT_ERRORS } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { CREDENTIAL_CODES } from '../src/errors.ts'
import { LANGUAGES } from '../src/type/index.ts'
import { FACTS } from '../src/words/fill.ts'
import { calendarDay, checkName, duration, moment, printable, sentence, WORDS } from '../src/words/index.ts'

const ALL = [...new Set([...Object.keys(CREDENTIAL_CODES), ...Object.keys(SD_JWT_ERRORS)])].sort()
const NO_FACTS = {}
const placeholders = (template: string) => [...template.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => name ?? '').sort()

describe.each(LANGUAGES)('%s', (language) => {
  const codes: { readonly [code: string]: string } = WORDS[language].codes

  test('every code has a sentence and every sentence a code', () => {
    expect(Object.keys(codes).sort()).toEqual(ALL)
  })

  test('each sentence is short, whole, and names only facts that can be said', () => {
    for (const [code, template] of Object.entries(codes)) {
      expect.soft(template, code).toMatch(/^\p{Lu}.*\.$/u)
      expect.soft(template.length, code).toBeLessThan(240)
      expect
        .soft(
          placeholders(template).every((name) => FACTS.has(name)),
          code,
        )
        .toBe(true)
    }
  })

  test('each sentence names the same facts as in the other languages', () => {
    for (const [code, template] of Object.entries(codes)) {
      const english: { readonly [code: string]: string } = WORDS.en.codes
      expect.soft(placeholders(template), code).toEqual(placeholders(english[code] ?? ''))
    }
  })

  test('without its facts a sentence reads on without holes, unless the fact is what it says', () => {
    for (const code of ALL) {
      if (code === 'valid_until') continue
      expect.soft(sentence(code, NO_FACTS, language), code).not.toMatch(/[[\]{}]|\?(?!$)| {2}/)
    }
  })

  test('no text is empty', () => {
    const texts = (value: unknown): string[] => (typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(texts))
    expect(texts(WORDS[language]).filter((text) => text.trim() === '')).toEqual([])
  })
})

test('days are said in the language’s form', () => {
  expect(LANGUAGES.map((language) => calendarDay('2026-06-15', language))).toEqual([
    '15/06/2026',
    '15/06/2026',
    '15.06.2026',
    '15 June 2026',
  ])
  expect(LANGUAGES.map((language) => calendarDay('2026-07-01', language))).toEqual([
    '01/07/2026',
    '01/07/2026',
    '01.07.2026',
    '1 July 2026',
  ])
})

test('what is no day of the calendar is not said as one', () => {
  for (const text of ['2026-02-30', '2026-13-01', '15/06/2026', '2026-6-1', '']) expect(calendarDay(text, 'en')).toBeNull()
})

test('moments are those of the clock in Brussels, in summer and in winter', () => {
  expect(moment(Date.UTC(2026, 5, 30, 22) / 1000, 'nl')).toBe('01/07/2026 00:00 CEST')
  expect(moment(Date.UTC(2026, 11, 31, 23) / 1000, 'en')).toBe('1 January 2027 00:00 CET')
  expect(moment(Number.MAX_VALUE, 'en')).toBeNull()
  expect(moment(Number.NaN, 'en')).toBeNull()
})

test('lengths of time are said in their largest whole unit', () => {
  expect(LANGUAGES.map((language) => duration(3 * 86_400 + 5000, language))).toEqual(['3 dagen', '3\u00a0jours', '3 Tage', '3 days'])
  expect([0, 59, 60, 3599, 3600, 86_399, 86_400].map((seconds) => duration(seconds, 'en'))).toEqual([
    '0 seconds',
    '59 seconds',
    '1 minute',
    '59 minutes',
    '1 hour',
    '23 hours',
    '1 day',
  ])
  expect(duration(-5, 'en')).toBe('0 seconds')
})

test('facts are put into the sentence, and a part without its fact is left out', () => {
  expect(sentence('expired', { at: Date.UTC(2026, 5, 30, 22) / 1000 }, 'de')).toContain('am 01.07.2026 00:00')
  expect(sentence('expired', {}, 'de')).toMatch(/^Der Nachweis ist abgelaufen\. /)
  expect(sentence('claim_concealed', { path: ['periods', 'companion', null] }, 'en')).toContain('periods.companion.null')
})

test('a fact that has no words is never said, whatever it holds', () => {
  const facts = { at: 'MARK', age: { a: 'MARK' }, detail: 'MARK', value: 'MARK', claim: 'MARK', anchor: ['MARK'] }
  for (const code of ALL) expect.soft(sentence(code, facts, 'en'), code).not.toContain('MARK')
})

test('only a fact of its own is taken, not what every object inherits', () => {
  const facts = Object.create({ at: 0, anchor: 'MARK' })
  expect(sentence('bundle_trusted', facts, 'en')).not.toContain('MARK')
  expect(sentence('expired', facts, 'en')).not.toContain('1970')
})

test('names that every object has are no codes and no checks', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect(sentence(name, {}, 'nl')).toBe(name)
    expect(checkName({ id: name, outcome: 'pass', code: 'well_formed', spec: '', facts: {} }, 'nl')).toBe(name)
  }
})

test('foreign text cannot steer a terminal, turn the direction of writing, or fill the screen', () => {
  expect(printable('a\u001b[2Jb\u0007c\nd\u202ee\u2066f')).toBe('a [2Jb c d e f')
  expect(printable('a\u200bb\u00adc\ufeffd\u{e0041}e\u009bf')).toBe('a b c d e f')
  expect(printable('می\u200cخواهم')).toBe('می\u200cخواهم')
  expect(printable('Žofia Müller-Çelik')).toBe('Žofia Müller-Çelik')
  expect(printable('x'.repeat(300))).toBe(`${'x'.repeat(200)}…`)
  expect(sentence('type_not_known', { type: 'urn:\u001b]0;x\u0007' }, 'en')).not.toMatch(/\p{Cc}/u)
})
