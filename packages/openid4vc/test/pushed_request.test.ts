import { primitives } from '@symbolon/primitives/node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AuthorizationRequest,
  authorizationAddress,
  authorizationDetails,
  createPushedRequest,
  identifyClient,
  type Message,
  type ProtocolCode,
  ProtocolError,
  parseAuthorizationQuery,
  parseAuthorizationRequest,
  parseClients,
  parsePushedRequest,
  parsePushedResponse,
  pushedResponse,
  requestUri,
} from '../src/index.ts'
import { brick, expectPeerError, expectProtocolError, form, ISSUER, json, NOW } from './fixture.ts'

const type = brick('pda1')
const offering = {
  configuration: (id: string) => (id === type.name ? type : undefined),
  scope: (name: string) => (name === type.name ? name : undefined),
}
const REDIRECT = 'https://wallet.example/cb'
const [client] = parseClients([{ client_id: 'w', name: 'W', redirect_uris: [REDIRECT], authentication: 'none' }])
const rule = { find: (id: string) => (id === 'w' ? client : undefined), audience: ISSUER, now: NOW, primitives }
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

const members = {
  client_id: 'w',
  response_type: 'code',
  redirect_uri: REDIRECT,
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  scope: type.name,
}
/** The whole way of a pushed request. */
async function push(message: Message): Promise<AuthorizationRequest> {
  const pushed = parsePushedRequest(message)
  return parseAuthorizationRequest(pushed, await identifyClient(pushed, rule), offering, ISSUER)
}
const pushed = (change: Record<string, string> = {}) => push(form({ ...members, ...change }))
const minimal = {
  clientId: 'w',
  redirectUri: REDIRECT,
  codeChallenge: CHALLENGE,
  wanted: { configurationIds: [type.name], byDetails: false },
  locales: [],
}

describe('RFC 9126 section 2.1: a pushed authorization request', () => {
  it('comes back as it was made, with as little as possible', async () => {
    const draft = { client: { client_id: 'w' }, redirectUri: REDIRECT, codeChallenge: CHALLENGE, scopes: ['openid', type.name] }
    expect(await push(createPushedRequest(draft))).toEqual(minimal)
  })

  it('comes back as it was made, with all there is', async () => {
    const draft = {
      client: { client_id: 'w' },
      redirectUri: REDIRECT,
      codeChallenge: CHALLENGE,
      details: authorizationDetails([type.name], ISSUER),
      scopes: [],
      state: 'a state&=~',
      issuerState: 'é from the offer',
      dpopJkt: JKT,
      locales: ['nl', 'de-BE'],
    }
    expect(await push(createPushedRequest(draft))).toEqual({
      ...minimal,
      wanted: { configurationIds: [type.name], byDetails: true },
      state: 'a state&=~',
      issuerState: 'é from the offer',
      dpopJkt: JKT,
      locales: ['nl', 'de-BE'],
    })
  })

  it('VI-16: ignores parameters it does not know', async () => {
    const more = { resource: ISSUER, nonce: 'n', prompt: 'login', wallet_issuer: 'x', response_mode: 'query', request_uri: '', state: '' }
    expect(await pushed(more)).toEqual(minimal)
  })

  it('OpenID Connect Core 3.1.2.1: takes of ui_locales what is a language, at most ten', async () => {
    expect((await pushed({ ui_locales: 'nl  fr-CA <script> x_y de-419' })).locales).toEqual(['nl', 'fr-CA', 'de-419'])
    expect((await pushed({ ui_locales: 'nl '.repeat(30).trim() })).locales).toHaveLength(10)
  })

  it('returns a long state as it is (FAPI 2.0)', async () => {
    const state = 'x'.repeat(2_048)
    expect((await pushed({ state })).state).toBe(state)
  })

  const twice = (name: string) => ({ ...form(members), body: `${form(members).body}&${name}=x` })
  it.each<[string, Message, ProtocolCode, RegExp]>([
    ['2.1: request_uri', form({ ...members, request_uri: requestUri('x') }), 'invalid_request', /request_uri must not stand in/],
    ['RFC 9101: a request object', form({ ...members, request: 'a.b.c' }), 'invalid_request', /request objects are not announced/],
    ['2.1: JSON', json(members), 'invalid_request', /content type/],
    ['2.1: no content type', { ...form(members), contentType: undefined }, 'invalid_request', /content type/],
    ['RFC 6749 3.1: redirect_uri twice', twice('redirect_uri'), 'invalid_request', /twice/],
    ['RFC 6749 3.1: state twice', twice('a&a'), 'invalid_request', /twice/],
    ['RFC 6749 3.1: a name of the prototype twice', twice('__proto__=a&__proto__'), 'invalid_request', /twice/],
    ['20 kB', form({ ...members, x: 'x'.repeat(20_000) }), 'invalid_request', /at most/],
  ])('is refused with %s', async (_about, message, code, words) => {
    await expectProtocolError(() => push(message), code, words)
  })
})

