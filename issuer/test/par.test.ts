import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jwkThumbprint } from '@symbolon/credential'
import { authorizationDetails, none, type OurClient, PROTOCOL_CODES, privateKeyJwt } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertion, dpopNonce, dpopProof, LOOPBACK, PUBLIC, push, requestForm, send } from './code_flow.ts'
import { holderKey, newHome, STATUTE, start, type TestIssuer, variants } from './fixture.ts'

const key = holderKey()
const proving: OurClient = { id: 'proving', authentication: privateKeyJwt, key: { signer: key.signer } }
const app: OurClient = { id: 'app', authentication: none }
const CALLBACK = 'https://wallet.example/back?from=issuer'

/** Wallets that the institution knows: one proves who it is, one cannot. */
const CLIENTS = [
  {
    client_id: 'proving',
    name: 'The proving wallet',
    redirect_uris: [CALLBACK],
    authentication: 'private_key_jwt',
    jwks: { keys: [key.jwk] },
  },
  { client_id: 'app', name: 'The app', redirect_uris: ['org.example.app:/back', 'http://127.0.0.1/back'], authentication: 'none' },
]

let issuer: TestIssuer
beforeAll(async () => {
  const home = newHome()
  const clients = join(home, 'clients.json')
  writeFileSync(clients, JSON.stringify(CLIENTS))
  const bricks = variants([STATUTE, 'ehic'], {
    known: { change: { clients: ['registered'] } },
    strangers: { change: { clients: ['anonymous'] } },
    offered: { change: { grants: ['urn:ietf:params:oauth:grant-type:pre-authorized_code'] } },
  })
  issuer = await start({ SYMBOLON_HOME: home, ISSUER_CLIENTS_FILE: clients, ...bricks })
})
afterAll(() => issuer.close())

/** Every error of this endpoint: a code of our table, a description of one line, never cached. */
async function refused(answer: ReturnType<typeof push>, status: number, code: string): Promise<string> {
  const { status: got, json, headers } = await answer
  expect([got, json.error]).toEqual([status, code])
  expect(Object.keys(PROTOCOL_CODES)).toContain(json.error)
  expect(json.error_description).toMatch(/^[\x20-\x7e]+$/)
  expect(headers.get('cache-control')).toBe('no-store')
  return String(json.error_description)
}

const from = async (client: OurClient, change: Record<string, string | undefined> = {}) =>
  push(issuer, { client_id: undefined, redirect_uri: CALLBACK, ...(await assertion(issuer, client)), ...change })

describe('RFC 9126 2.2: what a good request is answered', () => {
  test('201 with a request_uri nobody guesses and its life in seconds, never cached, for pages of any origin', async () => {
    const { status, json, headers } = await push(issuer)
    expect(status).toBe(201)
    expect(Object.keys(json)).toEqual(['request_uri', 'expires_in'])
    expect(json.request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$/)
    expect(json.expires_in).toBe(300)
    expect([headers.get('cache-control'), headers.get('access-control-allow-origin')]).toEqual(['no-store', '*'])
  })

  test('VI-16: unknown parameters are ignored', async () => {
    expect((await push(issuer, { audience: 'x', prompt: 'login', nonce: 'n' })).status).toBe(201)
  })

  test('scopes are the names of types, unknown ones are ignored (OpenID4VCI 5.1.2)', async () => {
    expect((await push(issuer, { authorization_details: undefined, scope: `openid ${STATUTE} ehic` })).status).toBe(201)
    await refused(push(issuer, { authorization_details: undefined, scope: 'openid' }), 400, 'invalid_scope')
    await refused(push(issuer, { authorization_details: undefined }), 400, 'invalid_scope')
  })

  test('the brick decides: who may ask, and whether anybody may by this grant', async () => {
    const asks = (name: string) => ({ authorization_details: authorizationDetails([name]) })
    for (const name of ['known', 'offered', 'nothing']) await refused(push(issuer, asks(name)), 400, 'invalid_authorization_details')
    expect((await push(issuer, asks('strangers'))).status).toBe(201)
    expect((await from(proving, asks('known'))).status).toBe(201)
    await refused(from(proving, asks('strangers')), 400, 'invalid_authorization_details')
  })
})

