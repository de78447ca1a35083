import { primitives, signer } from '@symbolon/primitives/node'
import { type Json, type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import {
  CLIENT_AUTHENTICATIONS,
  type ClientRule,
  clientMembers,
  createRevocation,
  identifyClient,
  none,
  parseClients,
  parseForm,
  parseRevocation,
  privateKeyJwt,
} from '../src/index.ts'
import { type Change, expectProtocolError, form, holderKey, ISSUER, NOW, signed, withOtherSignature } from './fixture.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const keys = { first: holderKey(), second: holderKey('P-384') }
const jwks = {
  keys: [
    { ...keys.second.jwk, kid: '2' },
    { ...keys.first.jwk, kid: '1' },
  ],
}
const proving = {
  client_id: 'proving',
  name: 'The wallet',
  redirect_uris: ['https://wallet.example/cb'],
  authentication: 'private_key_jwt',
  jwks,
}
const open = { client_id: 'open', name: 'The app', redirect_uris: ['eu.example.app:/cb'], authentication: 'none' }
const clients = new Map(parseClients([proving, open]).map((client) => [client.id, client]))
const rule: ClientRule = { find: (id) => clients.get(id), audience: ISSUER, now: NOW, primitives }
const draft = { audience: ISSUER, issuedAt: NOW, id: 'a-fresh-id' }
const us = { id: 'proving', authentication: privateKeyJwt, key: { signer: signer(keys.first.privateKey, 'ES256'), kid: '1' } }

const identify = (members: Record<string, string>) => identifyClient(parseForm(form(members)), rule)
/** The members of a client that proves who it is, with some of header and payload changed. */
async function asserted(change: { header?: Change; payload?: Change; form?: Record<string, string> } = {}, by = keys.first) {
  const header = { alg: 'ES256', typ: 'JWT', kid: '1', ...change.header }
  const payload = { iss: 'proving', sub: 'proving', aud: ISSUER, jti: 'a', iat: NOW, exp: NOW + 60, ...change.payload }
  return { client_assertion_type: TYPE, client_assertion: await signed(by, header, payload), ...change.form }
}

describe('RFC 6749 section 2: who asks', () => {
  it('may say nothing, or a name that nobody registered', async () => {
    expect(await identify({ a: 'b' })).toEqual({})
    expect(await identify({ client_id: 'unheard-of', client_secret: 'ignored' })).toEqual({ clientId: 'unheard-of' })
    expect(await identify(await clientMembers(undefined, draft))).toEqual({})
  })

  it('RFC 7591 section 2, none: may be registered and prove nothing', async () => {
    const members = await clientMembers({ id: 'open', authentication: none }, draft)
    expect(members).toEqual({ client_id: 'open' })
    expect(await identify(members)).toEqual({ clientId: 'open', registered: clients.get('open') })
  })

  it('RFC 7523 section 3: may prove it, once', async () => {
    const caller = await identify(await clientMembers(us, draft))
    expect(caller).toEqual({
      clientId: 'proving',
      registered: clients.get('proving'),
      once: { value: expect.stringMatching(/^client_assertion:[\w-]{43}$/), expires: NOW + 60 },
    })
    expect((await identify(await clientMembers(us, draft))).once).toEqual(caller.once)
    expect((await identify(await clientMembers(us, { ...draft, id: 'other' }))).once?.value).not.toBe(caller.once?.value)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['of 513 characters', { client_id: 'x'.repeat(513) }, /client_id must be 1 to 512/],
    ['that is not ASCII', { client_id: 'é' }, /printable ASCII/],
    ['with a line break', { client_id: 'a\nb' }, /printable ASCII/],
  ])('RFC 6749 appendix A.1: has no name %s', async (_about, members, words) => {
    await expectProtocolError(() => identify(members), 'invalid_request', words)
  })

  it('has no name of the prototype', async () => {
    expect(await identify({ client_id: 'constructor' })).toEqual({ clientId: 'constructor' })
  })
})

describe('RFC 7523 section 3: an assertion', () => {
  it.each<[string, Parameters<typeof asserted>]>([
    ['with client_id beside it, or without', [{ form: { client_id: 'proving' } }]],
    ['without kid', [{ header: { kid: undefined } }]],
    ['without typ', [{ header: { typ: undefined } }]],
    ['with a typ of its own', [{ header: { typ: 'client-authentication+jwt' } }]],
    ['without iat', [{ payload: { iat: undefined } }]],
    ['FAPI 2.0 5.3.2.1: made in ten seconds', [{ payload: { iat: NOW + 10, nbf: NOW + 10 } }]],
    ['that is good for ten minutes', [{ payload: { exp: NOW + 600 } }]],
    ['VI-16: with more than we know', [{ header: { new: 1 }, payload: { new: 1 } }]],
  ])('is accepted %s', async (_about, [change]) => {
    expect(await identify(await asserted(change))).toMatchObject({ clientId: 'proving', once: {} })
  })

  it('is accepted from the other of its keys, named or not', async () => {
    const header = { alg: 'ES384', typ: 'JWT' }
    const payload = { iss: 'proving', sub: 'proving', aud: ISSUER, jti: 'a', exp: NOW + 60 }
    for (const kid of ['2', undefined]) {
      const assertion = await signed(keys.second, { ...header, kid }, payload, 'ES384')
      expect((await identify({ client_assertion_type: TYPE, client_assertion: assertion })).clientId).toBe('proving')
    }
  })

  const change =
    (header: Change, payload: Change = {}) =>
    () =>
      asserted({ header, payload })
  const withForm = (members: Record<string, string>) => () => asserted({ form: members })
  it.each<[string, () => Promise<Record<string, string>>, RegExp]>([
    ['is missing', async () => ({ client_id: 'proving' }), /must authenticate with private_key_jwt/],
    ['is empty', withForm({ client_assertion: '' }), /client_assertion is missing/],
    ['has no type', withForm({ client_assertion_type: '' }), /client_assertion_type must be/],
    ['has another type', withForm({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }), /type must be/],
    ['is no JWS', withForm({ client_assertion: 'a.b' }), /client_assertion must be one JWS/],
    ['is of 9 kB', withForm({ client_assertion: 'x'.repeat(9_000) }), /at most 8192/],
    ['speaks for another client than client_id', withForm({ client_id: 'open' }), /another client than the assertion/],
    ['is typed as something else', change({ typ: 'dpop+jwt' }), /typ is that of another kind/],
    ['must be understood where it is not', change({ crit: ['a'], a: 1 }), /is not a JWS/],
    ['3.2: has no iss', change({}, { iss: undefined }), /iss must be the client identifier/],
    ['3.1: has another iss', change({}, { iss: 'open' }), /iss must be the client identifier/],
    ['3.2: has no sub', change({}, { sub: undefined }), /sub must be the client identifier/],
    ['3.2: has a sub that is no text', change({}, { sub: ['proving'] }), /sub must be the client identifier/],
    ['3.3: has no aud', change({}, { aud: undefined }), /aud must be the issuer identifier/],
    ['3.3: is for the token endpoint', change({}, { aud: `${ISSUER}/token` }), /aud must be the issuer identifier/],
    ['3.3: is for the issuer with a slash', change({}, { aud: `${ISSUER}/` }), /aud must be the issuer identifier/],
    ['FAPI 2.0 5.3.2.1: is for a list', change({}, { aud: [ISSUER] }), /as one string/],
    ['3.4: has no exp', change({}, { exp: undefined }), /exp is missing/],
    ['3.4: has an exp that is text', change({}, { exp: String(NOW + 60) }), /exp must be a number/],
    ['3.4: is over', change({}, { exp: NOW }), /exp is over/],
    ['3.4: is good for longer than ten minutes', change({}, { exp: NOW + 601 }), /exp is more than 600 seconds ahead/],
    ['3.5: is not yet good', change({}, { nbf: NOW + 61 }), /nbf is more than 60 seconds ahead/],
    ['3.6: is made in 61 seconds', change({}, { iat: NOW + 61 }), /iat is more than 60 seconds ahead/],
    ['3.7: has no jti', change({}, { jti: undefined }), /jti is missing/],
    ['3.7: has a jti of 257 characters', change({}, { jti: 'x'.repeat(257) }), /jti must be text/],
    ['3.9: is not signed', change({ alg: 'none' }), /alg must be one of ES256, ES384, ES512/],
    ['3.9: has a MAC', change({ alg: 'HS256' }), /alg must be one of/],
    ['3.9: says another algorithm than its key', change({ alg: 'ES384' }), /fits none of the keys/],
    ['3.9: names the other key', change({ kid: '2' }), /fits none of the keys/],
    ['3.9: names a key that is not there', change({ kid: '3' }), /fits none of the keys/],
    ['3.9: names a key by number', change({ kid: 1 }), /fits none of the keys/],
    ['3.9: is signed by another', () => asserted({}, holderKey()), /fits none of the keys/],
    ['3.9: brings a key of its own', () => asserted({ header: { kid: undefined, jwk: keyed } }, foreign), /fits none of the keys/],
    ['is of an unheard-of client', change({}, { iss: 'x', sub: 'x' }), /not registered here/],
    ['is of a client without a key', change({}, { iss: 'open', sub: 'open' }), /registered without a key/],
  ])('is refused when it %s', async (_about, make, words) => {
    const members = await make()
    const error = await expectProtocolError(() => identify(members), 'invalid_client', words)
    expect(error.status).toBe(401)
  })

  it('is refused with another signature', async () => {
    const members = await asserted()
    const changed = { ...members, client_assertion: withOtherSignature(members.client_assertion) }
    await expectProtocolError(() => identify(changed), 'invalid_client', /fits none of the keys/)
  })

  it('says who, to whom, when, and nothing else', async () => {
    const { client_assertion = '' } = await clientMembers(us, draft)
    const { header, payload } = parseJws(client_assertion)
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: '1' })
    expect(payload).toEqual({ iss: 'proving', sub: 'proving', aud: ISSUER, jti: 'a-fresh-id', iat: NOW, exp: NOW + 60 })
  })

  it('does not hide a fault of our own', async () => {
    const broken = {
      ...primitives,
      importKey: () => {
        throw new TypeError('our own')
      },
    }
    const members = parseForm(form(await asserted()))
    await expect(identifyClient(members, { ...rule, primitives: broken })).rejects.toThrow('our own')
  })

  it('is not made without a key', async () => {
    await expect(clientMembers({ id: 'proving', authentication: privateKeyJwt }, draft)).rejects.toThrow(/has a key/)
  })
})

