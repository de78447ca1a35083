import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authorizationResponse, type PeerCode, parseAuthorizationResponse } from '../src/index.ts'
import { expectPeerError, ISSUER } from './fixture.ts'

const WEB = 'https://wallet.example/cb'
const expected = { issuer: ISSUER, state: 'st', redirectUri: WEB, issRequired: true }
const from = { state: 'st', issuer: ISSUER }

describe('RFC 6749 section 4.1.2: the authorization response', () => {
  it.each([WEB, `${WEB}?app=1`, 'http://127.0.0.1:51004/cb', 'http://[::1]:80', 'eu.example.wallet:/cb', 'eu.example.wallet://cb?x'])(
    'goes to %s and is read there',
    (redirectUri) => {
      const address = authorizationResponse(redirectUri, { code: 'a code&more' }, from)
      expect(address.startsWith(redirectUri)).toBe(true)
      expect(parseAuthorizationResponse(address, { ...expected, redirectUri })).toBe('a code&more')
    },
  )

  it('RFC 9207 section 2: names the issuer always, and the state only if there was one', () => {
    expect(authorizationResponse(WEB, { code: 'c' }, { issuer: ISSUER })).toBe(`${WEB}?code=c&iss=https%3A%2F%2Fissuer.example`)
    expect(authorizationResponse(WEB, { error: 'access_denied' }, from)).toBe(
      `${WEB}?error=access_denied&state=st&iss=https%3A%2F%2Fissuer.example`,
    )
  })

  it('4.1.2.1: says why in the characters the standard allows', () => {
    const address = authorizationResponse(WEB, { error: 'server_error', description: 'a "b"\r\n\té\\' }, from)
    expect(new URL(address).searchParams.get('error_description')).toBe('a ?b??????')
  })

  it.each([
    'access_denied',
    'unauthorized_client',
    'unsupported_response_type',
    'invalid_scope',
    'server_error',
    'temporarily_unavailable',
  ] as const)('4.1.2.1: tells the wallet %s', async (error) => {
    const address = authorizationResponse(WEB, { error }, from)
    await expectPeerError(() => parseAuthorizationResponse(address, expected), 'authorization_refused', error)
  })

  it('returns any state and any code as it was', () => {
    const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(text, text, (state, code) => {
        const address = authorizationResponse(`${WEB}?a=1`, { code }, { state, issuer: ISSUER })
        expect(parseAuthorizationResponse(address, { ...expected, state, redirectUri: `${WEB}?a=1` })).toBe(code)
      }),
    )
  })

  it('4.1.2.1: tells the person why there is none, with nothing that could steer a terminal', async () => {
    const told = authorizationResponse(WEB, { error: 'access_denied', description: 'they said no' }, from)
    await expectPeerError(() => parseAuthorizationResponse(told, expected), 'authorization_refused', /^access_denied: they said no$/)
    const rude = `${WEB}?error=%1b[2Jx&state=st&iss=${encodeURIComponent(ISSUER)}`
    await expectPeerError(() => parseAuthorizationResponse(rude, expected), 'authorization_refused', /^\?\[2Jx$/)
  })

  const iss = `iss=${encodeURIComponent(ISSUER)}`
  const malformed: PeerCode = 'authorization_response_malformed'
  const another: PeerCode = 'authorization_response_of_another'
  it.each<[string, string, PeerCode, RegExp]>([
    ['another path', `https://wallet.example/other?code=c&state=st&${iss}`, malformed, /did not come to the redirect_uri/],
    ['another host', `https://evil.example/cb?code=c&state=st&${iss}`, malformed, /did not come to the redirect_uri/],
    ['another scheme', `http://wallet.example/cb?code=c&state=st&${iss}`, malformed, /did not come to the redirect_uri/],
    ['no address', 'code=c', malformed, /did not come to the redirect_uri/],
    ['20 kB', `${WEB}?code=${'c'.repeat(20_000)}`, malformed, /at most 16384/],
    ['RFC 9700 4.7: no state', `${WEB}?code=c&${iss}`, malformed, /state is not that of the request/],
    ['RFC 9700 4.7: another state', `${WEB}?code=c&state=x&${iss}`, malformed, /state is not that of the request/],
    ['the state twice', `${WEB}?code=c&state=st&state=st&${iss}`, malformed, /state is there twice/],
    ['RFC 9207 2.4: no iss though it is announced', `${WEB}?code=c&state=st`, malformed, /iss is missing/],
    ['RFC 9207 2.4: iss twice', `${WEB}?code=c&state=st&${iss}&${iss}`, malformed, /iss is there twice/],
    ['RFC 9207 2.4: another iss', `${WEB}?code=c&state=st&iss=https%3A%2F%2Fevil.example`, another, /iss is not the server/],
    ['RFC 9207 2.4: iss with a slash', `${WEB}?code=c&state=st&${iss}%2F`, another, /iss is not the server/],
    ['RFC 9207 2.4: an error of another', `${WEB}?error=access_denied&state=st&iss=https%3A%2F%2Fevil.example`, another, /iss/],
    ['no code', `${WEB}?state=st&${iss}`, malformed, /code is missing/],
    ['an empty code', `${WEB}?code=&state=st&${iss}`, malformed, /code is missing/],
    ['the code twice', `${WEB}?code=c&code=d&state=st&${iss}`, malformed, /code is there twice/],
    ['what should stand in the query as fragment', `${WEB}#code=c&state=st&${iss}`, malformed, /state is not that/],
  ])('is refused with %s', async (_about, address, code, words) => {
    await expectPeerError(() => parseAuthorizationResponse(address, expected), code, words)
  })

  it('RFC 9207 section 2.4: of a server that does not announce it, iss may be missing and may not be another', async () => {
    const lenient = { ...expected, issRequired: false }
    expect(parseAuthorizationResponse(`${WEB}?code=c&state=st&new=1`, lenient)).toBe('c')
    const other = `${WEB}?code=c&state=st&iss=x`
    await expectPeerError(() => parseAuthorizationResponse(other, lenient), 'authorization_response_of_another', /iss/)
  })
})
