import { readBundleDocument } from '@symbolon/credential'
import { parseJws } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectRefusal, good } from './answer.ts'
import { expectDone, expectEnded, newCitizen } from './citizen.ts'
import { type Checked, expectPass, expectVerdict, newDesk, TO_DESK } from './desk.ts'
import { presentation, resigned, strangersKey } from './forgery.ts'
import { type Holder, newHolder } from './holder.ts'
import { ask, credentialIn, issue, tokenOf } from './issuance.ts'
import { EHIC, type Offer, type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())
beforeEach(() => {
  setting.clock.ahead = 0
  setting.front.begin()
})

const show = (credential: string, holder: Holder): Promise<string> =>
  presentation(credential, holder, { ...TO_DESK, issuedAt: setting.now() })

/** A presentation of a credential that was issued in the happy way, and its issuance. */
async function shownAndIssuance(wish: Parameters<Setting['offer']>[0] = {}): Promise<{ shown: string; issuance: string; offer: Offer }> {
  const holder = newHolder()
  const offer = await setting.offer(wish)
  const shown = await show(await issue(setting, offer, holder), holder)
  return { shown, issuance: await setting.issuanceOf(offer), offer }
}

/** What a desk finds that has just fetched the bundle. */
async function checkNow(shown: string): Promise<Checked> {
  const desk = newDesk(setting)
  return desk.check({ shown, bundle: await desk.bundle() })
}

describe('the happy flow, with a revocation', () => {
  it('revoked: the old bundle still passes and says its age, the renewed one fails; the wallet keeps what it holds', async () => {
    const [citizen, desk] = [await newCitizen(setting), newDesk(setting)]
    const offer = await setting.offer()
    const id = await citizen.hold(offer)
    const old = await desk.bundle()
    const held = citizen.container()
    good(await setting.changeStatus(await setting.issuanceOf(offer), 'revoked'))
    expect(citizen.container()).toBe(held)
    const shown = await citizen.present(id, [], TO_DESK)

    const before = await desk.check({ shown, bundle: old, at: setting.now() + 200 })
    expectPass(before)
    expect(before.evidenceAge).toBeGreaterThanOrEqual(200)

    setting.front.begin()
    const { fetched, kept } = expectDone(await desk.fetch())
    // Of the parts only the list was fetched again.
    expect({ fetched, asked: setting.front.asked.length }).toEqual({ fetched: 1, asked: 2 })
    expect(Number(kept)).toBeGreaterThanOrEqual(4)
    const after = await desk.check({ shown, bundle: desk.kept() })
    expectVerdict(after, 1, { status: 'fail revoked' })
    // ST-16: more than the word.
    const { facts } = (after.document.checks as { id: string; facts: object }[]).find((check) => check.id === 'status') ?? {}
    expect(Object.keys(facts ?? {})).toEqual(expect.arrayContaining(['list', 'index', 'age', 'value']))
  })
})

