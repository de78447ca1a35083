import type { Json } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import {
  createCredentialRequest,
  credentialResponse,
  parseCredentialRequest,
  parseCredentialResponse,
  proofTypeNamed,
} from '../src/index.ts'
import { brick, expectPeerError, expectProtocolError, json, vector } from './fixture.ts'

const type = brick('be-social-statute')
const unbound = { ...type, holderBinding: 'none' } as const
const jwt = proofTypeNamed('jwt')
if (jwt === undefined) throw new Error('the jwt proof type is not there')
const types = new Map([
  [type.name, type],
  ['unbound', unbound],
])
const offering = { configuration: (id: string) => types.get(id), identifier: () => undefined, identifiersGiven: false, batchSize: 1 }
const request = { credential_configuration_id: type.name, proofs: { jwt: ['a.b.c'] } }

describe('OpenID4VCI 1.0 section 8.2: the credential request', () => {
  it('comes back as it was made', () => {
    const made = createCredentialRequest({ configurationId: type.name }, { type: jwt, values: ['a.b.c'] })
    expect(parseCredentialRequest(made, offering)).toEqual({ configurationId: type.name, type, proofs: { type: jwt, values: ['a.b.c'] } })
    expect(JSON.parse(createCredentialRequest({ identifier: 'x' }).body)).toEqual({ credential_identifier: 'x' })
  })

  it('VI-16: ignores members it does not know, of the request and of older drafts', () => {
    expect(parseCredentialRequest(json({ ...request, new: 1, format: 'dc+sd-jwt', vct: 'x' }), offering).type).toBe(type)
  })

  it('may have as many proofs as the batch, and not one more', async () => {
    const batch = { ...offering, batchSize: 3 }
    const withProofs = (count: number) => json({ ...request, proofs: { jwt: Array.from({ length: count }, (_, index) => `${index}.b.c`) } })
    for (const count of [1, 2, 3]) expect(parseCredentialRequest(withProofs(count), batch).proofs?.values).toHaveLength(count)
    await expectProtocolError(() => parseCredentialRequest(withProofs(4), batch), 'invalid_proof', /proofs\.jwt has more than 3 proofs$/)
  })

  it('reads the published requests for one and for two copies', () => {
    // OpenID4VCI 1.0 section 8.2; the proofs are cut short there.
    const mdl = { ...offering, configuration: (id: string) => (id === 'org.iso.18013.5.1.mDL' ? type : undefined) }
    expect(
      parseCredentialRequest(json({ credential_configuration_id: 'org.iso.18013.5.1.mDL', proofs: { jwt: ['a.b'] } }), mdl),
    ).toMatchObject({
      proofs: { values: ['a.b'] },
    })
    const identifier = (id: string) => (id === 'CivilEngineeringDegree-2023' ? type.name : undefined)
    const degree = { ...offering, identifier, identifiersGiven: true, batchSize: 2 }
    const two = json({ credential_identifier: 'CivilEngineeringDegree-2023', proofs: { jwt: ['a.b', 'c.d'] } })
    expect(parseCredentialRequest(two, degree)).toMatchObject({
      identifier: 'CivilEngineeringDegree-2023',
      proofs: { values: ['a.b', 'c.d'] },
    })
  })

  it('needs no proofs for a type that is bound to no key', () => {
    expect(parseCredentialRequest(json({ credential_configuration_id: 'unbound' }), offering).proofs).toBeUndefined()
  })

  it.each([
    ['a form', { contentType: 'application/x-www-form-urlencoded', body: '' }, 'invalid_credential_request', /content type/],
    ['what is no JSON', { contentType: 'application/json', body: '{' }, 'invalid_credential_request', /not JSON/],
    ['a member twice', { contentType: 'application/json', body: '{"a":1,"a":1}' }, 'invalid_credential_request', /twice/],
    ['nesting of 10,000', { contentType: 'application/json', body: '['.repeat(10_000) }, 'invalid_credential_request', /nested/],
    ['a list', json([]), 'invalid_credential_request', /must be an object/],
    ['nothing', json({}), 'invalid_credential_request', /credential_configuration_id is missing/],
    [
      'VI-09: format in place of an identifier',
      json({ format: 'dc+sd-jwt', proofs: {} }),
      'invalid_credential_request',
      /format is of a draft older/,
    ],
    [
      'VI-10: an identifier although none was given',
      json({ credential_identifier: 'a' }),
      'invalid_credential_request',
      /credential_identifier must not be used/,
    ],
    ['VI-10: both', json({ ...request, credential_identifier: 'a' }), 'invalid_credential_request', /credential_identifier/],
    [
      'an identifier that is no text',
      json({ ...request, credential_configuration_id: 5 }),
      'invalid_credential_request',
      /must be a string/,
    ],
    [
      'an unknown configuration',
      json({ ...request, credential_configuration_id: 'x' }),
      'unknown_credential_configuration',
      /not in the issuer metadata/,
    ],
    [
      'a configuration named __proto__',
      json({ ...request, credential_configuration_id: '__proto__' }),
      'unknown_credential_configuration',
      /./,
    ],
    [
      'VI-12: response encryption in a plain request',
      json({ ...request, credential_response_encryption: {} }),
      'invalid_encryption_parameters',
      /plain request/,
    ],
    ['no proofs', json({ credential_configuration_id: type.name }), 'invalid_proof', /proofs is missing/],
    [
      'VI-09: proof of an older draft',
      json({ credential_configuration_id: type.name, proof: {} }),
      'invalid_proof',
      /proof is of a draft older/,
    ],
    ['proofs as a list', json({ ...request, proofs: [] }), 'invalid_proof', /proofs must be an object/],
    ['no proof type', json({ ...request, proofs: {} }), 'invalid_proof', /exactly one member/],
    ['two proof types', json({ ...request, proofs: { jwt: ['a'], attestation: ['b'] } }), 'invalid_proof', /exactly one member/],
    ['a proof type that is not announced', json({ ...request, proofs: { di_vp: [{}] } }), 'invalid_proof', /proof_types_supported/],
    [
      'a proof type named like a member of every object',
      json({ ...request, proofs: { constructor: ['a'] } }),
      'invalid_proof',
      /proof_types_supported/,
    ],
    ['an empty list of proofs', json({ ...request, proofs: { jwt: [] } }), 'invalid_proof', /not empty/],
    ['a single proof outside a list', json({ ...request, proofs: { jwt: 'a.b.c' } }), 'invalid_proof', /must be an array/],
    ['VI-11: more proofs than the batch', json({ ...request, proofs: { jwt: ['a', 'b'] } }), 'invalid_proof', /more than 1 proof$/],
  ] as const)('refuses %s', async (_about, message, code, words) => {
    await expectProtocolError(() => parseCredentialRequest(message, offering), code, words)
  })

  it.each(['openid4vci/credential_request_iso_mdl.json', 'haip-outdated/credential_request_sd_jwt_vc.json'])(
    'OP-04: refuses the published %s',
    async (path) => {
      const message = { contentType: 'application/json', body: vector(path) }
      await expectProtocolError(
        () => parseCredentialRequest(message, offering),
        'invalid_credential_request',
        /format is of a draft older|not JSON/,
      )
    },
  )
})