describe('RFC 6749 section 4.1.1: what is asked for', () => {
  it.each<[string, Record<string, string>, ProtocolCode, RegExp]>([
    ['no client_id', { client_id: '' }, 'invalid_request', /client_id is missing/],
    ['no response_type', { response_type: '' }, 'invalid_request', /response_type is missing/],
    ['3.1.1: response_type token', { response_type: 'token' }, 'unsupported_response_type', /must be code/],
    ['3.1.1: response_type code id_token', { response_type: 'code id_token' }, 'unsupported_response_type', /must be code/],
    ['3.1.1: response_type code twice', { response_type: 'code code' }, 'unsupported_response_type', /must be code/],
    ['response_mode fragment', { response_mode: 'fragment' }, 'invalid_request', /response_mode must be query/],
    ['response_mode form_post', { response_mode: 'form_post' }, 'invalid_request', /response_mode must be query/],
    ['no redirect_uri', { redirect_uri: '' }, 'invalid_request', /redirect_uri is missing/],
    ['RFC 9700 2.1: a redirect_uri that is not registered', { redirect_uri: 'https://evil.example' }, 'invalid_request', /not registered/],
    ['RFC 8252 7.3: https of a client that nobody registered', { client_id: 'x' }, 'invalid_request', /127\.0\.0\.1:PORT/],
    ['RFC 7636 4.4.1: no code_challenge', { code_challenge: '' }, 'invalid_request', /code_challenge is missing/],
    ['RFC 7636 4.3: no code_challenge_method', { code_challenge_method: '' }, 'invalid_request', /code_challenge_method must be S256/],
    ['RFC 9700 2.1.1: plain', { code_challenge_method: 'plain' }, 'invalid_request', /code_challenge_method must be S256/],
    ['RFC 7636 4.2: S256 in small letters', { code_challenge_method: 's256' }, 'invalid_request', /code_challenge_method must be S256/],
    ['RFC 7636 4.2: a challenge of 42 characters', { code_challenge: CHALLENGE.slice(1) }, 'invalid_request', /code_challenge must be/],
    ['RFC 7636 4.2: a challenge with padding', { code_challenge: `${CHALLENGE}=` }, 'invalid_request', /code_challenge must be/],
    ['RFC 7636 4.2: a challenge with a line break', { code_challenge: `${CHALLENGE}\n` }, 'invalid_request', /code_challenge must be/],
    ['RFC 9449 10: a dpop_jkt that is none', { dpop_jkt: 'x' }, 'invalid_request', /dpop_jkt must be/],
    ['RFC 6749 A.5: a state of two lines', { state: 'a\nb' }, 'invalid_request', /state must be printable ASCII/],
    ['RFC 6749 A.5: a state that is not ASCII', { state: 'é' }, 'invalid_request', /state must be printable ASCII/],
    ['a state of 2049 characters', { state: 'x'.repeat(2_049) }, 'invalid_request', /state must have at most 2048/],
    ['an issuer_state of 2049 characters', { issuer_state: 'x'.repeat(2_049) }, 'invalid_request', /issuer_state must have at most 2048/],
    ['RFC 6749 3.3: an unknown scope', { scope: 'other' }, 'invalid_scope', /a scope must name/],
    ['RFC 9396 5: details of another type', { authorization_details: '[{"type":"x"}]' }, 'invalid_authorization_details', /type must be/],
  ])('is refused: %s', async (_about, change, code, words) => {
    await expectProtocolError(() => pushed(change), code, words)
  })

  it('says nothing of what was sent when it is refused', async () => {
    const MARK = 'Zq7'
    const names = [
      ...Object.keys(members),
      'state',
      'issuer_state',
      'dpop_jkt',
      'authorization_details',
      'request',
      'client_assertion',
      'client_assertion_type',
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 40 }), async (name, text) => {
        const outcome = await pushed({ [name]: `${text}${MARK}` }).catch((thrown) => thrown)
        if (!(outcome instanceof Error)) return
        expect(outcome).toBeInstanceOf(ProtocolError)
        expect(outcome.message).not.toContain(MARK)
      }),
      { numRuns: 500 },
    )
  })
})

