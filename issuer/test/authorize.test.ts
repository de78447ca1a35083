import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { authorizationDetails, none, type OurClient } from '@symbolon/openid4vc'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { syntheticSource } from '../src/index.ts'
import { browser, type Shown } from './browser.ts'
import { agree, LOOPBACK, PUBLIC, push } from './code_flow.ts'
import { ANDREI, LOTTE, newHome, STATUTE, start, type TestIssuer } from './fixture.ts'

const APP: OurClient = { id: 'app', authentication: none }
let issuer: TestIssuer

beforeAll(async () => {
  const home = newHome()
  const clients = join(home, 'clients.json')
  const registered = {
    client_id: APP.id,
    name: 'The <b>app</b> & more',
    redirect_uris: ['https://app.example/back'],
    authentication: 'none',
  }
  writeFileSync(clients, JSON.stringify([registered]))
  issuer = await start({ SYMBOLON_HOME: home, ISSUER_CLIENTS_FILE: clients })
})
afterAll(() => issuer.close())
beforeEach(() => {
  issuer.clock.ahead = 0
})

const visitor = (language?: string) => browser(issuer.url, language)
const titleOf = ({ html }: Shown): string => /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? ''

/** A page of ours that says what is wrong, and nothing that leads on. */
function isFault(page: Shown, code: string): void {
  expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
  expect(page.html).toContain(`<code>${code}</code>`)
  expect(page.html).not.toMatch(/<form|<a /)
}

/** Opens the page of a new request and signs in. */
async function signedIn(person = LOTTE, change: Record<string, string | undefined> = {}, visiting = visitor()) {
  const pushed = await push(issuer, change)
  const question = await visiting.press(await visiting.open(pushed.address), 'person', person)
  return { ...pushed, visiting, question }
}

