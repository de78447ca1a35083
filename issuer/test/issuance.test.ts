import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { metadataText, openBundle, parseCredential, parseTrust, prepareAnchors, verifyText } from '@symbolon/credential'
import { parseIssuerMetadata, parseServerMetadata, wellKnownAddress } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ANDREI,
  accessToken,
  credentialIn,
  FORM,
  form,
  holderKey,
  issued,
  LOTTE,
  nonce,
  offer,
  post,
  proof,
  randomText,
  redeem,
  request,
  STATUTE,
  seconds,
  start,
  type TestIssuer,
} from './fixture.ts'

const PRE_AUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
const { types } = readTypes(join(import.meta.dirname, '../../specs/credentials'))
const byVct = new Map(types.map((type) => [type.vct, type]))
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await start()
})
afterAll(() => issuer.close())

const refused = async (answer: Promise<{ status: number; json: unknown }>) => {
  const { status, json } = await answer
  const { error, error_description } = json as { error: string; error_description: string }
  // RFC 6749 section 5.2, OpenID4VCI section 8.3.1.2: the characters a description may have.
  expect(error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  return [status, error]
}

async function anchors() {
  return prepareAnchors(parseTrust(readFileSync(join(issuer.home, 'trust.json'), 'utf8')), primitives)
}

async function bundle() {
  const text = await (await fetch(`${issuer.url}/bundle`)).text()
  return openBundle(text, { anchors: await anchors(), primitives, now: seconds() })
}

async function report(text: string) {
  const policy = { types: byVct, maxStatusAge: 3600 }
  return verifyText(text, (await bundle()).lookup, { anchors: await anchors(), policy, now: seconds(), primitives })
}

describe('one issuance (OpenID4VCI 1.0)', () => {
  test.each([
    [STATUTE, LOTTE],
    ['ehic', LOTTE],
    ['pda1', ANDREI],
    ['pid', LOTTE],
  ])('%s: every check passes but the holder binding that nobody showed', async (type, subject) => {
    const text = await issued(issuer, { type, subject })
    const { checks } = await report(text)
    expect(checks.filter(({ outcome }) => outcome !== 'pass').map(({ code }) => code)).toEqual(['key_binding_missing'])
    expect(text.endsWith('~')).toBe(true)
  })

  test('the credential is bound to the key of the proof, names this issuer, and its type as published', async () => {
    const key = holderKey()
    const answer = await request(issuer, await accessToken(issuer), STATUTE, [await proof(issuer, {}, key)])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { view, proof: signed } = await parseCredential(credentialIn(answer), primitives)
    expect(view.holderKey).toEqual(key.jwk)
    expect(view.issuer).toBe(issuer.url)
    expect(view.status?.uri).toMatch(new RegExp(`^${issuer.url}/status-lists/`))
    expect(signed.header.x5c).toHaveLength(1)
    const type = byVct.get(view.type)
    const published = await fetch(`${issuer.url}/vct/${STATUTE}`)
    expect(await published.text()).toBe(type && metadataText(type))
    expect(published.headers.get('content-type')).toBe('application/json')
  })

  test('times are whole days and tell nothing about the moment (RFC 9901 section 10.1)', async () => {
    const { view } = await parseCredential(await issued(issuer), primitives)
    for (const time of [view.issuedAt, view.notBefore, view.expires]) expect((time ?? 1) % 3600).toBe(0)
  })

  test('several copies of one offer are one issuance with an index each, and no more than the type allows', async () => {
    const most = types.find(({ name }) => name === STATUTE)?.copies ?? 0
    const made = await offer(issuer)
    const token = String((await redeem(issuer, made)).json.access_token)
    const indices = new Set<number | undefined>()
    for (let copy = 0; copy < most; copy++) {
      const { view } = await parseCredential(credentialIn(await request(issuer, token)), primitives)
      indices.add(view.status?.index)
    }
    expect(indices.size).toBe(most)
    expect(await refused(request(issuer, token))).toEqual([400, 'credential_request_denied'])
    const { issuance } = (await issuer.admin('GET', `/offers/${made.id}`)).json
    const { json } = await issuer.admin('POST', '/issuances/search', { type: STATUTE })
    expect(json.issuances).toContainEqual(expect.objectContaining({ id: issuance, copies: most }))
  })

  test('unknown members are ignored, in every request (VI-16)', async () => {
    const { code } = await offer(issuer)
    const token = await post(`${issuer.url}/token`, form({ grant_type: PRE_AUTHORIZED, 'pre-authorized_code': code, unknown: 'x' }), FORM)
    expect(token.status).toBe(200)
    const body = { credential_configuration_id: STATUTE, proofs: { jwt: [await proof(issuer)] }, unknown: { a: 1 } }
    expect((await request(issuer, String(token.json.access_token), STATUTE, [], body)).status).toBe(200)
  })
})

describe('published documents', () => {
  test('metadata is what our own reader of OpenID4VCI section 12.2.4 takes, and lists every type that this issuer has an identity for', async () => {
    const response = await fetch(wellKnownAddress(issuer.url, 'openid-credential-issuer'))
    const message = { contentType: response.headers.get('content-type') ?? undefined, body: await response.text() }
    const metadata = parseIssuerMetadata(message, issuer.url)
    expect([...metadata.configurations.keys()]).toEqual(types.flatMap(({ name, vcdm }) => (vcdm ? [] : [name])))
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const server = await fetch(wellKnownAddress(issuer.url, 'oauth-authorization-server'))
    const said = parseServerMetadata({ contentType: 'application/json', body: await server.text() }, issuer.url)
    expect(said.tokenEndpoint).toBe(`${issuer.url}/token`)
  })

  test('the keys are public and carry their chain without the anchor (SD-JWT VC section 4)', async () => {
    const document = (await (await fetch(`${issuer.url}/.well-known/jwt-vc-issuer`)).json()) as {
      issuer: string
      jwks: { keys: Record<string, unknown>[] }
    }
    expect(document.issuer).toBe(issuer.url)
    expect(document.jwks.keys.map((key) => Object.keys(key).sort())).toEqual([['crv', 'kid', 'kty', 'use', 'x', 'x5c', 'y']])
  })

  test('addresses come from the settings, never from the Host header (OP-02)', async () => {
    const elsewhere = await start({ ISSUER_URL: 'http://issuer.example/tenant' })
    try {
      const { port } = elsewhere
      expect(elsewhere.url).toBe('http://issuer.example/tenant')
      const response = await fetch(`http://127.0.0.1:${port}/.well-known/openid-credential-issuer/tenant`, {
        headers: { host: 'evil.example' },
      })
      const metadata = (await response.json()) as Record<string, string>
      expect(metadata.credential_issuer).toBe('http://issuer.example/tenant')
      expect(metadata.credential_endpoint).toBe('http://issuer.example/tenant/credential')
      expect((await fetch(`http://127.0.0.1:${port}/tenant/nonce`, { method: 'POST' })).status).toBe(200)
      expect((await fetch(`http://127.0.0.1:${port}/nonce`, { method: 'POST' })).status).toBe(404)
    } finally {
      await elsewhere.close()
    }
  })
})

describe('token endpoint, what is refused (OpenID4VCI section 6.3)', () => {
  const token = (members: Record<string, string>) => post(`${issuer.url}/token`, form(members), FORM)

  test('a code used twice (VI-01)', async () => {
    const made = await offer(issuer)
    expect((await redeem(issuer, made)).status).toBe(200)
    expect(await refused(redeem(issuer, made))).toEqual([400, 'invalid_grant'])
  })

  test('a code after its end (VI-01)', async () => {
    const made = await offer(issuer)
    issuer.clock.ahead = 601
    try {
      expect(await refused(redeem(issuer, made))).toEqual([400, 'invalid_grant'])
      expect((await issuer.admin('GET', `/offers/${made.id}`)).json.state).toBe('expired')
    } finally {
      issuer.clock.ahead = 0
    }
  })

  test('a code nobody made, a withdrawn one', async () => {
    expect(await refused(redeem(issuer, { code: randomText(), txCode: undefined }))).toEqual([400, 'invalid_grant'])
    const made = await offer(issuer)
    await issuer.admin('DELETE', `/offers/${made.id}`)
    expect(await refused(redeem(issuer, made))).toEqual([400, 'invalid_grant'])
  })

  test('a transaction code that is missing, or was not asked for (VI-02, VI-04); the offer stays good', async () => {
    const made = await offer(issuer, { tx_code: true })
    expect(await refused(redeem(issuer, { code: made.code, txCode: undefined }))).toEqual([400, 'invalid_request'])
    expect((await redeem(issuer, made)).status).toBe(200)
    const plain = await offer(issuer)
    expect(await refused(redeem(issuer, { code: plain.code, txCode: '123456' }))).toEqual([400, 'invalid_request'])
    expect((await redeem(issuer, plain)).status).toBe(200)
  })

  test('a wrong transaction code, five times: then the right one comes too late (VI-03)', async () => {
    const made = await offer(issuer, { tx_code: true })
    const wrong = made.txCode === '000000' ? '000001' : '000000'
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await refused(redeem(issuer, { code: made.code, txCode: wrong }))).toEqual([400, 'invalid_grant'])
    }
    expect(await refused(redeem(issuer, made))).toEqual([400, 'invalid_grant'])
    expect((await issuer.admin('GET', `/offers/${made.id}`)).json.state).toBe('blocked')
  })

  test('four wrong codes and then the right one are forgiven', async () => {
    const made = await offer(issuer, { tx_code: true })
    for (let attempt = 0; attempt < 4; attempt++) await redeem(issuer, { code: made.code, txCode: 'wrong' })
    expect((await redeem(issuer, made)).status).toBe(200)
  })

  test('another grant, no grant, no code, a parameter twice, another media type', async () => {
    const { code } = await offer(issuer)
    expect(await refused(token({ grant_type: 'password', code }))).toEqual([400, 'unsupported_grant_type'])
    expect(await refused(token({ 'pre-authorized_code': code }))).toEqual([400, 'invalid_request'])
    expect(await refused(token({ grant_type: PRE_AUTHORIZED }))).toEqual([400, 'invalid_request'])
    const twice = `${form({ grant_type: PRE_AUTHORIZED, 'pre-authorized_code': code })}&pre-authorized_code=x`
    expect(await refused(post(`${issuer.url}/token`, twice, FORM))).toEqual([400, 'invalid_request'])
    const json = JSON.stringify({ grant_type: PRE_AUTHORIZED, 'pre-authorized_code': code })
    expect(await refused(post(`${issuer.url}/token`, json, 'application/json'))).toEqual([400, 'invalid_request'])
  })
})

