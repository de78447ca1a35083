import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, good, send } from './answer.ts'
import { newHolder } from './holder.ts'
import { ask, credentialIn, freshNonce, prove, tokenOf } from './issuance.ts'
import { type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())

const FORM = 'application/x-www-form-urlencoded'
const JSON_BODY = 'application/json'

/** What wallets post, where, and how bad forms of it are called there. */
const ENDPOINTS: [string, string, string][] = [
  ['/par', FORM, 'invalid_request'],
  ['/token', FORM, 'invalid_request'],
  ['/revoke', FORM, 'invalid_request'],
  ['/credential', JSON_BODY, 'invalid_credential_request'],
  ['/notification', JSON_BODY, 'invalid_notification_request'],
]

/** A wallet that does everything rightly is still served. */
async function expectServed(): Promise<void> {
  credentialIn(await ask(setting, { token: await tokenOf(setting, await setting.offer()), type: STATUTE }))
}

const token = async () => ({ authorization: `Bearer ${await tokenOf(setting, await setting.offer())}` })

describe.each(ENDPOINTS)('the happy flow, with another body at %s', (path, type, code) => {
  const post = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const response = await fetch(setting.url + path, {
      method: 'POST',
      headers: { 'content-type': type, ...(await token()), ...headers },
      body,
    })
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
  }

  it('RFC 9110 15.5.14: without end', async () => {
    expectRefusal(await post('x'.repeat(70_000)), 413, 'request_too_large')
  })

  it('RFC 9110 15.5.16: compressed, small outside and large inside', async () => {
    expectRefusal(await post(gzipSync('x'.repeat(1_000_000)), { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type')
  })

  it('RFC 8259 8.1: that is not UTF-8', async () => {
    expectRefusal(await post(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])), 400, 'invalid_request')
  })

  it('RFC 9110 8.3: of no type', async () => {
    expectRefusal(await post('{}', { 'content-type': '' }), 400, code)
  })

  it('RFC 9110 8.3: of the type of another endpoint', async () => {
    expectRefusal(await post('{}', { 'content-type': type === FORM ? JSON_BODY : FORM }), 400, code)
  })

  it('RFC 6749 5.2, OpenID4VCI 8.3.1: that is empty', async () => {
    expectRefusal(await post(''), 400, code)
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('RFC 9110 15.5.6: with %s', async (method) => {
    const answer = await send({ method, address: setting.url + path, headers: await token() })
    expectRefusal(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toMatch(/\bPOST\b/)
  })

  it('that never ends: who waits for it waits alone', async () => {
    const { hostname, port } = new URL(setting.url)
    const slow = connect(Number(port), hostname)
    await once(slow, 'connect')
    slow.write(`POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: ${type}\r\ncontent-length: 1000\r\n\r\n{`)
    await expectServed()
    slow.destroy()
  })

  it('VI-16: headers that nobody asked for are ignored', async () => {
    const headers = {
      accept: 'text/html, image/*',
      'x-fapi-interaction-id': '00000000-0000-4000-8000-000000000000',
      'x-forwarded-host': 'evil.example',
    }
    const answer = await post('{}', headers)
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).not.toContain('evil')
    await expectServed()
  })
})

describe('the happy flow, with another credential request', () => {
  /** Proofs as they stand in a request, in place of the honest ones. */
  const withProofs = (proofs: unknown) => ({ body: (honest: object) => ({ ...honest, proofs }) as never })

  it.each<[string, unknown]>([
    ['no list', 'eyJ'],
    ['an empty list', { jwt: [] }],
    ['numbers', { jwt: [1, 2] }],
    ['null', { jwt: null }],
    ['a list of lists', { jwt: [['eyJ']] }],
    ['one of two types', { jwt: ['eyJ'], attestation: ['eyJ'] }],
    ['one named like a member of every object', { constructor: ['eyJ'] }],
  ])('OpenID4VCI 8.2: proofs that are %s', async (_about, proofs) => {
    const access = await tokenOf(setting, await setting.offer())
    expectRefusal(await ask(setting, { token: access, type: STATUTE }, withProofs(proofs)), 400, 'invalid_proof')
    credentialIn(await ask(setting, { token: access, type: STATUTE }))
  })

  it.each<[string, unknown]>([
    ['a number', 7],
    ['a list', [STATUTE]],
    ['null', null],
    ['nothing', ''],
  ])('OpenID4VCI 8.2: a configuration that is %s', async (_about, configuration) => {
    const access = await tokenOf(setting, await setting.offer())
    const body = (honest: object) => ({ ...honest, credential_configuration_id: configuration }) as never
    expectRefusal(await ask(setting, { token: access, type: STATUTE }, { body }), 400, 'invalid_credential_request')
    credentialIn(await ask(setting, { token: access, type: STATUTE }))
  })

  it('VI-11: a thousand proofs are refused as too many, whatever they are; none of their nonces is used', async () => {
    const access = await tokenOf(setting, await setting.offer())
    const nonce = await freshNonce(setting)
    const holder = newHolder()
    const proof = await prove(setting, holder, nonce)
    const many = { jwt: [proof, ...Array.from({ length: 1000 }, (_, n) => `e30.e30.${n}`)] }
    expectRefusal(await ask(setting, { token: access, type: STATUTE }, withProofs(many)), 400, 'invalid_proof', /more than/)
    credentialIn(await ask(setting, { token: access, type: STATUTE, holder, nonce }))
  })

  it('a proof as long as the request allows is no JWT of ours', async () => {
    const access = await tokenOf(setting, await setting.offer())
    expectRefusal(
      await ask(setting, { token: access, type: STATUTE }, withProofs({ jwt: [`${'e'.repeat(60_000)}.e30.e30`] })),
      400,
      'invalid_proof',
    )
  })
})

describe('the happy flow, with another nonce request', () => {
  it('OpenID4VCI 7.1: with GET it is refused', async () => {
    expectRefusal(await send({ method: 'GET', address: `${setting.url}/nonce`, headers: {} }), 405, 'method_not_allowed')
  })

  it('OpenID4VCI 7.1, VI-16: with a body and a token that nobody asked for it is answered; two nonces differ', async () => {
    const asked = {
      method: 'POST',
      address: `${setting.url}/nonce`,
      headers: { authorization: 'Bearer guessed', 'content-type': JSON_BODY },
      body: '{"x":1}',
    }
    const [one, other] = [await send(asked), await send(asked)]
    expect(good(one).c_nonce).not.toBe(good(other).c_nonce)
    expect(Object.keys(one.body)).toEqual(['c_nonce'])
    expect(one.headers.get('cache-control')).toBe('no-store')
  })
})

describe('the happy flow, from a page of another origin', () => {
  it.each([
    ...['/par', '/token', '/revoke', '/nonce', '/credential', '/notification'],
    ...['/.well-known/openid-credential-issuer', '/.well-known/oauth-authorization-server'],
  ])('Fetch 3.3: a browser may call %s and read what is answered', async (path) => {
    const response = await fetch(setting.url + path, { method: 'OPTIONS', headers: { origin: 'https://wallet.example' } })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('of the institution it may call nothing', async () => {
    const response = await fetch(`${setting.url}/admin/offers`, { method: 'OPTIONS', headers: { origin: 'https://wallet.example' } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})
