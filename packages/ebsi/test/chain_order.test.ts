import type { Part } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject, Primitives } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import {
  accreditation,
  answerOf,
  documentPart,
  found,
  IDS,
  type Judging,
  judged,
  NOW,
  pda1,
  registry,
  root,
  rootStep,
  type Step,
  step,
  stranger,
  tao,
  taoStep,
  terms,
  ti,
  tiStep,
} from './chain_fixture.ts'

const forged = (body: string): string => `${body.slice(0, body.lastIndexOf('.') + 1)}${'A'.repeat(86)}`
const without = (parts: readonly Part[], id: string) => parts.filter((part) => part.id !== id)

interface Fault {
  readonly steps?: readonly (Partial<Step> & { id: string })[]
  readonly parts?: (parts: readonly Part[]) => readonly Part[]
  readonly judging?: Judging
  readonly alone: string
}
const NOTHING_ABOVE: readonly JsonObject[] = []

/** What can be wrong above the issuer's own accreditation, or with its record once the root is known. */
const ABOVE: Readonly<Record<string, Fault>> = {
  'no record of the TAO': { parts: (parts) => without(parts, `${tao.did} ${IDS.tao}`), alone: 'unknown attribute_unknown' },
  'a TAO that names nobody': { steps: [{ id: IDS.tao, vc: { termsOfUse: NOTHING_ABOVE } }], alone: 'fail terms_of_use_missing' },
  'a TAO that was taken back': { steps: [{ id: IDS.tao, row: { issuerType: 'Revoked' } }], alone: 'fail attribute_revoked' },
  'a TAO whose accreditation ended': { steps: [{ id: IDS.tao, vc: { until: NOW } }], alone: 'fail accreditation_expired' },
  'a TAO in a circle': { steps: [{ id: IDS.tao, by: tao, vc: { termsOfUse: [terms(tao.did, IDS.tao)] } }], alone: 'fail chain_cycle' },
  'a forged signature of the TAO': { steps: [{ id: IDS.tao, body: forged }], alone: 'fail accreditation_signature' },
  'a forged signature of the root': { steps: [{ id: IDS.root, body: forged }], alone: 'fail accreditation_signature' },
  'no document of the root': { parts: (parts) => without(parts, root.did), alone: 'unknown accreditation_key_unknown' },
  'a root that nobody trusts': { judging: { trust: [] }, alone: 'fail anchor_not_trusted' },
  'another root in the record': { steps: [{ id: IDS.ti, row: { rootTao: stranger.did } }], alone: 'fail root_mismatch' },
}

describe('a forged accreditation comes before what is above it:', () => {
  test.each(Object.entries(ABOVE))('%s', async (_about, { steps = [], parts = (all) => all, judging, alone }) => {
    expect(await found(await pda1(), parts(await registry(steps)), judging)).toBe(alone)
    const both = [...steps.filter(({ id }) => id !== IDS.ti), { ...steps.find(({ id }) => id === IDS.ti), id: IDS.ti, body: forged }]
    const { outcome, code, facts } = await judged(await pda1(), parts(await registry(both)), judging)
    expect({ outcome, code, facts }).toEqual({ outcome: 'fail', code: 'accreditation_signature', facts: { did: ti.did } })
  })

  test('in the middle of a chain, too', async () => {
    const { code, facts } = await judged(
      await pda1(),
      await registry([
        { id: IDS.tao, body: forged },
        { id: IDS.root, row: { issuerType: 'Revoked' } },
      ]),
    )
    expect({ code, did: facts.did }).toEqual({ code: 'accreditation_signature', did: tao.did })
    expect(facts.hops).toMatchObject([{ subject: ti.did, attributeId: IDS.ti }])
  })
})

