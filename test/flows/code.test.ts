import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, good, send } from './answer.ts'
import { askBound, delivered } from './bound.ts'
import { newBrowser } from './browser.ts'
import {
  authorize,
  type Client,
  type CodeFlow,
  newCodeFlow,
  push,
  redeemCode,
  refresh,
  type Step,
  withCode,
  withTokens,
} from './code_flow.ts'
import { newHolder } from './holder.ts'
import { ourServer, registered } from './our_server.ts'
import { EHIC, numberOf, PDA1, type Setting, STATUTE, startSetting } from './setting.ts'

const known: Client = { id: 'known', redirectUri: 'http://127.0.0.1:5555/back', key: newHolder() }
const other: Client = { id: 'other', redirectUri: 'http://127.0.0.1:5556/back', key: newHolder() }
const nobodys: Client = { id: 'a wallet nobody registered', redirectUri: 'http://127.0.0.1:5557/back' }
const ASK = { scope: EHIC }

let setting: Setting
beforeAll(async () => {
  setting = await startSetting([known, other].map(registered))
})
afterAll(() => setting.close())
afterEach(() => {
  setting.clock.ahead = 0
})

const server = (person?: string) => ourServer(setting, person)
const adding = (more: Record<string, string>): Step => ({ form: (form) => ({ ...form, ...more }) })
const without = (...names: string[]): Step => ({
  form: (form) => Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name))),
})
/** Where a browser came back with, as parameters. */
const answerOf = (address: string) => Object.fromEntries(new URL(address).searchParams)

describe('the happy flow with a sign-in: push, agree, redeem, receive, renew', () => {
  it.each([
    ['of a wallet that the institution knows and that proves it', known],
    ['of a wallet that nobody registered, on this machine', nobodys],
  ])('%s', async (_about, client) => {
    const flow = await withTokens(server(), client, ASK)
    const holder = newHolder()
    const { texts } = delivered(await askBound(setting, flow, { type: EHIC, holders: [holder] }))
    const { view } = await parseCredential(texts[0] ?? '', primitives)
    expect(view).toMatchObject({ type: 'urn:eudi:ehic:1', issuer: setting.url, holderKey: { x: holder.jwk.x } })
    good(await refresh(flow))
    expect(delivered(await askBound(setting, flow, { type: EHIC })).texts).toHaveLength(1)
  })
})

