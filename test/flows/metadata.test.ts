import { X509Certificate } from 'node:crypto'
import { request } from 'node:http'
import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, good, send } from './answer.ts'
import { newHolder } from './holder.ts'
import { issue } from './issuance.ts'
import { EHIC, PDA1, type Setting, STATUTE, startSetting } from './setting.ts'

/** What anybody can see of an issuer without asking for anything, as the conformance suite of OpenID looks at it. */
let setting: Setting
let issuer: JsonObject
let server: JsonObject
beforeAll(async () => {
  setting = await startSetting()
  issuer = good(await fetchJson('openid-credential-issuer'))
  server = good(await fetchJson('oauth-authorization-server'))
})
afterAll(() => setting.close())

const fetchJson = (name: string, headers: Record<string, string> = {}): Promise<Answer> =>
  send({ method: 'GET', address: `${setting.url}/.well-known/${name}`, headers })
const membersOf = (value: unknown): string[] => Object.keys(value as object)
const configurations = () => Object.entries(issuer.credential_configurations_supported as Record<string, JsonObject>)
const within = (members: string[], known: string[]) => expect(members.filter((name) => !known.includes(name))).toEqual([])

describe('the metadata of the issuer', () => {
  it('OpenID4VCI 12.2.2: an answer of 200, JSON, whatever is said of formats', async () => {
    for (const accept of ['application/json', 'application/jwt', '*/*', 'text/html']) {
      const answer = await fetchJson('openid-credential-issuer', { accept })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
    }
  })

  it('OpenID4VCI 12.2.4: it names itself byte for byte, and every address is below it', () => {
    expect(issuer.credential_issuer).toBe(setting.url)
    for (const name of ['credential_endpoint', 'nonce_endpoint', 'notification_endpoint']) {
      expect(String(issuer[name]).startsWith(`${setting.url}/`), name).toBe(true)
    }
  })

  it('OpenID4VCI 12.2.4: no member that the text does not have, and none for what is not there', () => {
    within(membersOf(issuer), [
      ...['credential_issuer', 'authorization_servers', 'credential_endpoint', 'nonce_endpoint', 'notification_endpoint'],
      ...['batch_credential_issuance', 'display', 'credential_configurations_supported'],
    ])
    for (const [, configuration] of configurations()) {
      within(membersOf(configuration), [
        ...['format', 'vct', 'scope', 'credential_signing_alg_values_supported', 'cryptographic_binding_methods_supported'],
        ...['proof_types_supported', 'credential_metadata'],
        // Our own (specs/code.md): others must pass over what they do not know (section 12.2.4).
        'code_dictionary',
      ])
    }
  })

  it('OpenID4VCI 12.2.4: batches of two or more; binding methods and proof types together; asymmetric algorithms', () => {
    expect((issuer.batch_credential_issuance as { batch_size: number }).batch_size).toBeGreaterThanOrEqual(2)
    for (const [, configuration] of configurations()) {
      expect('proof_types_supported' in configuration).toBe('cryptographic_binding_methods_supported' in configuration)
      type Proofs = { jwt: { proof_signing_alg_values_supported: string[] } }
      const { jwt } = (configuration.proof_types_supported ?? {}) as Partial<Proofs>
      for (const algorithm of [
        ...(jwt?.proof_signing_alg_values_supported ?? []),
        ...(configuration.credential_signing_alg_values_supported as string[]),
      ])
        expect(algorithm).toMatch(/^ES(256|384|512)$/)
    }
  })

  it('OpenID4VCI 12.2.4: names in four languages, each once, claims by paths', () => {
    const languages = (display: unknown) => (display as { locale: string }[]).map(({ locale }) => locale)
    for (const [, { credential_metadata }] of configurations()) {
      const { display, claims } = credential_metadata as { display: unknown; claims: { path: unknown[]; display: unknown }[] }
      expect(languages(display).toSorted()).toEqual(['de', 'en', 'fr', 'nl'])
      for (const { path } of claims) expect(path.every((step) => ['string', 'number'].includes(typeof step) || step === null)).toBe(true)
      expect(new Set(claims.map(({ path }) => JSON.stringify(path))).size).toBe(claims.length)
    }
  })

  it('HAIP 4.1, OpenID4VCI 12.2.4: a scope of its own in every configuration, of characters that a scope may have; one format', () => {
    const scopes = configurations().map(([, { scope }]) => String(scope))
    expect(new Set(scopes).size).toBe(scopes.length)
    for (const scope of scopes) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(configurations().map(([, { format }]) => format)).toEqual(configurations().map(() => 'dc+sd-jwt'))
  })

  it('OP-02: another Host header changes no address', async () => {
    const { hostname, port } = new URL(setting.url)
    const answer = await new Promise<string>((done, failed) => {
      const path = '/.well-known/openid-credential-issuer'
      const asked = request({
        hostname,
        port,
        path,
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
      })
      asked.once('error', failed)
      asked.once('response', (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.once('end', () => done(text))
      })
      asked.end()
    })
    expect(JSON.parse(answer)).toEqual(issuer)
  })
})

