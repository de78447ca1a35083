import { createHash, createHmac } from 'node:crypto'
import { type JsonObject, parseJws } from '@symbolon/sd-jwt'
import type { CertifiedSigner } from '@symbolon/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stolenKey, strangersKey } from './forgery.ts'
import { type Online, type RequestChange, startOnline } from './online.ts'
import { type Setting, startSetting } from './setting.ts'

let setting: Setting
let online: Online
/** A key under authorities that nobody here trusts, and the issuer's own: trusted, and not for asking. */
let stranger: CertifiedSigner
let issuer: CertifiedSigner
beforeAll(async () => {
  setting = await startSetting()
  online = await startOnline(setting)
  stranger = await strangersKey(setting, 'access')
  issuer = stolenKey(setting, 'credential')
})
afterAll(async () => {
  await online.close()
  await setting.close()
})

const payload = (more: JsonObject): RequestChange => ({ payload: (honest) => ({ ...honest, ...more }) })
const without = (name: string): RequestChange => ({ payload: ({ [name]: _, ...rest }) => rest })
const header = (more: JsonObject): RequestChange => ({ header: (honest) => ({ ...honest, ...more }) })
const metadata = (change: (honest: JsonObject) => JsonObject): RequestChange => ({
  payload: (honest) => ({ ...honest, client_metadata: change(honest.client_metadata as JsonObject) }),
})
const key = (more: JsonObject): RequestChange =>
  metadata((honest) => {
    const [first] = (honest.jwks as { keys: JsonObject[] }).keys
    return { ...honest, jwks: { keys: [{ ...first, ...more }] } }
  })
const query = (change: (credential: JsonObject) => JsonObject): RequestChange => ({
  payload: (honest) => {
    const { credentials } = honest.dcql_query as { credentials: JsonObject[] }
    return { ...honest, dcql_query: { ...(honest.dcql_query as JsonObject), credentials: credentials.map(change) } }
  },
})
const part = (jwt: string, at: number, change: (part: string) => string): string =>
  jwt
    .split('.')
    .map((one, index) => (index === at ? change(one) : one))
    .join('.')
const link = (name: string, value: string): RequestChange => ({ link: (url) => url.searchParams.set(name, value) })
const encoded = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const later = (seconds: number): number => setting.now() + seconds
const hashOf = ({ certificate }: CertifiedSigner): string => `x509_hash:${createHash('sha256').update(certificate.raw).digest('base64url')}`

