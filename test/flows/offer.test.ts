import { DatabaseSync } from 'node:sqlite'
import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, good } from './answer.ts'
import { newHolder } from './holder.ts'
import { ask, credentialIn, issue, redeem, tokenOf } from './issuance.ts'
import { EHIC, numberOf, type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())
afterEach(() => {
  setting.clock.ahead = 0
})

describe('the happy flow, with another offer', () => {
  const subject = () => numberOf('P01')
  it.each<[string, () => object, number, string]>([
    ['about somebody the source does not know', () => ({ type: STATUTE, subject: '00000000097' }), 404, 'subject_not_found'],
    ['of a right that has ended', () => ({ type: EHIC, subject: '66610100136' }), 404, 'subject_not_found'],
    ['of a type that nobody made', () => ({ type: 'passport', subject: subject() }), 404, 'type_not_found'],
    ['with a wish that is misspelt', () => ({ type: STATUTE, subject: subject(), txcode: true }), 400, 'invalid_request'],
    ['without a subject', () => ({ type: STATUTE }), 400, 'invalid_request'],
    ['with a subject of two lines', () => ({ type: STATUTE, subject: `${subject()}\n` }), 400, 'invalid_request'],
    ['by a grant that is in no offer', () => ({ type: STATUTE, subject: subject(), grant: 'refresh_token' }), 400, 'grant_not_supported'],
  ])('%s: no offer is made', async (_about, wish, status, code) => {
    expectRefusal(await setting.institution('POST', '/offers', wish()), status, code)
  })

  it.each<[string, Record<string, string>, number, string]>([
    ['without the token of the institution', {}, 401, 'token_missing'],
    ['with a token that somebody guessed', { authorization: 'Bearer guessed' }, 401, 'invalid_token'],
  ])('%s: no offer is made, and the scheme is named', async (_about, headers, status, code) => {
    const refused = await setting.institution('POST', '/offers', { type: STATUTE, subject: subject() }, headers)
    expectRefusal(refused, status, code)
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })
})

describe('the happy flow, with the offer redeemed another way', () => {
  it('VI-01: a code used twice is refused, and what it was used for stays good', async () => {
    const offer = await setting.offer()
    const token = await tokenOf(setting, offer)
    expectRefusal(await redeem(setting, offer), 400, 'invalid_grant')
    expect(credentialIn(await ask(setting, { token, type: STATUTE }))).toContain('~')
    expectRefusal(await redeem(setting, offer), 400, 'invalid_grant')
    expect(await setting.stateOf(offer)).toBe('issued')
  })

  it('VI-01: of five who use a code at once, one gets a token', async () => {
    const offer = await setting.offer()
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(setting, offer)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
    for (const answer of answers.filter(({ status }) => status === 400)) expectRefusal(answer, 400, 'invalid_grant')
  })

  it('VI-01: a code used after its time is refused', async () => {
    const offer = await setting.offer()
    setting.clock.ahead = 601
    expectRefusal(await redeem(setting, offer), 400, 'invalid_grant')
    expect(await setting.stateOf(offer)).toBe('expired')
  })

  it('VCI 4.1.1: a code one character off is refused, and the right one still works', async () => {
    const offer = await setting.offer()
    const form = (honest: Record<string, string>) => ({ ...honest, 'pre-authorized_code': `${offer.code.slice(0, -1)}~` })
    expectRefusal(await redeem(setting, offer, { form }), 400, 'invalid_grant')
    expect(await issue(setting, offer, newHolder())).toContain('~')
  })

  it('an offer that was withdrawn is refused; withdrawing twice is once', async () => {
    const offer = await setting.offer()
    expect((await setting.institution('DELETE', `/offers/${offer.id}`)).status).toBe(204)
    expect((await setting.institution('DELETE', `/offers/${offer.id}`)).status).toBe(204)
    expectRefusal(await redeem(setting, offer), 400, 'invalid_grant')
    expect(await setting.stateOf(offer)).toBe('withdrawn')
  })

  it('an offer withdrawn after it was redeemed: the token is dead, nothing is issued', async () => {
    const offer = await setting.offer()
    const token = await tokenOf(setting, offer)
    expect((await setting.institution('DELETE', `/offers/${offer.id}`)).status).toBe(204)
    expectRefusal(await ask(setting, { token, type: STATUTE }), 401, 'invalid_token')
    expect(await setting.stateOf(offer)).toBe('withdrawn')
  })

  it('an offer withdrawn after a credential was issued: refused, the issuance stays', async () => {
    const offer = await setting.offer()
    await issue(setting, offer, newHolder())
    expectRefusal(await setting.institution('DELETE', `/offers/${offer.id}`), 409, 'offer_used')
    expect(await setting.stateOf(offer)).toBe('issued')
  })

  it('an issuer that is started again between offer and token, and between token and credential, has lost nothing', async () => {
    const offer = await setting.offer({ tx_code: true })
    await setting.restart()
    const token = await tokenOf(setting, offer)
    await setting.restart()
    expect(credentialIn(await ask(setting, { token, type: STATUTE }))).toContain('~')
  })
})

describe('the happy flow, with a source that changes under way', () => {
  const inSource = (change: (source: DatabaseSync) => void) => {
    const source = new DatabaseSync(`${setting.home}/issuer/source.sqlite`)
    try {
      change(source)
    } finally {
      source.close()
    }
  }

  it('VI-19: the credential says what the source says at that moment, not what it said when the offer was made', async () => {
    const offer = await setting.offer({ person: 'P02' })
    const name = (value: string) =>
      inSource((source) => source.prepare('update persons set given_name = ? where insz = ?').run(value, numberOf('P02')))
    name('Joseph')
    const { view } = await parseCredential(await issue(setting, offer, newHolder()), primitives)
    name('Youssef')
    expect(view.claims.given_name).toBe('Joseph')
  })

  it('a person whom the source no longer knows: nothing is issued, and nothing is lost once it does again', async () => {
    const offer = await setting.offer({ person: 'P02' })
    const token = await tokenOf(setting, offer)
    const number = (from: string, to: string) =>
      inSource((source) => source.prepare('update persons set insz = ? where insz = ?').run(to, from))
    number(numberOf('P02'), '00000000097')
    expectRefusal(await ask(setting, { token, type: STATUTE }), 400, 'credential_request_denied')
    expect(good(await setting.institution('GET', `/offers/${offer.id}`))).not.toHaveProperty('issuance')
    number('00000000097', numberOf('P02'))
    expect(credentialIn(await ask(setting, { token, type: STATUTE }))).toContain('~')
  })
})
