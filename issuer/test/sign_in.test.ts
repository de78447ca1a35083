import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { afterEach, describe, expect, test } from 'vitest'
import { issuerSettings } from '../src/index.ts'
import { openSignIn } from '../src/sign_in/settings.ts'
import { browser, type Shown } from './browser.ts'
import { push } from './code_flow.ts'
import { LOTTE, NOBODY, newHome, randomText, start, type TestIssuer } from './fixture.ts'
import { newServer, oidcProvider, standInProvider, type TokenChange, type Visitor } from './providers.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const file = (home: string, name: string, content: string): string => {
  writeFileSync(join(home, name), content)
  return join(home, name)
}

/** An issuer whose citizens sign in at a provider that does not answer yet. */
async function issuerAt(environment: Record<string, string> = {}) {
  const home = newHome()
  const secret = randomText()
  const server = await newServer()
  closing.push(server.close)
  const settings = {
    ISSUER_SIGN_IN: 'openid',
    ISSUER_OPENID_ISSUER: server.url,
    ISSUER_OPENID_CLIENT_ID: 'issuer',
    ISSUER_OPENID_SUBJECT_CLAIM: 'national_number',
    ...(environment.ISSUER_OPENID_KEY_FILE ? {} : { ISSUER_OPENID_CLIENT_SECRET_FILE: file(home, 'secret', secret) }),
  }
  const issuer = await start({ SYMBOLON_HOME: home, ...settings, ...environment })
  closing.push(issuer.close)
  const client = { client_id: 'issuer', redirect_uris: [`${issuer.url}/authorize/signed-in`], grant_types: ['authorization_code'] }
  return { issuer, server, secret, client }
}

/** Goes through the provider, as a browser does, to the question or back to the wallet. */
async function visit(issuer: TestIssuer, provider: string): Promise<{ end: Shown; visitor: ReturnType<typeof browser> }> {
  const visitor = browser(issuer.url, 'en', [provider])
  return { end: await visitor.open((await push(issuer)).address), visitor }
}
const errorOf = ({ address }: Shown): string | null => new URL(address).searchParams.get('error')

describe('an OpenID provider (oidc-provider)', () => {
  const claims = { national_number: LOTTE, name: 'Lotte P.' }

  async function at(visitor: () => Visitor, inToken = false, environment: Record<string, string> = {}, more = {}) {
    const { issuer, server, secret, client } = await issuerAt({ ISSUER_OPENID_SCOPE: 'openid profile', ...environment })
    const known = { ...client, client_secret: secret, token_endpoint_auth_method: 'client_secret_post', ...more }
    server.answerWith(oidcProvider(server.url, known, visitor, inToken))
    return { issuer, url: server.url }
  }

  test.each([
    ['in the ID token', true],
    ['at the userinfo endpoint', false],
  ])('signs in by the number that it says %s', async (_where, inToken) => {
    const { issuer, url } = await at(() => ({ claims }), inToken)
    const { end, visitor } = await visit(issuer, url)
    expect(end.html).toContain('You are signed in as Lotte P..')
    const back = await visitor.press(end, 'answer', 'yes')
    expect(new URL(back.address).searchParams.has('code')).toBe(true)
    // Neither the number nor a code of the provider is in the log or in an address of ours.
    const ours = visitor.answers.filter(({ address }) => address.startsWith(issuer.url) && !address.includes('signed-in'))
    expect(ours.map(({ address }) => address).join() + issuer.lines.join()).not.toMatch(new RegExp(`${LOTTE}|Lotte|code=`))
  })

  test('where the provider says no name, the page greets nobody', async () => {
    const { issuer, url } = await at(() => ({ claims: { national_number: LOTTE } }))
    expect((await visit(issuer, url)).end.html).not.toContain('signed in as')
  })

  test('by number or not at all: without the claim, or with one that is no text, nobody is guessed', async () => {
    let said: object = {}
    const { issuer, url } = await at(() => ({ claims: said as never }))
    for (const wrong of [
      { name: 'Lotte Proefstuk', birthdate: '1991-04-12' },
      { national_number: Number(LOTTE) },
      { national_number: [LOTTE] },
      { national_number: '' },
      { national_number: `${LOTTE}\n` },
    ]) {
      said = wrong
      expect([wrong, errorOf((await visit(issuer, url)).end)]).toEqual([wrong, 'access_denied'])
    }
    for (const national_number of [NOBODY, ` ${LOTTE}`, LOTTE.replace(/^(\d{6})(\d{3})/, '$1-$2-')]) {
      said = { national_number }
      expect([national_number, errorOf((await visit(issuer, url)).end)]).toEqual([national_number, 'access_denied'])
    }
  })

  test('who does not sign in there does not get anything here', async () => {
    const { issuer, url } = await at(() => 'cancels')
    expect(errorOf((await visit(issuer, url)).end)).toBe('access_denied')
  })

  test('the issuer can prove itself with a key in place of a secret', async () => {
    const home = newHome()
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = file(home, 'key.pem', String(privateKey.export({ format: 'pem', type: 'pkcs8' })))
    const more = {
      client_secret: undefined,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [publicKey.export({ format: 'jwk' })] },
    }
    const { issuer, url } = await at(() => ({ claims }), true, { ISSUER_OPENID_KEY_FILE: key }, more)
    expect((await visit(issuer, url)).end.status).toBe(200)
  })

  test('a second visit in the same browser, and the answer of the first brought in again', async () => {
    const { issuer, url } = await at(() => ({ claims }))
    const { visitor, end } = await visit(issuer, url)
    const answered = visitor.answers.find(({ address }) => address.includes('/authorize/signed-in?'))?.address ?? ''
    const again = await visitor.open(answered)
    expect([again.status, again.html.includes('browser_not_known')]).toEqual([400, true])
    expect((await visitor.press(end, 'answer', 'yes')).status).toBe(303)
    const thief = await browser(issuer.url).open(answered)
    expect(thief.html).toContain('browser_not_known')
  })
})

