import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { trustLocalAuthority } from '@symbolon/command-line'
import { authorizationDetails } from '@symbolon/openid4vc'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, openPage } from './chromium.ts'
import { push } from './code_flow.ts'
import { newHome, STATUTE, start, type TestIssuer } from './fixture.ts'
import { newServer, oidcProvider } from './providers.ts'

/** What a wallet that listens on this machine was sent. */
interface Listening {
  readonly address: string
  readonly got: URL[]
  close(): void
}

async function listen(host: string): Promise<Listening> {
  const got: URL[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://wallet.invalid')
    if (url.pathname === '/back') got.push(url)
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>the wallet</title>')
  }).listen(0, host)
  await once(server, 'listening')
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { address: `http://${host.includes(':') ? `[${host}]` : host}:${at.port}/back`, got, close }
}

/** The address of an app of its own, as phones have them (RFC 8252 section 7.1). */
const APP = 'org.example.app:/back'

const PATIENCE = { timeout: 20_000 }

/** Of what the browser complained about, what is no answer of 4xx. */
const violations = (complaints: readonly string[]): string[] => complaints.filter((text) => !/Failed to load resource/.test(text))

/** Relative luminance of two colours as the browser computes them, and their contrast (WCAG 2.2, 1.4.3). */
const contrasts = (page: Page): Promise<[string, number][]> =>
  page.evaluate(() => {
    const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (colour: string): number => {
      const [r = 0, g = 0, b = 0] = channels(colour).map((value) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      )
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const ground = (element: Element | null): string => {
      const colour = element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)'
      return channels(colour)[3] === 0 ? ground(element?.parentElement ?? null) : colour
    }
    const elements = [...document.querySelectorAll('header, h1, h2, p, li, strong, button, code')]
    return elements.map((element): [string, number] => {
      const [one, other] = [luminance(getComputedStyle(element).color), luminance(ground(element))]
      return [element.tagName, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)]
    })
  })