describe('RFC 9126 4: the front channel', () => {
  test('client_id and request_uri are all it takes; whatever stands beside them is ignored', async () => {
    const { address, asked } = await push(issuer)
    const beside = new URLSearchParams({
      state: 'another',
      redirect_uri: 'https://elsewhere.example',
      scope: 'pda1',
      response_type: 'token',
    })
    const back = await agree(issuer, `${address}&${beside}`)
    expect(`${back.origin}${back.pathname}`).toBe(LOOPBACK)
    expect(back.searchParams.get('state')).toBe(asked.state)
  })

  test('a request that was not pushed is refused, on a page: no redirect address is known to be good', async () => {
    const direct = { client_id: PUBLIC, response_type: 'code', redirect_uri: LOOPBACK, state: 's', scope: STATUTE }
    isFault(await visitor().open(`${issuer.url}/authorize?${new URLSearchParams(direct)}`), 'link_malformed')
    isFault(await visitor().open(`${issuer.url}/authorize`), 'link_malformed')
    const { requestUri, address } = await push(issuer)
    isFault(await visitor().open(`${issuer.url}/authorize?${new URLSearchParams({ request_uri: requestUri })}`), 'link_malformed')
    isFault(await visitor().open(`${address}&client_id=another`), 'link_malformed')
    const elsewhere = { client_id: PUBLIC, request_uri: 'https://wallet.example/request' }
    isFault(await visitor().open(`${issuer.url}/authorize?${new URLSearchParams(elsewhere)}`), 'link_malformed')
  })

  test('an unknown request_uri, that of another client, and one that has expired are refused', async () => {
    const { requestUri, address } = await push(issuer)
    const as = (client_id: string, request_uri: string) => `${issuer.url}/authorize?${new URLSearchParams({ client_id, request_uri })}`
    isFault(await visitor().open(as(PUBLIC, `${requestUri.slice(0, -1)}_`)), 'link_ended')
    isFault(await visitor().open(as(APP.id, requestUri)), 'link_ended')
    issuer.clock.ahead = 299
    expect((await visitor().open(address)).status).toBe(200)
    issuer.clock.ahead = 301
    isFault(await visitor().open(address), 'link_ended')
  })

  test('FAPI 2.0 5.3.2.2: the page may be opened twice before somebody has answered, also in another browser', async () => {
    const { address } = await push(issuer)
    const first = visitor()
    await first.open(address)
    await first.open(address)
    const head = await fetch(address, { method: 'HEAD' })
    expect(head.status).toBe(200)
    const back = await agree(issuer, address)
    expect(back.searchParams.has('code')).toBe(true)
  })

  test('RFC 9126 7.3: a request_uri is used up by the answer, whichever it is', async () => {
    for (const answer of ['yes', 'no']) {
      const { address } = await push(issuer)
      await agree(issuer, address, LOTTE, answer)
      isFault(await visitor().open(address), 'link_ended')
    }
  })

  test('other methods are refused', async () => {
    const response = await fetch(`${issuer.url}/authorize`, { method: 'POST' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })
})

describe('RFC 6749 4.1.2: what goes back to the wallet', () => {
  test('a code, the state as it came, and the issuer (RFC 9207 2), by 303', async () => {
    const { address, asked } = await push(issuer)
    const visiting = visitor()
    const question = await visiting.press(await visiting.open(address), 'person', LOTTE)
    const back = await visiting.press(question, 'answer', 'yes')
    expect([back.status, back.headers.get('cache-control'), back.headers.get('referrer-policy')]).toEqual([303, 'no-store', 'no-referrer'])
    const query = new URL(back.address).searchParams
    expect([...query.keys()]).toEqual(['code', 'state', 'iss'])
    expect(query.get('code')).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect([query.get('state'), query.get('iss')]).toEqual([asked.state, issuer.url])
    expect(visiting.cookies.size).toBe(0)
  })

  test('no state comes back where none was pushed; a long one comes back whole', async () => {
    const without = await agree(issuer, (await push(issuer, { state: undefined })).address)
    expect([...without.searchParams.keys()]).toEqual(['code', 'iss'])
    const state = `${'s'.repeat(2040)} &=+%`
    expect((await agree(issuer, (await push(issuer, { state })).address)).searchParams.get('state')).toBe(state)
  })

  test('RFC 6749 4.1.2.1: who says no, or does not sign in, gives access_denied', async () => {
    const { address, asked } = await push(issuer)
    const refused = await agree(issuer, address, LOTTE, 'no')
    expect(Object.fromEntries(refused.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'the person said no',
      state: asked.state,
      iss: issuer.url,
    })
    const visiting = visitor()
    const cancelled = await visiting.press(await visiting.open((await push(issuer)).address), 'error', 'access_denied')
    expect(new URL(cancelled.address).searchParams.get('error')).toBe('access_denied')
    for (const at of [refused, new URL(cancelled.address)]) expect(at.searchParams.get('error_description')).toMatch(/^[\x20-\x7e]+$/)
  })

  test('an address with a query of its own keeps it (RFC 6749 3.1.2)', async () => {
    const back = await agree(issuer, (await push(issuer, { redirect_uri: `${LOOPBACK}?app=1` })).address)
    expect([...back.searchParams.keys()].slice(0, 2)).toEqual(['app', 'code'])
  })
})

describe('who signs in', () => {
  test('somebody about whom the sources say nothing gives access_denied; nobody else is tried', async () => {
    const { address } = await push(issuer, { authorization_details: authorizationDetails(['pda1']) })
    const back = await agree(issuer, address, LOTTE)
    expect(back.searchParams.get('error')).toBe('access_denied')
  })

  test('a number that is not in the register signs nobody in', async () => {
    for (const person of ['', '00000000097', ` ${LOTTE}`, `${LOTTE}0`]) {
      const back = await agree(issuer, (await push(issuer)).address, person)
      expect([person, back.searchParams.get('error')]).toEqual([person, 'access_denied'])
    }
  })

  test('what cannot be had at this moment is said before, and does not stand in the way of the rest', async () => {
    const both = { authorization_details: authorizationDetails([STATUTE, 'pda1']) }
    const { question } = await signedIn(LOTTE, both)
    expect(question.html).toMatch(/We have nothing about you at this moment.*Portable Document A1/s)
    expect((await signedIn(ANDREI, both)).question.html).not.toContain('We have nothing about you')
  })

  test('no number of a person stands in any address or in the log', async () => {
    const { visiting, question } = await signedIn()
    await visiting.press(question, 'answer', 'yes')
    expect(visiting.answers.map(({ address }) => address).join()).not.toContain(LOTTE)
    expect(issuer.lines.join()).not.toContain(LOTTE)
    expect(issuer.lines.join()).not.toContain(question.address.split('/').at(-1))
  })
})

describe('RFC 9700 4.7: one browser, one question, one answer', () => {
  test('another browser, and one without cookies, cannot go on', async () => {
    const { address } = await push(issuer)
    const page = await visitor().open(address)
    isFault(await visitor().press(page, 'person', LOTTE), 'browser_not_known')
    const { question, visiting } = await signedIn()
    isFault(await visitor().open(question.address), 'browser_not_known')
    isFault(await visitor().press(question, 'answer', 'yes'), 'browser_not_known')
    expect((await visiting.press(question, 'answer', 'yes')).status).toBe(303)
  })

  test('a form without its token, or with that of another request, another step or another browser, is refused', async () => {
    const one = await signedIn()
    const other = await signedIn(LOTTE, {}, one.visiting)
    const tokenOf = (page: Shown): string => /name="form" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    for (const form of ['', 'x', tokenOf(other.question)]) {
      isFault(await one.visiting.press(one.question, 'answer', 'yes', { form }), 'browser_not_known')
    }
    for (const types of ['', 'pda1', `${STATUTE} pda1`]) {
      isFault(await one.visiting.press(one.question, 'answer', 'yes', { types }), 'browser_not_known')
    }
    const { address } = await push(issuer)
    const page = await one.visiting.open(address)
    const state = /name="state" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    for (const wrong of ['', 'x', state.split('.')[0] ?? '', `${state.split('.')[0]}.${tokenOf(one.question)}`]) {
      isFault(await one.visiting.press(page, 'person', LOTTE, { state: wrong }), 'browser_not_known')
    }
    expect((await one.visiting.press(page, 'person', LOTTE)).status).toBe(200)
  })

  test('an answer counts once; the page that was answered says so afterwards', async () => {
    const { visiting, question } = await signedIn()
    const cookies = new Map(visiting.cookies)
    expect((await visiting.press(question, 'answer', 'yes')).status).toBe(303)
    for (const [name, value] of cookies) visiting.cookies.set(name, value)
    isFault(await visiting.press(question, 'answer', 'yes'), 'already_answered')
    isFault(await visiting.open(question.address), 'already_answered')
  })

  test('of 8 answers at once, one counts', async () => {
    const { question, visiting } = await signedIn()
    const copies = Array.from({ length: 8 }, () => {
      const one = visitor()
      for (const [name, value] of visiting.cookies) one.cookies.set(name, value)
      return one.press(question, 'answer', 'yes')
    })
    const ended = await Promise.all(copies)
    expect(ended.filter(({ status }) => status === 303)).toHaveLength(1)
    for (const page of ended.filter(({ status }) => status !== 303)) isFault(page, 'already_answered')
  })

  test('who signs in anew gets a new question; the one before is worth nothing', async () => {
    const { address, visiting, question } = await signedIn(LOTTE, { authorization_details: authorizationDetails([STATUTE, 'pda1']) })
    const again = await visitor().open(address)
    expect(titleOf(again)).toBe('Choose a person')
    const second = visitor()
    const asked = await second.press(await second.open(address), 'person', ANDREI)
    expect(asked.html).toContain('Andrei Monteur')
    isFault(await visiting.press(question, 'answer', 'yes'), 'browser_not_known')
    expect((await second.press(asked, 'answer', 'yes')).status).toBe(303)
  })

  test('the cookie changes when somebody signs in, so one that was seen before is worth nothing', async () => {
    const { address } = await push(issuer)
    const visiting = visitor()
    const page = await visiting.open(address)
    const before = new Map(visiting.cookies)
    const question = await visiting.press(page, 'person', LOTTE)
    expect([...visiting.cookies.keys()]).toEqual([...before.keys()])
    expect([...visiting.cookies.values()]).not.toEqual([...before.values()])
    const thief = visitor()
    for (const [name, value] of before) thief.cookies.set(name, value)
    isFault(await thief.open(question.address), 'browser_not_known')
  })

  test('in the same browser, after signing in, the link leads on to the question', async () => {
    const { address, visiting, question } = await signedIn()
    expect((await visiting.open(address)).address).toBe(question.address)
  })

  test('two wallets at once in one browser do not disturb each other', async () => {
    const one = await signedIn()
    const two = await signedIn(ANDREI, {}, one.visiting)
    expect(one.visiting.cookies.size).toBe(2)
    for (const { question } of [one, two]) expect((await one.visiting.press(question, 'answer', 'yes')).status).toBe(303)
  })

  test('a form that another site sent is refused, whatever it holds (Fetch Metadata)', async () => {
    const { question, visiting } = await signedIn()
    const form = /name="form" value="([^"]+)"/.exec(question.html)?.[1] ?? ''
    const cookie = Array.from(visiting.cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const post = (site: string) =>
      fetch(question.address, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ form, types: STATUTE, answer: 'yes' }),
        headers: { cookie, 'sec-fetch-site': site },
      })
    for (const site of ['cross-site', 'same-site', 'none']) expect([site, (await post(site)).status]).toEqual([site, 400])
    expect((await post('same-origin')).status).toBe(303)
  })

  test('a question that nobody answers ends after a quarter of an hour', async () => {
    const { visiting, question } = await signedIn()
    issuer.clock.ahead = 901
    isFault(await visiting.press(question, 'answer', 'yes'), 'link_ended')
  })
})