describe('credential endpoint, what is refused (OpenID4VCI section 8.3.1)', () => {
  let token: string
  beforeAll(async () => {
    token = await accessToken(issuer)
  })
  const ask = (body: unknown) => request(issuer, token, STATUTE, [], body)
  const withProof = async (proofs: unknown) => ask({ credential_configuration_id: STATUTE, proofs })

  test('no token, an unknown one, one in the address (RFC 6750)', async () => {
    const url = `${issuer.url}/credential`
    const none = await post(url, '{}', 'application/json')
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')])
    const wrong = await post(url, '{}', 'application/json', `Bearer ${randomText()}`)
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_token'])
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(await refused(post(`${url}?access_token=${token}`, '{}', 'application/json', `Bearer ${token}`))).toEqual([
      400,
      'invalid_request',
    ])
  })

  test('a token after 300 seconds (section 13.10), and of a withdrawn offer', async () => {
    const made = await offer(issuer)
    const own = String((await redeem(issuer, made)).json.access_token)
    issuer.clock.ahead = 301
    expect(await refused(request(issuer, own))).toEqual([401, 'invalid_token'])
    issuer.clock.ahead = 0
    await issuer.admin('DELETE', `/offers/${made.id}`)
    expect(await refused(request(issuer, own))).toEqual([401, 'invalid_token'])
  })

  test.each([
    ['not JSON', '{', 'invalid_credential_request'],
    ['a list', '[]', 'invalid_credential_request'],
    ['a member twice', '{"a":1,"a":2}', 'invalid_credential_request'],
    ['nothing named', '{}', 'invalid_credential_request'],
    ['an old draft: format (VI-09)', '{"format":"vc+sd-jwt"}', 'invalid_credential_request'],
    ['an identifier that no token response gave (VI-10)', '{"credential_identifier":"x"}', 'invalid_credential_request'],
    ['an unknown configuration', '{"credential_configuration_id":"x"}', 'unknown_credential_configuration'],
    ['an inherited name for a configuration', '{"credential_configuration_id":"__proto__"}', 'unknown_credential_configuration'],
    ['no proof', `{"credential_configuration_id":"${STATUTE}"}`, 'invalid_proof'],
    ['an old draft: proof (VI-09)', `{"credential_configuration_id":"${STATUTE}","proof":{}}`, 'invalid_proof'],
    ['an unknown proof type', `{"credential_configuration_id":"${STATUTE}","proofs":{"x":[]}}`, 'invalid_proof'],
    [
      'an encrypted answer to a plain request (VI-12)',
      `{"credential_configuration_id":"${STATUTE}","credential_response_encryption":{}}`,
      'invalid_encryption_parameters',
    ],
  ])('%s', async (_what, body, code) => {
    expect(await refused(post(`${issuer.url}/credential`, body, 'application/json', `Bearer ${token}`))).toEqual([400, code])
  })

  test('another media type, a body that is too large', async () => {
    const url = `${issuer.url}/credential`
    expect(await refused(post(url, '{}', 'text/plain', `Bearer ${token}`))).toEqual([400, 'invalid_credential_request'])
    expect(await refused(post(url, 'x'.repeat(70_000), 'application/json', `Bearer ${token}`))).toEqual([413, 'request_too_large'])
  })

  test('a type the token is not for (VI-14)', async () => {
    expect(await refused(request(issuer, token, 'ehic'))).toEqual([403, 'insufficient_scope'])
  })

  test('nonces that are random, expired, used, missing (VI-05)', async () => {
    const own = await accessToken(issuer)
    expect(await refused(request(issuer, own, STATUTE, [await proof(issuer, { nonce: randomText() })]))).toEqual([400, 'invalid_nonce'])
    expect(await refused(request(issuer, own, STATUTE, [await proof(issuer, { nonce: null })]))).toEqual([400, 'invalid_proof'])
    const old = await nonce(issuer)
    issuer.clock.ahead = 301
    const late = request(issuer, await accessToken(issuer), STATUTE, [await proof(issuer, { nonce: old })])
    expect(await refused(late)).toEqual([400, 'invalid_nonce'])
    issuer.clock.ahead = 0
    const once = await proof(issuer)
    expect((await request(issuer, own, STATUTE, [once])).status).toBe(200)
    expect(await refused(request(issuer, own, STATUTE, [once]))).toEqual([400, 'invalid_nonce'])
  })

  test('a proof for another audience, too old, ahead, by another key, one key twice, more than announced (VI-06, VI-07, VI-11)', async () => {
    const wrong = [
      await proof(issuer, { issuer: `${issuer.url}/` }),
      await proof(issuer, { issuer: `${issuer.url}/credential` }),
      await proof(issuer, { issuedAt: seconds() - 400 }),
      await proof(issuer, { issuedAt: seconds() + 100 }),
      await proof(issuer, { jwk: holderKey().jwk }),
      'a.b.c',
    ]
    for (const jwt of wrong) expect(await refused(withProof({ jwt: [jwt] }))).toEqual([400, 'invalid_proof'])
    const key = holderKey()
    expect(await refused(withProof({ jwt: [await proof(issuer, {}, key), await proof(issuer, {}, key)] }))).toEqual([400, 'invalid_proof'])
    const most = Math.max(...types.map(({ copies }) => copies))
    expect(await refused(withProof({ jwt: Array(most + 1).fill('a.b.c') }))).toEqual([400, 'invalid_proof'])
    expect(await refused(withProof({ jwt: [] }))).toEqual([400, 'invalid_proof'])
    expect((await withProof({ jwt: [await proof(issuer)] })).status).toBe(200)
  })
})