describe('RFC 9126 section 2.2: the answer', () => {
  it('comes back as it was made', () => {
    const uri = requestUri('handle')
    expect(uri).toBe('urn:ietf:params:oauth:request_uri:handle')
    expect(pushedResponse(uri, 60)).toEqual({ request_uri: uri, expires_in: 60 })
    expect(parsePushedResponse(json({ ...pushedResponse(uri, 60), new: 1 }))).toEqual({ requestUri: uri, expiresIn: 60 })
  })

  it.each([
    ['no request_uri', { expires_in: 60 }, /request_uri is missing/],
    ['an empty request_uri', { request_uri: '', expires_in: 60 }, /request_uri must be a string/],
    ['no expires_in', { request_uri: 'urn:x' }, /expires_in is missing/],
    ['expires_in 0', { request_uri: 'urn:x', expires_in: 0 }, /expires_in must be a whole number, 1 or more/],
    ['expires_in as text', { request_uri: 'urn:x', expires_in: '60' }, /expires_in must be a whole number/],
    ['a list', [], /the body must be an object/],
  ])('is refused with %s', async (_about, body, words) => {
    await expectPeerError(() => parsePushedResponse(json(body)), 'pushed_response_malformed', words)
  })
})

describe('RFC 9126 section 4: the address of the browser', () => {
  const uri = requestUri('a-handle')
  it('says which request and whose, and keeps what the endpoint has', () => {
    const address = authorizationAddress(`${ISSUER}/authorize?tenant=1`, { clientId: 'a b&c', requestUri: uri })
    expect(address.startsWith(`${ISSUER}/authorize?tenant=1&`)).toBe(true)
    expect(parseAuthorizationQuery(new URL(address).searchParams)).toEqual({ clientId: 'a b&c', requestUri: uri })
    expect(authorizationAddress(`${ISSUER}/authorize`, { clientId: 'w', requestUri: 'urn:x' })).toBe(
      `${ISSUER}/authorize?client_id=w&request_uri=urn%3Ax`,
    )
  })

  it('counts nothing else (FAPI 2.0: a state outside the pushed request)', () => {
    const query = new URLSearchParams({ client_id: 'w', request_uri: uri, state: 'x', redirect_uri: 'https://evil.example' })
    expect(parseAuthorizationQuery(query)).toEqual({ clientId: 'w', requestUri: uri })
  })

  it.each([
    ['no client_id', `request_uri=${uri}`, /client_id is missing/],
    ['an empty client_id', `client_id=&request_uri=${uri}`, /client_id is missing/],
    ['client_id twice', `client_id=w&client_id=w&request_uri=${uri}`, /twice/],
    ['a client_id of 513 characters', `client_id=${'x'.repeat(513)}&request_uri=${uri}`, /client_id must be/],
    ['a request that was not pushed', 'client_id=w&response_type=code', /push the authorization request first/],
    ['an empty request_uri', 'client_id=w&request_uri=', /request_uri is missing/],
    ['request_uri twice', `client_id=w&request_uri=${uri}&request_uri=${uri}`, /twice/],
    ['the request_uri of somebody else', 'client_id=w&request_uri=https%3A%2F%2Fevil.example', /not given by this server/],
    ['a request_uri of 513 characters', `client_id=w&request_uri=${uri}${'x'.repeat(513)}`, /not given by this server/],
  ])('is refused with %s', async (_about, query, words) => {
    await expectProtocolError(() => parseAuthorizationQuery(new URLSearchParams(query)), 'invalid_request', words)
  })
})
