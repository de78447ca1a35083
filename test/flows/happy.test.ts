import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { good } from './answer.ts'
import { type Citizen, expectDone, newCitizen } from './citizen.ts'
import { expectPass, expectVerdict, newDesk, TO_DESK } from './desk.ts'
import { EHIC, PDA1, type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
let empty: Citizen
beforeAll(async () => {
  setting = await startSetting()
  empty = await newCitizen(setting)
})
afterAll(() => setting.close())

describe.concurrent('the happy flow: source, offer, hold, present, check offline, revoke, renew, check', () => {
  it.each([
    { type: STATUTE, person: 'P01', vct: 'urn:symbolon:be:social-statute:1', claim: 'statutes.increased_reimbursement' },
    { type: EHIC, person: 'P01', vct: 'urn:eudi:ehic:1', claim: 'document_number' },
    { type: PDA1, person: 'P14', vct: 'eu.we-build.pda1.1', claim: 'documentID' },
  ])('with $type', async ({ type, person, vct, claim }) => {
    const [citizen, desk] = [await newCitizen(setting, empty), newDesk(setting)]
    const offer = await setting.offer({ type, person })
    const id = await citizen.hold(offer)
    const list = expectDone(await citizen.wallet(['list']))
    expect(list.credentials).toEqual([expect.objectContaining({ id, type: vct, issuer: setting.url, expired: false, shown: 0 })])
    const held = expectDone(await citizen.wallet(['show', id]))
    expect(held.disclosable).toContain(claim)
    const shown = await citizen.present(id, [claim], TO_DESK)

    const checked = await desk.check({ shown, bundle: await desk.bundle() })
    expectPass(checked)
    expect(leafPaths(checked.claims)).toContain(claim)

    expect(good(await setting.changeStatus(await setting.issuanceOf(offer), 'revoked'))).toMatchObject({ status: 'revoked' })
    expectVerdict(await desk.check({ shown, bundle: await desk.bundle() }), 1, { status: 'fail revoked' })
  })
})

/** Where the leaves are. */
function leafPaths(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return [path.join('.')]
  return Object.entries(value).flatMap(([name, inner]) => leafPaths(inner, [...path, name]))
}