describe('FAPI 2.0 5.3.2.2: what a request must be', () => {
  test('PKCE by S256: plain, none and a challenge of another shape are refused', async () => {
    const { form } = await requestForm()
    await refused(push(issuer, { code_challenge_method: 'plain' }), 400, 'invalid_request')
    await refused(push(issuer, { code_challenge_method: undefined }), 400, 'invalid_request')
    await refused(push(issuer, { code_challenge: undefined }), 400, 'invalid_request')
    await refused(push(issuer, { code_challenge: `${form.code_challenge}=` }), 400, 'invalid_request')
  })

  test('response_type is code: token and code id_token are refused', async () => {
    await refused(push(issuer, { response_type: 'token' }), 400, 'unsupported_response_type')
    await refused(push(issuer, { response_type: 'code id_token' }), 400, 'unsupported_response_type')
    await refused(push(issuer, { response_type: undefined }), 400, 'invalid_request')
  })

  test('RFC 9126 2.1: a request_uri or a request object inside is refused', async () => {
    await refused(push(issuer, { request_uri: 'urn:ietf:params:oauth:request_uri:x' }), 400, 'invalid_request')
    await refused(push(issuer, { request: 'eyJ' }), 400, 'invalid_request')
  })

  test('RFC 9126 2.3: other methods are refused, and bodies that are no form or too large', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const response = await fetch(`${issuer.url}/par`, { method })
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'POST, OPTIONS'])
    }
    const post = (body: string, type: string) => fetch(`${issuer.url}/par`, { method: 'POST', body, headers: { 'content-type': type } })
    expect((await post('{}', 'application/json')).status).toBe(400)
    expect((await post(`x=${'x'.repeat(70_000)}`, 'application/x-www-form-urlencoded')).status).toBe(413)
    expect((await post(`x=${'x'.repeat(20_000)}`, 'application/x-www-form-urlencoded')).status).toBe(400)
  })

  test('RFC 6749 3.1: a parameter that stands twice is refused', async () => {
    const { form } = await requestForm()
    const body = `${new URLSearchParams(form as Record<string, string>)}&state=again`
    const response = await fetch(`${issuer.url}/par`, { method: 'POST', body: new URLSearchParams(body) })
    expect([response.status, (await response.json()).error]).toEqual([400, 'invalid_request'])
  })

  test('state: a long one is kept whole or refused, never cut', async () => {
    expect((await push(issuer, { state: 's'.repeat(2048) })).status).toBe(201)
    await refused(push(issuer, { state: 's'.repeat(2049) }), 400, 'invalid_request')
    await refused(push(issuer, { state: 'line\nbreak' }), 400, 'invalid_request')
  })
})

describe('RFC 9126 2.4: where the answer may go', () => {
  test('a wallet nobody registered: to the machine itself, by its number, any port', async () => {
    for (const redirect_uri of ['http://127.0.0.1:1/', 'http://127.0.0.1:65535/x?y=z', 'http://[::1]:5000/back'])
      expect((await push(issuer, { redirect_uri })).status).toBe(201)
    for (const redirect_uri of [
      undefined,
      'http://localhost:5000/back',
      'https://wallet.example/back',
      'https://127.0.0.1:5000/back',
      'http://127.0.0.1.example/back',
      'http://127.0.0.1@example.com/back',
      'http://127.0.0.1:5000/back#f',
      'com.example.app:/back',
      'javascript:alert(1)//x.y',
      `${LOOPBACK}?state=mine`,
    ]) {
      await refused(push(issuer, { redirect_uri }), 400, 'invalid_request')
    }
  })

  test('a registered wallet: exactly where it is registered, on the machine itself at any port', async () => {
    expect((await from(proving)).status).toBe(201)
    for (const redirect_uri of [undefined, 'https://wallet.example/back', `${CALLBACK}&x=y`, 'https://wallet.example/', LOOPBACK]) {
      await refused(from(proving, { redirect_uri }), 400, 'invalid_request')
    }
    for (const redirect_uri of ['org.example.app:/back', 'http://127.0.0.1:7777/back', 'http://127.0.0.1/back'])
      expect((await from(app, { redirect_uri })).status).toBe(201)
    for (const redirect_uri of ['org.example.app:/other', 'http://127.0.0.1:7777/other', 'http://[::1]:7777/back'])
      await refused(from(app, { redirect_uri }), 400, 'invalid_request')
  })
})