describe('signatures are looked at', () => {
  const counting = () => {
    const seen: number[] = []
    const made: Primitives = {
      ...primitives,
      verify(...given) {
        seen.push(seen.length)
        return primitives.verify(...given)
      },
    }
    return { seen, made }
  }

  test.each([
    ['once each, where all is right', [], {}, 3],
    ['not at all, where the issuer may not', [{ id: IDS.ti, accreditedFor: [] }], {}, 0],
    ['of those below, where a root is not trusted', [], { trust: [] }, 3],
    ['of those below, where something above is missing', [{ id: IDS.tao, row: { issuerType: 'Revoked' } }], {}, 1],
  ] satisfies [string, (Partial<Step> & { id: string })[], Judging, number][])('%s', async (_about, steps, judging, times) => {
    const { seen, made } = counting()
    await judged(await pda1(), await registry(steps), { ...judging, primitives: made })
    expect(seen).toHaveLength(times)
  })

  test('of another accreditation, when the first one is forged', async () => {
    const second = 'd'.repeat(64)
    const text = await pda1({ termsOfUse: [terms(ti.did, IDS.ti), terms(ti.did, second)] })
    const parts = await registry([
      { id: IDS.ti, body: forged },
      { ...tiStep, id: second },
    ])
    expect(await found(text, parts)).toBe('pass chain_trusted')
    const neither = await registry([
      { id: IDS.ti, body: forged },
      { ...tiStep, id: second, body: forged },
    ])
    expect(await found(text, neither)).toBe('fail terms_of_use_ambiguous')
  })

  test('of a forged one first where there are several: what it names would use up the records that the others need', async () => {
    const ids = Array.from({ length: 32 }, (_, at) => at.toString(16).padStart(64, 'e'))
    const named = (from: number) => ids.slice(from, from + 4).map((id) => terms(tao.did, id))
    const branching = ids.map((id, at) => ({ ...taoStep, by: tao, id, vc: { termsOfUse: named(4 * at + 4) } }))
    const second = 'd'.repeat(64)
    const parts = await registry([{ id: IDS.ti, vc: { termsOfUse: named(0) }, body: forged }, { ...tiStep, id: second }, ...branching])
    const { seen, made } = counting()
    const text = await pda1({ termsOfUse: [terms(ti.did, IDS.ti), terms(ti.did, second)] })
    expect(await found(text, parts, { primitives: made })).toBe('pass chain_trusted')
    expect(seen).toHaveLength(4)
  })

  test('of 32 records at most, however forged ones branch', async () => {
    const idOf = (path: string) => path.padEnd(64, '0')
    const paths = ['1', '2', '3', '4']
    const branches = (path: string) => paths.map((one) => terms(tao.did, idOf(path + one)))
    const twice = paths.flatMap((one) => paths.map((two) => one + two))
    const thrice = twice.flatMap((path) => paths.map((one) => path + one))
    const parts = await Promise.all(
      [...paths, ...twice, ...thrice].map(async (path) => {
        const above = path.length < 3 ? { termsOfUse: branches(path) } : { termsOfUse: [terms(root.did, IDS.root)] }
        const given = step({ subject: tao, by: path.length < 3 ? tao : root, id: idOf(path), role: 'TAO' })
        return accreditation(tao.did, idOf(path), await answerOf({ ...given, vc: above, body: forged }, root.did))
      }),
    )
    const { seen, made } = counting()
    const rest = [accreditation(root.did, IDS.root, await answerOf(rootStep, root.did)), documentPart(tao), documentPart(root)]
    const text = await pda1({ termsOfUse: branches('') }, tao)
    expect(await found(text, [...parts, ...rest], { primitives: made })).toMatch(/^(fail|unknown) /)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.length).toBeLessThanOrEqual(32)
  })

  test('with a key that is none, as with a wrong one', async () => {
    const broken = JSON.parse(JSON.stringify(tao.document).replaceAll(/"x":"[^"]+"/g, `"x":"${'A'.repeat(43)}"`)) as JsonObject
    const parts = [...without(await registry(), tao.did), documentPart({ did: tao.did, document: broken })]
    expect(await found(await pda1(), parts)).toBe('fail accreditation_signature')
  })
})