const foreign = holderKey()
const keyed: JsonObject = { kty: 'EC', crv: 'P-256', x: foreign.jwk.x ?? '', y: foreign.jwk.y ?? '' }

describe('RFC 7009 section 2.1: giving a token back', () => {
  it('names the token, who it is, and nothing else', async () => {
    const message = createRevocation('a token', await clientMembers(us, draft))
    const read = parseForm(message)
    expect(parseRevocation(read)).toEqual({ token: 'a token' })
    expect((await identifyClient(read, rule)).clientId).toBe('proving')
  })

  it('ignores what kind of token it is said to be', () => {
    expect(parseRevocation(parseForm(form({ token: 't', token_type_hint: 'unheard-of' })))).toEqual({ token: 't' })
  })

  it('is refused without a token', async () => {
    await expectProtocolError(() => parseRevocation(parseForm(form({ token: '' }))), 'invalid_request', /token is missing/)
  })
})

describe('the clients an institution registered', () => {
  it('are read with their keys, the public part alone', () => {
    expect(CLIENT_AUTHENTICATIONS.map(({ id }) => id)).toEqual(['none', 'private_key_jwt'])
    expect(parseClients([])).toEqual([])
    expect(clients.get('open')).toEqual({
      id: 'open',
      name: 'The app',
      redirectUris: ['eu.example.app:/cb'],
      authentication: none,
      keys: [],
    })
    expect(clients.get('proving')?.keys).toEqual(jwks.keys.map(({ kty, crv, x, y, kid }) => ({ kty, crv, x, y, kid })))
  })

  const of = (change: Change): Json => [JSON.parse(JSON.stringify({ ...proving, ...change }))]
  const keyOf = (change: Change): Json => of({ jwks: { keys: [{ ...jwks.keys[0], ...change } as JsonObject] } })
  it.each<[string, Json, RegExp]>([
    ['no list', {}, /^the document must be an array/],
    ['a client that is text', ['x'], /^\[0\] must be an object/],
    [
      'an unknown member',
      of({ redirect_uri: 'x' }),
      /^\[0\] may have client_id, name, redirect_uris, authentication, jwks and nothing else/,
    ],
    ['no client_id', of({ client_id: undefined }), /^\[0\]\.client_id is missing/],
    ['a client_id that is not ASCII', of({ client_id: 'é' }), /^\[0\]\.client_id must be/],
    ['a client_id twice', [open, open], /client_id is there twice/],
    ['no name', of({ name: '' }), /^\[0\]\.name must be a string that is not empty/],
    ['a name of two lines', of({ name: 'a\nb' }), /^\[0\]\.name must be text of one line/],
    ['a name that turns the line around', of({ name: 'a\u202eb' }), /^\[0\]\.name must be text of one line/],
    ['a name of 101 characters', of({ name: 'x'.repeat(101) }), /^\[0\]\.name must be text of one line/],
    ['no redirect address', of({ redirect_uris: [] }), /^\[0\]\.redirect_uris must be an array that is not empty/],
    [
      'a redirect address twice',
      of({ redirect_uris: ['https://a.example', 'https://a.example'] }),
      /^\[0\]\.redirect_uris names something twice/,
    ],
    [
      'a redirect address by http',
      of({ redirect_uris: ['https://a.example', 'http://a.example'] }),
      /^\[0\]\.redirect_uris\[1\] must use https/,
    ],
    ['a redirect address that is a script', of({ redirect_uris: ['javascript:alert(1)'] }), /^\[0\]\.redirect_uris\[0\] must use https/],
    [
      'another way to authenticate',
      of({ authentication: 'client_secret_basic' }),
      /^\[0\]\.authentication must be one of none, private_key_jwt/,
    ],
    ['no keys where they are needed', of({ jwks: undefined }), /^\[0\]\.jwks is missing/],
    ['an empty list of keys', of({ jwks: { keys: [] } }), /^\[0\]\.jwks\.keys must be an array/],
    ['eleven keys', of({ jwks: { keys: Array.from({ length: 11 }, () => ({})) } }), /^\[0\]\.jwks\.keys must be at most 10/],
    ['keys where none are needed', [{ ...open, jwks: { keys: [] } }], /^\[0\]\.jwks does not go with none/],
    ['a private key', keyOf({ d: 'AA' }), /^\[0\]\.jwks\.keys\[0\]: it has a private member/],
    ['a key of another kind', keyOf({ kty: 'RSA' }), /^\[0\]\.jwks\.keys\[0\]: kty/],
  ])('are refused with %s', (_about, document, words) => {
    expect(() => parseClients(document)).toThrow(words)
  })
})
