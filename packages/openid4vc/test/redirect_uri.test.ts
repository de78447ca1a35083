import { describe, expect, it } from 'vitest'
import { type Caller, checkRedirectUri, none, type RegisteredClient } from '../src/index.ts'
import { expectProtocolError } from './fixture.ts'

const registered = (...redirectUris: string[]): Caller => {
  const client: RegisteredClient = { id: 'w', name: 'W', redirectUris, authentication: none, keys: [] }
  return { clientId: 'w', registered: client }
}
const unknown: Caller = { clientId: 'w' }
const WEB = 'https://wallet.example/cb?app=1'

describe('the redirect address of a registered client (RFC 9700 section 2.1)', () => {
  it.each([
    ['https, exactly', [WEB], WEB],
    ['one of several', ['https://a.example/', WEB], WEB],
    ['an app by its own scheme (RFC 8252 section 7.1)', ['eu.example.wallet:/cb'], 'eu.example.wallet:/cb'],
    ['an app by its own scheme with a host', ['eu.example.wallet://cb'], 'eu.example.wallet://cb'],
    ['the machine itself, exactly', ['http://127.0.0.1:80/cb'], 'http://127.0.0.1:80/cb'],
    ['the machine itself at another port (RFC 8252 section 7.3)', ['http://127.0.0.1/cb?x'], 'http://127.0.0.1:51004/cb?x'],
    ['the machine itself at another port, IPv6', ['http://[::1]:1/cb'], 'http://[::1]:65535/cb'],
  ])('is accepted: %s', (_about, known, uri) => {
    expect(checkRedirectUri(uri, registered(...known))).toBeUndefined()
  })

  it.each([
    ['another path', [WEB], 'https://wallet.example/other?app=1'],
    ['a path that begins alike', ['https://wallet.example/cb'], 'https://wallet.example/cb/more'],
    ['without its query', [WEB], 'https://wallet.example/cb'],
    ['with a query more', ['https://wallet.example/cb'], 'https://wallet.example/cb?x'],
    ['another host', [WEB], 'https://wallet.example.evil.example/cb?app=1'],
    ['https at another port', ['https://wallet.example/cb'], 'https://wallet.example:8443/cb'],
    ['the default port written out', ['https://wallet.example/cb'], 'https://wallet.example:443/cb'],
    ['the host in capitals', ['https://wallet.example/cb'], 'https://WALLET.example/cb'],
    ['dot segments', ['https://wallet.example/cb'], 'https://wallet.example/x/../cb'],
    ['another app scheme', ['eu.example.wallet:/cb'], 'eu.example.wallet.evil:/cb'],
    ['the machine itself at another path', ['http://127.0.0.1/cb'], 'http://127.0.0.1:5000/other'],
    ['the machine itself by its other address', ['http://127.0.0.1/cb'], 'http://[::1]/cb'],
    ['the machine itself when none is registered', [WEB], 'http://127.0.0.1:5000/cb'],
  ])('is refused: %s', async (_about, known, uri) => {
    await expectProtocolError(() => checkRedirectUri(uri, registered(...known)), 'invalid_request', /redirect_uri is not registered/)
  })
})

describe('RFC 8252 section 7.3: the redirect address of a client that nobody registered', () => {
  it.each(['http://127.0.0.1:51004/cb', 'http://[::1]:51004/cb?x=1', 'http://127.0.0.1:51004', 'http://127.0.0.1/'])(
    'is accepted: %s',
    (uri) => {
      expect(checkRedirectUri(uri, unknown)).toBeUndefined()
    },
  )

  it.each([WEB, 'eu.example.wallet:/cb', 'https://127.0.0.1/cb'])('is refused: %s', async (uri) => {
    await expectProtocolError(() => checkRedirectUri(uri, unknown), 'invalid_request', /must be http:\/\/127\.0\.0\.1:PORT/)
  })
})

describe('RFC 6749 section 3.1.2: an address to be redirected to', () => {
  it.each([
    ['a name of the machine itself (RFC 8252 section 8.3)', 'http://localhost:5000/cb', /must use https, or http to 127/],
    ['http', 'http://wallet.example/cb', /must use https, or http to 127/],
    ['a host that begins like an address', 'http://127.0.0.1.evil.example/cb', /must use https, or http to 127/],
    ['a user name that looks like the machine itself', 'http://127.0.0.1@evil.example/cb', /user name/],
    ['a user name after it', 'http://127.0.0.1:5000@evil.example/cb', /user name/],
    ['another address of the machine', 'http://127.0.0.2:5000/cb', /must use https, or http to 127/],
    ['the address as one number', 'http://2130706433/cb', /must use https, or http to 127/],
    ['a port that is none', 'http://127.0.0.1:99999/cb', /must be an address/],
    ['a fragment', 'http://127.0.0.1:5000/cb#', /fragment/],
    ['a script', 'javascript:alert(1)', /a scheme with a dot/],
    ['data', 'data:text/html,x', /a scheme with a dot/],
    ['a file', 'file:///x', /a scheme with a dot/],
    ["an app scheme that may be anybody's", 'wallet:/cb', /a scheme with a dot/],
    ['a path', '/cb', /must be an address/],
    ['white space', 'http://127.0.0.1:5000/c b', /must be an address/],
    ['a line break', 'http://127.0.0.1:5000/\r\nx', /must be an address/],
    ['a backslash', 'http:\\\\127.0.0.1:5000\\cb', /must be an address/],
    ['letters that are not ASCII', 'http://127.0.0.1:5000/é', /must be an address/],
    ['an address without slashes', 'https:wallet.example/cb', /must be written https:\/\//],
    ['an address with one slash', 'https:/wallet.example/cb', /must be written https:\/\//],
    ['a code of its own', 'http://127.0.0.1:5000/cb?code=x', /parameter of the authorization response/],
    ['a state of its own', 'http://127.0.0.1:5000/cb?%73tate=x', /parameter of the authorization response/],
    ['an issuer of its own', 'http://127.0.0.1:5000/cb?a&iss', /parameter of the authorization response/],
    ['2049 characters', `http://127.0.0.1:5000/${'x'.repeat(2_027)}`, /at most 2048 characters/],
  ])('is refused with %s', async (_about, uri, words) => {
    for (const caller of [unknown, registered(uri)]) {
      await expectProtocolError(() => checkRedirectUri(uri, caller), 'invalid_request', words)
    }
  })
})
