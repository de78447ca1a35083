import { LANGUAGES } from '@symbolon/credential'
import { describe, expect, test } from 'vitest'
import { browserCookie } from '../src/authorize/cookies.ts'
import { PAGE_CODES, type PageCode } from '../src/authorize/faults.ts'
import { html } from '../src/authorize/html.ts'
import { type Consent, consentContent, type Frame, faultPage, page } from '../src/authorize/pages.ts'
import { pageLanguage, WORDS } from '../src/authorize/words/index.ts'

const frame = (language: Frame['language']): Frame => ({ language, issuer: 'The institution', base: '' })
const CONSENT: Consent = {
  ...{
    wallet: 'W',
    host: undefined,
    person: undefined,
    types: [{ name: 'N', description: 'D' }],
    missing: [],
    renewalDays: undefined,
    shown: 'S',
    form: 'F',
  },
}
const consent = (change: Partial<Consent> = {}): string => consentContent(frame('en'), { ...CONSENT, ...change }).content.markup

describe('a template', () => {
  test('escapes whatever is put into it, also in attributes, also in lists', () => {
    const evil = `<script>"'&`
    expect(html`<p title="${evil}">${[evil, html`<b>${evil}</b>`]}</p>`.markup).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;<b>&lt;script&gt;&quot;&#39;&amp;</b></p>',
    )
  })

  test('leaves out what is not there', () => {
    expect(html`<p>${undefined}${false}${[]}</p>`.markup).toBe('<p></p>')
  })
})

describe('the question', () => {
  test('escapes the wallet, the person, the types and the form', () => {
    const evil = '<i>&"'
    const shown = consent({
      wallet: evil,
      host: evil,
      person: evil,
      types: [{ name: evil, description: evil }],
      missing: [evil],
      shown: evil,
      form: evil,
    })
    expect(shown).not.toContain('<i>')
    expect(shown.match(/&lt;i&gt;&amp;&quot;/g)).toHaveLength(8)
  })

  test('says who is signed in, what is missing and that the wallet may come back, only where it is so', () => {
    expect(consent()).not.toMatch(/signed in|nothing about you|days/)
    expect(consent({ person: 'P' })).toContain('You are signed in as P.')
    expect(consent({ missing: ['M', 'N'] })).toContain('M, N')
    expect(consent({ renewalDays: 180 })).toContain('at most 180 days')
  })

  test('every language says the same things: no sentence is missing, none stands in two languages', () => {
    const pages = LANGUAGES.map((language) => {
      const whole: Consent = { ...CONSENT, person: 'P', missing: ['M'], renewalDays: 180, host: 'h.example' }
      const texts = [consentContent(frame(language), whole), consentContent(frame(language), { ...whole, host: undefined })]
      return texts
        .map(({ title, content }) => `${title} ${content.markup}`)
        .join('\n')
        .split(/<[^>]+>|\n/)
        .map((text) => text.trim())
        .filter((text) => /\p{L}{2}/u.test(text))
    })
    expect(new Set(pages.map(({ length }) => length)).size).toBe(1)
    const all = pages.flatMap((sentences) => [...new Set(sentences)])
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('a page of a fault', () => {
  test.each(Object.keys(PAGE_CODES) as PageCode[])('%s: in each language what it is and what to do, with a code and a status', (code) => {
    const shown = LANGUAGES.map((language) => faultPage(frame(language), code))
    expect(new Set(shown.map(({ text }) => /<h1>(.*)<\/h1>/.exec(text ?? '')?.[1])).size).toBe(LANGUAGES.length)
    for (const [at, { text = '', status }] of shown.entries()) {
      const language = LANGUAGES[at] ?? 'en'
      expect(status).toBe(PAGE_CODES[code].status)
      expect(text).toContain(`<html lang="${language}">`)
      expect(text).toContain(WORDS[language].faults[code].next.replaceAll("'", '&#39;'))
    }
  })
})

describe('CSP level 3: where the form of a page may lead', () => {
  const actions = (redirectUri?: string): string | undefined =>
    /form-action ([^;]+);/.exec(page(frame('en'), 'T', 'C', redirectUri).headers?.['content-security-policy'] ?? '')?.[1]

  test.each([
    [undefined, "'self'"],
    ['http://127.0.0.1:5000/back?x=y', "'self' http://127.0.0.1:5000"],
    ['https://wallet.example/back', "'self' https://wallet.example"],
    ['https://wallet.example:8443/back', "'self' https://wallet.example:8443"],
    // A policy can name neither an IPv6 address nor a place within the scheme of an app.
    ['http://[::1]:5000/back', "'self' http:"],
    ['org.example.app:/back', "'self' org.example.app:"],
  ])('%s', (redirectUri, expected) => {
    expect(actions(redirectUri)).toBe(expected)
  })
})

describe('the language of a page', () => {
  test.each([
    [['nl-BE'], 'fr', 'nl'],
    [['pt', 'de'], 'fr', 'de'],
    [[], 'fr-CA, nl;q=0.9', 'fr'],
    [[], 'nl;q=0.5,de;q=0.8', 'de'],
    [[], 'nl;q=0, en', 'en'],
    [[], '', 'en'],
    [[], undefined, 'en'],
    [[], 'xx;q=nonsense, *', 'en'],
    [[], `${'x,'.repeat(10_000)}nl`, 'en'],
  ] as const)('the wallet asks for %j, the browser for %j: %s', (locales, header, expected) => {
    expect(pageLanguage(locales, header)).toBe(expected)
  })
})

describe('the cookie of a browser', () => {
  const cookie = browserCookie(false, '')
  const { value, header } = cookie.make('id', 900)

  test('is read back among others, and only as we make them', () => {
    expect(header).toBe(`symbolon-id=${value}; Max-Age=900; Path=/authorize; HttpOnly; SameSite=Lax`)
    expect(cookie.read(`a=b; symbolon-id=${value}; c=d`, 'id')).toBe(value)
    for (const sent of [
      undefined,
      '',
      `symbolon-other=${value}`,
      'symbolon-id=',
      'symbolon-id=short',
      `symbolon-id=${value}x`,
      `xsymbolon-id=${value}`,
    ]) {
      expect([sent, cookie.read(sent, 'id')]).toEqual([sent, undefined])
    }
    expect(cookie.end('id')).toMatch(/^symbolon-id=; Max-Age=0; /)
  })

  test('RFC 6265bis 4.1.3.2: over https its name starts with __Host-, so it is of this host alone', () => {
    expect(browserCookie(true, '/tenant').make('id', 900).header).toMatch(
      /^__Host-symbolon-id=[\w-]{43}; Max-Age=900; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
    expect(browserCookie(true, '').read(`symbolon-id=${value}`, 'id')).toBeUndefined()
  })
})
