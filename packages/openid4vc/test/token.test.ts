import { describe, expect, it } from 'vitest'
import {
  bearer,
  checkTxCodeGiven,
  createTokenRequest,
  errorResponse,
  type Message,
  parseAccessToken,
  parseTokenRequest,
  parseTokenResponse,
  preAuthorizedCode,
  refusal,
  tokenResponse,
} from '../src/index.ts'
import { expectPeerError, expectProtocolError, form, json } from './fixture.ts'

const read = (message: Message) => preAuthorizedCode.parseRequest(parseTokenRequest(message).form)
const given = { accessToken: 'abc', scheme: bearer, lifetime: 300 }
const asked = { dpop: false }
const members = { grant_type: preAuthorizedCode.id, 'pre-authorized_code': 'abc' }

describe('OpenID4VCI 1.0 section 6.1: the token request', () => {
  it('comes back as it was made', () => {
    for (const request of [{ code: 'a b&c' }, { code: 'abc', txCode: '0042' }]) {
      expect(read(createTokenRequest({ grant: preAuthorizedCode, ...request }))).toEqual(request)
    }
  })

  it('VI-16: ignores parameters it does not know, and a character set', () => {
    const { body } = form({ ...members, client_id: 'x', authorization_details: '[]', new: '1' })
    const contentType = 'application/x-www-form-urlencoded; charset=UTF-8'
    expect(read({ contentType, body })).toEqual({ code: 'abc' })
  })

  it('RFC 6749 section 3.2: counts an empty parameter as absent', () => {
    expect(read(form({ ...members, tx_code: '' }))).toEqual({ code: 'abc' })
  })

  it.each([
    ['JSON', json(members), 'invalid_request', /content type/],
    ['no content type', { ...form(members), contentType: undefined }, 'invalid_request', /content type/],
    ['a parameter twice', { ...form(members), body: `${form(members).body}&grant_type=x` }, 'invalid_request', /twice/],
    ['no grant', form({ 'pre-authorized_code': 'abc' }), 'invalid_request', /grant_type is missing/],
    ['no code', form({ grant_type: preAuthorizedCode.id }), 'invalid_request', /pre-authorized_code is missing/],
    ['a grant that is not announced', form({ ...members, grant_type: 'password' }), 'unsupported_grant_type', /not announced/],
    [
      'a grant named like a member of every object',
      form({ ...members, grant_type: 'constructor' }),
      'unsupported_grant_type',
      /not announced/,
    ],
    [
      'VI-04: tx_code with another grant',
      form({ grant_type: 'authorization_code', code: 'x', tx_code: '1' }),
      'invalid_request',
      /tx_code/,
    ],
    ['a form of 20 kB', form({ ...members, x: 'x'.repeat(20_000) }), 'invalid_request', /at most/],
  ] as const)('refuses %s', async (_about, message, code, words) => {
    await expectProtocolError(() => read(message), code, words)
  })

  it('VI-02, VI-04: wants a transaction code exactly when one is expected', async () => {
    expect(checkTxCodeGiven({ code: 'abc', txCode: '1' }, true)).toBeUndefined()
    expect(checkTxCodeGiven({ code: 'abc' }, false)).toBeUndefined()
    await expectProtocolError(() => checkTxCodeGiven({ code: 'abc' }, true), 'invalid_request', /tx_code is missing/)
    await expectProtocolError(() => checkTxCodeGiven({ code: 'abc', txCode: '1' }, false), 'invalid_request', /this offer has none/)
  })
})

describe('OpenID4VCI 1.0 section 6.2: the token response', () => {
  it('comes back as it was made', () => {
    expect(parseTokenResponse(json(tokenResponse(given)), asked)).toEqual({
      accessToken: 'abc',
      scheme: bearer,
      expiresIn: 300,
      credentialIdentifiers: new Map(),
    })
  })

  it('says which identifiers must then be used', () => {
    const detail = { type: 'openid_credential', credential_configuration_id: 'pda1', credential_identifiers: ['a', 'b'], new: 1 }
    const answer = parseTokenResponse(json({ ...tokenResponse(given), authorization_details: [detail, { type: 'other' }] }), asked)
    expect(answer.credentialIdentifiers).toEqual(new Map([['pda1', ['a', 'b']]]))
  })

  it.each([
    ['another kind of token', { access_token: 'a', token_type: 'DPoP' }, /token_type must be Bearer/],
    ['no token', { token_type: 'Bearer' }, /access_token is missing/],
    ['a token that adds a header', { access_token: 'a\r\nx: y', token_type: 'Bearer' }, /characters that no access token has/],
    [
      'details without identifiers',
      { ...tokenResponse(given), authorization_details: [{ type: 'openid_credential', credential_configuration_id: 'a' }] },
      /credential_identifiers is missing/,
    ],
    [
      'empty identifiers',
      {
        ...tokenResponse(given),
        authorization_details: [{ type: 'openid_credential', credential_configuration_id: 'a', credential_identifiers: [] }],
      },
      /not empty/,
    ],
    ['details as an object', { ...tokenResponse(given), authorization_details: {} }, /authorization_details must be an array/],
  ])('refuses %s', async (_about, body, words) => {
    await expectPeerError(() => parseTokenResponse(json(body), asked), 'token_response_malformed', words)
  })
})

describe('RFC 6750: the bearer token', () => {
  it('is read whatever the case of the scheme', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect(parseAccessToken(`${scheme} abc.D-_~+/==`)).toEqual({ scheme: bearer, token: 'abc.D-_~+/==' })
    }
  })

  it('is refused in any other shape', async () => {
    for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'Bearer é', 'x Bearer abc']) {
      await expectProtocolError(() => parseAccessToken(header), 'invalid_token', /access token is needed/)
    }
  })
})

describe('error answers', () => {
  it('say code and description, are not cached, and name the scheme where a token failed', async () => {
    const error = await expectProtocolError(() => parseAccessToken(undefined), 'invalid_token', /./)
    expect(errorResponse(error)).toEqual({
      status: 401,
      headers: { 'cache-control': 'no-store', 'www-authenticate': 'Bearer, DPoP algs="ES256 ES384 ES512"' },
      body: { error: 'invalid_token', error_description: error.description },
    })
    const other = await expectProtocolError(() => parseTokenRequest(form({})), 'invalid_request', /./)
    expect(errorResponse(other).headers).toEqual({ 'cache-control': 'no-store' })
  })

  it('are told to the person without anything that could steer a terminal', () => {
    expect(refusal(400, json({ error: 'invalid_grant', error_description: '\u001b[2Jgone' })).detail).toBe(
      'invalid_grant: ?[2Jgone (HTTP 400)',
    )
    expect(refusal(502, { contentType: 'text/html', body: '<h1>' }).detail).toBe('HTTP 502')
    expect(refusal(400, json({ error: 5 })).detail).toBe('HTTP 400')
    expect(refusal(400, json({ error: 'invalid_grant' })).refused).toEqual({ status: 400, error: 'invalid_grant' })
    expect(refusal(400, json({ error: 5 })).refused).toEqual({ status: 400 })
    expect(refusal(500, { contentType: 'application/json', body: '{' }).detail).toBe('HTTP 500')
  })
})