/** What is wrong with who asks or with the envelope: nothing in it is believed, not even where to complain. */
const UNBELIEVED: [string, () => RequestChange, string][] = [
  ['VP-01: without typ', () => ({ header: ({ typ: _, ...rest }) => rest }), 'request_malformed'],
  ['VP-01: of another typ', () => header({ typ: 'JWT' }), 'request_malformed'],
  ['RFC 7515 4.1.11: with crit', () => header({ crit: ['exp'], exp: 1 }), 'request_malformed'],
  ['VP-02: client_id inside is another', () => payload({ client_id: 'x509_hash:AAAA' }), 'client_id_wrong'],
  [
    'VP-02: client_id inside differs in case',
    () => ({ payload: (p) => ({ ...p, client_id: String(p.client_id).toUpperCase() }) }),
    'client_id_wrong',
  ],
  ['VP-02: client_id of the link is another', () => link('client_id', 'x509_hash:AAAA'), 'client_id_wrong'],
  [
    'VP-02: client_id inside has no prefix',
    () => ({ payload: (p) => ({ ...p, client_id: String(p.client_id).slice(10) }) }),
    'client_id_wrong',
  ],
  ['VP-03: the hash of another certificate', () => ({ by: stranger }), 'client_id_wrong'],
  [
    'VP-03: a name that its certificate does not have',
    () => ({
      link: (url) => url.searchParams.set('client_id', 'x509_san_dns:elsewhere.example'),
      ...payload({ client_id: 'x509_san_dns:elsewhere.example' }),
    }),
    'client_id_wrong',
  ],
  ['VP-04: the prefix origin', () => link('client_id', 'origin:https://museum.example'), 'client_id_unknown'],
  ['VP-04: no prefix', () => link('client_id', 'museum'), 'client_id_unknown'],
  ['VP-04: redirect_uri with a signature', () => link('client_id', 'redirect_uri:https://museum.example/'), 'request_signed'],
  ['5.9.3: an unknown prefix', () => link('client_id', 'openid_federation:https://museum.example'), 'client_id_unknown'],
  ['VP-06: signed by a key of client_metadata', () => ({ header: ({ x5c: _, ...rest }) => ({ ...rest, kid: 'enc' }) }), 'client_id_wrong'],
  ['5.9.3: without certificates', () => header({ x5c: [] }), 'client_id_wrong'],
  [
    '5.9.3: the right certificate, signed by somebody else',
    () => ({ header: (honest) => ({ ...honest, x5c: [...online.party.x5c] }), by: stranger }),
    'request_signature_wrong',
  ],
  ['RFC 8725 3.1: alg none', () => ({ ...header({ alg: 'none' }), text: (jwt) => part(jwt, 2, () => '') }), 'request_signature_wrong'],
  [
    'RFC 8725 3.1: HS256 with the certificate as the secret',
    () => ({
      ...header({ alg: 'HS256' }),
      text: (jwt) =>
        part(jwt, 2, () =>
          createHmac('sha256', online.party.certificate.raw)
            .update(jwt.slice(0, jwt.lastIndexOf('.')))
            .digest('base64url'),
        ),
    }),
    'request_signature_wrong',
  ],
  [
    'RFC 7515 5.2: the payload changed after it was signed',
    () => ({
      text: (jwt) => part(jwt, 1, () => encoded({ ...parseJws(jwt).payload, nonce: 'another-nonce-000000' })),
    }),
    'request_signature_wrong',
  ],
  [
    'RFC 7515 5.2: the signature changed',
    () => ({ text: (jwt) => part(jwt, 2, (one) => `${one.startsWith('A') ? 'B' : 'A'}${one.slice(1)}`) }),
    'request_signature_wrong',
  ],
  ['5.10: no JWS', () => ({ text: () => 'nonsense' }), 'request_malformed'],
  ['5.10: larger than anybody asks', () => payload({ padding: 'x'.repeat(270_000) }), 'request_malformed'],
  ['5.10: another media type', () => ({ answer: (honest) => ({ ...honest, contentType: 'application/json' }) }), 'request_malformed'],
  ['5.10: answered with an error', () => ({ answer: (honest) => ({ ...honest, status: 500 }) }), 'refused_by_peer'],
  ['VP-25: request_uri_method put', () => link('request_uri_method', 'put'), 'request_uri_method_unknown'],
  ['5.10: request_uri on the open network without TLS', () => link('request_uri', 'http://museum.example/1'), 'request_malformed'],
  ['5.10: a request beside request_uri', () => link('request', 'eyJhbGciOiJub25lIn0.e30.'), 'request_malformed'],
]

