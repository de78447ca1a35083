import { primitives } from '@symbolon/primitives/node'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { didKeyOf } from '../src/did/index.ts'
import { parseCredential } from '../src/formats/index.ts'
import { SCHEMA, TYPES } from './attestation_brick.ts'
import { newHolder } from './presentation_fixture.ts'
import { type Change, changed, check, DAY, finding, HOLDER, holder, ISSUER, issue, NOW, refusal, show, version2 } from './vc_jwt_fixture.ts'

const good = await issue({ notBefore: NOW - 3600, expires: NOW + 3600 })
const at = (seconds: number) => new Date(seconds * 1000).toISOString()
const stranger = newHolder()
const OTHER = 'did:ebsi:zZeKyEJfUTGwajhNyNX928z'
const { kty, crv = '', x = '', y = '' } = holder.jwk
const publicKey = { kty, crv, x, y }

const BESIDE = [
  ...['@context', 'type', 'issuer', 'credentialSubject', 'credentialSchema', 'credentialStatus', 'termsOfUse'],
  ...['issued', 'issuanceDate', 'expirationDate', 'validFrom', 'validUntil'],
]

describe('VCDM 1.1: what makes the text no credential (7.1)', () => {
  const rows: [what: string, change: Change, refused: string][] = [
    ['iss of another', { payload: { iss: OTHER } }, 'vc_claims_differ: iss'],
    ['issuer of another', { inner: { issuer: OTHER } }, 'vc_claims_differ'],
    ['a key of another', { header: { kid: `${OTHER}#keys-1` } }, 'vc_claims_differ: kid'],
    ['sub of another', { payload: { sub: didKeyOf(stranger.jwk) } }, 'vc_claims_differ: sub'],
    ['another jti', { payload: { jti: 'urn:uuid:0b7f1f3c-5a3a-4b43-9d0a-6a4a3f6f2b11' } }, 'vc_claims_differ: jti'],
    ['another iat', { payload: { iat: NOW - 3601 } }, 'vc_claims_differ: iat'],
    ['another nbf', { payload: { nbf: NOW - 7200 } }, 'vc_claims_differ: nbf'],
    ['another issuanceDate', { inner: { issuanceDate: at(NOW - 7200) } }, 'vc_claims_differ: issuanceDate'],
    ['a later exp', { payload: { exp: NOW + DAY } }, 'vc_claims_differ: exp'],
    ['an exp without expirationDate', { inner: { expirationDate: undefined } }, 'vc_claims_differ: exp'],
    ['an expirationDate without exp', { payload: { exp: undefined } }, 'vc_claims_differ: exp'],
    ['no iss', { payload: { iss: undefined } }, 'vc_malformed: iss'],
    ['no sub', { payload: { sub: undefined } }, 'vc_malformed: sub'],
    ['no jti', { payload: { jti: undefined } }, 'vc_malformed: jti'],
    ['no iat', { payload: { iat: undefined } }, 'vc_malformed: iat'],
    ['no nbf', { payload: { nbf: undefined } }, 'vc_malformed: nbf'],
    ['an iat that is text', { payload: { iat: '2026-06-15T10:00:00Z' } }, 'vc_malformed: iat'],
    ['no kid', { header: { kid: undefined } }, 'vc_malformed: kid'],
    ['a kid that is no DID URL', { header: { kid: ISSUER } }, 'vc_malformed: kid'],
    ['a vc that is text', { payload: { vc: 'oops' } }, 'vc_malformed: vc'],
    ['the context of the later model', { inner: { '@context': ['https://www.w3.org/ns/credentials/v2'] } }, 'vc_malformed: @context'],
    ['no context', { inner: { '@context': undefined } }, 'vc_malformed: @context'],
    ['no type of a credential', { inner: { type: ['VerifiableAttestation', 'LibraryAttestation'] } }, 'vc_malformed: type'],
    ['no type of an attestation', { inner: { type: ['VerifiableCredential', 'LibraryAttestation'] } }, 'vc_malformed: type'],
    ['a type twice', { inner: { type: [...TYPES, 'LibraryAttestation'] } }, 'vc_malformed: type'],
    ['a type that is a number', { inner: { type: [...TYPES, 1] } }, 'vc_malformed: type'],
    ['no id', { inner: { id: undefined } }, 'vc_malformed: id'],
    ['no issued', { inner: { issued: undefined } }, 'vc_malformed: issued'],
    ['no validFrom', { inner: { validFrom: undefined } }, 'vc_malformed: validFrom'],
    ['a date without a zone', { inner: { expirationDate: at(NOW + 3600).replace('.000Z', '') } }, 'vc_malformed: expirationDate'],
    ['a day without a time', { inner: { validFrom: '2026-06-15' } }, 'vc_malformed: validFrom'],
    ['a day that does not exist', { inner: { expirationDate: '2027-02-29T00:00:00Z' } }, 'vc_malformed: expirationDate'],
    ['a zone that does not exist', { inner: { expirationDate: '2027-02-28T00:00:00+25:00' } }, 'vc_malformed: expirationDate'],
    ['a date that is a number', { inner: { issued: NOW - 3600 } }, 'vc_malformed: issued'],
    [
      'an end before the start',
      { payload: { exp: NOW - 3601 }, inner: { expirationDate: at(NOW - 3601) } },
      'vc_malformed: its end comes before its start',
    ],
    ['no subject', { inner: { credentialSubject: undefined } }, 'vc_malformed: credentialSubject'],
    ['two subjects', { inner: { credentialSubject: [{ id: HOLDER }, { id: OTHER }] } }, 'vc_malformed: credentialSubject'],
    ['a subject without an id', { inner: { credentialSubject: { name: 'Lotte Proefstuk' } } }, 'vc_malformed: credentialSubject.id'],
    ['no schema', { inner: { credentialSchema: undefined } }, 'vc_malformed: credentialSchema'],
    ['a schema of another kind', { inner: { credentialSchema: { id: SCHEMA.base58, type: 'Prose' } } }, 'vc_malformed: credentialSchema'],
    ['a schema without an id', { inner: { credentialSchema: { type: 'JsonSchema' } } }, 'vc_malformed: credentialSchema.id'],
    ['a status that is text', { inner: { credentialStatus: 'https://issuer.example/1' } }, 'vc_malformed: credentialStatus'],
    ['a status without a type', { inner: { credentialStatus: { id: 'https://issuer.example/1' } } }, 'vc_malformed: credentialStatus'],
    ['terms of use without a type', { inner: { termsOfUse: [{ id: 'https://issuer.example/1' }] } }, 'vc_malformed: termsOfUse'],
    [
      'too many terms of use',
      { inner: { termsOfUse: Array.from({ length: 65 }, () => ({ type: 'IssuanceCertificate' })) } },
      'vc_malformed: termsOfUse',
    ],
    [
      'more statuses than anybody has',
      { inner: { credentialStatus: Array.from({ length: 9 }, () => ({ type: 'BitstringStatusListEntry' })) } },
      'vc_malformed: credentialStatus',
    ],
    ['a presentation beside it', { payload: { vp: {} } }, 'vc_forms_mixed'],
    ['a second way to name the holder', { payload: { cnf: { jwk: publicKey } } }, 'vc_forms_mixed: cnf'],
    ['KX-12: a private key in it', { payload: { cnf: { jwk: { ...publicKey, d: 'AA' } } } }, 'vc_forms_mixed: cnf'],
  ]
  test.each(rows)('%s', async (_, change, refused) => {
    expect(await refusal(await changed(good, change))).toContain(refused)
  })

  test('what belongs into the credential is refused beside it', async () => {
    const found = await Promise.all(BESIDE.map(async (name) => refusal(await changed(good, { payload: { [name]: 'did:ebsi:zYc' } }))))
    expect(found).toEqual(BESIDE.map((name) => `vc_forms_mixed: ${name}`))
  })

  test('the subject in an array of one is the subject', async () => {
    const { view } = await parseCredential(
      await changed(good, {
        inner: {
          credentialSubject: [{ id: HOLDER, name: 'Lotte Proefstuk' }],
          credentialSchema: [{ id: SCHEMA.base58, type: 'JsonSchema' }],
        },
      }),
      primitives,
    )
    expect([view.claims, view.vcdm?.schemas]).toEqual([{ credentialSubject: { name: 'Lotte Proefstuk' } }, [SCHEMA.base58]])
  })

  test('an earlier validUntil beside the expirationDate counts', async () => {
    const { view } = await parseCredential(await changed(good, { inner: { validUntil: at(NOW + 60) } }), primitives)
    expect(view.expires).toBe(NOW + 60)
    expect((await parseCredential(await changed(good, { inner: { validUntil: at(NOW + DAY) } }), primitives)).view.expires).toBe(NOW + 3600)
  })

  test('what is no JWS of three parts is of no format', async () => {
    for (const text of ['', 'example', 'example.org', 'eyJ.eyJ', 'eyJ.eyJ.a.b', 'a.b.c', `${good} `.trimStart().replace('e', ' e')]) {
      expect.soft(await refusal(text)).toContain('format_not_known')
    }
  })

  test('an issuer that is an object is the one it names, and a date with another zone the same instant', async () => {
    const zoned = at(NOW - 3600 + 7200).replace('.000Z', '+02:00')
    const { view } = await parseCredential(
      await changed(good, { inner: { issuer: { id: ISSUER, name: 'Library' }, validFrom: zoned } }),
      primitives,
    )
    expect([view.issuer, view.notBefore]).toEqual([ISSUER, NOW - 3600])
  })
})

