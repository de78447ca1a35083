import type { Part } from '@symbolon/credential'
import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import {
  accreditation,
  answerOf,
  DAY,
  documentPart,
  found,
  IDS,
  type Judging,
  judged,
  line,
  NOW,
  OTHER_SCHEMA,
  PDA1,
  pda1,
  REGISTRIES,
  registry,
  root,
  rootStep,
  SCHEMA,
  type Step,
  step,
  stranger,
  TRUST,
  tao,
  taoStep,
  terms,
  ti,
  type Vc,
} from './chain_fixture.ts'

const whole = await registry()
const without = (parts: readonly Part[], id: string) => parts.filter((part) => part.id !== id)
const named = (did: string, id: string) => `${did} ${id}`
const FIN = 'https://publications.europa.eu/resource/authority/atu/FIN'
const BEL = 'https://publications.europa.eu/resource/authority/atu/BEL'

interface Case {
  readonly expected: string
  readonly credential?: Partial<Vc>
  readonly steps?: readonly (Partial<Step> & { id: string })[] | undefined
  readonly parts?: (parts: readonly Part[]) => readonly Part[]
  readonly rootTao?: string
  readonly judging?: Judging
}
const replaced = (did: string, id: string, answer: JsonObject | string, fetchedAt?: number) => (parts: readonly Part[]) => [
  ...without(parts, named(did, id)),
  accreditation(did, id, answer, fetchedAt),
]
const rowOf = (id: string, row: JsonObject): Case['steps'] => [{ id, row }]
const NOT_FOUND = { type: 'about:blank', title: 'Issuer Not Found', status: 404, detail: `Issuer ${ti.did} not found` }
const tampered = (body: string): string => `${body.slice(0, body.lastIndexOf('.') + 1)}${'A'.repeat(86)}`
const changedPayload = (body: string): string => {
  const [head = '', payload = '', signature = ''] = body.split('.')
  const read = JSON.parse(Buffer.from(payload, 'base64url').toString())
  read.vc.credentialSubject.accreditedFor[0].types.push('Other')
  return [head, Buffer.from(JSON.stringify(read)).toString('base64url'), signature].join('.')
}
const cycle: Step = step({ subject: tao, by: tao, id: IDS.tao, role: 'TAO' })