describe('a provider that cannot be used', () => {
  test('one that does not answer is tried anew the next time; the wallet is told to come back', async () => {
    const { issuer, server, client } = await issuerAt()
    expect(errorOf((await visit(issuer, server.url)).end)).toBe('temporarily_unavailable')
    server.answerWith(standInProvider(server.url, () => ({})))
    expect((await visit(issuer, server.url)).end.status).toBe(200)
    expect(client.redirect_uris).toHaveLength(1)
    expect(issuer.lines.join()).toMatch(/"what":"the sign-in cannot be reached; try again later"/)
  })

  test('one that calls itself something else (OpenID Connect Discovery 4.3)', async () => {
    const { issuer, server } = await issuerAt()
    server.answerWith(standInProvider('http://127.0.0.1:1', () => ({})))
    expect(errorOf((await visit(issuer, server.url)).end)).toBe('temporarily_unavailable')
  })

  test('OpenID Connect Core 3.1.3.7: an ID token of another key, algorithm, provider, client, request or time', async () => {
    const { issuer, server } = await issuerAt()
    let change: TokenChange = {}
    server.answerWith(standInProvider(server.url, () => change))
    expect((await visit(issuer, server.url)).end.status).toBe(200)
    const past = Math.floor(Date.now() / 1000) - 3600
    for (const wrong of [
      { otherKey: true },
      { header: { alg: 'none' } },
      { header: { alg: 'HS256' } },
      { payload: { iss: 'https://elsewhere.example' } },
      { payload: { aud: 'another' } },
      { payload: { aud: ['issuer', 'another'] } },
      { payload: { nonce: 'another' } },
      { payload: { nonce: undefined } },
      { payload: { exp: past } },
      { payload: { sub: undefined } },
      { answer: { access_token: 'a', token_type: 'Bearer' } },
      { answer: { error: 'invalid_client' } },
    ] as TokenChange[]) {
      change = wrong
      expect([wrong, errorOf((await visit(issuer, server.url)).end)]).toEqual([wrong, 'server_error'])
    }
  })

  test('RFC 9207 2.4: an answer that names another provider', async () => {
    const { issuer, server } = await issuerAt()
    server.answerWith(standInProvider(server.url, () => ({})))
    const visitor = browser(issuer.url)
    const there = await visitor.open((await push(issuer)).address)
    const state = new URL(there.address).searchParams.get('state') ?? ''
    const query = new URLSearchParams({ code: 'c', state, iss: 'https://elsewhere.example' })
    expect(errorOf(await visitor.open(`${issuer.url}/authorize/signed-in?${query}`))).toBe('server_error')
  })

  test('what is sent to it: code, S256, state and nonce, and nothing about the wallet', async () => {
    const { issuer, server } = await issuerAt()
    server.answerWith(standInProvider(server.url, () => ({})))
    const visitor = browser(issuer.url, 'fr')
    const { address, asked } = await push(issuer, { ui_locales: undefined })
    const query = new URL((await visitor.open(address)).address).searchParams
    expect(Object.fromEntries(query)).toMatchObject({
      ...{ client_id: 'issuer', response_type: 'code', scope: 'openid', code_challenge_method: 'S256', ui_locales: 'fr' },
      redirect_uri: `${issuer.url}/authorize/signed-in`,
    })
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)).toMatch(/^[\w.-]{43,}$/)
    expect(query.toString()).not.toContain(asked.state)
    // The form of the page for development means nothing here.
    const posted = await fetch(`${issuer.url}/authorize/signed-in`, { method: 'POST', body: new URLSearchParams({ person: LOTTE }) })
    expect([posted.status, await posted.text()]).toEqual([400, expect.stringContaining('link_malformed')])
  })
})

