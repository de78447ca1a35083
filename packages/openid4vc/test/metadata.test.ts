import { readFileSync } from 'node:fs'
import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { displayIn, issuerKeys, issuerMetadata, parseIssuerMetadata, wellKnownAddress } from '../src/index.ts'
import { brick, expectPeerError, holderKey, ISSUER, json, vector, vectorNames } from './fixture.ts'

const types = ['be-social-statute', 'ehic', 'pda1', 'pid'].map(brick)
const description = {
  issuer: ISSUER,
  names: { nl: 'De instelling', en: 'The institution' },
  types,
  signingAlgorithm: () => 'ES256' as const,
} as const
const ours = issuerMetadata(description)

describe('OpenID4VCI 1.0 section 12.2.4: the metadata of our issuer', () => {
  it('is what a wallet reads', () => {
    const read = parseIssuerMetadata(json(ours), ISSUER)
    expect(read).toMatchObject({ issuer: ISSUER, authorizationServers: [ISSUER], encryptionRequired: false })
    expect(read.credentialEndpoint).toBe(`${ISSUER}/credential`)
    expect(read.nonceEndpoint).toBe(`${ISSUER}/nonce`)
    expect([...read.configurations.keys()]).toEqual(types.map(({ name }) => name))
  })

  it('has for each type its format, its vct, its binding, its proofs and its words in four languages', () => {
    const { configurations } = parseIssuerMetadata(json(ours), ISSUER)
    for (const type of types) {
      const read = configurations.get(type.name)
      expect(read).toMatchObject({ scope: type.name, format: 'dc+sd-jwt', type: type.vct, bindingMethods: ['jwk', 'did:jwk', 'did:key'] })
      expect(read?.proofTypes).toEqual(new Map([['jwt', { algorithms: [...type.proofAlgorithms], attested: false }]]))
      expect(read?.display.map(({ locale }) => locale)).toEqual(['nl', 'fr', 'de', 'en'])
      expect(read?.claims).toHaveLength(type.claims.length)
      for (const { path, group } of type.claims) {
        expect(read?.claims.find((claim) => JSON.stringify(claim.path) === JSON.stringify(path))?.group).toBe(group)
      }
    }
    const companion = configurations.get('be-social-statute')?.claims.find(({ path }) => path.join('.') === 'statutes.companion')
    expect(companion?.display.map(({ locale }) => locale)).toEqual(['nl', 'fr', 'de', 'en'])
  })

  it('HAIP 4.1: has a scope in every configuration, and announces nothing that is not there', () => {
    const configurations = Object.values(ours.credential_configurations_supported as JsonObject) as JsonObject[]
    expect(configurations.map(({ scope }) => scope)).toEqual(types.map(({ name }) => name))
    expect(Object.keys(ours).sort()).toEqual([
      'credential_configurations_supported',
      'credential_endpoint',
      'credential_issuer',
      'display',
      'nonce_endpoint',
    ])
  })

  it('announces a batch and the notification endpoint when the issuer has them', () => {
    const whole = issuerMetadata({ ...description, batchSize: 30, notification: true })
    expect(whole.batch_credential_issuance).toEqual({ batch_size: 30 })
    expect(parseIssuerMetadata(json(whole), ISSUER)).toMatchObject({ batchSize: 30, notificationEndpoint: `${ISSUER}/notification` })
    for (const plain of [ours, issuerMetadata({ ...description, batchSize: 1, notification: false })]) {
      expect(Object.keys(plain)).not.toContain('batch_credential_issuance')
      const read = parseIssuerMetadata(json(plain), ISSUER)
      expect(read.batchSize).toBe(1)
      expect(read.notificationEndpoint).toBeUndefined()
    }
  })

  it('leaves binding and proofs out for a type that is bound to no key', () => {
    const unbound = issuerMetadata({ ...description, types: types.map((type) => ({ ...type, holderBinding: 'none' as const })) })
    const read = parseIssuerMetadata(json(unbound), ISSUER).configurations.get('ehic')
    expect(read?.bindingMethods).toEqual([])
    expect(read?.proofTypes.size).toBe(0)
  })

  it('refuses to describe a type in a format that is not spoken', () => {
    const foreign = types.map((type) => ({ ...type, formats: ['mso_mdoc'] }))
    expect(() => issuerMetadata({ ...description, types: foreign })).toThrow(TypeError)
  })

  it('is read with its own slash and its own path', () => {
    const tenant = 'https://issuer.example/tenant'
    expect(parseIssuerMetadata(json(issuerMetadata({ ...description, issuer: tenant })), tenant).credentialEndpoint).toBe(
      `${tenant}/credential`,
    )
  })
})

