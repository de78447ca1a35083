import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import {
  accreditation,
  DAY,
  documentPart,
  entity,
  found,
  IDS,
  judged,
  line,
  NOW,
  OTHER_SCHEMA,
  PDA1,
  pda1,
  registry,
  root,
  stranger,
  TRUST,
  tao,
  terms,
  ti,
} from './chain_fixture.ts'

const whole = await registry()

describe('a chain of three accreditations', () => {
  test('leads to the root that the trust file names, and says by whom', async () => {
    const verdict = await judged(await pda1(), whole)
    expect(verdict).toMatchObject({
      outcome: 'pass',
      code: 'chain_trusted',
      spec: 'EBSI Trust Model, Trust chain',
      anchor: { name: 'Root' },
    })
    expect(verdict.key).not.toBeNull()
    const dates = { from: NOW - 30 * DAY, until: NOW + 365 * DAY }
    expect(verdict.facts).toEqual({
      anchor: 'Root',
      root: root.did,
      age: DAY,
      hops: [
        { subject: ti.did, attributeId: IDS.ti, accreditor: tao.did, role: 'TI', ...dates },
        { subject: tao.did, attributeId: IDS.tao, accreditor: root.did, role: 'TAO', ...dates },
        { subject: root.did, attributeId: IDS.root, accreditor: root.did, role: 'RootTAO', ...dates },
      ],
    })
  })

  test('a TAO, and a root that the trust file names, issue what they are accredited for themselves', async () => {
    expect(await found(await pda1({ termsOfUse: [terms(tao.did, IDS.tao)] }, tao), whole)).toBe('pass chain_trusted')
    expect(await found(await pda1({ termsOfUse: [terms(root.did, IDS.root)] }, root), whole)).toBe('pass issuer_trusted')
  })

  test('references may be URIs of EBSI, and ids may have 0x before them', async () => {
    const uri = {
      type: 'IssuanceCertificate',
      id: `ebsi:pilot:trusted-issuers-registry:/issuers/${ti.did}/attributes/0x${IDS.ti.toUpperCase()}`,
    }
    expect(await found(await pda1({ termsOfUse: [uri] }), whole)).toBe('pass chain_trusted')
  })

  test('the root may be authorised by the office above all roots', async () => {
    const office = entity()
    const parts = await registry([{ id: IDS.root, by: office, row: { tao: root.did } }])
    expect(await found(await pda1(), [...parts, documentPart(office)])).toBe('pass chain_trusted')
    expect(await found(await pda1(), parts)).toBe('unknown accreditation_key_unknown')
  })

  test('of several accreditations one that leads to a root is enough', async () => {
    const wrong = terms(ti.did, 'c'.repeat(64))
    const gone = accreditation(ti.did, 'c'.repeat(64), { status: 404, title: 'Attribute Not Found', type: 'about:blank' })
    expect(await found(await pda1({ termsOfUse: [wrong, terms(ti.did, IDS.ti)] }), [...whole, gone])).toBe('pass chain_trusted')
    expect(await found(await pda1({ termsOfUse: [wrong, wrong] }), [...whole, gone])).toBe('fail terms_of_use_ambiguous')
    expect(await found(await pda1({ termsOfUse: [wrong, wrong] }), whole)).toBe('unknown attribute_unknown')
    expect(await found(await pda1({ termsOfUse: Array.from({ length: 5 }, () => terms(ti.did, IDS.ti)) }), whole)).toBe(
      'fail terms_of_use_ambiguous',
    )
  })

  test('a key that was renewed signs by the document of its time', async () => {
    const renewed = entity(ti.did, 'renewed')
    const now = whole.filter(({ kind, id }) => kind !== 'did_document' || id !== ti.did).concat(documentPart(renewed))
    expect(await found(await pda1(), now)).toBe('fail document_key_unknown')
    expect(await found(await pda1(), [...now, documentPart(ti, NOW - 300 * DAY, NOW - 30 * DAY)])).toBe('pass chain_trusted')
    const above = whole.filter(({ kind, id }) => kind !== 'did_document' || id !== tao.did).concat(documentPart(entity(tao.did, 'renewed')))
    expect(await found(await pda1(), above)).toBe('unknown accreditation_key_unknown')
    expect(await found(await pda1(), [...above, documentPart(tao, NOW - 300 * DAY, NOW - 30 * DAY)])).toBe('pass chain_trusted')
  })

  test('a TI lets others onboard, and a TAO accredits within what it has', async () => {
    const onboarding = await pda1({ types: ['VerifiableAuthorisationToOnboard'] })
    expect(await found(onboarding, whole)).toBe('pass chain_trusted')
    // What comes along with a right that is not listed must be.
    expect(await found(await pda1({ types: ['VerifiableAuthorisationToOnboard', PDA1] }), whole)).toBe('pass chain_trusted')
    expect(await found(await pda1({ types: ['VerifiableAuthorisationToOnboard', 'Diploma'] }), whole)).toBe('fail type_not_covered')
    for (const types of [['VerifiableAccreditation'], ['VerifiableAuthorisationForTrustChain'], ['VerifiableAccreditation', PDA1]]) {
      expect(await found(await pda1({ types }), whole)).toBe('fail type_not_covered')
    }
    const accredits = (accreditedFor: JsonObject[]) =>
      pda1(
        {
          types: ['VerifiableAccreditation', 'VerifiableAccreditationToAttest'],
          subject: { id: stranger.did, accreditedFor },
          termsOfUse: [terms(tao.did, IDS.tao)],
        },
        tao,
      )
    expect(await found(await accredits([line()]), whole)).toBe('pass chain_trusted')
    expect(await found(await accredits([line([PDA1, 'Other'])]), whole)).toBe('fail scope_widened')
    const more = { types: ['VerifiableAccreditation', 'VerifiableAccreditationToAttest', 'Diploma'], termsOfUse: [terms(tao.did, IDS.tao)] }
    expect(await found(await pda1({ ...more, subject: { id: stranger.did, accreditedFor: [line()] } }, tao), whole)).toBe(
      'fail type_not_covered',
    )
    const byTi = await pda1({
      types: ['VerifiableAccreditation', 'VerifiableAccreditationToAttest'],
      subject: { id: stranger.did, accreditedFor: [line()] },
    })
    expect(await found(byTi, whole)).toBe('fail role_too_low')
  })

  test('more schemas only narrow what may be said', async () => {
    const both = await pda1({
      change: ({ vc }) => {
        vc.credentialSchema = [vc.credentialSchema ?? null, { id: `https://example.org/${OTHER_SCHEMA}`, type: 'JsonSchema' }]
      },
    })
    expect(await found(both, whole)).toBe('pass chain_trusted')
  })

  test('an issuer that the trust file names needs no accreditation', async () => {
    const bare = await pda1({ termsOfUse: [] })
    expect(await found(bare, whole, { trust: [{ name: 'TI', did: ti.did, for: 'credential' }] })).toBe('pass issuer_trusted')
    expect(await found(bare, whole, { trust: [{ name: 'TI', did: ti.did, for: 'credential', types: ['Other'] }] })).toBe(
      'fail terms_of_use_missing',
    )
    const [method] = ti.document.verificationMethod as { publicKeyJwk: JsonObject }[]
    const key = { name: 'Key', jwk: method?.publicKeyJwk ?? {}, for: 'credential' }
    expect(await found(bare, whole, { trust: [key] })).toBe('pass issuer_trusted')
    // What is named for something else neither helps nor stands in the way.
    const others = [
      { ...key, for: 'bundle' },
      { name: 'TI', did: ti.did, for: 'status' },
    ]
    expect(await found(await pda1(), whole, { trust: [...TRUST, ...others] })).toBe('pass chain_trusted')
    expect(await found(bare, whole, { trust: [...TRUST, ...others] })).toBe('fail terms_of_use_missing')
  })

  test('a status list is signed by the issuer of the credential, by the same accreditation', async () => {
    expect(await found(await pda1(), whole, { purpose: 'status' })).toBe('pass chain_trusted')
    expect(await found(await pda1(), whole, { purpose: 'status', signedBy: ti })).toBe('pass chain_trusted')
    expect(await found(await pda1(), whole, { purpose: 'status', signedBy: tao })).toBe('fail list_issuer_mismatch')
    expect(await found(await pda1(), whole, { purpose: 'bundle' })).toBe('fail issuer_not_trusted')
  })
})
