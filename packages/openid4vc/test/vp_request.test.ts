import { generateKeyPairSync, sign } from 'node:crypto'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import {
  authenticateRequest,
  createRequestFetch,
  createRequestObject,
  type PresentationRequest,
  parseRequestFetch,
  parseRequestLink,
  type RequestContext,
  type RequestLink,
  readRequest,
  requestLink,
  requestParameters,
} from '../src/index.ts'
import { expectPeerError, form, NOW } from './fixture.ts'
import {
  answerKey,
  type Change,
  context,
  draft,
  HOST,
  QUERY,
  REQUEST_URI,
  RESPONSE_URI,
  requestObject,
  stranger,
  verifier,
  withPart,
} from './vp_fixture.ts'

const reference = (clientId = draft.clientId): RequestLink => ({ kind: 'reference', clientId, requestUri: REQUEST_URI, method: 'get' })

async function open(
  change: Change = {},
  link = reference(),
  more: Partial<RequestContext> = {},
  made = draft,
): Promise<PresentationRequest> {
  const rule = { ...context, ...more }
  return readRequest(await authenticateRequest(link, await requestObject(change, made), rule), rule)
}

describe('OpenID4VP 1.0 section 5: the link', () => {
  it('comes back as it was made, whatever scheme it has', () => {
    const made = { clientId: draft.clientId, requestUri: REQUEST_URI, method: 'post' } as const
    expect(parseRequestLink(requestLink(made))).toEqual({ kind: 'reference', ...made })
    expect(requestLink({ ...made, method: 'get' })).not.toContain('request_uri_method')
    const haip = requestLink({ ...made, method: 'get' }).replace('openid4vp', 'haip-vp')
    expect(parseRequestLink(haip)).toMatchObject({ kind: 'reference', method: 'get' })
  })

  it('VP-25: request_uri_method other than get or post; omitted it is get', async () => {
    await expectPeerError(
      () => parseRequestLink(`openid4vp://?client_id=x&request_uri=${REQUEST_URI}&request_uri_method=put`),
      'request_uri_method_unknown',
      'get or post',
    )
    expect(parseRequestLink(`openid4vp://?client_id=x&request_uri=${REQUEST_URI}`)).toMatchObject({ method: 'get' })
  })

  it.each([
    ['no client_id', `openid4vp://?request_uri=${REQUEST_URI}`],
    ['request and request_uri', `openid4vp://?client_id=x&request=a&request_uri=${REQUEST_URI}`],
    ['request_uri that is not https', 'openid4vp://?client_id=x&request_uri=http%3A%2F%2Fverifier.example%2F'],
    ['request_uri with a fragment', `openid4vp://?client_id=x&request_uri=${encodeURIComponent(`${REQUEST_URI}#a`)}`],
    ['a parameter twice', `openid4vp://?client_id=x&client_id=y&request_uri=${REQUEST_URI}`],
    ['no link', 'nothing'],
    ['a dcql_query that is not JSON', 'openid4vp://?client_id=x&dcql_query=%7B'],
    ['a dcql_query followed by another member', 'openid4vp://?client_id=x&dcql_query=%7B%7D%2C%22a%22%3A1'],
    ['more than 65,536 characters', `openid4vp://?client_id=${'x'.repeat(65_536)}`],
  ])('5.1: %s is refused', (_name, link) => expectPeerError(() => parseRequestLink(link), 'request_malformed', /./))

  it('5.10: is fetched by get, or by post with the nonce and metadata of the wallet', () => {
    expect(createRequestFetch({ method: 'get' }, { walletNonce: 'n' })).toEqual({
      method: 'GET',
      headers: { accept: 'application/oauth-authz-req+jwt' },
    })
    const { body = '', headers, method } = createRequestFetch({ method: 'post' }, { walletNonce: 'n', walletMetadata: { a: 1 } })
    expect(method).toBe('POST')
    expect(parseRequestFetch({ contentType: headers['content-type'], body })).toEqual({ walletNonce: 'n', walletMetadata: { a: 1 } })
    expect(parseRequestFetch(form({}))).toEqual({})
    for (const wrong of [{ wallet_metadata: '[' }, { wallet_metadata: '[]' }, { wallet_nonce: 'n'.repeat(513) }] as Record<
      string,
      string
    >[])
      expect(() => parseRequestFetch(form(wrong))).toThrow('invalid_request')
  })
})

describe('OpenID4VP 1.0 section 5: a signed request', () => {
  it('is opened: who asks, vouched for by the trust file, and what', async () => {
    const authentic = await authenticateRequest(reference(), await requestObject(), context)
    expect(authentic.asker).toMatchObject({
      clientId: draft.clientId,
      prefix: 'x509_hash',
      outcome: 'pass',
      anchor: 'access authority',
      organisation: 'NTRBE-0999999922',
    })
    expect(readRequest(authentic, context)).toMatchObject({
      clientId: draft.clientId,
      responseUri: RESPONSE_URI,
      nonce: draft.nonce,
      state: 'state-1',
      expires: NOW + 300,
    })
  })

  it('by value alike', async () => {
    const { body } = await requestObject()
    const link = parseRequestLink(`haip-vp://?client_id=${draft.clientId}&request=${body}`)
    expect((await authenticateRequest(link, undefined, context)).asker.outcome).toBe('pass')
  })

  const usable: JsonObject = { ...({ ...answerKey.open.jwk } as JsonObject), kid: 'a', alg: 'ECDH-ES' }
  const keys = (...all: JsonObject[]): Change => ({ payload: { client_metadata: { jwks: { keys: all } } } })
  it('5.9.3: without x5c, whatever kid it names', () =>
    expectPeerError(() => open({ header: { x5c: undefined as never, kid: 'a' } }), 'client_id_wrong', 'x5c is missing'))

  const faults: [string, Change, string][] = [
    ['VP-01: typ missing', { header: { typ: 'JWT' } }, 'request_malformed'],
    ['VP-02: client_id inside differs in case', { payload: { client_id: draft.clientId.toUpperCase() } }, 'client_id_wrong'],
    ['VP-02: client_id inside has another prefix', { payload: { client_id: `x509_san_dns:${HOST}` } }, 'client_id_wrong'],
    ['5.9.3: signed by somebody else', { by: stranger, header: { x5c: [...verifier.x5c] } }, 'request_signature_wrong'],
    ['VP-03: the hash of another certificate', { by: stranger }, 'client_id_wrong'],
    ['5.9.3: no certificates', { header: { x5c: [] } }, 'client_id_wrong'],
    ['5.9.3: certificates that are none', { header: { x5c: ['AAAA'] } }, 'client_id_wrong'],
    ['5.9.3: the payload changed afterwards', { afterwards: (jwt) => withPart(jwt, 1, { nonce: 'another' }) }, 'request_signature_wrong'],
    ['algorithm none', { header: { alg: 'none' }, afterwards: (jwt) => jwt.replace(/[^.]*$/, '') }, 'request_signature_wrong'],
    ['algorithm HS256', { header: { alg: 'HS256' } }, 'request_signature_wrong'],
    ['algorithm ES384 with a key of P-256', { header: { alg: 'ES384' } }, 'client_id_wrong'],
    ['crit', { header: { crit: ['b64'], b64: false } }, 'request_malformed'],
    ['no JWS', { afterwards: () => 'a.b' }, 'request_malformed'],
    ['larger than anybody asks', { payload: { junk: 'x'.repeat(262_144) } }, 'request_malformed'],
    ['5.8: aud of another', { payload: { aud: 'https://wallet.example' } }, 'request_of_another'],
    ['5.8: no aud', { without: ['aud'] }, 'request_of_another'],
    ['exp is over', { payload: { exp: NOW } }, 'request_expired'],
    ['exp is no number', { payload: { exp: 'tomorrow' } }, 'request_malformed'],
    ['iat is ahead', { payload: { iat: NOW + 61 } }, 'request_expired'],
    ['nbf is ahead', { payload: { nbf: NOW + 61 } }, 'request_expired'],
    ['9.3: request_uri inside', { payload: { request_uri: REQUEST_URI } }, 'request_malformed'],
    ['5.2: no nonce', { without: ['nonce'] }, 'request_malformed'],
    ['5.2: a nonce that is not ASCII', { payload: { nonce: 'é' } }, 'request_malformed'],
    ['5.2: a nonce that is not URL-safe', { payload: { nonce: 'a+b/c=' } }, 'request_malformed'],
    ['5.3: a state that is not URL-safe', { payload: { state: 'a b' } }, 'request_malformed'],
    ['5.2: an endless nonce', { payload: { nonce: 'n'.repeat(513) } }, 'request_malformed'],
    ['5.6: another response_type', { payload: { response_type: 'code' } }, 'request_type_unknown'],
    ['8: no response_mode', { without: ['response_mode'] }, 'request_malformed'],
    ['8: another response_mode', { payload: { response_mode: 'fragment' } }, 'request_not_supported'],
    ['VP-05: redirect_uri beside direct_post', { payload: { redirect_uri: RESPONSE_URI } }, 'request_malformed'],
    ['8.2: no response_uri', { without: ['response_uri'] }, 'request_malformed'],
    ['8.2: response_uri without https', { payload: { response_uri: 'http://verifier.example/' } }, 'request_malformed'],
    ['VP-07: transaction_data', { payload: { transaction_data: ['eyJ0eXBlIjoieCJ9'] } }, 'transaction_data_unknown'],
    ['5.1: dcql_query and scope', { payload: { scope: 'pid' } }, 'request_malformed'],
    ['5.1: neither', { without: ['dcql_query'] }, 'request_malformed'],
    ['5.5: scope alone', { without: ['dcql_query'], payload: { scope: 'pid' } }, 'request_scope_unknown'],
    [
      '8.5: formats only that are not spoken here',
      { payload: { dcql_query: { credentials: [{ id: 'a', format: 'unheard-of', meta: {} }] } } },
      'request_formats_unknown',
    ],
    ['VP-08: a query without meta', { payload: { dcql_query: { credentials: [{ id: 'a', format: 'dc+sd-jwt' }] } } }, 'request_malformed'],
    ['5.1: a kid twice', keys(usable, usable), 'request_malformed'],
    ['KX-12: an encryption key with its private half', keys({ ...usable, d: usable.x ?? '' }), 'request_malformed'],
    ['5.11: verifier_info without end', { payload: { verifier_info: new Array(17).fill({ format: 'x', data: 1 }) } }, 'request_malformed'],
    ['8.3: no key to encrypt to', { payload: { client_metadata: {} } }, 'request_malformed'],
    ['5.11: verifier_info that is no array', { payload: { verifier_info: {} } }, 'request_malformed'],
    ['5.11: verifier_info without data', { payload: { verifier_info: [{ format: 'x' }] } }, 'request_malformed'],
  ]
  it.each(faults)('%s: refused', async (_name, change, code) => {
    await expect(open(change)).rejects.toMatchObject({ code })
  })

  it('5.3: without holder binding state is needed', async () => {
    const [credential] = QUERY.credentials as JsonObject[]
    const dcql_query = { credentials: [{ ...credential, require_cryptographic_holder_binding: false }] }
    await expect(open({ payload: { dcql_query }, without: ['state'] })).rejects.toMatchObject({ code: 'request_malformed' })
    expect(await open({ payload: { dcql_query } })).toMatchObject({ state: 'state-1' })
  })

  it('9.4: is taken without state, with a long one, with unknown parameters, a foreign iss, unknown verifier_info', async () => {
    expect(await open({ without: ['state'] })).not.toHaveProperty('state')
    const payload = {
      state: 's'.repeat(64),
      nonce: 'n'.repeat(512),
      new: { a: 1 },
      iss: 'https://other.example',
      verifier_info: [{ format: 'x', data: {} }],
    }
    expect(await open({ payload })).toMatchObject({ state: 's'.repeat(64), verifierInfo: [{ format: 'x' }] })
  })

  it('9.4: an encryption key without use does, unusable ones are passed over', async () => {
    const { jwks } = draft.clientMetadata as { jwks: { keys: JsonObject[] } }
    const [key = {}] = jwks.keys
    const { use: _, ...bare } = key
    const strange = [
      { kty: 'RSA', kid: 'r' },
      { ...key, kid: 's', use: 'sig' },
      { ...key, kid: 'n', alg: undefined },
      { ...key, kid: 'c', crv: 'P-384' },
      1,
    ]
    const client_metadata = { ...draft.clientMetadata, jwks: { keys: [...strange, bare] } } as JsonObject
    expect((await open({ payload: { client_metadata } })).clientMetadata.encryptionKeys.map(({ kid }) => kid)).toEqual(['enc-1'])
  })

  it('5.10: wallet_nonce must come back', async () => {
    const post: Partial<RequestContext> = { walletNonce: 'mine' }
    expect(await open({}, reference(), post, { ...draft, walletNonce: 'mine' })).toBeDefined()
    await expect(open({}, reference(), post)).rejects.toMatchObject({ code: 'request_of_another' })
    await expect(open({}, reference(), post, { ...draft, walletNonce: 'other' })).rejects.toMatchObject({ code: 'request_of_another' })
  })

  it('5: comes with its media type', async () => {
    const { body } = await requestObject()
    for (const contentType of [undefined, 'application/jwt', 'application/json'])
      await expect(authenticateRequest(reference(), { contentType, body }, context)).rejects.toMatchObject({ code: 'request_malformed' })
  })

  it('of somebody whom no entry for access vouches for: opened, and said', async () => {
    const made = { ...draft, clientId: `x509_hash:${stranger.hash}` }
    const { asker } = await authenticateRequest(reference(made.clientId), await requestObject({ by: stranger }, made), context)
    expect(asker).toMatchObject({ outcome: 'fail', code: 'issuer_not_trusted' })
  })
})

describe('OpenID4VP 1.0 section 5.9.3: client identifier prefixes', () => {
  it.each(['', 'museum', 'origin:https://verifier.example', 'openid_federation:https://verifier.example', 'X509_HASH:a', 'constructor:a'])(
    'VP-04: "%s" is refused',
    async (clientId) => {
      await expect(authenticateRequest(reference(clientId), await requestObject(), context)).rejects.toMatchObject({
        code: 'client_id_unknown',
      })
    },
  )

  const dns = (clientId: string) => ({ ...draft, clientId })
  it('x509_san_dns: a host of the certificate, and answers go there', async () => {
    const made = dns(`x509_san_dns:${HOST}`)
    expect(await open({}, reference(made.clientId), {}, made)).toMatchObject({ responseUri: RESPONSE_URI })
    const elsewhere = { ...made, responseUri: 'https://other.example/responses/1' }
    await expect(open({}, reference(made.clientId), {}, elsewhere)).rejects.toMatchObject({ code: 'response_uri_wrong' })
  })

  it('VP-03: x509_san_dns: a host that the leaf does not name', async () => {
    const made = dns('x509_san_dns:other.example')
    await expect(open({}, reference(made.clientId), {}, made)).rejects.toMatchObject({ code: 'client_id_wrong' })
  })

  const unsigned = (parameters: JsonObject): RequestLink => ({ kind: 'parameters', clientId: String(parameters.client_id), parameters })
  const bare = requestParameters({ ...draft, clientId: `redirect_uri:${RESPONSE_URI}` })

  it('redirect_uri: unsigned, and nobody vouches', async () => {
    const authentic = await authenticateRequest(unsigned(bare), undefined, context)
    expect(authentic.asker).toMatchObject({ outcome: 'unknown', code: 'asker_not_vouched' })
    expect(readRequest(authentic, context)).toMatchObject({ responseUri: RESPONSE_URI })
  })

  it('9.4: redirect_uri: response_uri may be left out, but not be another', async () => {
    const { response_uri: _, ...derived } = bare
    expect(readRequest(await authenticateRequest(unsigned(derived), undefined, context), context)).toMatchObject({
      responseUri: RESPONSE_URI,
    })
    const other = { ...bare, response_uri: 'https://other.example/' }
    const authentic = await authenticateRequest(unsigned(other), undefined, context)
    expect(() => readRequest(authentic, context)).toThrow('response_uri_wrong')
  })

  it('VP-04: redirect_uri with a signature; any other prefix without one', async () => {
    const made = dns(`redirect_uri:${RESPONSE_URI}`)
    await expect(open({}, reference(made.clientId), {}, made)).rejects.toMatchObject({ code: 'request_signed' })
    const loose = requestParameters(draft)
    await expect(authenticateRequest(unsigned(loose), undefined, context)).rejects.toMatchObject({ code: 'request_not_signed' })
  })

  it('VP-06: a key of client_metadata never verifies the request', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'self', use: 'sig', alg: 'ES256' }
    const made = { ...draft, clientMetadata: { ...draft.clientMetadata, jwks: { keys: [jwk] } } as unknown as JsonObject }
    const { input, seal } = createRequestObject(made, { algorithm: 'ES256', kid: 'self' })
    const body = seal(sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }))
    await expect(authenticateRequest(reference(), { contentType: 'application/oauth-authz-req+jwt', body }, context)).rejects.toMatchObject(
      { code: 'client_id_wrong' },
    )
  })

  describe('decentralized_identifier', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' })
    const did = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`
    const made = dns(`decentralized_identifier:${did}`)
    const ask = async (kid: string, anchors = context.anchors) => {
      const { input, seal } = createRequestObject(made, { algorithm: 'ES256', kid })
      const body = seal(sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }))
      return authenticateRequest(
        reference(made.clientId),
        { contentType: 'application/oauth-authz-req+jwt', body },
        { ...context, anchors },
      )
    }

    it('a key of the DID; nobody vouches unless the trust file names that key', async () => {
      expect((await ask(`${did}#0`)).asker).toMatchObject({ outcome: 'unknown', code: 'asker_not_vouched' })
      const { parseTrust, prepareAnchors } = await import('@symbolon/credential')
      const known = (purpose: string) =>
        prepareAnchors(
          parseTrust(JSON.stringify([{ name: 'desk', for: purpose, jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y } }])),
          primitives,
        )
      expect((await ask(`${did}#0`, await known('access'))).asker).toMatchObject({ outcome: 'pass', anchor: 'desk' })
      expect((await ask(`${did}#0`, await known('credential'))).asker).toMatchObject({ outcome: 'unknown' })
    })

    it('5.9.3: a key of another DID, though it signed, does not speak for this one', async () => {
      const victim = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
      const clientId = `decentralized_identifier:did:jwk:${Buffer.from(JSON.stringify(victim)).toString('base64url')}`
      const { input, seal } = createRequestObject({ ...made, clientId }, { algorithm: 'ES256', kid: `${did}#0` })
      const body = seal(sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }))
      const fetched = { contentType: 'application/oauth-authz-req+jwt', body }
      await expectPeerError(() => authenticateRequest(reference(clientId), fetched, context), 'client_id_wrong', 'kid names no key')
    })

    it.each(['did:jwk:abc#0', `${did}#1`, did, 'did:web:verifier.example#0'])('5.9.3: kid %s is no key of that DID', async (kid) => {
      await expect(ask(kid)).rejects.toMatchObject({ code: 'client_id_wrong' })
    })
  })
})