describe('OpenID4VCI 1.0 section 12.2.4: the metadata of any issuer', () => {
  const read = (path: string) => {
    const body = vector(path)
    return parseIssuerMetadata({ contentType: 'application/json', body }, String(JSON.parse(body).credential_issuer))
  }
  const names = vectorNames('oidf-suite-data')

  for (const name of names.filter((file) => file.startsWith('valid-openid'))) {
    it(`reads ${name}`, () => expect(read(`oidf-suite-data/${name}`).configurations.size).toBeGreaterThan(0))
  }

  const invalid: Record<string, RegExp> = {
    'invalid-openid-credential-issuer-metadata-ebsi.json': /credentials_supported is of a draft older/,
    'invalid-openid-credential-issuer-metadata-invalid-type-for-authorization-servers.json': /authorization_servers must be an array/,
    'invalid-openid-credential-issuer-metadata-missing-required-property-in-optional-property.json':
      /credential_response_encryption\.enc_values_supported is missing/,
    'invalid-openid-credential-issuer-metadata-missing-required-property.json': /credential_endpoint is missing/,
    'invalid-openid-credential-issuer-metadata-request-encryption-jwks-as-array.json':
      /credential_request_encryption\.jwks must be an object/,
  }
  for (const [name, words] of Object.entries(invalid)) {
    it(`names the place in ${name}`, () => expectPeerError(() => read(`oidf-suite-data/${name}`), 'issuer_metadata_malformed', words))
  }

  it('ignores, as a wallet must, the members of older drafts in the metadata of one issuer that another suite calls invalid', () => {
    const { configurations } = read('oidf-suite-data/invalid-openid-credential-issuer-metadata-bdr-example1.json')
    expect([...configurations.values()].flatMap(({ claims }) => claims)).toEqual([])
  })

  it('has a test for every published file', () => {
    const ignored = 'invalid-openid-credential-issuer-metadata-bdr-example1.json'
    expect(names.filter((name) => name.startsWith('invalid-openid')).sort()).toEqual([...Object.keys(invalid), ignored].sort())
  })

  for (const name of vectorNames('openid4vci').filter((file) => file.startsWith('credential_metadata_'))) {
    it(`reads the configuration of the published ${name}`, () => {
      const whole = { credential_issuer: ISSUER, credential_endpoint: `${ISSUER}/c`, ...JSON.parse(vector(`openid4vci/${name}`)) }
      expect(parseIssuerMetadata(json(whole), ISSUER).configurations.size).toBe(1)
    })
  }

  it('says that the published long example demands encryption', () => {
    expect(read('openid4vci/credential_issuer_metadata_sd_jwt_long.json').encryptionRequired).toBe(true)
  })

  it('12.2.3: does not take the published signed metadata for the plain form', async () => {
    const body = readFileSync(
      new URL('../../../test/vectors/openid4vci/credential_issuer_metadata_sd_jwt_jwt.txt', import.meta.url),
      'utf8',
    )
    for (const contentType of ['application/jwt', 'application/json']) {
      await expectPeerError(
        () => parseIssuerMetadata({ contentType, body }, 'https://credential-issuer.example.com'),
        'issuer_metadata_malformed',
        /content type must be application\/json|is not JSON/,
      )
    }
  })

  it('VI-17: refuses the metadata of another issuer', async () => {
    for (const other of [`${ISSUER}/`, 'https://issuer.example:443', 'https://ISSUER.example', 'https://evil.example']) {
      await expectPeerError(() => parseIssuerMetadata(json(ours), other), 'issuer_metadata_of_another', /not the issuer that was asked/)
    }
  })

  const configuration = { format: 'dc+sd-jwt', vct: 'urn:x:1' }
  const whole = { credential_issuer: ISSUER, credential_endpoint: `${ISSUER}/c`, credential_configurations_supported: { a: configuration } }
  const of = (members: object) => ({ ...whole, credential_configurations_supported: { a: { ...configuration, ...members } } })
  const claimsOf = (...paths: (string | number | null)[][]) => of({ credential_metadata: { claims: paths.map((path) => ({ path })) } })
  it('B.3: reads claims within claims, and elements apart from one another', () => {
    const body = claimsOf(['a'], ['a', null], ['a', null, 'b'], ['c', 0], ['c', 1], ['d', 'a', null])
    expect(parseIssuerMetadata(json(JSON.parse(JSON.stringify(body))), ISSUER).configurations.get('a')?.claims).toHaveLength(6)
  })

  it.each([
    ['an endpoint without https', { ...whole, credential_endpoint: 'http://issuer.example/c' }, /credential_endpoint must use https/],
    ['a nonce endpoint that is no address', { ...whole, nonce_endpoint: 'nonce' }, /nonce_endpoint must be an address/],
    ['a server without https', { ...whole, authorization_servers: ['http://a.example'] }, /authorization_servers\[0\] must use https/],
    ['an endpoint on this machine', { ...whole, credential_endpoint: 'http://127.0.0.1:2375/c' }, /credential_endpoint must use https, as/],
    ['a nonce endpoint on this machine', { ...whole, nonce_endpoint: 'http://localhost/n' }, /nonce_endpoint must use https, as/],
    ['a server on this machine', { ...whole, authorization_servers: ['http://[::1]'] }, /authorization_servers\[0\] must use https, as/],
    ['a server twice', { ...whole, authorization_servers: ['https://a.example', 'https://a.example'] }, /twice/],
    [
      'configurations as a list',
      { ...whole, credential_configurations_supported: [] },
      /credential_configurations_supported must be an object/,
    ],
    ['a batch of one', { ...whole, batch_credential_issuance: { batch_size: 1 } }, /batch_size/],
    ['a batch that is a number', { ...whole, batch_credential_issuance: 5 }, /batch_credential_issuance must be an object/],
    [
      'a batch of one and a half',
      { ...whole, batch_credential_issuance: { batch_size: 2.5 } },
      /batch_size must be a whole number, 2 or more/,
    ],
    ['a batch of no size', { ...whole, batch_credential_issuance: {} }, /batch_size is missing/],
    ['a notification endpoint that is no address', { ...whole, notification_endpoint: 5 }, /notification_endpoint must be a string/],
    [
      'a notification endpoint on this machine',
      { ...whole, notification_endpoint: 'http://127.0.0.1/n' },
      /notification_endpoint must use https, as/,
    ],
    ['a scope that is a list', of({ scope: ['a'] }), /scope must be a string/],
    ['a configuration without format', of({ format: undefined }), /credential_configurations_supported\[\?a\?\]\.format is missing/],
    ['a vct that is no text', of({ vct: 5 }), /the type must be a string/],
    ['W3C types that are none', of({ format: 'jwt_vc_json', credential_definition: { type: [] } }), /the type must be a string/],
    ['proof types without algorithms', of({ proof_types_supported: { jwt: {} } }), /proof_signing_alg_values_supported is missing/],
    ['empty display', of({ credential_metadata: { display: [] } }), /display must be an array that is not empty/],
    [
      'one locale twice',
      of({
        credential_metadata: {
          display: [
            { name: 'a', locale: 'nl' },
            { name: 'b', locale: 'nl' },
          ],
        },
      }),
      /one locale twice/,
    ],
    ['a claim without path', of({ credential_metadata: { claims: [{}] } }), /claims\[0\]\.path is missing/],
    ['a path with a fraction', of({ credential_metadata: { claims: [{ path: [1.5] }] } }), /claims\[0\]\.path\[0\]/],
    ['a path with true', of({ credential_metadata: { claims: [{ path: ['a', true] }] } }), /claims\[0\]\.path\[1\]/],
    ['B.3: one claim twice', claimsOf(['a', null], ['b'], ['a', null]), /claims\[2\]\.path is that of an earlier claim/],
    ['B.3: one element and all elements', claimsOf(['a', null], ['a', 0]), /claims\[1\]\.path contradicts/],
    ['B.3: an array that is an object', claimsOf(['a', 'b', 'c'], ['a', null]), /claims\[1\]\.path contradicts/],
    ['B.3: an object that is an array', claimsOf(['a', 0, 'c'], ['a', 'b']), /claims\[1\]\.path contradicts/],
    ['an encryption key without kid', { ...whole, credential_request_encryption: { jwks: { keys: [{ kty: 'EC' }] } } }, /kid is missing/],
  ])('refuses %s', async (_about, body, words) => {
    await expectPeerError(() => parseIssuerMetadata(json(JSON.parse(JSON.stringify(body))), ISSUER), 'issuer_metadata_malformed', words)
  })

  it('reads what the published files say of batches, notifications and scopes', () => {
    const full = read('oidf-suite-data/valid-openid-credential-issuer-metadata-mock-full.json')
    const raw = JSON.parse(vector('oidf-suite-data/valid-openid-credential-issuer-metadata-mock-full.json'))
    expect(full.batchSize).toBe(raw.batch_credential_issuance.batch_size)
    expect(full.notificationEndpoint).toBe(raw.notification_endpoint)
    const eudiw = read('oidf-suite-data/valid-openid-credential-issuer-metadata-eudiw.json')
    const configurations = JSON.parse(vector('oidf-suite-data/valid-openid-credential-issuer-metadata-eudiw.json'))
    for (const [id, { scope }] of Object.entries<{ scope?: string }>(configurations.credential_configurations_supported)) {
      expect(eudiw.configurations.get(id)?.scope).toBe(scope)
    }
  })

  it('does not take a configuration from the prototype', () => {
    expect(parseIssuerMetadata(json(whole), ISSUER).configurations.get('constructor')).toBeUndefined()
  })

  it('VI-20: falls back when a language is missing', () => {
    const display = [{ name: 'Karte', locale: 'de-DE' }, { name: 'Card' }]
    expect(displayIn(display, ['de', 'en'])?.name).toBe('Karte')
    expect(displayIn(display, ['nl', 'fr'])?.name).toBe('Card')
    expect(displayIn([{ name: 'Karte', locale: 'de' }], ['nl'])?.name).toBe('Karte')
    expect(displayIn([], ['nl'])).toBeUndefined()
  })
})