const CASES: Readonly<Record<string, Case>> = {
  'no terms of use': { credential: { termsOfUse: [] }, expected: 'fail terms_of_use_missing' },
  'terms of use of another type': {
    credential: { termsOfUse: [{ ...terms(ti.did, IDS.ti), type: 'AccreditationPolicy' }] },
    expected: 'fail terms_of_use_missing',
  },
  'terms of use without id': { credential: { termsOfUse: [{ type: 'IssuanceCertificate' }] }, expected: 'fail terms_of_use_not_registry' },
  'terms of use on another host': {
    credential: {
      termsOfUse: [
        { ...terms(ti.did, IDS.ti), id: `https://example.org/trusted-issuers-registry/v5/issuers/${ti.did}/attributes/${IDS.ti}` },
      ],
    },
    expected: 'fail terms_of_use_not_registry',
  },
  'terms of use in a registry that is not configured': {
    judging: { settings: { registries: [] } },
    expected: 'fail terms_of_use_not_registry',
  },
  'the accreditation of somebody else': { credential: { termsOfUse: [terms(tao.did, IDS.tao)] }, expected: 'fail terms_of_use_other_did' },
  'no record of the issuer': { parts: (parts) => without(parts, named(ti.did, IDS.ti)), expected: 'unknown attribute_unknown' },
  'no record of the TAO': { parts: (parts) => without(parts, named(tao.did, IDS.tao)), expected: 'unknown attribute_unknown' },
  'no record of the root': { parts: (parts) => without(parts, named(root.did, IDS.root)), expected: 'unknown attribute_unknown' },
  'an issuer that the registry does not have': { parts: replaced(ti.did, IDS.ti, NOT_FOUND), expected: 'fail attribute_absent' },
  'a TAO that was deleted': { parts: replaced(tao.did, IDS.tao, NOT_FOUND), expected: 'fail attribute_absent' },
  'a root that was deleted': { parts: replaced(root.did, IDS.root, NOT_FOUND), expected: 'fail attribute_absent' },
  'an answer that is no JSON': { parts: replaced(ti.did, IDS.ti, '<html>'), expected: 'unknown attribute_malformed' },
  'an answer of a registry that failed': {
    parts: replaced(ti.did, IDS.ti, { ...NOT_FOUND, status: 500 }),
    expected: 'unknown attribute_malformed',
  },
  'an answer with a member twice': { parts: replaced(ti.did, IDS.ti, '{"did":"a","did":"b"}'), expected: 'unknown attribute_malformed' },
  'an answer of 300 kB': {
    parts: replaced(ti.did, IDS.ti, JSON.stringify({ x: 'x'.repeat(300_000) })),
    expected: 'unknown attribute_malformed',
  },
  'a hash that is a number': { steps: rowOf(IDS.ti, { hash: 7 }), expected: 'unknown attribute_malformed' },
  'a record of somebody else under its name': {
    parts: replaced(ti.did, IDS.ti, await answerOf(taoStep, root.did)),
    expected: 'fail attribute_of_other',
  },
  'a hash of another body': { steps: rowOf(IDS.ti, { hash: '0'.repeat(64) }), expected: 'fail attribute_hash_mismatch' },
  'a record without body': { steps: rowOf(IDS.ti, { body: '' }), expected: 'fail attribute_empty' },
  'a record with null for its body': { steps: rowOf(IDS.ti, { body: null }), expected: 'fail attribute_empty' },
  'an issuer whose accreditation was taken back': { steps: rowOf(IDS.ti, { issuerType: 'Revoked' }), expected: 'fail attribute_revoked' },
  'a TAO whose accreditation was taken back': { steps: rowOf(IDS.tao, { issuerType: 'Revoked' }), expected: 'fail attribute_revoked' },
  'a root whose record was taken back': { steps: rowOf(IDS.root, { issuerType: 'Revoked' }), expected: 'fail attribute_revoked' },
  'no role': { steps: rowOf(IDS.ti, { issuerType: 'undefined' }), expected: 'fail attribute_role_undefined' },
  'a role that nobody knows': { steps: rowOf(IDS.ti, { issuerType: 'ti' }), expected: 'fail attribute_role_undefined' },
  'a body that is no JWT': { steps: [{ id: IDS.ti, body: () => 'x' }], expected: 'fail accreditation_malformed' },
  'a body that is unsigned JSON': {
    steps: [{ id: IDS.ti, body: () => JSON.stringify({ type: ['VerifiableAuthorisationForTrustChain'] }) }],
    expected: 'fail accreditation_malformed',
  },
  'an accreditation without end': { steps: [{ id: IDS.ti, vc: { until: null } }], expected: 'fail accreditation_malformed' },
  'an accreditation of no kind': {
    steps: [{ id: IDS.ti, grant: 'VerifiableAuthorisationToOnboard' }],
    expected: 'fail accreditation_malformed',
  },
  'an accreditation of two kinds': {
    steps: [{ id: IDS.ti, vc: { types: ['VerifiableAccreditationToAttest', 'VerifiableAccreditationToAccredit'] } }],
    expected: 'fail accreditation_malformed',
  },
  'a line without types': {
    steps: [{ id: IDS.ti, accreditedFor: [{ schemaId: SCHEMA, types: [] }] }],
    expected: 'fail accreditation_malformed',
  },
  'a line with an empty list of jurisdictions': {
    steps: [{ id: IDS.ti, accreditedFor: [line([PDA1], SCHEMA, [])] }],
    expected: 'fail accreditation_malformed',
  },
  'an accreditation about somebody else': {
    steps: [{ id: IDS.ti, vc: { subject: { id: stranger.did, accreditedFor: [line()] } } }],
    expected: 'fail accreditation_subject_mismatch',
  },
  'an accreditation with another subject in its claim': {
    steps: [
      {
        id: IDS.ti,
        vc: {
          change: (payload) => {
            payload.sub = stranger.did
          },
        },
      },
    ],
    expected: 'fail accreditation_subject_mismatch',
  },
  'an accreditation by somebody else than the registry says': {
    steps: [{ id: IDS.ti, by: stranger, row: { tao: tao.did } }],
    expected: 'fail accreditation_issuer_mismatch',
  },
  'an accreditation with another issuer in its claim': {
    steps: [
      {
        id: IDS.ti,
        vc: {
          change: (payload) => {
            payload.iss = stranger.did
          },
        },
      },
    ],
    expected: 'fail accreditation_issuer_mismatch',
  },
  'a forged signature': { steps: [{ id: IDS.ti, body: tampered }], expected: 'fail accreditation_signature' },
  'a forged signature of the TAO': { steps: [{ id: IDS.tao, body: tampered }], expected: 'fail accreditation_signature' },
  'a forged signature of the root': { steps: [{ id: IDS.root, body: tampered }], expected: 'fail accreditation_signature' },
  'an accreditation that was changed': { steps: [{ id: IDS.ti, body: changedPayload }], expected: 'fail accreditation_signature' },
  'the signature of another': { steps: [{ id: IDS.ti, vc: { key: stranger.key } }], expected: 'fail accreditation_signature' },
  'a signature with ES256K': { steps: [{ id: IDS.ti, vc: { alg: 'ES256K' } }], expected: 'fail accreditation_signature' },
  'no signature': { steps: [{ id: IDS.ti, vc: { alg: 'none' } }], expected: 'fail accreditation_signature' },
  'a key for entering': { steps: [{ id: IDS.ti, vc: { kid: `${tao.did}#enter` } }], expected: 'fail accreditation_key_purpose' },
  'a key that the accreditor does not have': {
    steps: [{ id: IDS.ti, vc: { kid: `${tao.did}#x` } }],
    expected: 'unknown accreditation_key_unknown',
  },
  'a key of somebody else': { steps: [{ id: IDS.ti, vc: { kid: stranger.kid } }], expected: 'fail accreditation_malformed' },
  'no document of the accreditor': { parts: (parts) => without(parts, tao.did), expected: 'unknown accreditation_key_unknown' },
  'KX-08: the document of another accreditor': {
    parts: (parts) => [...without(parts, tao.did), documentPart({ did: tao.did, document: stranger.document })],
    expected: 'unknown accreditation_key_unknown',
  },
  'an accreditation that begins later': { steps: [{ id: IDS.ti, vc: { from: NOW + 1 } }], expected: 'fail accreditation_not_yet_valid' },
  'an accreditation that has ended': { steps: [{ id: IDS.ti, vc: { until: NOW } }], expected: 'fail accreditation_expired' },
  'a TAO whose accreditation has ended': { steps: [{ id: IDS.tao, vc: { until: NOW } }], expected: 'fail accreditation_expired' },
  'a root whose record has ended': { steps: [{ id: IDS.root, vc: { until: NOW } }], expected: 'fail accreditation_expired' },
  'an accreditation whose claim ends earlier than its member': {
    steps: [
      {
        id: IDS.ti,
        vc: {
          change: (payload) => {
            payload.exp = NOW
          },
        },
      },
    ],
    expected: 'fail accreditation_expired',
  },
  'an accreditation whose member ends earlier than its claim': {
    steps: [
      {
        id: IDS.ti,
        vc: {
          change: ({ vc }) => {
            vc.expirationDate = '2026-11-22T00:00:00Z'
          },
        },
      },
    ],
    expected: 'fail accreditation_expired',
  },
  'an accreditation younger than what it covers, where that is asked': {
    credential: { from: NOW - 31 * DAY },
    judging: { settings: { accreditationMoment: 'now_and_issuance' } },
    expected: 'fail accreditation_not_yet_valid',
  },
  'a TI that accredits': { steps: [{ id: IDS.tao, role: 'TI', grant: 'VerifiableAccreditationToAttest' }], expected: 'fail role_too_low' },
  'an accreditation to attest, used to accredit': {
    steps: [{ id: IDS.tao, grant: 'VerifiableAccreditationToAttest' }],
    expected: 'fail role_too_low',
  },
  'a TI in the registry, a TAO by its accreditation': {
    steps: [{ id: IDS.ti, grant: 'VerifiableAccreditationToAccredit' }],
    expected: 'fail role_mismatch',
  },
  'a TAO in the registry, a TI by its accreditation': { steps: [{ id: IDS.ti, role: 'TAO' }], expected: 'fail role_mismatch' },
  'a root in the registry, a TI by its accreditation': { steps: [{ id: IDS.ti, role: 'RootTAO' }], expected: 'fail role_mismatch' },
  'a type that is not accredited': { credential: { types: ['Diploma'] }, expected: 'fail type_not_covered' },
  'one of two types that is not accredited': { credential: { types: [PDA1, 'Diploma'] }, expected: 'fail type_not_covered' },
  'no type in particular': { credential: { types: [], schema: OTHER_SCHEMA }, expected: 'fail schema_not_covered' },
  'an empty list of what it is accredited for': { steps: [{ id: IDS.ti, accreditedFor: [] }], expected: 'fail type_not_covered' },
  'no list of what it is accredited for': { steps: [{ id: IDS.ti, accreditedFor: null }], expected: 'fail type_not_covered' },
  'another schema': { credential: { schema: OTHER_SCHEMA }, expected: 'fail schema_not_covered' },
  'the type in one line and the schema in another': {
    steps: [
      { id: IDS.ti, accreditedFor: [line([PDA1], OTHER_SCHEMA), line(['Other'])] },
      { id: IDS.tao, accreditedFor: [line([PDA1], OTHER_SCHEMA), line(['Other'])] },
    ],
    expected: 'fail schema_not_covered',
  },
  'a TAO that is accredited for less': { steps: [{ id: IDS.tao, accreditedFor: [line(['Diploma'])] }], expected: 'fail scope_widened' },
  'a TAO that is accredited for another schema': {
    steps: [{ id: IDS.tao, accreditedFor: [line([PDA1], OTHER_SCHEMA)] }],
    expected: 'fail scope_widened',
  },
  'a TAO that is accredited for nothing': { steps: [{ id: IDS.tao, accreditedFor: [] }], expected: 'fail scope_widened' },
  'a TI that is accredited for more, though not used': {
    steps: [{ id: IDS.ti, accreditedFor: [line(), line(['Diploma'])] }],
    expected: 'fail scope_widened',
  },
  'a TAO of another jurisdiction': {
    steps: [
      { id: IDS.tao, accreditedFor: [line([PDA1], SCHEMA, FIN)] },
      { id: IDS.ti, accreditedFor: [line([PDA1], SCHEMA, [FIN, BEL])] },
    ],
    expected: 'fail jurisdiction_not_covered',
  },
  'no limit below a limit': {
    steps: [{ id: IDS.tao, accreditedFor: [line([PDA1], SCHEMA, FIN)] }],
    expected: 'fail jurisdiction_not_covered',
  },
  'another jurisdiction than is asked for': {
    steps: [{ id: IDS.ti, accreditedFor: [line([PDA1], SCHEMA, FIN)] }],
    judging: { settings: { jurisdiction: BEL } },
    expected: 'fail jurisdiction_not_covered',
  },
  'the jurisdiction that is asked for': {
    steps: [{ id: IDS.ti, accreditedFor: [line([PDA1], SCHEMA, FIN)] }],
    judging: { settings: { jurisdiction: FIN } },
    expected: 'pass chain_trusted',
  },
  'a status of an accreditation that is not read': {
    steps: [{ id: IDS.ti, vc: { status: { id: 'https://example.org/list#1', type: 'StatusList2021Entry' } } }],
    expected: 'unknown accreditation_status_unknown',
  },
  'another root in the record of the issuer': { steps: rowOf(IDS.ti, { rootTao: stranger.did }), expected: 'fail root_mismatch' },
  'another root in the record of the TAO': { steps: rowOf(IDS.tao, { rootTao: stranger.did }), expected: 'fail root_mismatch' },
  'another root in the record of the root': { steps: rowOf(IDS.root, { rootTao: stranger.did }), expected: 'fail root_mismatch' },
  'nobody in the trust file': { judging: { trust: [] }, expected: 'fail anchor_not_trusted' },
  'another root in the trust file': {
    judging: { trust: [{ name: 'Other', did: stranger.did, for: 'credential' }] },
    expected: 'fail anchor_not_trusted',
  },
  'the root in the trust file for something else': {
    judging: { trust: [{ name: 'Root', did: root.did, for: 'status' }] },
    expected: 'fail anchor_not_trusted',
  },
  'a TAO in the trust file, which is trusted to issue': {
    judging: { trust: [{ name: 'TAO', did: tao.did, for: 'credential' }] },
    expected: 'fail anchor_not_trusted',
  },
  'the root in the trust file for other types': {
    judging: { trust: [{ ...TRUST[0], types: ['Diploma'] }] },
    expected: 'fail issuer_not_authorised_for_type',
  },
  'a TAO that accredits itself': { steps: [{ ...cycle, vc: { termsOfUse: [terms(tao.did, IDS.tao)] } }], expected: 'fail chain_cycle' },
  'more accreditations than are allowed': { judging: { settings: { maxDepth: 2 } }, expected: 'fail chain_too_deep' },
  'records that are older than is allowed': { judging: { settings: { maxAge: DAY - 1 } }, expected: 'unknown evidence_stale' },
  'records of which nobody knows how old they are': {
    parts: (parts) => parts.map(({ fetchedAt: _, ...part }) => part),
    expected: 'unknown evidence_stale',
  },
  'one record that is older': {
    parts: replaced(root.did, IDS.root, await answerOf(rootStep, root.did), NOW - 8 * DAY),
    expected: 'unknown evidence_stale',
  },
  'one document that is older': {
    parts: (parts) => [...without(parts, tao.did), documentPart(tao, NOW - 8 * DAY)],
    expected: 'unknown evidence_stale',
  },
  'an old document of the issuer': {
    parts: (parts) => [...without(parts, ti.did), documentPart(ti, NOW - 8 * DAY)],
    expected: 'unknown evidence_stale',
  },
}