describe.runIf(CHROMIUM.there)(CHROMIUM.title, () => {
  let issuer: TestIssuer
  let chromium: Browser
  let wallet: Listening

  beforeAll(async () => {
    const home = newHome()
    const clients = join(home, 'clients.json')
    writeFileSync(clients, JSON.stringify([{ client_id: 'app', name: 'The app', redirect_uris: [APP], authentication: 'none' }]))
    issuer = await start({ SYMBOLON_HOME: home, ISSUER_CLIENTS_FILE: clients })
    chromium = await launch()
    wallet = await listen('127.0.0.1')
  })
  afterAll(async () => {
    await chromium?.close()
    wallet?.close()
    await issuer?.close()
  })
  beforeEach(() => {
    wallet.got.length = 0
  })

  const asked = async (change: Record<string, string> = {}) => push(issuer, { redirect_uri: wallet.address, ...change })

  test.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('from the link of the wallet back to the wallet, %s', async (_how, javaScriptEnabled) => {
    const { page, complaints } = await openPage(chromium, { javaScriptEnabled })
    const { address, asked: request } = await asked()
    const foreign: string[] = []
    page.on('request', (one) => {
      if (![issuer.url, new URL(wallet.address).origin].includes(new URL(one.url()).origin)) foreign.push(one.url())
    })
    await page.goto(address)
    expect(await page.title()).toBe('Choose a person')
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
    expect(await page.title()).toBe('Add this to your wallet?')
    await page.getByRole('button', { name: 'Yes, add it' }).click()
    await page.waitForURL(`${wallet.address}?**`)
    const [back] = wallet.got
    expect(wallet.got).toHaveLength(1)
    expect([back?.searchParams.get('state'), back?.searchParams.get('iss')]).toEqual([request.state, issuer.url])
    expect(back?.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
    expect(violations(complaints)).toEqual([])
    expect(foreign).toEqual([])
  })

  test('saying no, and not signing in, go back to the wallet too', async () => {
    const { page, complaints } = await openPage(chromium)
    await page.goto((await asked()).address)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.waitForURL(`${wallet.address}?**`)
    await page.goto((await asked()).address)
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
    await page.getByRole('button', { name: 'No', exact: true }).click()
    await page.waitForURL(`${wallet.address}?**`)
    expect(wallet.got.map(({ searchParams }) => searchParams.get('error'))).toEqual(['access_denied', 'access_denied'])
    expect(violations(complaints)).toEqual([])
  })

  test('by keyboard alone, in order, with a focus one can see', async () => {
    const { page } = await openPage(chromium)
    await page.goto((await asked()).address)
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Amélie Échantillon')
    expect(await page.locator(':focus').evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid')
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/consent/**')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Yes, add it')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('No')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Space')
    await page.waitForURL(`${wallet.address}?**`)
  })

  test.each([
    ['nl-BE', 'Aan uw wallet toevoegen?', 'Sociaal statuut'],
    ['fr-BE', 'Ajouter à votre portefeuille ?', 'Statut social'],
    ['de-BE', 'In Ihre Wallet aufnehmen?', 'Sozialstatus'],
    ['en-GB', 'Add this to your wallet?', 'Social statute'],
  ])('in the language of the browser: %s', async (locale, title, type) => {
    const { page } = await openPage(chromium, { locale })
    await page.goto((await asked({ ui_locales: '' })).address)
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(title)
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2))
    expect(await page.locator('.types strong').innerText()).toBe(type)
    expect(await page.getByRole('main').count()).toBe(1)
  })

  test.each(['light', 'dark'] as const)(
    'text stands out from its ground (WCAG 1.4.3), and fits a small screen: %s',
    async (colorScheme) => {
      const { page } = await openPage(chromium, { colorScheme, viewport: { width: 320, height: 640 } })
      await page.goto((await asked({ authorization_details: authorizationDetails([STATUTE, 'pda1']) })).address)
      const shown = [await contrasts(page)]
      await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
      shown.push(await contrasts(page))
      // WCAG 1.4.10: nothing to scroll sideways for at 320 pixels.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      await page.goto(`${issuer.url}/authorize`)
      shown.push(await contrasts(page))
      expect(shown.flat().length).toBeGreaterThan(30)
      expect(shown.flat().filter(([, contrast]) => contrast < 4.5)).toEqual([])
    },
  )

  test('a form leads to us and to this one wallet: without it in the policy, the browser itself stops the answer', async () => {
    const { page, complaints } = await openPage(chromium)
    await page.goto((await asked()).address)
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
    // The same page, with the redirect address taken out of its policy: the proof that the tests above can fail.
    await page.route('**/consent/*', async (route) => {
      if (route.request().method() !== 'GET') return route.continue()
      const response = await route.fetch()
      const policy = response.headers()['content-security-policy']?.replace(/ http:\/\/127\.0\.0\.1:\d+/, '') ?? ''
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': policy } })
    })
    await page.goto(page.url())
    await page.getByRole('button', { name: 'Yes, add it' }).click()
    await expect.poll(() => violations(complaints).join(), PATIENCE).toMatch(/form-action/)
    expect(wallet.got).toEqual([])
  })

  test('a wallet on ::1, which a policy cannot name, is reached all the same (RFC 8252 7.3)', async () => {
    const other = await listen('::1')
    try {
      const { page, complaints } = await openPage(chromium)
      await page.goto((await asked({ redirect_uri: other.address })).address)
      await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
      await page.getByRole('button', { name: 'Yes, add it' }).click()
      await page.waitForURL(`${other.address}?**`)
      expect(other.got.some(({ searchParams }) => searchParams.has('code'))).toBe(true)
      expect(violations(complaints)).toEqual([])
    } finally {
      other.close()
    }
  })

  test('over https, with the __Host- cookie, to a wallet on this machine that has only http (RFC 8252 7.3)', async () => {
    const secure = await start({ SYMBOLON_TLS: 'dev' })
    trustLocalAuthority({ SYMBOLON_HOME: secure.home, SYMBOLON_TLS: 'dev' })
    try {
      // The browser has a list of authorities of its own.
      const { page, complaints } = await openPage(chromium, { ignoreHTTPSErrors: true })
      await page.goto((await push(secure, { redirect_uri: wallet.address })).address)
      await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
      const cookies = await page.context().cookies(secure.url)
      expect(cookies.map(({ name, secure: only, httpOnly, sameSite }) => [name.slice(0, 16), only, httpOnly, sameSite])).toEqual([
        ['__Host-symbolon-', true, true, 'Lax'],
      ])
      await page.getByRole('button', { name: 'Yes, add it' }).click()
      await page.waitForURL(`${wallet.address}?**`)
      expect(wallet.got.some(({ searchParams }) => searchParams.has('code'))).toBe(true)
      expect(violations(complaints)).toEqual([])
    } finally {
      await secure.close()
    }
  })

  test('an app with a scheme of its own is called (RFC 8252 7.1)', async () => {
    const { page, complaints } = await openPage(chromium)
    const called: string[] = []
    page.on('request', (one) => called.push(one.url()))
    await page.goto((await asked({ client_id: 'app', redirect_uri: APP })).address)
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
    await page.getByRole('button', { name: 'Yes, add it' }).click()
    await expect.poll(() => called.at(-1), PATIENCE).toMatch(/^org\.example\.app:\/back\?code=/)
    expect(violations(complaints)).toEqual([])
  })

  test('no page of ours appears in a frame, of anybody', async () => {
    const { address } = await asked()
    const outside = await newServer()
    outside.answerWith((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<title>outside</title><iframe src="${address.replaceAll('&', '&amp;')}"></iframe>`),
    )
    try {
      const { page, complaints } = await openPage(chromium)
      await page.goto(outside.url)
      await expect.poll(() => complaints.join(), PATIENCE).toMatch(/frame-ancestors|X-Frame-Options/)
      expect(
        await page
          .frames()[1]
          ?.evaluate(() => document.title)
          .catch(() => ''),
      ).not.toBe('Choose a person')
    } finally {
      await outside.close()
    }
  })

  test('a form on a page of another site does not answer for the person', async () => {
    const { page } = await openPage(chromium)
    await page.goto((await asked()).address)
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
    const token = (await page.locator('input[name=form]').getAttribute('value')) ?? ''
    const form = `<form method="post" action="${page.url()}"><input name="form" value="${token}"><input name="types" value="${STATUTE}"><button name="answer" value="yes">win</button></form>`
    const outside = await newServer()
    outside.answerWith((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(form))
    try {
      const consent = page.url()
      await page.goto(outside.url)
      await page.getByRole('button', { name: 'win' }).click()
      // The cookie did not come along: SameSite.
      expect(await page.locator('code').innerText()).toBe('browser_not_known')
      await page.goto(consent)
      expect(await page.title()).toBe('Add this to your wallet?')
    } finally {
      await outside.close()
    }
  })

  test('a page that was left and come back to still works; one that was answered says so', async () => {
    const { page } = await openPage(chromium)
    await page.goto((await asked()).address)
    await page.getByRole('button', { name: 'Lotte Proefstuk' }).click()
    await page.waitForURL(/\/consent\//)
    const consent = page.url()
    await page.reload()
    await page.goBack()
    await page.goto(consent)
    await page.getByRole('button', { name: 'Yes, add it' }).click()
    await page.waitForURL(`${wallet.address}?**`)
    await page.goto(consent)
    expect(await page.locator('code').innerText()).toBe('browser_not_known')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('We do not recognise this browser')
  })

  test('signing in at an OpenID provider, in the same browser', async () => {
    const provider = await newServer()
    const secret = 'a-secret-of-this-test-and-of-nothing-else'
    const path = join(newHome(), 'secret')
    writeFileSync(path, secret)
    const other = await start({
      ...{
        ISSUER_SIGN_IN: 'openid',
        ISSUER_OPENID_ISSUER: provider.url,
        ISSUER_OPENID_CLIENT_ID: 'issuer',
        ISSUER_OPENID_CLIENT_SECRET_FILE: path,
      },
      ...{ ISSUER_OPENID_SUBJECT_CLAIM: 'national_number', ISSUER_OPENID_SCOPE: 'openid profile' },
    })
    const client = {
      ...{ client_id: 'issuer', client_secret: secret, token_endpoint_auth_method: 'client_secret_post' },
      ...{ redirect_uris: [`${other.url}/authorize/signed-in`], grant_types: ['authorization_code'] },
    }
    provider.answerWith(oidcProvider(provider.url, client, () => ({ claims: { national_number: '91641210452', name: 'Lotte' } }), false))
    try {
      const { page, complaints } = await openPage(chromium)
      await page.goto((await push(other, { redirect_uri: wallet.address })).address)
      expect(await page.getByRole('main').innerText()).toContain('You are signed in as Lotte.')
      await page.getByRole('button', { name: 'Yes, add it' }).click()
      await page.waitForURL(`${wallet.address}?**`)
      expect(wallet.got.some(({ searchParams }) => searchParams.has('code'))).toBe(true)
      expect(violations(complaints)).toEqual([])
    } finally {
      await other.close()
      await provider.close()
    }
  })
})