describe('OpenID4VCI 1.0 section 8.2: a credential request with a token that has identifiers', () => {
  const identifiers = new Map([['a-7', type.name]])
  const named = { ...offering, identifier: (id: string) => identifiers.get(id), identifiersGiven: true }
  const { proofs } = request

  it('leads from the identifier to the type', () => {
    const made = createCredentialRequest({ identifier: 'a-7' }, { type: jwt, values: ['a.b.c'] })
    const read = { configurationId: type.name, identifier: 'a-7', type, proofs: { type: jwt, values: ['a.b.c'] } }
    expect(parseCredentialRequest(made, named)).toEqual(read)
    expect(parseCredentialRequest(json({ credential_identifier: 'a-7', proofs, new: 1, format: 'x' }), named)).toEqual(read)
  })

  it.each([
    [
      'VI-10: the configuration although identifiers were given',
      { credential_configuration_id: type.name, proofs },
      'invalid_credential_request',
      /credential_configuration_id must not be used/,
    ],
    [
      'VI-10: both',
      { credential_configuration_id: type.name, credential_identifier: 'a-7', proofs },
      'invalid_credential_request',
      /credential_configuration_id must not be used/,
    ],
    ['neither', { proofs }, 'invalid_credential_request', /credential_identifier is missing/],
    ['an identifier that is no text', { credential_identifier: ['a-7'], proofs }, 'invalid_credential_request', /must be a string/],
    [
      "VI-14: the identifier of another user's token",
      { credential_identifier: 'b-8', proofs },
      'unknown_credential_identifier',
      /none of those that came with this access token/,
    ],
    [
      'VI-14: a configuration as identifier',
      { credential_identifier: type.name, proofs },
      'unknown_credential_identifier',
      /none of those/,
    ],
    ['an identifier named __proto__', { credential_identifier: '__proto__', proofs }, 'unknown_credential_identifier', /none of those/],
    ['no proofs', { credential_identifier: 'a-7' }, 'invalid_proof', /proofs is missing/],
  ] as const)('refuses %s', async (_about, body, code, words) => {
    await expectProtocolError(() => parseCredentialRequest(json(body as unknown as Json), named), code, words)
  })
})