describe('VCDM 2.0 secured by VC-JOSE-COSE: what makes the text no credential', () => {
  const rows: [what: string, payload: JsonObject | { [name: string]: Json | undefined }, refused: string][] = [
    ['KX-11: a vc claim', { vc: {} }, 'vc_forms_mixed: vc'],
    ['a vp claim', { vp: {} }, 'vc_forms_mixed: vp'],
    ['a cnf', { cnf: { jwk: publicKey } }, 'vc_forms_mixed: cnf'],
    ['an expirationDate, which its readers pass over', { expirationDate: at(NOW) }, 'vc_forms_mixed: expirationDate'],
    ['an issuanceDate', { issuanceDate: at(NOW) }, 'vc_forms_mixed: issuanceDate'],
    ['iss of another', { iss: OTHER }, 'vc_claims_differ: iss'],
    ['sub of another', { sub: OTHER }, 'vc_claims_differ: sub'],
    ['another jti', { jti: 'urn:x' }, 'vc_claims_differ: jti'],
    ['an iat that is text', { iat: at(NOW) }, 'vc_malformed: iat'],
    ['the context of the earlier model', { '@context': ['https://www.w3.org/2018/credentials/v1'] }, 'vc_malformed: @context'],
    ['no type of a credential', { type: ['LibraryAttestation'] }, 'vc_malformed: type'],
    ['no issuer', { issuer: undefined }, 'vc_malformed: issuer'],
    ['two subjects', { credentialSubject: [{}, {}] }, 'vc_malformed: credentialSubject'],
    ['a validUntil without a zone', { validUntil: '2027-01-01T00:00:00' }, 'vc_malformed: validUntil'],
    ['an end before the start', { validUntil: at(NOW - 7200) }, 'vc_malformed: its end comes before its start'],
  ]
  test.each(rows)('%s', async (_, payload, refused) => {
    expect(await refusal(await version2(payload))).toContain(refused)
  })

  test('a DID as issuer names its own key', async () => {
    expect(await refusal(await version2({}, { kid: `${OTHER}#keys-1` }))).toContain('vc_claims_differ: kid')
    expect(await refusal(await version2({}, { kid: 'keys-1' }))).toContain('vc_malformed: kid')
  })

  test('another media type is another format', async () => {
    for (const typ of ['vc-ld+jwt', 'vc+sd-jwt', 'at+jwt', 'vc+JWT'])
      expect(await refusal(await version2({}, { typ }))).toContain('format_not_known')
    expect(await refusal(await version2({}, { typ: undefined }))).toContain('format_not_known')
  })

  test('the signature and the credential each have an end, and the earlier one counts', async () => {
    const ends = async (payload: JsonObject) => (await parseCredential(await version2(payload), primitives)).view
    expect((await ends({ exp: NOW + 60 })).expires).toBe(NOW + 60)
    expect((await ends({ exp: NOW + 60, validUntil: at(NOW + 30) })).expires).toBe(NOW + 30)
    expect((await ends({ nbf: NOW - 60 })).notBefore).toBe(NOW - 60)
    const over = await check(await show(await version2({ exp: NOW - 1, validUntil: at(NOW + DAY) })))
    expect(finding(over, 'validity')).toBe('fail expired')
  })
})