describe.concurrent('the happy flow, with another status', () => {
  it('ST-17: revoked and then to be valid or suspended again: refused, still revoked', async () => {
    const { shown, issuance } = await shownAndIssuance()
    good(await setting.changeStatus(issuance, 'revoked'))
    for (const status of ['valid', 'suspended']) expectRefusal(await setting.changeStatus(issuance, status), 409, 'revocation_final')
    good(await setting.changeStatus(issuance, 'revoked'))
    expectVerdict(await checkNow(shown), 1, { status: 'fail revoked' })
  })

  it.each([STATUTE, EHIC])('ST-17: %s suspended, which its type does not allow: refused, still valid', async (type) => {
    const { shown, issuance } = await shownAndIssuance({ type })
    expectRefusal(await setting.changeStatus(issuance, 'suspended'), 409, 'suspension_not_allowed')
    expectPass(await checkNow(shown))
  })

  it('ST-10: two copies of one issuance revoked: all of them, and not the credential of anybody else', async () => {
    const offer = await setting.offer()
    const token = await tokenOf(setting, offer)
    const copies: string[] = []
    for (let copy = 0; copy < 2; copy++) {
      const holder = newHolder()
      copies.push(await show(credentialIn(await ask(setting, { token, type: STATUTE, holder })), holder))
    }
    const { shown: another } = await shownAndIssuance({ person: 'P02' })
    const places = copies.map((text) => JSON.stringify(parseJws(text.slice(0, text.indexOf('~'))).payload.status))
    expect(new Set(places).size).toBe(2)
    good(await setting.changeStatus(await setting.issuanceOf(offer), 'revoked'))
    const desk = newDesk(setting)
    const bundle = await desk.bundle()
    for (const shown of copies) expectVerdict(await desk.check({ shown, bundle }), 1, { status: 'fail revoked' })
    expectPass(await desk.check({ shown: another, bundle }))
    // ST-10: a copy more of what was revoked is not issued either: the token has ended with it.
    expectRefusal(await ask(setting, { token, type: STATUTE }), 401, 'invalid_token')
  })

  it('ST-12: two revoked at once: both', async () => {
    const [one, other] = [await shownAndIssuance(), await shownAndIssuance({ person: 'P02' })]
    const answers = await Promise.all([one, other].map(({ issuance }) => setting.changeStatus(issuance, 'revoked')))
    for (const answer of answers) good(answer)
    const desk = newDesk(setting)
    const bundle = await desk.bundle()
    for (const { shown } of [one, other]) expectVerdict(await desk.check({ shown, bundle }), 1, { status: 'fail revoked' })
  })

  it.each<[string, string | null, object, number, string]>([
    ['of an issuance nobody knows', 'AAAAAAAAAAAAAAAAAAAAAA', { status: 'revoked', reason: 'a flow' }, 404, 'issuance_not_found'],
    ['to a word that is none of the three', null, { status: 'void', reason: 'a flow' }, 400, 'invalid_request'],
    ['to a member of every object', null, { status: 'constructor', reason: 'a flow' }, 400, 'invalid_request'],
    ['without a reason', null, { status: 'revoked' }, 400, 'invalid_request'],
  ])('changed %s: refused, nothing changed', async (_about, id, body, status, code) => {
    const { issuance, offer } = await shownAndIssuance()
    expectRefusal(await setting.institution('POST', `/issuances/${id ?? issuance}/status`, body), status, code)
    const { issuances } = good(await setting.institution('POST', '/issuances/search', { type: offer.type }))
    expect(issuances).toContainEqual(expect.objectContaining({ id: issuance, status: 'valid' }))
  })
})

describe('the happy flow, with another renewal of the bundle', () => {
  it('OF-02: an older bundle than the one held: refused, the one held stays', async () => {
    const desk = newDesk(setting)
    const { shown, issuance } = await shownAndIssuance()
    const { manifest } = readBundleDocument(await desk.bundle())
    good(await setting.changeStatus(issuance, 'revoked'))
    // So that the next one is of another second.
    setting.clock.ahead = 2
    expectVerdict(await desk.check({ shown, bundle: await desk.bundle() }), 1, { status: 'fail revoked' })
    const before = desk.kept()
    setting.front.begin({ '/bundle/manifest': (told) => ({ ...told, text: manifest }) })
    expectEnded(await desk.fetch(), 1, 'bundle_rollback')
    expect(desk.kept()).toBe(before)
  })

  it('OF-02: one signed by a stranger: nothing more is fetched, the one held stays', async () => {
    const desk = newDesk(setting)
    await shownAndIssuance()
    await desk.bundle()
    const before = desk.kept()
    const forged = await strangersKey(setting, 'bundle')
    setting.front.begin({ '/bundle/manifest': async (told) => ({ ...told, text: await resigned(told.text, forged) }) })
    expectEnded(await desk.fetch(), 1, 'bundle_not_trusted')
    expect(setting.front.asked.map(({ path }) => path)).toEqual(['/bundle/manifest'])
    expect(desk.kept()).toBe(before)
  })

  it('OF-02: a part that is not the one signed for: refused, the one held stays', async () => {
    const desk = newDesk(setting)
    const { issuance } = await shownAndIssuance()
    await desk.bundle()
    const before = desk.kept()
    good(await setting.changeStatus(issuance, 'revoked'))
    const signed = await (await fetch(`${setting.url}/bundle/manifest`)).text()
    const { parts } = parseJws(signed).payload as { parts: { kind: string; digest: string }[] }
    const list = parts.find(({ kind }) => kind === 'status_list')?.digest
    setting.front.begin({ [`/bundle/parts/${list}`]: (told) => ({ ...told, text: told.text.replace(/.$/, '~') }) })
    expectEnded(await desk.fetch(), 1, 'bundle_altered')
    expect(desk.kept()).toBe(before)
  })
})