describe('settings', () => {
  const faults = (environment: Record<string, string>): string => {
    try {
      issuerSettings(environment)
      return ''
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
  }
  const home = newHome()
  const good = {
    ISSUER_SIGN_IN: 'openid',
    ISSUER_OPENID_ISSUER: 'https://login.example/',
    ISSUER_OPENID_CLIENT_ID: 'issuer',
    ISSUER_OPENID_CLIENT_SECRET_FILE: file(home, 'secret', randomText()),
    ISSUER_OPENID_SUBJECT_CLAIM: 'national_number',
  }

  test('in development a page of synthetic persons; production refuses it', () => {
    expect(issuerSettings({}).signIn?.kind.id).toBe('synthetic')
    expect(issuerSettings({ ISSUER_SIGN_IN: 'synthetic' }).signIn?.kind.id).toBe('synthetic')
    expect(faults({ SYMBOLON_ENV: 'production', ISSUER_SIGN_IN: 'synthetic' })).toMatch(/ISSUER_SIGN_IN: lets anybody be anybody/)
    expect(faults({ ISSUER_SIGN_IN: 'guess' })).toMatch(/ISSUER_SIGN_IN: is none of synthetic, openid/)
  })

  test('production needs a sign-in as soon as a type lets wallets ask by themselves', () => {
    const { types } = readTypes(join(import.meta.dirname, '../../specs/credentials'))
    expect(() => openSignIn(undefined, types)).toThrow(/ISSUER_SIGN_IN: is missing; who signs in can ask for be-social-statute, /)
    const offered = types.map((type) => ({ ...type, grants: type.grants.filter((grant) => grant !== 'authorization_code') }))
    expect(openSignIn(undefined, offered)).toBeUndefined()
  })

  test('an OpenID sign-in needs a provider, a name, a proof and the claim that holds the number', () => {
    expect(issuerSettings(good).signIn?.openId).toMatchObject({ issuer: 'https://login.example/', scope: 'openid' })
    for (const name of Object.keys(good).slice(1)) expect(faults({ ...good, [name]: '' })).toMatch(new RegExp(`${name}: is missing`))
    expect(faults({ ...good, ISSUER_OPENID_SCOPE: 'profile' })).toMatch(/ISSUER_OPENID_SCOPE: must hold openid/)
    const key = file(home, 'key', '-----BEGIN PRIVATE KEY-----')
    expect(faults({ ...good, ISSUER_OPENID_KEY_FILE: key })).toMatch(/ISSUER_OPENID_KEY_FILE: is given beside a secret/)
    expect(faults({ ...good, ISSUER_OPENID_KEY_FILE: file(home, 'none', 'no key') })).toMatch(
      /ISSUER_OPENID_KEY_FILE: names a file without/,
    )
  })

  test('a provider is called by its https address; http is for this machine, and not in production', () => {
    for (const address of [
      'http://login.example',
      'login.example',
      'https://login.example?x=y',
      'https://me@login.example',
      'ftp://login.example',
    ])
      expect(faults({ ...good, ISSUER_OPENID_ISSUER: address })).toMatch(/ISSUER_OPENID_ISSUER: (is no|must)/)
    expect(faults({ ...good, ISSUER_OPENID_ISSUER: 'http://127.0.0.1:3000' })).toBe('')
    expect(faults({ ...good, SYMBOLON_ENV: 'production', ISSUER_OPENID_ISSUER: 'http://127.0.0.1:3000' })).toMatch(
      /ISSUER_OPENID_ISSUER: is not https/,
    )
  })

  test('a file of wallets: every fault is named by its place, never by its content', () => {
    const clients = (content: string): string => faults({ ISSUER_CLIENTS_FILE: file(home, 'clients.json', content) })
    expect(clients('[]')).toBe('')
    expect(clients('[{')).toMatch(/ISSUER_CLIENTS_FILE: names a file in which something is wrong/)
    expect(
      clients('[{ "client_id": "secret", "name": "x", "redirect_uris": ["http://wallet.example"], "authentication": "none" }]'),
    ).toMatch(/\[0\]\.redirect_uris\[0\] must use https/)
    expect(clients('[{ "client_id": "secret", "nom": "x" }]')).not.toContain('secret')
    expect(faults({ ISSUER_CLIENTS_FILE: join(home, 'nowhere') })).toMatch(/ISSUER_CLIENTS_FILE: names a file that cannot be read/)
  })
})
