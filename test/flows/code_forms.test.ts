import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createChallenge } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { developmentRelyingParty } from '@symbolon/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { good } from './answer.ts'
import { type Citizen, expectDone, expectEnded, newCitizen } from './citizen.ts'
import { type Checked, type Desk, expectPass, expectVerdict, newDesk } from './desk.ts'
import { type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
let citizen: Citizen
let desk: Desk
let held: Readonly<Record<string, string>>
beforeAll(async () => {
  setting = await startSetting()
  citizen = await newCitizen(setting)
  const { credentials } = expectDone(await citizen.receive(await setting.offer({ codes: true }), ['--copies', '10'])) as {
    credentials: { id: string; type: string }[]
  }
  held = Object.fromEntries(credentials.map(({ id, type }) => [type.split(':').at(-2) ?? '', id]))
  desk = newDesk(setting)
  await desk.bundle()
})
afterAll(() => setting.close())

/** What the wallet draws, as a camera reads it. */
const drawn = async (...parameters: string[]): Promise<string> => String(expectDone(await citizen.wallet(['code', ...parameters])).code)
const answerOf = ({ document }: Checked): unknown => document.answer
const reasonsOf = ({ document }: Checked): unknown[] => ((document.reasons ?? []) as JsonObject[]).map(({ code }) => code)

/** The number of an organisation as its access certificate has it (ETSI TS 119 411-8, after EN 319 412-1 section 5.1.4). */
const ORGANISATION = 'NTRBE-0999999922'
/** What a desk signs with whose access certificate names the organisation. */
async function signedBy(): Promise<string[]> {
  const relyingParty = { name: 'Synthetic energy desk', organisation: ORGANISATION, url: 'https://desk.example.be' }
  return ['--key', (await developmentRelyingParty(setting.home, join(setting.home, 'desk.pem'), relyingParty, setting.now())).access]
}

/** A challenge of a desk, where it keeps it, and the file in which the wallet has it. */
async function challenged(question: string, at = desk, options: readonly string[] = []): Promise<string> {
  const file = join(setting.folder('challenges'), `${question}-${Math.random()}.txt`)
  expectDone(await at.run(['challenge', question, '--out', file, ...options]))
  return file
}

describe('a code shown to whoever looks', () => {
  it('is drawn for one fact, and says that fact and no other, without a network at either end', async () => {
    const checked = await desk.scan(await drawn(held['social-statute-code'] ?? '', '--show', 'disability_recognised'))
    expectPass(checked)
    expect(checked.checks.binding).toBe('pass shown_to_anybody')
    expect(checked.claims).toEqual({ disability_recognised: 'no', attestation_legal_category: 'PuB-EAA' })
  })

  it('answers a question that takes it; photographed and shown again to the same desk, it is refused', async () => {
    const code = await drawn('--question', 'train-reduction')
    const first = await desk.scan(code, ['--question', 'train-reduction'])
    expectPass(first)
    expect(answerOf(first)).toBe('yes')
    const again = await desk.scan(code, ['--question', 'train-reduction'])
    expect(again.exit).toBe(1)
    expect([answerOf(again), reasonsOf(again)]).toEqual([undefined, ['shown_before']])
  })

  it('photographed and shown at a second desk within two minutes it passes there: what is said is that it may be a copy', async () => {
    const code = await drawn('--question', 'train-reduction')
    expectPass(await desk.scan(code, ['--question', 'train-reduction']))
    const other = newDesk(setting)
    await other.bundle()
    const checked = await other.scan(code, ['--question', 'train-reduction', '--lang', 'en'])
    expectPass(checked)
    expect(checked.checks.binding).toBe('pass shown_to_anybody')
  })

  it('is no answer to another question, none to a verifier that asked, and none after two minutes', async () => {
    const code = await drawn('--question', 'train-reduction')
    const later = String(setting.now() + 181)
    expectVerdict(await desk.scan(code, ['--question', 'museum-reduced-price']), 1, { binding: 'fail shown_for_other_question' })
    expectVerdict(await desk.scan(code), 1, { binding: 'fail shown_for_other_question' })
    expectVerdict(await desk.scan(code, ['--challenge', await challenged('train-reduction')]), 1, {
      binding: 'fail key_binding_audience_wrong',
    })
    expectVerdict(await desk.scan(code, ['--question', 'train-reduction', '--at', later]), 1, { binding: 'fail key_binding_too_old' })
  })

  it('is not made for a question that wants to be asked', async () => {
    const before = citizen.container()
    expectEnded(await citizen.wallet(['code', '--question', 'social-energy-tariff']), 1, 'form_too_weak')
    expect(citizen.container()).toBe(before)
  })
})

describe('a code that would be too large', () => {
  it('is refused by the name of the small credential that came along, and spends nothing', async () => {
    const before = citizen.container()
    const ended = await citizen.wallet(['code', held['social-statute'] ?? '', '--show', 'statutes.companion'])
    expectEnded(ended, 1, 'code_does_not_fit')
    expect(ended.document.hint).toContain(`${held['social-statute-code']}, `)
    expect(ended.document.hint).toContain(`(urn:symbolon:be:social-statute-code:1), is for codes`)
    expect(citizen.container()).toBe(before)
  })
})

describe('an answer to a challenge', () => {
  it('of a desk with an access certificate: the wallet says who asks, the desk has its answer, once', async () => {
    const file = await challenged('social-energy-tariff', desk, await signedBy())
    const said = await citizen.wallet(['code', '--challenge', file, '--yes'])
    expect(said.stderr).toMatch(/^Asked by .*vouched for by/)
    const code = String(expectDone(said).code)
    const checked = await desk.scan(code, ['--challenge', file])
    expectPass(checked)
    expect([answerOf(checked), checked.checks.binding]).toEqual(['yes', 'pass shown_by_holder'])
    expectVerdict(await desk.scan(code, ['--challenge', file]), 1, { replay: 'fail shown_before' })
    expectVerdict(await desk.scan(code, ['--challenge', await challenged('social-energy-tariff', desk, await signedBy())]), 1, {
      binding: 'fail key_binding_nonce_wrong',
    })
    const { disclosures } = expectDone(await citizen.wallet(['history'])) as { disclosures: JsonObject[] }
    expect(disclosures.at(-1)).toMatchObject({
      audience: expect.stringMatching(/^x509_hash:/),
      asker: { name: expect.stringContaining('Synthetic energy desk'), organisation_id: ORGANISATION, anchor: expect.any(String) },
    })
  })

  it('of somebody unknown only when the person says so', async () => {
    const file = await challenged('museum-reduced-price')
    const before = citizen.container()
    expectEnded(await citizen.wallet(['code', '--challenge', file, '--yes']), 1, 'asker_unknown')
    expect(citizen.container()).toBe(before)
    const checked = await desk.scan(await drawn('--challenge', file, '--yes', '--unverified'), ['--challenge', file])
    expectPass(checked)
    expect(answerOf(checked)).toBe('yes')
  })

  it('is not given to a question that the wallet does not have', async () => {
    const [folder, name] = [setting.folder('questions'), 'everything-about-you']
    const copied = JSON.parse(readFileSync(new URL('../../specs/questions/train-reduction/question.json', import.meta.url), 'utf8'))
    for (const [file, text] of await filesOf('train-reduction'))
      writeFileSync(join(setting.folder(`questions/${name}/${file.includes('/') ? 'display' : ''}`), file.split('/').at(-1) ?? ''), text)
    expect(copied.form).toBe('paper')
    const file = join(setting.folder('challenges'), 'unknown.txt')
    expectDone(await desk.run(['challenge', name, '--questions', folder, '--out', file]))
    const before = citizen.container()
    expectEnded(
      await citizen.wallet(['code', '--challenge', file, '--yes', '--unverified']),
      64,
      'question_unknown',
      /everything-about-you/,
    )
    expect(citizen.container()).toBe(before)
  })

  it('is not given where no code can hold what the question takes, which is told before anybody is looked at', async () => {
    const question = 'ebsi-legislation-applies'
    const { code } = await createChallenge({ question, nonce: 'A'.repeat(22), now: setting.now() }, undefined, primitives)
    const before = citizen.container()
    for (const [asking, input] of [
      [['--question', question], ''],
      [['--challenge', '-', '--yes'], code],
    ] as const) {
      const ended = await citizen.wallet(['code', ...asking], input)
      expectEnded(ended, 1, 'code_format_not_held', /ebsi-legislation-applies takes jwt_vc_json/)
      expect(ended.document.hint).toMatch(/online.*file/)
    }
    expect(citizen.container()).toBe(before)
  })

  it('comes too late after a minute, and a relayed challenge of another desk is no challenge of this one', async () => {
    const file = await challenged('train-reduction')
    const code = await drawn('--challenge', file, '--yes', '--unverified')
    expectVerdict(await desk.scan(code, ['--challenge', file, '--at', String(setting.now() + 62)]), 1, {
      binding: 'fail challenge_expired',
    })
    const own = await challenged('train-reduction')
    expectVerdict(await desk.scan(code, ['--challenge', own]), 1, { binding: 'fail key_binding_nonce_wrong' })
  })

  it('is what the credential of a challenge asks for, though the credential for codes is gone: the whole one does not fit, and nothing is spent', async () => {
    const other = await newCitizen(setting)
    await other.hold(await setting.offer({ type: STATUTE }))
    const before = other.container()
    const file = await challenged('train-reduction')
    expectEnded(await other.wallet(['code', '--challenge', file, '--yes', '--unverified']), 1, 'code_does_not_fit')
    expect(other.container()).toBe(before)
  })
})

describe('a wallet in which little is left', () => {
  it('shows no copy twice unless it is told to, and says of paper that others can show it', async () => {
    const person = await newCitizen(setting)
    const offer = await setting.offer({ codes: true })
    const { credentials } = expectDone(await person.receive(offer, ['--copies', '1'])) as { credentials: { id: string; type: string }[] }
    const ask = ['code', '--question', 'parking-space']
    expectDone(await person.wallet(ask))
    const before = person.container()
    expectEnded(await person.wallet(ask), 1, 'copies_spent')
    expect(person.container()).toBe(before)
    expect((await person.wallet([...ask, '--reuse'])).exit).toBe(0)
    for (const { id, type } of credentials) if (!type.includes('paper')) expectDone(await person.wallet(['remove', id, '--yes']))
    const file = await challenged('train-reduction')
    const said = await person.wallet(['code', '--challenge', file, '--yes', '--unverified'])
    expect(said.stderr).toMatch(/WARNING: you do not sign this/)
    expect(expectDone(said).form).toBe('paper')
  })
})

describe('on paper', () => {
  it('it names the person; a question that takes paper is answered, and says to compare with an identity document', async () => {
    const code = await drawn(held['social-statute-paper'] ?? '', '--show', 'increased_reimbursement_any')
    const checked = await desk.scan(code, ['--question', 'train-reduction'])
    expectPass(checked)
    expect([answerOf(checked), checked.checks.binding]).toEqual(['yes', 'pass no_holder_binding'])
    expect(checked.claims).toMatchObject({ family_name: 'Proefstuk', given_name: 'Lotte', birthdate: '1991-04-12' })
    // Paper is shown as often as one likes.
    expectPass(await desk.scan(code, ['--question', 'train-reduction']))
  })

  it('a question that takes nothing so weak is not answered', async () => {
    const code = await drawn(held['social-statute-paper'] ?? '', '--show', 'companion')
    const checked = await desk.scan(code, ['--question', 'parking-space'])
    expect([checked.exit, answerOf(checked)]).toEqual([1, undefined])
  })

  it('it is revoked like any credential', async () => {
    const person = await newCitizen(setting)
    const offer = await setting.offer({ person: 'P02', codes: true })
    const { credentials } = expectDone(await person.receive(offer)) as { credentials: { id: string; type: string }[] }
    const paper = credentials.find(({ type }) => type.includes('paper'))?.id ?? ''
    const code = String(expectDone(await person.wallet(['code', paper])).code)
    const found = await setting.institution('POST', '/issuances/search', { type: `${STATUTE}-paper` })
    const { issuances } = good(found) as { issuances: { id: string }[] }
    const newest = issuances.at(0)?.id ?? ''
    await setting.changeStatus(newest, 'revoked')
    await desk.bundle()
    expectVerdict(await desk.scan(code), 1, { status: 'fail revoked' })
  })
})

it('a desk without a data folder says that it cannot tell whether a code was read before', async () => {
  const code = await drawn('--question', 'train-reduction')
  const checked = await desk.scan(code, ['--question', 'train-reduction', '--home', join(setting.home, 'nowhere')])
  expectVerdict(checked, 2, { replay: 'unknown replay_not_checked' })
})

async function filesOf(question: string): Promise<[string, string][]> {
  const names = ['question.json', 'samples.json', ...['nl', 'fr', 'de', 'en'].map((language) => `display/${language}.json`)]
  return names.map((name) => [name, readFileSync(new URL(`../../specs/questions/${question}/${name}`, import.meta.url), 'utf8')])
}