/** What is wrong with what is asked, by somebody who is known: they are told, at once and in the words of section 8.5. */
const TOLD: [string, () => RequestChange, string, string][] = [
  ['5.8: for another audience', () => payload({ aud: 'https://wallet.example' }), 'request_of_another', 'invalid_request'],
  ['5.8: for no audience', () => without('aud'), 'request_of_another', 'invalid_request'],
  ['5.10.1: without the nonce of the wallet', () => without('wallet_nonce'), 'request_of_another', 'invalid_request'],
  ['5.10.1: with the nonce of another wallet', () => payload({ wallet_nonce: 'another' }), 'request_of_another', 'invalid_request'],
  ['RFC 7519 4.1.4: it is over', () => payload({ exp: later(-1) }), 'request_expired', 'invalid_request'],
  ['RFC 7519 4.1.6: from the future', () => payload({ iat: later(120) }), 'request_expired', 'invalid_request'],
  ['RFC 7519 4.1.5: not yet', () => payload({ nbf: later(120) }), 'request_expired', 'invalid_request'],
  ['5.2: without a nonce', () => without('nonce'), 'request_malformed', 'invalid_request'],
  ['5.2: a nonce with other characters', () => payload({ nonce: 'a b' }), 'request_malformed', 'invalid_request'],
  ['5.6: another response_type', () => payload({ response_type: 'code' }), 'request_type_unknown', 'unsupported_response_type'],
  ['8: another response_mode', () => payload({ response_mode: 'query' }), 'request_not_supported', 'invalid_request'],
  [
    'VP-05: redirect_uri beside direct_post',
    () => payload({ redirect_uri: 'https://museum.example/' }),
    'request_malformed',
    'invalid_request',
  ],
  ['VP-07: transaction_data', () => payload({ transaction_data: ['e30'] }), 'transaction_data_unknown', 'invalid_transaction_data'],
  ['5.1: scope beside dcql_query', () => payload({ scope: 'museum' }), 'request_malformed', 'invalid_request'],
  [
    '5.5: scope alone',
    () => ({ payload: ({ dcql_query: _, ...rest }) => ({ ...rest, scope: 'museum' }) }),
    'request_scope_unknown',
    'invalid_scope',
  ],
  ['6: no query', () => without('dcql_query'), 'request_malformed', 'invalid_request'],
  ['6: a query for nothing', () => payload({ dcql_query: { credentials: [] } }), 'request_malformed', 'invalid_request'],
  ['VP-08: a query without meta', () => query(({ meta: _, ...rest }) => rest), 'request_malformed', 'invalid_request'],
  ['6.1: the same id twice', () => query((one) => ({ ...one, id: 'twice' })), 'request_malformed', 'invalid_request'],
  [
    'VP-10: formats only that are unknown',
    () => query((one) => ({ ...one, format: 'unheard-of' })),
    'request_formats_unknown',
    'vp_formats_not_supported',
  ],
  [
    '6.4.1: values of a claim as an empty list',
    () => query((one) => ({ ...one, claims: [{ path: ['birthdate'], values: [] }] })),
    'request_malformed',
    'invalid_request',
  ],
  ['8.3: no key to encrypt to', () => metadata(({ jwks: _, ...rest }) => rest), 'request_malformed', 'invalid_request'],
  ['8.3: a key for another algorithm', () => key({ alg: 'RSA-OAEP' }), 'request_malformed', 'invalid_request'],
  ['8.3: a key for signatures', () => key({ use: 'sig' }), 'request_malformed', 'invalid_request'],
  ['8.3: a key with its private half', () => key({ d: 'AAAA' }), 'request_malformed', 'invalid_request'],
  [
    'HAIP 5: content encryption that is not spoken',
    () => metadata((honest) => ({ ...honest, encrypted_response_enc_values_supported: ['A128CBC-HS256'] })),
    'request_malformed',
    'invalid_request',
  ],
  [
    'RFC 9101 6.3: a request in a request',
    () => payload({ request_uri: 'https://museum.example/1' }),
    'request_malformed',
    'invalid_request',
  ],
  ['5.11: verifier_info that is no list', () => payload({ verifier_info: {} }), 'request_malformed', 'invalid_request'],
]

/** Where an answer would go, when that is not an address that may be told anything. */
const UNTOLD: [string, () => RequestChange, string][] = [
  ['8.2: no response_uri', () => without('response_uri'), 'request_malformed'],
  ['8.2: response_uri on the open network without TLS', () => payload({ response_uri: 'http://museum.example/1' }), 'request_malformed'],
  ['8.2: response_uri with a user name', () => payload({ response_uri: 'https://user:password@museum.example/' }), 'request_malformed'],
]

/** A request that is changed in one thing: refused with this code, nothing spent, nothing of the person sent; answers what was posted to the verifier. */
async function refused(change: RequestChange, code: string) {
  const { id, uri } = await online.ask()
  const before = online.store.state
  online.sent.splice(0)
  await expect(online.open(uri, change)).rejects.toMatchObject({ code })
  expect(online.store.state).toBe(before)
  const [fetched, ...told] = online.sent
  if (fetched?.body !== undefined) expect([...new URLSearchParams(fetched.body).keys()]).toEqual(['wallet_nonce'])
  return { id, told: told.map(({ address, body }) => ({ address, ...Object.fromEntries(new URLSearchParams(body)) })) }
}

describe('a request of which is not known who makes it: refused, and nobody is told', () => {
  it.each(UNBELIEVED)('%s', async (_name, change, code) => {
    const { id, told } = await refused(change(), code)
    expect(told).toEqual([])
    expect(await online.state(id)).toEqual({ state: 'waiting', reasons: [] })
  })
})

describe('a request of somebody who is known: refused, and the verifier hears it at once', () => {
  it.each(TOLD)('%s', async (_name, change, code, error) => {
    const { id, told } = await refused(change(), code)
    expect(told).toEqual([expect.objectContaining({ error, error_description: expect.stringMatching(/./) })])
    expect(await online.state(id)).toMatchObject({ state: 'refused', reasons: [{ code: error, text: expect.stringMatching(/./) }] })
  })
})

