import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { parseCredential } from '../src/formats/index.ts'
import { attestationType, SCHEMA, TYPES } from './attestation_brick.ts'
import {
  changed,
  check,
  DAY,
  finding,
  format,
  HOLDER,
  holder,
  ISSUER,
  issue,
  KID,
  LIST,
  NOW,
  payloadOf,
  policy,
  show,
  type,
  version2,
} from './vc_jwt_fixture.ts'

const short = { expires: NOW + 3600, notBefore: NOW - 3600 }
const good = await issue(short)
const unstated = attestationType((files) => {
  const json = files['credential.json'] as JsonObject
  files['credential.json'] = { ...json, status: null, lifetime: { profile: 'daily', time_zone: 'Europe/Brussels' } }
})

describe('a credential in a JWT, as EBSI profiles VCDM 1.1', () => {
  it('says everything twice, the same each time', async () => {
    const payload = payloadOf(
      await issue({ status: { uri: LIST, index: 7 }, termsOfUse: [{ id: 'https://registry.example/a', type: 'IssuanceCertificate' }] }),
    )
    const { vc, jti, ...claims } = payload
    expect(claims).toEqual({ iss: ISSUER, sub: HOLDER, iat: NOW - 3600, nbf: NOW - 3600, exp: NOW + 30 * DAY })
    expect(jti).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '')
    expect(vc).toEqual({
      '@context': ['https://www.w3.org/2018/credentials/v1'],
      id: jti,
      type: TYPES,
      issuer: ISSUER,
      issuanceDate: at(NOW - 3600),
      issued: at(NOW - 3600),
      validFrom: at(NOW - 3600),
      expirationDate: at(NOW + 30 * DAY),
      credentialSubject: { id: HOLDER, valid: { from: '2026-01-01', until: '2026-12-31' }, name: 'Lotte Proefstuk' },
      credentialSchema: { id: SCHEMA.base58, type: 'FullJsonSchemaValidator2021' },
      credentialStatus: {
        id: `${LIST}#7`,
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: '7',
        statusListCredential: LIST,
      },
      termsOfUse: { id: 'https://registry.example/a', type: 'IssuanceCertificate' },
    })
  })

  it('is read as a view in which the claims begin with the subject, without its identifier', async () => {
    const { view, salts } = await parseCredential(good, primitives)
    expect(view).toMatchObject({
      format: 'jwt_vc_json',
      type: 'LibraryAttestation',
      issuer: ISSUER,
      holderKey: holder.jwk,
      disclosable: [],
    })
    expect(view.claims).toEqual(type.sample)
    expect(view.vcdm).toEqual({ types: TYPES, schemas: [SCHEMA.base58], termsOfUse: [], status: [] })
    expect([view.issuedAt, view.notBefore, view.expires]).toEqual([NOW - 3600, NOW - 3600, NOW + 3600])
    expect(view.envelope).toMatchObject({ iss: ISSUER, sub: HOLDER, issuer: ISSUER, type: TYPES })
    expect(view.envelope).not.toHaveProperty('credentialSubject')
    expect(salts).toEqual([])
  })

  it('has among its claims what stands beside the subject: nobody can hide it, so the holder must be told', async () => {
    const evidence = [{ number: '7' }]
    const texts = [changed(good, { inner: { evidence } }), changed(good, { payload: { evidence } }), version2({ evidence })]
    for (const text of await Promise.all(texts)) {
      const { view } = await parseCredential(text, primitives)
      expect(view.claims).toEqual({ ...type.sample, evidence })
      expect(view.envelope).not.toHaveProperty('evidence')
    }
  })

  it('passes when its holder shows it to the one who asks', async () => {
    const report = await check(await show(good))
    expect(report.checks.map(({ id, outcome, code }) => `${id} ${outcome} ${code}`)).toEqual([
      'structure pass well_formed',
      'signature pass signature_valid',
      'trust pass issuer_trusted',
      'type pass type_known',
      'validity pass valid_until',
      'right pass period_runs',
      'binding pass shown_by_holder',
      'status pass status_not_needed',
    ])
  })

  it('is built in copies that share nothing but what is everybody’s', async () => {
    const draft = {
      type: unstated,
      claims: type.sample,
      issuer: ISSUER,
      algorithm: 'ES256',
      x5c: [],
      kid: KID,
      issuedAt: NOW,
      notBefore: NOW,
      expires: NOW + 60,
    } as const
    const copies = await format.buildCopies(draft, [{ holderKey: holder.jwk }, {}], primitives)
    const [one, two] = copies.map(({ input }) => payloadOf(input))
    expect(one?.jti).not.toBe(two?.jti)
    expect([one?.sub, String(two?.sub).slice(0, 9)]).toEqual([HOLDER, 'urn:uuid:'])
  })
})

describe('a credential of VCDM 2.0, secured by VC-JOSE-COSE', () => {
  const later = attestationType((files) => {
    files['credential.json'] = { ...files['credential.json'], data_model: '2.0' }
  })

  it('passes when its holder shows it, enveloped', async () => {
    const shown = await show(await version2({ validUntil: new Date((NOW + 3600) * 1000).toISOString() }))
    expect(payloadOf(shown)).toMatchObject({
      type: ['VerifiablePresentation'],
      verifiableCredential: [{ type: 'EnvelopedVerifiableCredential' }],
    })
    const report = await check(shown)
    expect(report.outcome).toBe('pass')
    expect(finding(report, 'binding')).toBe('pass shown_by_holder')
  })

  it('is the payload itself, with no member of the earlier model', async () => {
    const text = await issue({ type: later, status: { uri: LIST, index: 7 } })
    const [header = ''] = text.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: KID })
    const { id, ...payload } = payloadOf(text)
    const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '')
    expect(payload).toEqual({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: TYPES,
      issuer: ISSUER,
      validFrom: at(NOW - 3600),
      validUntil: at(NOW + 30 * DAY),
      credentialSubject: { id: HOLDER, valid: { from: '2026-01-01', until: '2026-12-31' }, name: 'Lotte Proefstuk' },
      credentialSchema: { id: SCHEMA.base58, type: 'FullJsonSchemaValidator2021' },
      credentialStatus: expect.objectContaining({ type: 'BitstringStatusListEntry', statusListIndex: '7' }),
      ...{ iss: ISSUER, sub: HOLDER, jti: id, iat: NOW - 3600, exp: NOW + 30 * DAY },
    })
  })

  it('is shown in a presentation of its own model, and passes every check', async () => {
    const shown = await show(await issue({ ...short, type: later }))
    expect(JSON.parse(Buffer.from(shown.split('.')[0] ?? '', 'base64url').toString()).typ).toBe('vp+jwt')
    const report = await check(shown, { policy: { ...policy, types: new Map([[later.vct, { ...later, status: null }]]) } })
    expect(report.checks.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  })

  it('of a version that nobody knows is no type', () => {
    expect(() => attestationType((files) => (files['credential.json'] = { ...files['credential.json'], data_model: '3.0' }))).toThrow()
  })
})
