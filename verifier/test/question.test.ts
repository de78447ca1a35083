import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issue, NOW, show, statusList } from './artefacts.ts'
import { run, runHere } from './run.ts'
import { makeWorld, paper, SHOWN, WHO, type World } from './world.ts'

const QUESTIONS = join(import.meta.dirname, '../../specs/questions')

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.remove())

const ask = (name: string, ...more: string[]) => runHere([...world.argv(), ...WHO, '--question', name, ...more])

describe('check --question', () => {
  it('yes is exit 0, with the sentence first and the report after it', async () => {
    const { exit, stdout } = await run([...world.argv(), ...WHO, '--question', 'train-reduction', '--lang', 'en'])
    expect(exit).toBe(0)
    expect(stdout).toMatch(
      /^Entitled to the train reduction\?\nYes: the reduction applies\.\n {2}According to the sources the answer was yes on 15 June 2026\.\n\nVALID/,
    )
  })

  it('not what the question asks for is exit 1, and says what was not shown', async () => {
    const { exit, stdout } = await ask('parking-space', '--json')
    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'pass',
      reasons: [{ code: 'asked_claim_missing', spec: 'OpenID4VP 1.0 section 8.6', text: expect.stringContaining('statutes.parking_card') }],
    })
    expect(JSON.parse(stdout)).not.toHaveProperty('answer')
  })

  it('what was shown two days ago is not accepted', async () => {
    const at = new Date((NOW + 2 * 86_400) * 1000).toISOString()
    const { exit, stdout } = await runHere([...world.argv(undefined, { at }), '--question', 'train-reduction', '--json'])
    expect([exit, JSON.parse(stdout).reasons]).toEqual([1, [expect.objectContaining({ code: 'key_binding_too_old', check: 'binding' })]])
  })

  it('revoked is unknown for a statute: the answer says so, and how to prove it otherwise', async () => {
    const bundle = await world.writeBundle('revoked.json', world.bundler, [await statusList(world.lists, { 7: 1 })])
    const { exit, stdout } = await runHere([
      ...world.argv(undefined, { bundle }),
      ...WHO,
      '--question',
      'train-reduction',
      '--json',
      '--lang',
      'nl',
    ])
    expect(exit).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'fail', answer: 'unknown', reasons: [{ code: 'revoked', check: 'status' }] })
  })

  it.each([
    ['social-energy-tariff', 'social_energy_tariff', 1, ['form_too_weak']],
    ['train-reduction', 'increased_reimbursement_any', 0, ['answer_yes']],
  ])('a code for whoever looks, made by a wallet that does not ask whether %s takes it', async (name, claim, exit, reasons) => {
    const text = await show(world.credential, [['statutes', claim]], world.me, { audience: `urn:symbolon:show:${name}` })
    const file = await world.write(`${name}.txt`, text)
    const told = await runHere([...world.argv(file, { home: world.file('.') }), '--question', name, '--json'])
    expect([told.exit, JSON.parse(told.stdout).reasons.map((reason: { code: string }) => reason.code)]).toEqual([exit, reasons])
  })

  it.each([
    ['parking-space', 'paper_not_taken', /It was shown on paper, and this question takes no paper\./],
    ['train-reduction', 'asked_type_missing', /Another credential was shown/],
  ])('paper of a type that is not asked for, to %s, is told as %s', async (name, code, text) => {
    const bearer = await world.write('bearer.txt', await show(await issue(world.issuer, paper.type), SHOWN))
    const { exit, stdout } = await runHere([
      ...world.argv(bearer),
      ...['--types', world.file('types'), '--question', name, '--lang', 'en', '--json'],
    ])
    expect([exit, JSON.parse(stdout).reasons]).toEqual([1, [expect.objectContaining({ code, text: expect.stringMatching(text) })]])
  })

  it('without audience and nonce it stays unknown', async () => {
    const { exit, stdout } = await runHere([...world.argv(), '--question', 'train-reduction', '--json'])
    expect(exit).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ answer: 'unknown', reasons: [{ code: 'binding_not_checked' }] })
  })

  it('--max-age asks more closely than the question, never less', async () => {
    const { stdout } = await ask('train-reduction', '--max-age', '1s', '--json')
    expect(JSON.parse(stdout).reasons[0].code).toBe('status_too_old')
  })

  it.each([
    [['no-such-question'], 'there is no question'],
    [['legislation-applies'], '--given country: it is missing'],
    [
      ['legislation-applies', '--given', 'country=DE', '--given', 'employer=1', '--given', 'other=1'],
      '--given other: it was not asked for',
    ],
    [['legislation-applies', '--given', 'country=Germany', '--given', 'employer=1'], '--given country: it has another form'],
    [['legislation-applies'], 'legislation-applies wants --given country=VALUE --given employer=VALUE'],
    [['train-reduction', '--given', 'country=DE'], 'train-reduction wants none'],
  ])('%s is wrong usage, and says how', async ([name = '', ...more], what) => {
    const { exit, stderr } = await ask(name, ...more)
    expect([exit, stderr]).toEqual([64, expect.stringContaining(what)])
  })
})

describe('questions', () => {
  it('lists them in four languages, and shows one', async () => {
    expect((await runHere(['questions', '--lang', 'de'])).stdout).toContain('Anrecht auf den ermäßigten Eintritt?')
    const { stdout } = await runHere(['questions', 'museum-reduced-price', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'museum-reduced-price',
      dcql_query: { credential_sets: [{ options: [['limited-income'], ['disability'], ['both']] }] },
    })
    expect((await runHere(['questions', 'no-such'])).exit).toBe(64)
    const fixed = ['questions', 'legislation-applies']
    expect((await runHere(fixed)).stdout).toMatch(/^--given country=VALUE, of the form \^.*\$\n--given employer=VALUE/m)
    expect(JSON.parse((await runHere([...fixed, '--json'])).stdout).given).toEqual({
      country: expect.any(String),
      employer: expect.any(String),
    })
  })

  it('question_malformed: every fault of every question of a folder is said, exit 78', async () => {
    for (const name of ['one', 'two']) cpSync(join(QUESTIONS, 'parking-space'), world.file(`questions/${name}`), { recursive: true })
    await world.write('questions/one/display/fr.json', '{}')
    await world.write('questions/two/question.json', '{}')
    const { exit, stderr } = await runHere(['questions', '--questions', world.file('questions')])
    expect(exit).toBe(78)
    for (const fault of ['one/display/fr.json /question', 'two/question.json /rule', 'two/question.json /dcql_query'])
      expect(stderr).toContain(fault)
  })

  it('a name that stands in both folders, a folder that is not there', async () => {
    cpSync(join(QUESTIONS, 'parking-space'), world.file('mine/parking-space'), { recursive: true })
    expect((await runHere(['questions', '--questions', world.file('mine')])).stderr).toContain('another question of this name')
    expect((await runHere(['questions', '--questions', world.file('nowhere')])).exit).toBe(78)
  })
})
