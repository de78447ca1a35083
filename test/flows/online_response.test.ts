import { base64url, type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { CompactEncrypt, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resignedCredential, stolenKey, strangersKey } from './forgery.ts'
import { newHolder } from './holder.ts'
import { type Asked, BACK, bodyOf, type Online, post, type Shown, show, startOnline } from './online.ts'
import { type Setting, startSetting } from './setting.ts'

let setting: Setting
let online: Online
beforeAll(async () => {
  setting = await startSetting()
  online = await startOnline(setting)
})
afterAll(async () => {
  await online.close()
  await setting.close()
})

type Make = (asked: Asked) => Promise<{ readonly body: string; readonly headers?: Record<string, string> }>

/** The honest answer, shown with these changes. */
const showing =
  (change: () => Shown | Promise<Shown>): Make =>
  async ({ request }) => ({ body: await bodyOf(request, { 'limited-income': [await show(online, request, await change())] }) })
/** The honest presentation, its text changed. */
const changing =
  (change: (text: string) => string | Promise<string>): Make =>
  async ({ request }) => ({ body: await bodyOf(request, { 'limited-income': [await change(await show(online, request))] }) })
/** Other presentations by the identifiers of their queries. */
const tokens =
  (make: (shown: string) => Record<string, readonly string[]>): Make =>
  async ({ request }) => ({ body: await bodyOf(request, make(await show(online, request))) })
/** What is encrypted, and how. */
const encrypting =
  (change: { parameters?: (honest: JsonObject) => JsonObject; header?: JsonObject; key?: JsonObject }): Make =>
  async ({ request }) => {
    const honest = {
      vp_token: { 'limited-income': [await show(online, request)] },
      ...(request.state !== undefined && { state: request.state }),
    }
    const [first] = request.clientMetadata.encryptionKeys
    const jwk = change.key ?? { ...first?.jwk }
    const header = { alg: 'ECDH-ES', enc: 'A256GCM', kid: first?.kid, ...change.header } as { alg: string; enc: string }
    const text = JSON.stringify(change.parameters?.(honest) ?? honest)
    const jwe = await new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader(header)
      .encrypt(await importJWK(jwk as never, header.alg))
    return { body: `response=${jwe}` }
  }
const clear =
  (change: (honest: Record<string, string>) => Record<string, string>): Make =>
  async ({ request }) => {
    const vp_token = JSON.stringify({ 'limited-income': [await show(online, request)] })
    return { body: String(new URLSearchParams(change({ vp_token, state: request.state ?? '' }))) }
  }
const bound = (
  text: string,
  change: (jwt: { header: JsonObject; payload: JsonObject }) => { header: JsonObject; payload: JsonObject },
  signature?: string,
): string => {
  const end = text.lastIndexOf('~') + 1
  const { header, payload } = change(parseJws(text.slice(end)))
  return `${text.slice(0, end)}${encoded(header)}.${encoded(payload)}.${signature ?? text.slice(end).split('.')[2]}`
}
const encoded = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const flipped = (text: string, at: number): string => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`

/** Not accepted: 400 in words that a stranger can act on, and the request waits for a better answer. */
const NOT_ACCEPTED: [string, Make, RegExp][] = [
  ['14.1.2: the nonce of another request', showing(() => ({ nonce: 'another-nonce' })), /nonce/],
  ['14.10: for another verifier', showing(() => ({ audience: 'x509_hash:another' })), /audience/],
  [
    '14.10: for this verifier without its prefix',
    async (asked) => showing(() => ({ audience: asked.request.clientId.slice(10) }))(asked),
    /audience/,
  ],
  ['RFC 9901 7.3: by the key of another holder', showing(() => ({ key: newHolder().secret })), /signature|binding/],
  ['KB-JWT from too long ago', showing(() => ({ ahead: -301 })), /old|binding/],
  ['KB-JWT from the future', showing(() => ({ ahead: 61 })), /future|binding/],
  ['RFC 9901 4.3: without key binding', changing((text) => text.slice(0, text.lastIndexOf('~') + 1)), /binding/],
  [
    'RFC 9901 4.3.1: sd_hash of something else',
    changing((text) => bound(text, ({ header, payload }) => ({ header, payload: { ...payload, sd_hash: 'A'.repeat(43) } }))),
    /binding/,
  ],
  [
    'RFC 8725 3.1: KB-JWT with alg none',
    changing((text) => bound(text, ({ header, payload }) => ({ header: { ...header, alg: 'none' }, payload }), '')),
    /./,
  ],
  [
    'RFC 8725 3.1: KB-JWT with HS256',
    changing((text) => bound(text, ({ header, payload }) => ({ header: { ...header, alg: 'HS256' }, payload }))),
    /./,
  ],
  [
    'RFC 9901 4.3: KB-JWT of another typ',
    changing((text) => bound(text, ({ header, payload }) => ({ header: { ...header, typ: 'JWT' }, payload }))),
    /./,
  ],
  ['RFC 9901 7.1: a disclosure taken away', changing((text) => text.replace(/~[^~]+~/, '~')), /./],
  ['RFC 9901 7.1: a disclosure changed', changing((text) => flipped(text, text.indexOf('~') + 5)), /./],
  [
    'RFC 9901 7.1: a disclosure added',
    changing((text) => text.replace('~', `~${base64url.encode(new TextEncoder().encode('["c2FsdHNhbHRzYWx0c2FsdA","blind","yes"]'))}~`)),
    /./,
  ],
  ['RFC 9901 7.1: a disclosure twice', changing((text) => text.replace(/~([^~]+)~/, '~$1~$1~')), /./],
  ["RFC 7515 5.2: the issuer's signature changed", changing((text) => flipped(text, text.indexOf('~') - 10)), /./],
  ["RFC 7515 5.2: the issuer's words changed", changing((text) => flipped(text, text.indexOf('.') + 20)), /./],
  ['VP-12: a claim that was asked for is not shown', showing(() => ({ paths: [] })), /limited_income_any|claim/],
  ['VP-12: another claim in its place', showing(() => ({ paths: [['statutes', 'blind']] })), /limited_income_any|claim/],
  ['VP-13: two where one was asked for', tokens((shown) => ({ 'limited-income': [shown, shown] })), /one presentation/],
  ['VP-20: a query that was not asked', tokens((shown) => ({ another: [shown] })), /not asked for/],
  ['8.1: one too many', tokens((shown) => ({ 'limited-income': [shown], another: [shown] })), /not asked for/],
  ['VP-09: the name of a member that every object inherits', tokens((shown) => ({ constructor: [shown] })), /not asked for/],
  ['VP-20: no presentation for a query', tokens(() => ({ 'limited-income': [] })), /array of presentations/],
  ['VP-20: none at all', tokens(() => ({})), /must not be empty/],
  [
    'VP-20: no array',
    encrypting({ parameters: (honest) => ({ ...honest, vp_token: { 'limited-income': 'text' } }) }),
    /array of presentations/,
  ],
  ['VP-20: vp_token as text', encrypting({ parameters: (honest) => ({ ...honest, vp_token: 'text' }) }), /must be an object/],
  ['8.1: no vp_token', encrypting({ parameters: ({ vp_token: _, ...rest }) => rest }), /must be an object/],
  ['5.3: another state', encrypting({ parameters: (honest) => ({ ...honest, state: 'another' }) }), /state/],
  ['5.3: no state', encrypting({ parameters: ({ state: _, ...rest }) => rest }), /state/],
  ['8.5: presentations and an error', encrypting({ parameters: (honest) => ({ ...honest, error: 'access_denied' }) }), /not both/],
  ['VP-19: in clear', clear((honest) => honest), /must be encrypted/],
  [
    'VP-19: in clear beside an encrypted one',
    async (asked) => ({ body: `${(await encrypting({})(asked)).body}&vp_token=%7B%7D` }),
    /must be encrypted|nothing in clear/,
  ],
  ['8.3: to a key of its own', encrypting({ key: newHolder().jwk }), /cannot be read/],
  [
    '8.3: to the key of another request',
    async (asked) => ({
      body: await bodyOf(
        { ...asked.request, clientMetadata: (await online.ask()).request.clientMetadata },
        { 'limited-income': [await show(online, asked.request)] },
      ),
    }),
    /not the one of this request/,
  ],
  ['8.3: under another kid', encrypting({ header: { kid: 'another' } }), /not the one of this request/],
  ['RFC 7516 4.1.3: packed', encrypting({ header: { zip: 'DEF' } }), /zip|cannot be read/],
  ['RFC 7518 4.6: another key management', encrypting({ header: { alg: 'ECDH-ES+A128KW' } }), /must be ECDH-ES/],
  ['RFC 7518 5.2: another content encryption', encrypting({ header: { enc: 'A128CBC-HS256' } }), /must be ECDH-ES/],
  ['RFC 7516 11: a bit changed', async (asked) => ({ body: flipped((await encrypting({})(asked)).body, 700) }), /cannot be read/],
  ['8.3: no JWE', async () => ({ body: 'response=nonsense' }), /no JWE/],
  ['8.2: nothing', async () => ({ body: '' }), /./],
  ['8.2: JSON in place of a form', async () => ({ body: '{"response":"x"}', headers: { 'content-type': 'application/json' } }), /./],
  ['RFC 6749 3.2: a parameter twice', async (asked) => ({ body: `${(await encrypting({})(asked)).body}&response=x` }), /./],
]

/** Accepted, and worth nothing: the answer is unknown, and says why. */
const UNKNOWN: [string, () => Promise<Shown>, string][] = [
  [
    'of an issuer whom nobody trusts',
    async () => ({ text: await resignedCredential(online.held().text, await strangersKey(setting, 'credential')) }),
    'certificate_signature_wrong',
  ],
  [
    'signed by the key for lists',
    async () => ({ text: await resignedCredential(online.held().text, stolenKey(setting, 'status')) }),
    'anchor_for_other_purpose',
  ],
  [
    'that has expired',
    async () => ({
      text: await resignedCredential(online.held().text, stolenKey(setting, 'credential'), {
        payload: (p) => ({ ...p, exp: setting.now() - 100 }),
      }),
    }),
    'expired',
  ],
  [
    'that is not valid yet',
    async () => ({
      text: await resignedCredential(online.held().text, stolenKey(setting, 'credential'), {
        payload: (p) => ({ ...p, nbf: setting.now() + 3600 }),
      }),
    }),
    'not_yet_valid',
  ],
  [
    'whose list is not to be had',
    async () => ({
      text: await resignedCredential(online.held().text, stolenKey(setting, 'credential'), {
        payload: (p) => ({ ...p, status: { status_list: { idx: 1, uri: `${setting.url}/status-lists/none` } } }),
      }),
    }),
    'status_list_missing',
  ],
]

describe('VP-22: an answer that is not accepted is refused in words, and the request waits', () => {
  it.each(NOT_ACCEPTED)('%s', async (_name, make, words) => {
    const asked = await online.ask()
    const { body, headers } = await make(asked)
    const { status, body: said } = await post(asked.request, body, headers)
    expect({ status, error: said.error }).toEqual({ status: 400, error: 'invalid_request' })
    expect(said.error_description).toMatch(words)
    expect(await online.state(asked.id)).toMatchObject({ state: 'waiting' })
    // A better one is still welcome.
    expect((await post(asked.request, (await showing(() => ({}))(asked)).body)).status).toBe(200)
    expect(await online.state(asked.id)).toMatchObject({ state: 'answered', answer: 'yes' })
  })
})

describe('a credential that counts for nothing: answered, unknown, and never yes', () => {
  it.each(UNKNOWN)('%s', async (_name, change, code) => {
    const asked = await online.ask()
    const { body } = await showing(change)(asked)
    expect((await post(asked.request, body)).status).toBe(200)
    expect(await online.state(asked.id)).toMatchObject({
      state: 'answered',
      answer: 'unknown',
      reasons: expect.arrayContaining([expect.objectContaining({ code })]),
    })
  })
})

describe('the relying party', () => {
  const complete = (id: string, response_code: unknown, token?: string) =>
    online.call(`/requests/${id}/complete`, { response_code } as JsonObject, token)
  const answered = async () => {
    const asked = await online.ask({ device: 'same', redirect_uri: BACK })
    const { body } = await post(asked.request, (await showing(() => ({}))(asked)).body)
    return { id: asked.id, code: new URL(String(body.redirect_uri)).searchParams.get('response_code') }
  }

  it.each([
    ['VP-17: without a code', async () => undefined, 'invalid_request'],
    ['VP-17: with a guessed one', async () => 'AAAAAAAAAAAAAAAAAAAAAA', 'response_code_wrong'],
    ['VP-17: with that of another request', async () => (await answered()).code, 'response_code_wrong'],
  ] as [string, () => Promise<unknown>, string][])('%s: no result', async (_name, code, error) => {
    const { id } = await answered()
    expect(await complete(id, await code())).toMatchObject({ status: 400, body: { error } })
    expect(await online.state(id)).toEqual({ state: 'waiting', reasons: [] })
  })

  it('VP-17: with the right code twice: once', async () => {
    const { id, code } = await answered()
    expect(await complete(id, code)).toMatchObject({ status: 200, body: { answer: 'yes' } })
    expect(await complete(id, code)).toMatchObject({ status: 400, body: { error: 'response_code_wrong' } })
  })

  it('VP-16: with another token, or none: no result', async () => {
    const { id, code } = await answered()
    expect(await complete(id, code, 'another')).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
    expect(await online.call(`/requests/${id}`, undefined, 'another')).toMatchObject({ status: 401 })
  })

  it.each([
    ['a question that there is not', { question: 'nonesuch' }, 403, 'question_not_allowed'],
    ['a redirect address that is not registered', { device: 'same', redirect_uri: `${BACK}/evil` }, 400, 'redirect_uri_not_registered'],
    ['the same device without a redirect address', { device: 'same' }, 400, 'invalid_request'],
    ['what the question does not want', { given: { country: 'DE' } }, 400, 'given_wrong'],
  ])('asks %s: refused before anything is sent', async (_name, more, status, error) => {
    expect(await online.call('/requests', { question: 'museum-reduced-price', ...more })).toMatchObject({ status, body: { error } })
  })
})

describe('replay', () => {
  it('VP-15: the same answer to the same request: refused, and to another request: refused', async () => {
    const [first, second] = [await online.ask(), await online.ask()]
    const { body } = await showing(() => ({}))(first)
    expect((await post(first.request, body)).status).toBe(200)
    expect(await post(first.request, body)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(await post(second.request, body)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(await online.state(second.id)).toMatchObject({ state: 'waiting' })
  })

  it('VP-15: the same presentation, encrypted anew, to another request: refused', async () => {
    const [first, second] = [await online.ask(), await online.ask()]
    const shown = await show(online, first.request)
    expect(await post(second.request, await bodyOf(second.request, { 'limited-income': [shown] }))).toMatchObject({ status: 400 })
  })
})

it('these are the changes of an answer, each in one step', () => {
  expect(NOT_ACCEPTED.length + UNKNOWN.length).toBeGreaterThanOrEqual(48)
})