describe('the metadata of the authorization server', () => {
  it('RFC 8414 3.3: it names itself byte for byte', () => {
    expect(server.issuer).toBe(setting.url)
    expect(server.scopes_supported).toEqual(expect.arrayContaining([STATUTE, EHIC, PDA1]))
  })

  it('RFC 9207 3, RFC 9126 5, FAPI 2.0 5.3.2.2: what was announced holds', () => {
    expect(server).toMatchObject({ code_challenge_methods_supported: ['S256'], require_pushed_authorization_requests: true })
    for (const method of server.token_endpoint_auth_methods_supported as string[]) expect(['none', 'private_key_jwt']).toContain(method)
  })
})

describe('the keys it signs with', () => {
  it('RFC 7517 9.3: without a private or symmetric member, each with the certificate of its key', async () => {
    const { jwks } = good(await fetchJson('jwt-vc-issuer')) as { jwks: { keys: JsonObject[] } }
    expect(jwks.keys.length).toBeGreaterThan(0)
    for (const key of jwks.keys) {
      within(membersOf(key), ['kty', 'crv', 'x', 'y', 'kid', 'alg', 'use', 'x5c'])
      const { publicKey } = new X509Certificate(Buffer.from(String((key.x5c as string[])[0]), 'base64'))
      expect(publicKey.export({ format: 'jwk' })).toMatchObject({ x: key.x, y: key.y })
    }
  })
})

describe('an offer', () => {
  it.each([
    ['with a code', {}, 'urn:ietf:params:oauth:grant-type:pre-authorized_code', ['pre-authorized_code']],
    [
      'with a transaction code',
      { tx_code: true },
      'urn:ietf:params:oauth:grant-type:pre-authorized_code',
      ['pre-authorized_code', 'tx_code'],
    ],
    ['to sign in', { grant: 'authorization_code' }, 'authorization_code', ['issuer_state']],
  ])('OpenID4VCI 4.1.1: %s: the members of the text and no others', async (_about, wish, grant, members) => {
    const offer = JSON.parse(new URL((await setting.offer(wish)).uri).searchParams.get('credential_offer') ?? '')
    expect(membersOf(offer).sort()).toEqual(['credential_configuration_ids', 'credential_issuer', 'grants'])
    expect(offer).toMatchObject({ credential_issuer: setting.url, credential_configuration_ids: [STATUTE] })
    expect(membersOf(offer.grants)).toEqual([grant])
    expect(membersOf(offer.grants[grant])).toEqual(members)
  })
})

describe('a credential', () => {
  it.each([
    [STATUTE, 'P01'],
    [EHIC, 'P01'],
    [PDA1, 'P14'],
  ])(
    'SD-JWT VC 2.2, HAIP 6.1.1: %s: no key binding, the key that was proven, a chain without its anchor, a status',
    async (type, person) => {
      const holder = newHolder()
      const text = await issue(setting, await setting.offer({ type, person }), holder)
      expect(text.endsWith('~')).toBe(true)
      const { header, payload } = parseJws(text.slice(0, text.indexOf('~')))
      const chain = (header.x5c as string[]).map((der) => new X509Certificate(Buffer.from(der, 'base64')))
      expect(chain.some((certificate) => certificate.subject === certificate.issuer)).toBe(false)
      expect(header.typ).toBe('dc+sd-jwt')
      expect(payload.cnf).toEqual({ jwk: expect.objectContaining({ x: holder.jwk.x, y: holder.jwk.y }) })
      expect(payload.status).toEqual({
        status_list: { idx: expect.any(Number), uri: expect.stringContaining(`${setting.url}/status-lists/`) },
      })
      const { salts } = await parseCredential(text, primitives)
      expect(new Set(salts).size).toBe(salts.length)
      const described = configurations().find(([id]) => id === type)?.[1]
      expect(payload.vct).toBe(described?.vct)
    },
  )

  it('SD-JWT VC 5, Subresource Integrity: the description of its type is the one that the issuer signed for', async () => {
    const text = await issue(setting, await setting.offer({ type: EHIC }), newHolder())
    const { payload } = parseJws(text.slice(0, text.indexOf('~')))
    const response = await fetch(`${setting.url}/vct/${EHIC}`)
    const described = await response.text()
    expect(response.status).toBe(200)
    expect(JSON.parse(described).vct).toBe(payload.vct)
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(described))).toString('base64')
    expect(payload['vct#integrity']).toBe(`sha256-${digest}`)
  })
})
