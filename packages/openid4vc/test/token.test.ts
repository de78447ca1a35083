import { describe, expect, it } from 'vitest'
import {
  authorizationCode,
  bearer,
  checkTxCodeGiven,
  createTokenRequest,
  dpop,
  GRANTS,
  grantNamed,
  type Message,
  type ProtocolCode,
  parseTokenRequest,
  parseTokenResponse,
  preAuthorizedCode,
  refreshToken,
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

  it('carries who sends it, and what it wants', () => {
    const message = createTokenRequest({ grant: preAuthorizedCode, code: 'c' }, { client_id: 'w', authorization_details: '[]' })
    expect(Object.fromEntries(parseTokenRequest(message).form)).toEqual({
      client_id: 'w',
      authorization_details: '[]',
      grant_type: preAuthorizedCode.id,
      'pre-authorized_code': 'c',
    })
  })

  it('VI-02, VI-04: wants a transaction code exactly when one is expected', async () => {
    expect(checkTxCodeGiven({ code: 'abc', txCode: '1' }, true)).toBeUndefined()
    expect(checkTxCodeGiven({ code: 'abc' }, false)).toBeUndefined()
    await expectProtocolError(() => checkTxCodeGiven({ code: 'abc' }, true), 'invalid_request', /tx_code is missing/)
    await expectProtocolError(() => checkTxCodeGiven({ code: 'abc', txCode: '1' }, false), 'invalid_request', /this offer has none/)
  })
})