describe('a request with nowhere to answer: refused, and no address is called', () => {
  it.each(UNTOLD)('%s', async (_name, change, code) => {
    const { told } = await refused(change(), code)
    expect(told).toEqual([])
  })
})

describe('a request that can be read, and whose author or registration is not what it should be', () => {
  const opened = async (change: RequestChange) => online.open((await online.ask()).uri, change)
  const info = (change: (entries: JsonObject[]) => JsonObject[]): RequestChange => ({
    payload: (honest) => ({ ...honest, verifier_info: change(honest.verifier_info as JsonObject[]) }),
  })
  const certificate = (change: (jwt: string) => string) =>
    info((entries) => entries.map((one) => (one.format === 'registration_cert' ? { ...one, data: change(String(one.data)) } : one)))

  it('5.9.3: below an authority that nobody trusts', async () => {
    const clientId = hashOf(stranger)
    const { asker } = await opened({ by: stranger, ...link('client_id', clientId), ...payload({ client_id: clientId }) })
    expect(asker).toMatchObject({ outcome: 'fail' })
  })

  it('5.9.3: below an authority that is trusted for something else', async () => {
    const clientId = hashOf(issuer)
    const { asker } = await opened({ by: issuer, ...link('client_id', clientId), ...payload({ client_id: clientId }) })
    expect(asker).toMatchObject({ outcome: 'fail' })
  })

  it.each([
    ['RPRC_19: none', info((entries) => entries.filter(({ format }) => format !== 'registration_cert')), 'unknown', 'registration_missing'],
    ['RPRC_19: two of them', info((entries) => [...entries, ...entries]), 'fail', 'registration_malformed'],
    ['TS 119 475: one that is no JWS', certificate(() => 'nonsense'), 'fail', 'registration_malformed'],
    [
      'TS 119 475: its signature changed',
      certificate((jwt) => part(jwt, 2, (one) => `${one.startsWith('A') ? 'B' : 'A'}${one.slice(1)}`)),
      'fail',
      'registration_signature_wrong',
    ],
    [
      'TS 119 475: its claims changed',
      certificate((jwt) => part(jwt, 1, () => encoded({ ...parseJws(jwt).payload, exp: 9_999_999_999 }))),
      'fail',
      'registration_signature_wrong',
    ],
  ] as [string, RequestChange, string, string][])('%s', async (_name, change, outcome, code) => {
    expect((await opened(change)).registration).toMatchObject({ outcome, code })
  })

  it.each([
    [
      'RPRC_21: a claim beyond the registration',
      query((one) => ({ ...one, claims: [{ path: ['personal_administrative_number'] }] })),
      ['personal_administrative_number'],
    ],
    [
      'RPRC_21: a whole object where members are registered',
      query((one) => ({ ...one, claims: [{ path: ['residence'] }] })),
      ['residence'],
    ],
  ] as [string, RequestChange, string[]][])('%s', async (_name, change, path) => {
    expect((await opened(change)).beyond.map((one) => one.path)).toContainEqual(path)
  })

  it.each([
    ['6.1: another type', query((one) => ({ ...one, meta: { vct_values: ['urn:test:unheard-of:1'] } })), 'type_not_asked'],
    [
      '6.1.1: another authority',
      query((one) => ({ ...one, trusted_authorities: [{ type: 'aki', values: ['AAAA'] }] })),
      'authority_not_asked',
    ],
    ['VP-09: a member that every object inherits', query((one) => ({ ...one, claims: [{ path: ['constructor'] }] })), 'claim_missing'],
    [
      '6.4.1: another value',
      query((one) => ({ ...one, claims: [{ path: ['statutes', 'limited_income_any'], values: ['perhaps'] }] })),
      'value_not_asked',
    ],
  ] as [string, RequestChange, string][])('%s: nothing that is held answers', async (_name, change, code) => {
    const { selections, misses } = await opened(change)
    expect(selections).toEqual([])
    expect(new Set(misses.map((one) => one.code))).toEqual(new Set([code]))
  })
})

it('these are the changes of a request, each in one step', () => {
  expect(UNBELIEVED.length + TOLD.length + UNTOLD.length + 13).toBeGreaterThanOrEqual(70)
})
