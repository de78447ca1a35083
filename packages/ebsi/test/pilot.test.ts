import { readFileSync } from 'node:fs'
import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { readAccreditation, readAttribute } from '../src/index.ts'
import {
  accreditation,
  answerOf,
  DAY,
  documentPart,
  entity,
  found,
  IDS,
  judged,
  line,
  pda1,
  sha256,
  step,
  terms,
  vcJwt,
} from './chain_fixture.ts'

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../../../test/vectors/ebsi/pilot/${name}`, import.meta.url), 'utf8'))

interface Expected {
  readonly signature: boolean
  readonly hashIsSha256OfBody: boolean
  readonly issuerType: string
  readonly iatEqualsIssued: boolean
  readonly idIsReservedAttributeId: boolean
  readonly accreditedFor: readonly { readonly schemaId: string; readonly types: readonly string[] }[]
  readonly notBefore: string
  readonly expires: string
}
const { attributes: expected } = read<{ attributes: Readonly<Record<string, Expected>> }>('expected.json')
const answers = read<Readonly<Record<string, JsonObject>>>('tir-v5-attribute-by-id.json')
const document = read<JsonObject>('didr-v5-identifier.json')
const DID = 'did:ebsi:zZeKyEJfUTGwajhNyNX928z'
/** July 2026, when they were recorded. */
const RECORDED = 1_784_000_000
const trust = [{ name: 'Pilot', did: DID, for: 'credential' }]
const pilot = (id: string, answer = answers[id] ?? {}) => [
  accreditation(DID, id, answer, RECORDED),
  documentPart({ did: DID, document }, RECORDED),
]

/** Somebody whom the root of the pilot has accredited: what stands above is recorded, what stands below is ours. */
const tao = entity()

describe.each(Object.entries(expected))('attribute %s of the pilot registry', (id, facts) => {
  test('is read as it was recorded, the narrower period counts', () => {
    const attribute = readAttribute(JSON.stringify(answers[id]), DID)
    if (typeof attribute === 'string') throw new Error(attribute)
    expect(attribute).toMatchObject({ role: facts.issuerType, tao: DID, rootTao: DID })
    expect(attribute.hash === sha256(attribute.body)).toBe(facts.hashIsSha256OfBody)
    const body = readAccreditation(attribute.body)
    if (typeof body === 'string') throw new Error(body)
    expect(body).toMatchObject({ grant: 'attest', accreditedFor: facts.accreditedFor })
    expect([body.vc.notBefore, body.vc.expires]).toEqual([facts.notBefore, facts.expires].map((time) => Date.parse(time) / 1000))
    expect(body.vc.proof.header.kid).toBe(`${DID}#So1HIRt0Kqf0_BSwqv4VMNgkax3mCF9IjcQJwMnB3bs`)
  })

  const text = () => pda1({ types: ['Diploma'], termsOfUse: [terms(tao.did, IDS.tao)], from: RECORDED }, tao)
  const below = async (change: JsonObject = {}) => {
    const one = step({
      subject: tao,
      by: tao,
      id: IDS.tao,
      role: 'TAO',
      above: step({ subject: { ...tao, did: DID }, by: tao, id, role: 'RootTAO' }),
      accreditedFor: [line(['Diploma'])],
      vc: { from: RECORDED },
    })
    return [accreditation(tao.did, IDS.tao, { ...(await answerOf(one, DID)), ...change }, RECORDED), documentPart(tao, RECORDED)]
  }

  test('its own signature is right: a walk that reaches it ends at the root', async () => {
    const issued = vcJwt(
      { ...tao, did: DID, kid: `${DID}#So1HIRt0Kqf0_BSwqv4VMNgkax3mCF9IjcQJwMnB3bs` },
      { types: ['TrustedNodesList'], subject: { id: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' }, from: RECORDED, termsOfUse: [terms(DID, id)] },
    )
    // For other types the trust file does not name the root itself, so that its record is walked.
    const given = {
      trust: [...trust.map((entry) => ({ ...entry, for: 'status' })), { name: 'Pilot', did: DID, for: 'credential', types: ['Other'] }],
      now: RECORDED,
    }
    const verdict = await judged(await issued, pilot(id), given)
    expect(verdict).toMatchObject({ outcome: 'fail', code: 'issuer_not_authorised_for_type' })
    const listed = { trust, now: RECORDED, purpose: 'status' as const }
    expect(await judged(await issued, pilot(id), listed)).toMatchObject({
      outcome: 'pass',
      code: 'chain_trusted',
      facts: {
        root: DID,
        hops: [
          {
            subject: DID,
            attributeId: id,
            accreditor: DID,
            role: 'RootTAO',
            from: Date.parse(facts.notBefore) / 1000,
            until: Date.parse(facts.expires) / 1000,
          },
        ],
      },
    })
    expect(await judged(await issued, pilot(id), { ...listed, now: Date.parse(facts.expires) / 1000 })).toMatchObject({
      code: 'evidence_stale',
    })
    expect(
      await judged(await issued, pilot(id), { ...listed, now: Date.parse(facts.expires) / 1000, settings: { maxAge: 3000 * DAY } }),
    ).toMatchObject({ outcome: 'fail', code: 'accreditation_expired' })
  })

  test('its signature is wrong once a byte of it is', async () => {
    const attribute = (answers[id] as { attribute: { body: string } }).attribute
    const body = `${attribute.body.slice(0, -4)}AAAA`
    const parts = pilot(id, { ...answers[id], attribute: { ...attribute, body, hash: sha256(body) } })
    const issued = await vcJwt(
      { ...tao, did: DID, kid: `${DID}#So1HIRt0Kqf0_BSwqv4VMNgkax3mCF9IjcQJwMnB3bs` },
      { types: ['TrustedNodesList'], subject: { id: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' }, from: RECORDED, termsOfUse: [terms(DID, id)] },
    )
    expect(await found(issued, parts, { trust, now: RECORDED, purpose: 'status' })).toBe('fail accreditation_signature')
  })

  test('nobody can put himself below it', async () => {
    // Signed by the one who claims it: neither as the root, whose key he does not have, nor as himself, whom nobody accredits.
    expect(await found(await text(), [...pilot(id), ...(await below())], { trust, now: RECORDED })).toBe('fail terms_of_use_other_did')
  })
})

test('what the registry says of an issuer that it does not have is an absence', () => {
  expect(readAttribute(JSON.stringify(read('tir-v5-issuer-not-found.json')), DID)).toBe('absent')
})
