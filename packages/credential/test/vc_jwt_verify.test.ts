import { primitives } from '@symbolon/primitives/node'
import { base64url, type Json, type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { describe, expect, it, test } from 'vitest'
import { parseCredential } from '../src/formats/index.ts'
import { attestationType, SCHEMA, TYPES } from './attestation_brick.ts'
import { newHolder } from './presentation_fixture.ts'
import {
  changed,
  check,
  finding,
  format,
  HOLDER,
  holder,
  ISSUER,
  issue,
  KID,
  NOW,
  payloadOf,
  policy,
  refusal,
  show,
  signed,
  trusted,
  type,
  version2,
} from './vc_jwt_fixture.ts'

const good = await issue({ notBefore: NOW - 3600, expires: NOW + 3600 })
const stranger = newHolder()
const OTHER = 'did:ebsi:zZeKyEJfUTGwajhNyNX928z'

describe('what is judged, one step of the happy flow changed', () => {
  const rows: [what: string, shown: () => Promise<string>, id: string, finding: string][] = [
    [
      'for another verifier',
      async () => changed(await show(good), { payload: { aud: 'x509_san_dns:other.example' } }, holder),
      'binding',
      'fail key_binding_audience_wrong',
    ],
    [
      'for another request',
      async () => changed(await show(good), { payload: { nonce: 'another' } }, holder),
      'binding',
      'fail key_binding_nonce_wrong',
    ],
    ['long ago', async () => changed(await show(good), { payload: { iat: NOW - 301 } }, holder), 'binding', 'fail key_binding_too_old'],
    ['in the future', async () => changed(await show(good), { payload: { iat: NOW + 61 } }, holder), 'binding', 'fail key_binding_ahead'],
    [
      'no longer',
      async () => changed(await show(good), { payload: { exp: NOW - 1 } }, holder),
      'binding',
      'fail key_binding_not_valid_now',
    ],
    ['signed by another key', async () => show(good, stranger), 'binding', 'fail key_binding_signature_wrong'],
    ['not signed', async () => unsignedText(await show(good)), 'binding', 'fail algorithm_not_allowed'],
    ['not shown at all', async () => good, 'binding', 'fail key_binding_missing'],
    ['a credential inside with claims of the holder', async () => show(tampered(good)), 'signature', 'fail signature_wrong'],
    ['a credential that nobody signed', async () => show(unsignedText(good)), 'signature', 'fail algorithm_not_allowed'],
    [
      'KX-09: a key that is not known',
      async () => show(await changed(good, { header: { kid: `${ISSUER}#keys-2` } })),
      'trust',
      'unknown did_document_missing',
    ],
    ['not yet', async () => show(await issue({ issuedAt: NOW + 60, notBefore: NOW + 60 })), 'validity', 'fail not_yet_valid'],
    ['no longer valid', async () => show(await issue({ notBefore: NOW - 7200, expires: NOW })), 'validity', 'fail expired'],
    ['without end and without status', async () => show(await version2({ validUntil: undefined })), 'validity', 'fail validity_unlimited'],
    ['without the status that its type wants', async () => show(await issue()), 'status', 'fail status_missing'],
    [
      'of more types than its own',
      async () => show(await retyped([...TYPES.slice(0, 2), 'LibraryCard', TYPES[2]])),
      'type',
      'fail types_not_of_type',
    ],
    [
      'of fewer types',
      async () => show(await version2({ type: ['VerifiableCredential', 'LibraryAttestation'] })),
      'type',
      'fail types_not_of_type',
    ],
    ['of a type that is not known', async () => show(await retyped([...TYPES.slice(0, 2), 'Diploma'])), 'type', 'unknown type_not_known'],
    ['of another schema', async () => show(await schemas([SCHEMA.other])), 'type', 'fail schema_not_of_type'],
    ['of one more schema', async () => show(await schemas([SCHEMA.base58, SCHEMA.other])), 'type', 'unknown schema_not_known'],
    ['of no schema', async () => show(await version2({ credentialSchema: undefined })), 'type', 'fail schema_not_of_type'],
    ['of its schema, otherwise written', async () => show(await schemas([SCHEMA.hexadecimal])), 'type', 'pass type_known'],
    [
      'of its schema in an EBSI URI',
      async () => show(await schemas([`ebsi:pilot:trusted-schemas-registry:/schemas/${SCHEMA.base58.split('/').at(-1)}`])),
      'type',
      'pass type_known',
    ],
    ['without a claim that its type wants', async () => show(await subject({ name: undefined })), 'type', 'fail claim_missing'],
    [
      'with a claim that is no date',
      async () => show(await subject({ valid: { from: 'now', until: '2026-12-31' } })),
      'type',
      'fail claim_against_type',
    ],
    [
      'after its right ended',
      async () => show(await subject({ valid: { from: '2025-01-01', until: '2025-12-31' } })),
      'right',
      'fail period_ended',
    ],
  ]
  const mandatory = attestationType((files) => {
    const json = files['credential.json'] as JsonObject
    json.claims = [['valid'], ['name']].map((path) => ({ path: ['credentialSubject', ...path], sd: 'never' }))
  })
  test.each(rows)('%s', async (_, shown, id, expected) => {
    const report = await check(await shown(), { policy: { ...policy, types: new Map([[type.vct, mandatory]]) } })
    expect(finding(report, id)).toBe(expected)
    expect(report.outcome).not.toBe(expected.startsWith('pass') ? 'unknown' : 'pass')
  })

  test('KX-10: a presentation is no better than the credential in it', async () => {
    const report = await check(await show(await changed(good, {}, stranger)))
    expect([report.outcome, finding(report, 'signature'), finding(report, 'binding')]).toEqual([
      'fail',
      'fail signature_wrong',
      'pass shown_by_holder',
    ])
  })

  test('KX-11: one text is not read as both data models', async () => {
    const { vc, ...claims } = payloadOf(good)
    const both = await signed(
      { alg: 'ES256', typ: 'vc+jwt', kid: KID },
      { ...payloadOf(await version2()), ...claims, ...(vc !== undefined && { vc }) },
    )
    expect(await refusal(both)).toContain('vc_forms_mixed: vc')
  })

  test('bound to nobody, where its type is: a subject that is no key shows nothing', async () => {
    const legal = await changed(good, {
      payload: { sub: OTHER },
      inner: { credentialSubject: { id: OTHER, ...(type.sample.credentialSubject as JsonObject) } },
    })
    expect((await parseCredential(legal, primitives)).view.holderKey).toBeUndefined()
    expect(finding(await check(legal), 'binding')).toBe('fail holder_key_missing')
    await expect(async () => show(legal)).rejects.toThrow('holder_key_missing')
  })

  test('a subject that pretends to be a key is refused', async () => {
    const padded = 'did:key:zYqNvVCkW65RVE'
    const text = await changed(good, { payload: { sub: padded }, inner: { credentialSubject: { id: padded } } })
    expect(await refusal(text)).toContain('did_malformed')
  })

  test('a key for lists alone signs no credential', async () => {
    const anchors = await trusted()
    const onlyStatus = {
      ...anchors,
      keys: anchors.keys.map((key) => ({ ...key, entries: key.entries.filter(({ purpose }) => purpose === 'status') })),
    }
    expect(finding(await check(await show(good), { anchors: onlyStatus }), 'trust')).toBe('fail anchor_for_other_purpose')
  })

  test('a type of the one format is not accepted in the other', async () => {
    const sdJwt = { ...type, formats: ['dc+sd-jwt'] }
    const report = await check(await show(good), { policy: { ...policy, types: new Map([[type.vct, sdJwt]]) } })
    expect(finding(report, 'type')).toBe('fail format_not_of_type')
  })
})

describe('building', () => {
  const draft = {
    type,
    claims: type.sample,
    issuer: ISSUER,
    algorithm: 'ES256',
    x5c: [],
    kid: KID,
    issuedAt: NOW,
    notBefore: NOW,
    expires: NOW + 60,
  } as const
  it('wants a key of the issuer, and claims of the subject alone', () => {
    expect(() => format.build({ ...draft, kid: `${OTHER}#keys-1` }, primitives)).toThrow('vc_malformed: kid')
    expect(() => format.build({ ...draft, claims: { name: 'x' } }, primitives)).toThrow('vc_malformed: credentialSubject')
    expect(() => format.build({ ...draft, claims: { ...type.sample, level: 1 } }, primitives)).toThrow('vc_malformed: credentialSubject')
    expect(() => format.build({ ...draft, claims: { credentialSubject: { id: OTHER } } }, primitives)).toThrow(
      'vc_malformed: credentialSubject',
    )
    const { vcdm: _, ...without } = type
    expect(() => format.build({ ...draft, type: without }, primitives)).toThrow('has no types of the W3C data model')
  })

  it('shows all or nothing: what is disclosed is what was there', async () => {
    const credential = await parseCredential(await show(good), primitives)
    const disclosed = await credential.disclose([['credentialSubject', 'name'], ['issuer']])
    expect([String(disclosed), disclosed.binding]).toEqual([good, undefined])
    expect(() => credential.disclose([['credentialSubject', 'age']])).toThrow('claim_not_there')
    expect(() => credential.disclose([['credentialSubject', null]])).toThrow('claim_not_there')
  })
})

const unsignedText = (text: string): string => {
  const { payload, header } = parseJws(text)
  return `${[{ ...header, alg: 'none' }, payload].map((part) => base64url.encodeText(JSON.stringify(part))).join('.')}.`
}

/** The same signature over a claim that was changed. */
function tampered(text: string): string {
  const [header, , signature] = text.split('.')
  const payload = JSON.stringify(payloadOf(text)).replace('Lotte', 'Lotta')
  return [header, base64url.encodeText(payload), signature].join('.')
}

const retyped = (types: readonly (string | undefined)[]) => changed(good, { inner: { type: types as Json } })
const schemas = (ids: readonly string[]) => changed(good, { inner: { credentialSchema: ids.map((id) => ({ id, type: 'JsonSchema' })) } })
const subject = (members: { [name: string]: Json | undefined }) =>
  changed(good, {
    inner: { credentialSubject: JSON.parse(JSON.stringify({ id: HOLDER, ...(type.sample.credentialSubject as JsonObject), ...members })) },
  })