describe('FAPI 2.0 5.3.2.1: a client that can prove who it is must', () => {
  test('without an assertion, with another key, for another audience, too long, of another client', async () => {
    const other: OurClient = { ...proving, key: { signer: holderKey().signer } }
    await refused(push(issuer, { client_id: 'proving', redirect_uri: CALLBACK }), 401, 'invalid_client')
    await refused(from(other), 401, 'invalid_client')
    for (const audience of [`${issuer.url}/par`, `${issuer.url}/token`, `${issuer.url}/`, 'https://elsewhere.example'])
      await refused(push(issuer, { redirect_uri: CALLBACK, ...(await assertion(issuer, proving, { audience })) }), 401, 'invalid_client')
    const old = { issuedAt: Math.floor(Date.now() / 1000) - 3600 }
    await refused(push(issuer, { redirect_uri: CALLBACK, ...(await assertion(issuer, proving, old)) }), 401, 'invalid_client')
    await refused(from(proving, { client_id: 'app' }), 401, 'invalid_client')
    await refused(push(issuer, await assertion(issuer, { ...proving, id: 'nobody' })), 401, 'invalid_client')
  })

  test('RFC 7523 3: an assertion is good for one request', async () => {
    const said = await assertion(issuer, proving)
    expect((await push(issuer, { redirect_uri: CALLBACK, ...said })).status).toBe(201)
    await refused(push(issuer, { redirect_uri: CALLBACK, ...said }), 401, 'invalid_client')
  })

  test('RFC 6749 3.2.1: nobody at all is nobody to answer', async () => {
    await refused(push(issuer, { client_id: undefined }), 400, 'invalid_request')
  })
})

describe('RFC 9449 10.1: DPoP at the pushed request', () => {
  const mine = holderKey()

  test('a proof binds the code to its key; the answer brings the next nonce', async () => {
    const dpop = await dpopProof(issuer, '/par', mine, await dpopNonce(issuer))
    const { status, headers } = await push(issuer, {}, { dpop })
    expect([status, headers.get('dpop-nonce')?.length]).toEqual([201, 51])
    const nonce = headers.get('dpop-nonce') ?? ''
    expect((await push(issuer, {}, { dpop: await dpopProof(issuer, '/par', mine, nonce) })).status).toBe(201)
  })

  test('RFC 9449 8: without a nonce of ours it is asked for, and given along', async () => {
    for (const nonce of [undefined, 'made-up', (await (await fetch(`${issuer.url}/nonce`, { method: 'POST' })).json()).c_nonce]) {
      const answer = await push(issuer, {}, { dpop: await dpopProof(issuer, '/par', mine, nonce) })
      await refused(Promise.resolve(answer), 400, 'use_dpop_nonce')
      expect(answer.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]+$/)
    }
  })

  test('RFC 9449 10: dpop_jkt alone will do; with a proof both must name one key', async () => {
    const dpop_jkt = await jwkThumbprint(mine.jwk, primitives)
    const proof = async (of = mine) => ({ dpop: await dpopProof(issuer, '/par', of, await dpopNonce(issuer)) })
    expect((await push(issuer, { dpop_jkt })).status).toBe(201)
    expect((await push(issuer, { dpop_jkt }, await proof())).status).toBe(201)
    await refused(push(issuer, { dpop_jkt }, await proof(holderKey())), 400, 'invalid_dpop_proof')
    await refused(push(issuer, { dpop_jkt: 'short' }), 400, 'invalid_request')
  })

  test('RFC 9449 4.3: a proof for another method or address, too old, from the future, used before, or two', async () => {
    const at = Math.floor(Date.now() / 1000)
    const attempt = async (change: Record<string, string | number>) =>
      push(issuer, {}, { dpop: await dpopProof(issuer, '/par', mine, await dpopNonce(issuer), change) })
    for (const change of [
      { method: 'GET' },
      { address: `${issuer.url}/token` },
      { issuedAt: at - 3600 },
      { issuedAt: at + 120 },
      { id: '' },
    ])
      await refused(attempt(change), 400, 'invalid_dpop_proof')
    for (const skew of [-10, 10]) expect((await attempt({ issuedAt: at + skew })).status).toBe(201)
    const dpop = await dpopProof(issuer, '/par', mine, await dpopNonce(issuer))
    expect((await push(issuer, {}, { dpop })).status).toBe(201)
    await refused(push(issuer, {}, { dpop }), 400, 'invalid_dpop_proof')
    await refused(push(issuer, {}, { dpop: `${dpop}, ${dpop}` }), 400, 'invalid_dpop_proof')
    await refused(push(issuer, {}, { dpop: 'not a proof' }), 400, 'invalid_dpop_proof')
  })
})

test('nothing of a request stands in the log, and its state nowhere in clear', async () => {
  const state = 'state-that-nobody-should-read'
  await push(issuer, { state })
  await send(issuer, '/par', { ...(await requestForm({ state })).form, response_type: 'token' })
  expect(issuer.lines.join('')).not.toMatch(new RegExp(`${state}|${PUBLIC}|5555`))
})