describe('the happy flow with a sign-in, with another pushed request', () => {
  it.each<[string, Step, number, string]>([
    ['RFC 9126 2.1: a request_uri in it', adding({ request_uri: 'urn:ietf:params:oauth:request_uri:x' }), 400, 'invalid_request'],
    ['RFC 9101 6.1: a request object in it', adding({ request: 'e30.e30.e30' }), 400, 'invalid_request'],
    ['FAPI 2.0 5.3.2.2: response_type token', adding({ response_type: 'token' }), 400, 'unsupported_response_type'],
    ['FAPI 2.0 5.3.2.2: response_type code id_token', adding({ response_type: 'code id_token' }), 400, 'unsupported_response_type'],
    ['RFC 6749 4.1.1: no response_type', without('response_type'), 400, 'invalid_request'],
    ['RFC 7636 4.3: no challenge', without('code_challenge', 'code_challenge_method'), 400, 'invalid_request'],
    ['RFC 7636 4.2: a plain challenge', adding({ code_challenge_method: 'plain' }), 400, 'invalid_request'],
    ['RFC 7636 4.3: a challenge that says not how', without('code_challenge_method'), 400, 'invalid_request'],
    ['RFC 6749 3.1.2.3: no redirect_uri', without('redirect_uri'), 400, 'invalid_request'],
    ['RFC 9126 2.4: another site', adding({ redirect_uri: 'https://evil.example/back' }), 400, 'invalid_request'],
    ['RFC 9700 4.1: the right site with another path', adding({ redirect_uri: `${known.redirectUri}/../evil` }), 400, 'invalid_request'],
    ['RFC 6749 3.1.2: a fragment', adding({ redirect_uri: `${known.redirectUri}#x` }), 400, 'invalid_request'],
    ['RFC 8252 7.1: a script', adding({ redirect_uri: 'javascript:alert(1)' }), 400, 'invalid_request'],
    ['OpenID4VCI 5.1.2: no scope we have', adding({ scope: 'openid profile' }), 400, 'invalid_scope'],
    ['OpenID4VCI 5.1: nothing that says what for', without('scope'), 400, 'invalid_scope'],
    ['RFC 9396 5: details that are no JSON', adding({ authorization_details: '{' }), 400, 'invalid_authorization_details'],
    [
      'OpenID4VCI 5.1.1: details of a configuration we do not have',
      adding({ authorization_details: '[{"type":"openid_credential","credential_configuration_id":"passport"}]' }),
      400,
      'invalid_authorization_details',
    ],
    [
      'OpenID4VCI 5.1.1: details for another issuer',
      adding({
        authorization_details: `[{"type":"openid_credential","credential_configuration_id":"${EHIC}","locations":["https://other.example"]}]`,
      }),
      400,
      'invalid_authorization_details',
    ],
    ['a state without end', adding({ state: 's'.repeat(3000) }), 400, 'invalid_request'],
    ['RFC 9449 10.1: the thumbprint of another key', adding({ dpop_jkt: 'A'.repeat(43) }), 400, 'invalid_dpop_proof'],
    ['RFC 6749 2.3: no authentication', { assertion: null }, 401, 'invalid_client'],
    ['RFC 7523 3: an assertion by another key', { assertion: { sign: (input) => newHolder().signer.sign(input) } }, 401, 'invalid_client'],
    [
      'RFC 7523 3: an assertion for the endpoint',
      { assertion: { payload: (claims) => ({ ...claims, aud: `${claims.aud}/par` }) } },
      401,
      'invalid_client',
    ],
    [
      'FAPI 2.0 5.3.2.1: an assertion for a list',
      { assertion: { payload: (claims) => ({ ...claims, aud: [claims.aud ?? ''] }) } },
      401,
      'invalid_client',
    ],
    ['RFC 7523 3: an assertion that has expired', { assertion: { payload: (claims) => ({ ...claims, exp: 1 }) } }, 401, 'invalid_client'],
    [
      'RFC 7523 3: an assertion that lives for ever',
      { assertion: { payload: (claims) => ({ ...claims, exp: 4_000_000_000 }) } },
      401,
      'invalid_client',
    ],
    [
      'RFC 6749 3.2: a parameter twice',
      { request: (request) => ({ ...request, body: `${request.body}&state=x` }) },
      400,
      'invalid_request',
    ],
    [
      'RFC 9126 2.3: GET',
      { request: ({ address, body }) => ({ method: 'GET', address: `${address}?${body}`, headers: {} }) },
      405,
      'method_not_allowed',
    ],
    ['RFC 9126 2.3: without end', adding({ more: 'x'.repeat(70_000) }), 413, 'request_too_large'],
  ])('%s: refused', async (_about, step, status, code) => {
    const refused = await push(newCodeFlow(server(), known, ASK), step)
    expectRefusal(refused, status, code)
    // FAPI 2.0, RFC 6749 5.2: one line, characters that anybody may read.
    expect(refused.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  it.each<[string, Step]>([
    ['RFC 8252 7.3: another port of this machine', { form: (form) => ({ ...form, redirect_uri: 'http://127.0.0.1:49152/back' }) }],
    ['VI-16: parameters nobody knows', adding({ colour: 'blue', nonce: 'n', prompt: 'login' })],
    ['OpenID4VCI 5.1.2: an unknown scope beside ours', adding({ scope: `openid ${EHIC}` })],
    ['RFC 9126 2.1: no DPoP proof yet', { dpop: null }],
  ])('%s: welcome', async (_about, step) => {
    const { request_uri, expires_in } = good(await push(newCodeFlow(server(), known, ASK), step), 201)
    expect(request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/)
    // FAPI 2.0 5.3.2.2: less than ten minutes.
    expect(expires_in).toBeLessThan(600)
  })

  it('RFC 9700 4.1: a wallet that nobody registered, with a place on the network: refused', async () => {
    const flow = newCodeFlow(server(), { ...nobodys, redirectUri: 'https://wallet.example/back' }, ASK)
    expectRefusal(await push(flow), 400, 'invalid_request', /127\.0\.0\.1/)
  })

  it('RFC 7523 3: an assertion used twice: refused', async () => {
    let first = ''
    good(await push(newCodeFlow(server(), known, ASK), { assertion: { text: (jwt) => (first = jwt) } }), 201)
    expectRefusal(await push(newCodeFlow(server(), known, ASK), { assertion: { text: () => first } }), 401, 'invalid_client', /used before/)
  })

  it('OpenID4VCI 5.1.3: an issuer_state that no offer has, or that of another credential: refused', async () => {
    expectRefusal(await push(newCodeFlow(server(), known, ASK), adding({ issuer_state: 'guessed' })), 400, 'invalid_request')
    const { uri } = await setting.offer({ type: STATUTE, grant: 'authorization_code' })
    const { grants } = JSON.parse(new URL(uri).searchParams.get('credential_offer') ?? '')
    const { issuer_state } = grants.authorization_code
    expectRefusal(await push(newCodeFlow(server(), known, ASK), adding({ issuer_state })), 400, 'invalid_request')
  })
})

describe('the happy flow with a sign-in, with another address in the browser', () => {
  /** A request that is pushed, and where the browser is sent. */
  async function pushed(client = known): Promise<CodeFlow> {
    const flow = newCodeFlow(server(), client, ASK)
    good(await push(flow), 201)
    return flow
  }
  const open = (query: Record<string, string>) => newBrowser().open(`${setting.url}/authorize?${new URLSearchParams(query)}`)

  it('RFC 9126 4: what is not pushed does not count: not another state, scope or redirect address', async () => {
    const flow = await pushed()
    const more = { state: 'other', scope: STATUTE, redirect_uri: 'https://evil.example/back', response_type: 'token' }
    const page = await authorize(flow, (query) => ({ ...query, ...more }))
    expect(answerOf(page.address)).toEqual({ code: expect.any(String), state: flow.state, iss: setting.url })
  })

  it.each<[string, (flow: CodeFlow) => Record<string, string>]>([
    [
      'RFC 9126 4: without having been pushed',
      () => ({ client_id: known.id, response_type: 'code', redirect_uri: known.redirectUri, ...ASK }),
    ],
    ['RFC 9126 4: by another client', ({ requestUri }) => ({ client_id: other.id, request_uri: requestUri })],
    ['RFC 9126 4: without a client', ({ requestUri }) => ({ request_uri: requestUri })],
    ['RFC 9126 2.2: with one character more', ({ requestUri }) => ({ client_id: known.id, request_uri: `${requestUri}x` })],
    ['RFC 9101 5: with an address to be fetched', () => ({ client_id: known.id, request_uri: 'https://evil.example/request' })],
  ])('%s: a page that leads nowhere, no redirect', async (_about, query) => {
    const page = await open(query(await pushed()))
    expect(page.status).toBe(400)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  })

  it('RFC 9126 2.2: five minutes later: a page that leads nowhere', async () => {
    const { requestUri } = await pushed()
    setting.clock.ahead = 301
    expect((await open({ client_id: known.id, request_uri: requestUri })).status).toBe(400)
  })

  it('RFC 9126 7.3: opened twice before somebody signs in: both times the page; after the answer: nothing', async () => {
    const flow = await pushed()
    const query = { client_id: known.id, request_uri: flow.requestUri }
    expect([(await open(query)).status, (await open(query)).status]).toEqual([200, 200])
    expect(answerOf((await authorize(flow)).address).code).toBeTruthy()
    expect((await open(query)).status).toBe(400)
  })

  it('RFC 9700 4.16: the pages are in no frame and run no script, and their forms lead to us and to the wallet only', async () => {
    const { requestUri } = await pushed()
    const { headers, html } = await open({ client_id: known.id, request_uri: requestUri })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/default-src 'none'/)
    expect(policy).toMatch(/frame-ancestors 'none'/)
    expect(policy).not.toMatch(/script-src/)
    expect(html).not.toMatch(/<script|onclick=/i)
  })

  it('RFC 6749 4.1.2: no state was sent, none comes back', async () => {
    const flow = newCodeFlow(server(), known, ASK)
    good(await push(flow, without('state')), 201)
    expect(answerOf((await authorize(flow)).address)).toEqual({ code: expect.any(String), iss: setting.url })
  })

  it.each([
    ['does not sign in', (): string[] => ['access_denied']],
    ['signs in and refuses', (): string[] => [numberOf('P01'), 'no']],
  ])('RFC 6749 4.1.2.1: the person %s: access_denied, with state and issuer', async (_about, presses) => {
    const flow = await pushed()
    const browser = newBrowser({ 'accept-language': 'en' })
    const isBack = (address: string): boolean => address.startsWith(known.redirectUri)
    const query = new URLSearchParams({ client_id: known.id, request_uri: flow.requestUri })
    let page = await browser.open(`${setting.url}/authorize?${query}`, isBack)
    for (const value of presses()) page = await browser.press(page, value, isBack)
    expect(answerOf(page.address)).toMatchObject({ error: 'access_denied', state: flow.state, iss: setting.url })
  })

  it('the page of one browser, answered in another: nothing is agreed', async () => {
    const flow = await pushed()
    const [mine, evil] = [newBrowser({ 'accept-language': 'en' }), newBrowser({ 'accept-language': 'en' })]
    const isBack = (address: string): boolean => address.startsWith(known.redirectUri)
    const query = new URLSearchParams({ client_id: known.id, request_uri: flow.requestUri })
    const consent = await mine.press(await mine.open(`${setting.url}/authorize?${query}`), numberOf('P01'))
    const stolen = await evil.press(consent, 'yes', isBack)
    expect(isBack(stolen.address)).toBe(false)
    expect(stolen.status).toBeGreaterThanOrEqual(400)
    expect(isBack((await mine.press(consent, 'yes', isBack)).address)).toBe(true)
  })

  it('OpenID4VCI 5.1.3: somebody else signs in than the offer was made for: access_denied, the offer stays open', async () => {
    const offer = await setting.offer({ type: STATUTE, person: 'P02', grant: 'authorization_code' })
    const { grants } = JSON.parse(new URL(offer.uri).searchParams.get('credential_offer') ?? '')
    const { issuer_state } = grants.authorization_code
    const flow = newCodeFlow(server('P01'), known, { scope: STATUTE, issuer_state })
    good(await push(flow), 201)
    expect(answerOf((await authorize(flow)).address)).toMatchObject({ error: 'access_denied' })
    expect(await setting.stateOf(offer)).toBe('open')
    const right = await withTokens(server('P02'), known, { scope: STATUTE, issuer_state })
    delivered(await askBound(setting, right, { type: STATUTE }))
  })
})

describe('the happy flow with a sign-in, with another token request', () => {
  it.each<[string, Step, number, string]>([
    ['RFC 7636 4.6: no verifier', without('code_verifier'), 400, 'invalid_grant'],
    ['RFC 7636 4.6: another verifier', adding({ code_verifier: 'v'.repeat(43) }), 400, 'invalid_grant'],
    ['RFC 6749 4.1.3: no redirect_uri', without('redirect_uri'), 400, 'invalid_request'],
    ['RFC 6749 4.1.3: another redirect_uri', adding({ redirect_uri: 'http://127.0.0.1:1/back' }), 400, 'invalid_grant'],
    ['RFC 6749 5.2: a code that was never given', adding({ code: 'guessed' }), 400, 'invalid_grant'],
    ['RFC 6749 4.1.3: no code', without('code'), 400, 'invalid_request'],
    ['VI-04: a transaction code', adding({ tx_code: '123456' }), 400, 'invalid_request'],
    ['RFC 6749 4.1.3: another client', { client: other }, 400, 'invalid_grant'],
    ['RFC 6749 2.3: no authentication', { assertion: null }, 401, 'invalid_client'],
    ['RFC 9449 5: no proof', { dpop: null }, 400, 'invalid_dpop_proof'],
    ['RFC 9449 10: another key than it was pushed with', { key: newHolder() }, 400, 'invalid_grant'],
    [
      'RFC 9396 6.1: details that nobody agreed to',
      adding({ authorization_details: `[{"type":"openid_credential","credential_configuration_id":"${PDA1}"}]` }),
      400,
      'invalid_authorization_details',
    ],
  ])('%s: refused, and the right one still works', async (_about, step, status, code) => {
    const flow = await withCode(server(), known, ASK)
    expectRefusal(await redeemCode(flow, step), status, code)
    good(await redeemCode(flow))
  })

  it('FAPI 2.0 5.3.2.2: a code after a minute: refused', async () => {
    const flow = await withCode(server(), known, ASK)
    setting.clock.ahead = 61
    expectRefusal(await redeemCode(flow), 400, 'invalid_grant')
  })

  it('RFC 6749 4.1.2: a code used twice: refused, and what it gave has ended', async () => {
    const flow = await withTokens(server(), known, ASK)
    expectRefusal(await redeemCode(flow), 400, 'invalid_grant')
    expectRefusal(await askBound(setting, flow, { type: EHIC }), 401, 'invalid_token')
    expectRefusal(await refresh(flow), 400, 'invalid_grant')
  })

  it('RFC 6749 4.1.2: of five who use a code at once, not more than one has a token', async () => {
    const flow = await withCode(server(), known, ASK)
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeemCode({ ...flow })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('OpenID4VCI 6.2: asked by details it has identifiers, the same after a refresh; asked by scope it has none', async () => {
    const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: EHIC }])
    const flow = await withCode(server(), known, { authorization_details: details })
    const first = good(await redeemCode(flow)).authorization_details
    expect(first).toEqual([{ ...JSON.parse(details)[0], credential_identifiers: [expect.any(String)] }])
    expect(good(await refresh(flow)).authorization_details).toEqual(first)
    const plain = await withCode(server(), known, ASK)
    expect(good(await redeemCode(plain))).not.toHaveProperty('authorization_details')
  })
})

describe('what the issuer says of itself', () => {
  it('RFC 8414 2, RFC 9126 5, RFC 9207 3, RFC 9449 5.1: everything above is announced, and nothing else', async () => {
    const metadata = good(await send({ method: 'GET', address: `${setting.url}/.well-known/oauth-authorization-server`, headers: {} }))
    expect(metadata).toMatchObject({
      issuer: setting.url,
      pushed_authorization_request_endpoint: `${setting.url}/par`,
      require_pushed_authorization_requests: true,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      authorization_response_iss_parameter_supported: true,
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['none', 'private_key_jwt']),
    })
    for (const name of ['registration_endpoint', 'introspection_endpoint', 'userinfo_endpoint', 'challenge_endpoint']) {
      expect(metadata).not.toHaveProperty(name)
    }
  })
})