describe('the pages', () => {
  test('no script, no frame, nothing from elsewhere; forms lead to us and to the one wallet', async () => {
    const { visiting, question } = await signedIn()
    for (const { address, headers } of visiting.answers.filter(({ status }) => status === 200)) {
      const policy = headers.get('content-security-policy')
      expect([address, policy]).toEqual([
        address,
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:5555; base-uri 'none'; frame-ancestors 'none'",
      ])
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    expect(question.html).not.toMatch(/<script| on[a-z]+=| style=|https?:\/\//)
    const style = await fetch(issuer.url + (/href="([^"]+\.css)"/.exec(question.html)?.[1] ?? ''))
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
    expect(await style.text()).not.toMatch(/url\(|@import/)
  })

  test('what a wallet calls itself is text; of one that is registered, its name and where the answer goes', async () => {
    const evil = '"><img src=x onerror=alert(1)>\'&amp;'
    expect((await signedIn(LOTTE, { client_id: evil })).question.html).toContain(
      '“&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;amp;”',
    )
    const { question } = await signedIn(LOTTE, { client_id: APP.id, redirect_uri: 'https://app.example/back' })
    expect(question.html).toContain('“The &lt;b&gt;app&lt;/b&gt; &amp; more”')
    expect(question.html).toContain('gets our answer at app.example.')
    expect(question.headers.get('content-security-policy')).toContain("form-action 'self' https://app.example;")
  })

  test('in the language that the wallet asks for, else in that of the browser, else in English', async () => {
    const asked = async (ui_locales: string | undefined, browserLanguage: string) => {
      const visiting = visitor(browserLanguage)
      const { question } = await signedIn(LOTTE, { ui_locales }, visiting)
      expect(question.html).toContain(`<html lang="${question.headers.get('content-language')}">`)
      return question.headers.get('content-language')
    }
    expect(await asked('nl-BE fr', 'de')).toBe('nl')
    expect(await asked('pt', 'en;q=0.2, fr-BE;q=0.9, de;q=0')).toBe('fr')
    expect(await asked(undefined, 'de')).toBe('de')
    expect(await asked(undefined, 'pt')).toBe('en')
    isFault(await visitor('nl').open(`${issuer.url}/authorize`), 'link_malformed')
    expect(titleOf(await visitor('nl').open(`${issuer.url}/authorize`))).toBe('Deze link is niet volledig')
  })

  test('the answer of an OpenID provider is not taken where nobody signs in there', async () => {
    isFault(await visitor().open(`${issuer.url}/authorize/signed-in?state=a.b&code=c`), 'link_malformed')
  })
})

test('a fault of our own while somebody waits: the wallet is told, the log says where, nobody says who (RFC 6749 4.1.2.1)', async () => {
  const broken = await start()
  try {
    const asked = async (breaks: 'before signing in' | 'before the question') => {
      const visiting = browser(broken.url)
      const page = await visiting.open((await push(broken)).address)
      if (breaks === 'before signing in') return visiting.press(page, 'person', LOTTE)
      const question = await visiting.press(page, 'person', LOTTE)
      rename('persons', 'people')
      return visiting.open(question.address)
    }
    const rename = (from: string, to: string): void => {
      const source = new DatabaseSync(syntheticSource(broken.home))
      source.exec(`alter table ${from} rename to ${to}`)
      source.close()
    }
    for (const breaks of ['before the question', 'before signing in'] as const) {
      const back = new URL((await asked(breaks)).address)
      expect([breaks, `${back.origin}${back.pathname}`, back.searchParams.get('error')]).toEqual([breaks, LOOPBACK, 'server_error'])
    }
    expect(broken.lines.filter((line) => line.includes('a visit failed'))).toHaveLength(2)
    expect(broken.lines.join()).not.toMatch(new RegExp(`${LOTTE}|Lotte`))
  } finally {
    await broken.close()
  }
})

test('over https the cookie is one that no other host can have set; with a path the pages stand below it', async () => {
  const secure = await start({ ISSUER_URL: 'https://issuer.example/tenant' })
  try {
    // As whatever ends TLS before it would pass the request on.
    const local = { ...secure, url: `http://localhost:${secure.port}/tenant` }
    const { requestUri } = await push(local)
    const query = new URLSearchParams({ client_id: PUBLIC, request_uri: requestUri })
    const page = await fetch(`${local.url}/authorize?${query}`)
    expect(page.headers.get('set-cookie')).toMatch(
      /^__Host-symbolon-[\w-]{43}=[\w-]{43}; Max-Age=900; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
    expect(await page.text()).toContain('href="/tenant/authorize/style.css"')
  } finally {
    await secure.close()
  }
})
