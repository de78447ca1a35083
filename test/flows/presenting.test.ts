import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseCredential, type View } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Citizen, expectEnded, newCitizen } from './citizen.ts'
import { AUDIENCE, NONCE, TO_DESK } from './desk.ts'
import { newHolder } from './holder.ts'
import { issue } from './issuance.ts'
import { PDA1, type Setting, startSetting } from './setting.ts'

let setting: Setting
let holder: Citizen
let statute: string
let posting: string
beforeAll(async () => {
  setting = await startSetting()
  holder = await newCitizen(setting)
  statute = await holder.hold(await setting.offer())
  posting = await holder.hold(await setting.offer({ type: PDA1, person: 'P14' }))
})
afterAll(() => setting.close())

const viewOf = async (text: string): Promise<View> => (await parseCredential(text, primitives)).view
const dotted = ({ disclosable }: View): string[] => disclosable.map((path) => path.join('.')).sort()
const asked = ['--aud', AUDIENCE, '--nonce', NONCE]

describe.concurrent('the happy flow, with other claims shown', () => {
  it('one statute shows that statute and nothing else', async () => {
    const citizen = await newCitizen(setting, holder)
    const shown = await citizen.present(statute, ['statutes.increased_reimbursement'], TO_DESK)
    const view = await viewOf(shown)
    expect(dotted(view)).toEqual(['statutes.increased_reimbursement'])
    const { issuing_authority, attestation_legal_category, catalogue, reference_date, ...chosen } = view.claims
    // The four are the issuer's own words about the document, the same for everybody issued to on that day.
    expect({ attestation_legal_category, catalogue }).toEqual({ attestation_legal_category: 'PuB-EAA', catalogue: '2026-1' })
    expect(Object.keys(issuing_authority as JsonObject).sort()).toEqual(['country', 'id', 'name'])
    expect(reference_date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(chosen).toEqual({ age_equal_or_over: {}, residence: {}, statutes: { increased_reimbursement: 'yes' }, periods: {} })
  })

  it('nothing chosen shows only what cannot be hidden', async () => {
    const citizen = await newCitizen(setting, holder)
    const view = await viewOf(await citizen.present(statute, [], TO_DESK))
    expect(dotted(view)).toEqual([])
    expect(view.claims).toMatchObject({ statutes: {}, periods: {}, residence: {}, age_equal_or_over: {} })
  })

  it('a member of a group takes the whole group along, and no other', async () => {
    const citizen = await newCitizen(setting, holder)
    const view = await viewOf(await citizen.present(posting, ['employmentSituations.0.name'], TO_DESK))
    expect(dotted(view)).toEqual(['employerID', 'name', 'typeOfEmployment', 'typeOfID'].map((name) => `employmentSituations.0.${name}`))
  })

  it('a claim that is not there: refused, nothing written, nothing counted', async () => {
    const citizen = await newCitizen(setting, holder)
    const out = join(citizen.home, 'shown.txt')
    const before = citizen.container()
    const ended = await citizen.wallet(['present', statute, ...asked, '--show', 'statutes.knighthood', '--out', out])
    expectEnded(ended, 1, 'claim_not_there', /statutes\.knighthood/)
    expect(existsSync(out)).toBe(false)
    expect(citizen.container()).toBe(before)
  })

  it('VP-09: a path of members that every object inherits: refused', async () => {
    const citizen = await newCitizen(setting, holder)
    expectEnded(await citizen.wallet(['present', statute, ...asked, '--show', 'constructor.prototype']), 1, 'claim_not_there')
  })

  it('a credential that is not held: refused', async () => {
    const citizen = await newCitizen(setting, holder)
    expectEnded(await citizen.wallet(['present', 'ffffffff', ...asked]), 1, 'credential_not_held')
  })
})

describe('the happy flow, with another person', () => {
  it('somebody with many statutes, with none, with an address abroad, without a birth date: as many digests in the same places', async () => {
    const persons = ['P01', 'P20', 'P16', 'P17']
    const shapes = new Map<string, string[]>()
    for (const person of persons) {
      const text = await issue(setting, await setting.offer({ person }), newHolder())
      const { payload } = parseJws(text.slice(0, text.indexOf('~')))
      const shape = JSON.stringify(digestsOf(payload))
      shapes.set(shape, [...(shapes.get(shape) ?? []), person])
    }
    const shape = JSON.stringify({ _sd: 4, age_equal_or_over: 8, residence: 4, statutes: 32, periods: 32 })
    expect([...shapes]).toEqual([[shape, persons]])
  })
})

/** How many digests stand at the top and in each member that has some, in a fixed order. */
function digestsOf(payload: JsonObject): JsonObject {
  const count = (value: unknown): number => ((value as { _sd?: unknown[] } | undefined)?._sd ?? []).length
  const names = ['age_equal_or_over', 'residence', 'statutes', 'periods']
  return { _sd: count(payload), ...Object.fromEntries(names.map((name) => [name, count(payload[name])])) }
}