describe('a chain is not accepted with', () => {
  test.each(Object.entries(CASES))('%s', async (_about, { credential, steps, parts = (all) => all, rootTao, judging, expected }) => {
    const all = steps === undefined ? whole : await registry(steps, rootTao)
    expect(await found(await pda1(credential), parts(all), judging)).toBe(expected)
  })

  test('an issuer that is no legal entity of EBSI', async () => {
    const person = { ...ti, did: 'did:example:issuer', kid: 'did:example:issuer#sign' }
    const document = documentPart({ did: person.did, document: JSON.parse(JSON.stringify(ti.document).replaceAll(ti.did, person.did)) })
    expect(await found(await pda1({ termsOfUse: [terms(ti.did, IDS.ti)] }, person), [...whole, document])).toBe('fail issuer_not_did_ebsi')
    expect(await found(await pda1({ termsOfUse: [] }, person), [...whole, document])).toBe('fail issuer_not_trusted')
    const trust = [{ name: 'Issuer', did: person.did, for: 'credential' }]
    expect(await found(await pda1({ termsOfUse: [terms(ti.did, IDS.ti)] }, person), [...whole, document], { trust })).toBe(
      'pass issuer_trusted',
    )
  })

  test('a key of another curve', async () => {
    const { generateKeyPairSync } = await import('node:crypto')
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const document = {
      ...ti.document,
      verificationMethod: [
        { id: ti.kid, type: 'JsonWebKey2020', controller: ti.did, publicKeyJwk: publicKey.export({ format: 'jwk' }) as JsonObject },
      ],
      authentication: [],
    }
    const parts = [...without(whole, ti.did), documentPart({ did: ti.did, document })]
    expect(await found(await pda1(), parts)).toBe('fail algorithm_not_allowed')
  })

  test('a foreign host that answers with an unsigned root authorisation: it is not even asked for', async () => {
    const id = `https://example.org/trusted-issuers-registry/v5/issuers/${stranger.did}/attributes/${IDS.ti}`
    const text = await pda1({ termsOfUse: [{ id, type: 'IssuanceCertificate' }] }, stranger)
    const body = JSON.stringify({ type: ['VerifiableAuthorisationForTrustChain'], credentialSubject: { id: stranger.did } })
    const asked: string[] = []
    const { chainNeeds } = await import('../src/chain/needs.ts')
    const { parseCredential } = await import('@symbolon/credential')
    const { primitives } = await import('@symbolon/primitives/node')
    const { completed } = await import('../src/chain/settings.ts')
    const { view } = await parseCredential(text, primitives)
    for (const need of chainNeeds(view, new Map(), completed({ registries: REGISTRIES }))) asked.push(need.id)
    expect(asked).toEqual([])
    const planted = accreditation(stranger.did, IDS.ti, {
      did: stranger.did,
      attribute: { hash: '', body, issuerType: 'RootTAO', tao: stranger.did, rootTao: stranger.did },
    })
    expect(await found(text, [...whole, planted])).toBe('fail terms_of_use_not_registry')
  })

  test('a chain that branches at every step is not followed for ever', async () => {
    const ids = Array.from({ length: 4 }, (_, n) => `${n}`.repeat(64))
    const many = await Promise.all(
      ids.map(async (id) =>
        accreditation(
          tao.did,
          id,
          await answerOf(
            { ...step({ subject: tao, by: tao, id, role: 'TAO' }), vc: { termsOfUse: ids.map((one) => terms(tao.did, one)) } },
            root.did,
          ),
        ),
      ),
    )
    const text = await pda1({ termsOfUse: ids.map((id) => terms(tao.did, id)) }, tao)
    expect(await found(text, [...many, documentPart(tao)], { settings: { maxDepth: 16 } })).toBe('fail terms_of_use_ambiguous')
  })

  test('facts name DIDs and dates, and nothing of what was shown', async () => {
    const { facts } = await judged(await pda1({ types: ['Diploma'] }), whole)
    expect(facts).toEqual({ did: ti.did })
    expect(JSON.stringify((await judged(await pda1(), whole, { judging: {} } as Judging)).facts)).not.toContain('eyJ')
  })
})