describe('OpenID4VCI 1.0 section 8.3: the credential response', () => {
  it('comes back as it was made', () => {
    expect(parseCredentialResponse(json(credentialResponse(['a~'])), 1)).toEqual({ credentials: ['a~'] })
  })

  it('section 8.3: has as many credentials as keys, or fewer, and a name to speak of them', () => {
    const read = { credentials: ['a~', 'b~'], notificationId: '3fwe98js' }
    expect(parseCredentialResponse(json(credentialResponse(read.credentials, read.notificationId)), 2)).toEqual(read)
    expect(parseCredentialResponse(json(credentialResponse(read.credentials, read.notificationId)), 5)).toEqual(read)
    expect(credentialResponse(['a~'])).toEqual({ credentials: [{ credential: 'a~' }] })
  })

  it('refuses one credential twice', async () => {
    const twice = json({ credentials: [{ credential: 'a' }, { credential: 'a' }] })
    await expectPeerError(() => parseCredentialResponse(twice, 2), 'credential_response_malformed', /one credential twice/)
  })

  it('ignores members it does not know', () => {
    expect(parseCredentialResponse(json({ credentials: [{ credential: 'a~', new: 1 }], notification_id: 'n', new: 1 }), 1)).toEqual({
      credentials: ['a~'],
      notificationId: 'n',
    })
  })

  it('reads the published response with an mdoc', () => {
    const message = { contentType: 'application/json', body: vector('openid4vci/credential_response_mso_mdoc.txt') }
    expect(parseCredentialResponse(message, 1).credentials).toHaveLength(1)
  })

  it('names the place in the published responses that cannot be read: an object, and line breaks within a string', async () => {
    for (const name of ['ldp_vc', 'jwt_vc_json', 'sd_jwt_vc']) {
      const message = { contentType: 'application/json', body: vector(`openid4vci/credential_response_${name}.txt`) }
      await expectPeerError(
        () => parseCredentialResponse(message, 1),
        'credential_response_malformed',
        /credentials\[0\]\.credential|not JSON/,
      )
    }
  })

  it.each([
    ['a promise to deliver later', { transaction_id: 'x', interval: 5 }, /deliver later/],
    ['a credential of an older draft', { credential: 'a~', c_nonce: 'x' }, /credential is of a draft older/],
    ['nothing', {}, /credentials is missing/],
    ['an empty list', { credentials: [] }, /not empty/],
    ['texts in place of objects', { credentials: ['a~'] }, /credentials\[0\] must be an object/],
    ['more credentials than keys', { credentials: [{ credential: 'a' }, { credential: 'b' }] }, /more credentials than keys/],
    ['credentials beside a transaction', { credentials: [{ credential: 'a' }], transaction_id: 'x' }, /must not stand beside/],
    ['a notification_id that is no text', { credentials: [{ credential: 'a' }], notification_id: 5 }, /notification_id must be a string/],
    ['an empty notification_id', { credentials: [{ credential: 'a' }], notification_id: '' }, /notification_id must be a string/],
    ['an interval beside credentials', { credentials: [{ credential: 'a' }], interval: 5 }, /must not stand beside/],
    ['an empty credential', { credentials: [{ credential: '' }] }, /credentials\[0\]\.credential/],
  ])('refuses %s', async (_about, body, words) => {
    await expectPeerError(() => parseCredentialResponse(json(body), 1), 'credential_response_malformed', words)
  })
})
