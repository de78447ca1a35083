import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from '@symbolon/credential'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authority, bundle, DAY, NOW, type Party, statusList } from '../artefacts.ts'
import { runHere } from '../run.ts'
import { answerOf, MUSEUM, NO, newHome, post, removeHomes, type Sources, shown, sources, startTest, type TestVerifier } from './world.ts'

let issuer: Sources
let verifier: TestVerifier
let bundler: Party
let trust: string
const folder = newHome()
beforeAll(async () => {
  issuer = await sources()
  const bundles = await authority('bundles', issuer.url)
  bundler = await bundles.certify()
  trust = join(folder, 'trust.json')
  writeFileSync(trust, JSON.stringify([...issuer.trust, { name: 'Test bundles', for: 'bundle', certificate: bundles.pem }]))
  verifier = await startTest(issuer)
})
afterAll(async () => {
  await verifier.close()
  issuer.close()
  removeHomes()
})

interface Said {
  readonly answer?: string
  readonly reasons: readonly { readonly code: string }[]
}
const saying = ({ answer, reasons }: Said) => ({ answer, codes: reasons.map(({ code }) => code) })

describe('the online verifier and `check --question` say the same, by the same code', () => {
  const CASES: [
    string,
    { over?: Parameters<Sources['issue']>[1]; statuses?: Record<number, number>; issuedAt?: number; noList?: boolean; stranger?: boolean },
    string,
  ][] = [
    ['valid', {}, 'yes'],
    ['revoked', { statuses: { 7: 1 } }, 'unknown'],
    ['suspended', { statuses: { 7: 2 } }, 'unknown'],
    ['expired', { over: { from: NOW - 2 * DAY, until: NOW - DAY } }, 'unknown'],
    ['of a stranger, for whom nobody is asked for a list', { stranger: true, noList: true }, 'unknown'],
    ['without a list', { noList: true }, 'unknown'],
    ['with a list that is older than the question allows', { issuedAt: NOW - 31 * DAY }, 'unknown'],
    ['with a list that is just new enough', { issuedAt: NOW - 30 * DAY }, 'yes'],
  ]
  it.each(CASES)('%s', async (name, { over = {}, statuses = {}, issuedAt = NOW - 3600, noList = false, stranger = false }, answer) => {
    const id = name.replaceAll(' ', '-')
    const address = `${issuer.url}/status-lists/${id}`
    if (!noList) await issuer.publish(id, statuses, issuedAt)
    const credential = await issuer.issue(undefined, { ...over, list: address }, stranger ? issuer.stranger : issuer.issuer)
    const { id: request, request: asked } = await verifier.ask()
    const text = await shown(credential, asked)
    expect((await post(asked, await answerOf(asked, { 'limited-income': [text] }))).status).toBe(200)
    const online = (await verifier.state(request)) as unknown as Said

    const parts: Part[] = noList ? [] : [await statusList(issuer.lists, statuses, issuedAt, address)]
    const files = { shown: join(folder, `${id}.txt`), bundle: join(folder, `${id}.json`) }
    writeFileSync(files.shown, text)
    writeFileSync(files.bundle, (await bundle(bundler, parts, { issuer: issuer.url })).text)
    const argv = ['check', files.shown, '--bundle', files.bundle, '--trust', trust, '--at', String(NOW), '--question', MUSEUM, '--json']
    const { stdout } = await runHere([...argv, '--aud', asked.clientId, `--nonce=${asked.nonce}`])
    expect(saying(online).answer).toBe(answer)
    expect(saying(JSON.parse(stdout))).toEqual(saying(online))
  })
})

describe('a list that the verifier holds', () => {
  it('is used as long as the question allows, also when its server is gone; then the answer is unknown', async () => {
    const own = await startTest(issuer)
    const list = await issuer.publish('going', {}, NOW)
    const of = async () => {
      const { id, request } = await own.ask()
      const credential = await issuer.issue(undefined, { list, from: NOW - DAY, until: NOW + 60 * DAY })
      const text = await shown(credential, request, undefined, { at: own.clock.now })
      await post(request, await answerOf(request, { 'limited-income': [text] }))
      return saying((await own.state(id)) as unknown as Said)
    }
    expect(await of()).toEqual({ answer: 'yes', codes: ['answer_yes'] })
    own.clock.now = NOW + 30 * DAY
    expect(await of()).toMatchObject({ answer: 'yes' })
    own.clock.now = NOW + 30 * DAY + 1
    expect(await of()).toMatchObject({ answer: 'unknown', codes: expect.arrayContaining(['status_too_old']) })
    await own.close()
  })

  it('a source that says no is believed, and what it does not say is not guessed', async () => {
    const { id, request } = await verifier.ask()
    const credential = await issuer.issue(undefined, { claims: NO })
    const paths = [
      ['statutes', 'limited_income_any'],
      ['statutes', 'disability_recognised'],
    ]
    await post(request, await answerOf(request, { both: [await shown(credential, request, paths)] }))
    expect(await verifier.state(id)).toMatchObject({ answer: 'no' })
  })
})
