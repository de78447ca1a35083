import { LANGUAGES } from '@symbolon/credential'
import { VP_ERRORS } from '@symbolon/openid4vc'
import { describe, expect, it } from 'vitest'
import { QUESTION_CODES, reasonText } from '../src/index.ts'

describe('a reason', () => {
  it.each([...Object.keys(QUESTION_CODES), ...Object.keys(VP_ERRORS)])(
    '%s has a sentence in each language, and no two are the same',
    (code) => {
      const facts = { on: '2026-06-15', path: ['a', null, 'b'], asked: 'x', found: 'y' }
      const sentences = LANGUAGES.map((language) => reasonText({ code, spec: 'x', facts }, language))
      expect(new Set(sentences).size).toBe(LANGUAGES.length)
      for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}[^{}]{10,}\.$/u)
    },
  )

  it('of a check is said by the words of checks, one that nobody knows by its code', () => {
    expect(reasonText({ code: 'revoked', spec: 'x', facts: {} }, 'en')).toMatch(/revoked/)
    expect(reasonText({ code: 'unheard_of', spec: 'x', facts: {} }, 'en')).toBe('unheard_of')
    expect(reasonText({ code: 'constructor', spec: 'x', facts: {} }, 'en')).toBe('constructor')
  })
})