describe('the well-known addresses', () => {
  it('are inserted between host and path', () => {
    expect(wellKnownAddress('https://a.example', 'openid-credential-issuer')).toBe('https://a.example/.well-known/openid-credential-issuer')
    expect(wellKnownAddress('https://a.example/', 'jwt-vc-issuer')).toBe('https://a.example/.well-known/jwt-vc-issuer')
    expect(wellKnownAddress('https://a.example:8443/t/1/', 'oauth-authorization-server')).toBe(
      'https://a.example:8443/.well-known/oauth-authorization-server/t/1',
    )
    expect(wellKnownAddress('http://localhost:4000', 'openid-credential-issuer')).toBe(
      'http://localhost:4000/.well-known/openid-credential-issuer',
    )
  })

  it('are made for identifiers only', () => {
    for (const wrong of [
      'http://a.example',
      'ftp://a.example',
      'https://a.example?x',
      'https://a.example#x',
      'https://u@a.example',
      'x',
      'http://127.0.0.1.evil.example',
    ]) {
      expect(() => wellKnownAddress(wrong, 'jwt-vc-issuer')).toThrow(TypeError)
    }
  })
})

describe('SD-JWT VC section 4: the keys of an issuer', () => {
  it('carry their chain and nothing private', () => {
    const { jwk } = holderKey()
    expect(issuerKeys(ISSUER, [{ jwk: { ...jwk, d: 'secret' }, kid: '1', x5c: ['MII'] }])).toEqual({
      issuer: ISSUER,
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y, kid: '1', use: 'sig', x5c: ['MII'] }] },
    })
  })
})