describe('RFC 6749 sections 4.1.3 and 6: the other grants', () => {
  const code = { code: 'c', codeVerifier: 'v', redirectUri: 'https://wallet.example/cb?x=1' }

  it('come back as they were made, and are found by their names', () => {
    const codeRequest = parseTokenRequest(createTokenRequest({ grant: authorizationCode, ...code }))
    expect(codeRequest.grant).toBe(authorizationCode)
    expect(authorizationCode.parseRequest(codeRequest.form)).toEqual(code)
    const refresh = parseTokenRequest(createTokenRequest({ grant: refreshToken, refreshToken: 'r' }))
    expect(refresh.grant).toBe(refreshToken)
    expect(refreshToken.parseRequest(refresh.form)).toEqual({ refreshToken: 'r' })
    expect(GRANTS.map(({ id }) => grantNamed(id))).toEqual(GRANTS)
  })

  it('FAPI 2.0 section 5.3.2.1: are for tokens that belong to a key; a pre-authorized code need not be', () => {
    expect(GRANTS.filter(({ demandsDpop }) => demandsDpop).map(({ id }) => id)).toEqual(['authorization_code', 'refresh_token'])
  })

  const of = (members: Record<string, string>) => parseTokenRequest(form(members)).form
  const { codeVerifier, redirectUri } = code
  it.each<[string, () => unknown, ProtocolCode, RegExp]>([
    [
      'RFC 6749 4.1.3: no code',
      () =>
        authorizationCode.parseRequest(of({ grant_type: 'authorization_code', code_verifier: codeVerifier, redirect_uri: redirectUri })),
      'invalid_request',
      /code is missing/,
    ],
    [
      'RFC 6749 4.1.3: no redirect_uri',
      () => authorizationCode.parseRequest(of({ grant_type: 'authorization_code', code: 'c', code_verifier: codeVerifier })),
      'invalid_request',
      /redirect_uri is missing/,
    ],
    [
      'RFC 7636 4.6: no code_verifier',
      () => authorizationCode.parseRequest(of({ grant_type: 'authorization_code', code: 'c', redirect_uri: redirectUri })),
      'invalid_grant',
      /code_verifier is missing/,
    ],
    ['RFC 6749 6: no refresh_token', () => refreshToken.parseRequest(of({ grant_type: 'refresh_token' })), 'invalid_request', /is missing/],
    [
      'VI-04: tx_code with a refresh token',
      () => of({ grant_type: 'refresh_token', refresh_token: 'r', tx_code: '1' }),
      'invalid_request',
      /tx_code goes only with/,
    ],
  ])('are refused: %s', async (_about, parse, wrong, words) => {
    await expectProtocolError(parse, wrong, words)
  })

  it('OpenID4VCI 4.1.1: the authorization code stands in an offer with its state, or with nothing', async () => {
    for (const offer of [{}, { issuerState: 's' }, { issuerState: 's', authorizationServer: 'https://as.example' }]) {
      expect(authorizationCode.parseOffer(authorizationCode.offerMembers(offer), 'grants')).toEqual(offer)
    }
    for (const [members, words] of [
      ['x', /grants must be an object/],
      [{ issuer_state: 5 }, /grants\.issuer_state must be a string/],
      [{ issuer_state: '' }, /grants\.issuer_state must be a string/],
      [{ authorization_server: [] }, /grants\.authorization_server must be a string/],
    ] as const) {
      await expectPeerError(() => authorizationCode.parseOffer(JSON.parse(JSON.stringify(members)), 'grants'), 'offer_malformed', words)
    }
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

  it('RFC 9449 section 5: comes back with a bound token, a refresh token and identifiers', () => {
    const details = [
      { configurationId: 'pda1', identifiers: ['a', 'b'] },
      { configurationId: 'ehic', identifiers: ['c'] },
    ]
    const answer = tokenResponse({ ...given, scheme: dpop, refreshToken: 'r', details })
    expect(answer).toMatchObject({ token_type: 'DPoP', refresh_token: 'r' })
    expect(parseTokenResponse(json({ ...answer, token_type: 'dpop' }), { dpop: true })).toEqual({
      accessToken: 'abc',
      scheme: dpop,
      expiresIn: 300,
      refreshToken: 'r',
      credentialIdentifiers: new Map([
        ['pda1', ['a', 'b']],
        ['ehic', ['c']],
      ]),
    })
  })

  it('RFC 9449 section 5: is refused when the token is not bound to the key that was proven', async () => {
    const answer = json(tokenResponse(given))
    await expectPeerError(() => parseTokenResponse(answer, { dpop: true }), 'token_response_malformed', /token_type must be DPoP/)
  })

  it('says which identifiers must then be used', () => {
    const detail = { type: 'openid_credential', credential_configuration_id: 'pda1', credential_identifiers: ['a', 'b'], new: 1 }
    const answer = parseTokenResponse(json({ ...tokenResponse(given), authorization_details: [detail, { type: 'other' }] }), asked)
    expect(answer.credentialIdentifiers).toEqual(new Map([['pda1', ['a', 'b']]]))
  })

  it.each([
    ['another kind of token', { access_token: 'a', token_type: 'DPoP' }, /token_type must be Bearer/],
    ['RFC 6749 5.1: no kind of token', { access_token: 'a' }, /token_type is missing/],
    ['RFC 6749 5.1: a lifetime that is text', { ...tokenResponse(given), expires_in: '300' }, /expires_in must be a whole number/],
    ['RFC 6749 5.1: an empty refresh token', { ...tokenResponse(given), refresh_token: '' }, /refresh_token must be a string/],
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
    [
      'more identifiers than a wallet can make keys for, over several details',
      {
        ...tokenResponse(given),
        authorization_details: ['a', 'b'].map((id) => ({
          ...{ type: 'openid_credential', credential_configuration_id: id },
          credential_identifiers: Array.from({ length: 51 }, (_, at) => `${id}${at}`),
        })),
      },
      /authorization_details must have at most 100/,
    ],
    ['details as an object', { ...tokenResponse(given), authorization_details: {} }, /authorization_details must be an array/],
  ])('refuses %s', async (_about, body, words) => {
    await expectPeerError(() => parseTokenResponse(json(body), asked), 'token_response_malformed', words)
  })
})
