import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { JsonObject } from '@symbolon/sd-jwt'
import { openLog } from '@symbolon/service'
import { type RunningVerifier, startVerifier, verifierSettings } from '@symbolon/verifier/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../demo/programs.ts'
import { type Accredited, accredit, PDA1_EBSI } from './accredited.ts'
import { good, send } from './answer.ts'
import { type Citizen, expectDone, expectEnded, newCitizen } from './citizen.ts'
import { PDA1, type Setting, startSetting } from './setting.ts'

const QUESTION = 'ebsi-legislation-applies'
const GIVEN = { state: 'BE', employer: '0999999922' }

let setting: Setting
let accredited: Accredited
let verifier: RunningVerifier
let citizen: Citizen
beforeAll(async () => {
  setting = await startSetting()
  accredited = await accredit(setting)
  citizen = await newCitizen(setting)
  verifier = await anew('first')
})
afterAll(async () => {
  await verifier.close()
  await accredited.close()
  await setting.close()
})

/** A verifier that has fetched nothing yet. */
function anew(name: string): Promise<RunningVerifier> {
  const database = pathToFileURL(join(setting.folder('verifiers'), `${name}.sqlite`)).href
  const environment = { ...process.env, SYMBOLON_HOME: setting.home, VERIFIER_PORT: '0', VERIFIER_DATABASE_URL: database }
  return startVerifier(verifierSettings(environment), { now: setting.now, log: openLog('verifier', 'silent') })
}

/** The wallet shows the person what is shown, their number included: what is said there is theirs to read. */
const shows = (uri: string, ...more: string[]) =>
  runProgram('symbolon-wallet', ['present', uri, '--yes', '--json', ...more], { environment: citizen.environment })

async function call(path: string, body?: object) {
  const token = readFileSync(join(setting.home, 'verifier', 'token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return send({ method: body ? 'POST' : 'GET', address: verifier.url + path, headers, ...(body && { body: JSON.stringify(body) }) })
}
const asked = async (given = GIVEN): Promise<{ id: string; uri: string }> => {
  const { id, uri } = good(await call('/requests', { question: QUESTION, given }), 201)
  return { id: String(id), uri: String(uri) }
}
const state = async (id: string): Promise<JsonObject> => good(await call(`/requests/${id}`))
const codes = ({ reasons }: JsonObject): unknown[] => (reasons as JsonObject[]).map(({ code }) => code)

describe('a question about the PDA1 of EBSI, by OpenID4VP', () => {
  it('is answered by the wallet after the person saw that all of it is shown, and by the verifier with yes', async () => {
    await citizen.hold(await setting.offer({ type: PDA1_EBSI, person: 'P14' }))
    const { id, uri } = await asked()
    const shown = await shows(uri)
    const { credentials } = JSON.parse(shown.stdout) as { credentials: { shown: string[]; hidden: string[]; always: string[] }[] }
    expect(credentials).toEqual([expect.objectContaining({ query: 'document', shown: [], hidden: [] })])
    expect(credentials[0]?.always).toContain('credentialSubject.section1.surname')
    expect(shown.stderr).toContain('All of it is shown: nothing of it can be hidden.')
    expect(shown.stderr).toContain('credentialSubject.section1.surname: "Monteur"   (Surname)')
    expect(await state(id)).toMatchObject({ state: 'answered', answer: 'yes' })
    const { disclosures } = expectDone(await citizen.wallet(['history'])) as { disclosures: { shown: { always: string[] }[] }[] }
    expect(JSON.stringify(disclosures.at(-1))).toContain('credentialSubject.section1.surname')
  })

  it('of another employer it is no; the SD-JWT VC of the same row does not answer it', async () => {
    await citizen.hold(await setting.offer({ type: PDA1_EBSI, person: 'P14' }))
    const { id, uri } = await asked({ ...GIVEN, employer: '0999999823' })
    expect((await shows(uri)).exit).toBe(0)
    expect(await state(id)).toMatchObject({ state: 'answered', answer: 'no' })
    const other = await newCitizen(setting)
    await other.hold(await setting.offer({ type: PDA1, person: 'P14' }))
    expectEnded(await other.wallet(['present', (await asked()).uri, '--yes']), 1, 'nothing_to_show', /format_not_asked/)
  })

  it('revoked it is no, and without the accreditation unknown, for a verifier that fetches then', async () => {
    const offer = await setting.offer({ type: PDA1_EBSI, person: 'P14' })
    const id = await citizen.hold(offer)
    const answered = async (name: string): Promise<JsonObject> => {
      await verifier.close()
      verifier = await anew(name)
      const { id: request, uri } = await asked()
      const { exit } = await shows(uri, '--credential', id)
      return { exit, ...(await state(request)) }
    }
    expect(await answered('second')).toMatchObject({ exit: 0, answer: 'yes' })
    await setting.changeStatus(await setting.issuanceOf(offer), 'revoked')
    expect(await answered('third')).toMatchObject({ exit: 0, answer: 'no' })
    await accredited.registry.revoke(accredited.did, accredited.attributeId)
    const after = await answered('fourth')
    // Whose list it is has no meaning any more either: nobody is asked for it.
    expect([after.answer, codes(after)]).toEqual(['unknown', ['attribute_revoked', 'status_list_missing']])
  })
})
