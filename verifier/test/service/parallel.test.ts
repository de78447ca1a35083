import { randomBytes } from 'node:crypto'
import { deriveKey, openStore } from '@symbolon/service'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../../test/databases.ts'
import { slow, times } from '../../../test/latency.ts'
import { openRequests, type Requests } from '../../src/service/requests.ts'
import { MIGRATIONS } from '../../src/service/schema.ts'
import { NOW } from '../artefacts.ts'
import { answerOf, BACK, newHome, post, removeHomes, type Sources, shown, sources, startTest } from './world.ts'

let issuer: Sources
beforeAll(async () => {
  issuer = await sources()
})
afterAll(() => {
  issuer.close()
  removeHomes()
})

const REQUEST = { party: 'museum', question: 'museum-reduced-price', given: {}, nonce: 'n', stateValue: 's', key: { kty: 'EC' } }

/** So many processes on one database, each over a slow connection of its own. */
async function processes(url: string, count: number) {
  const stores = await times(count, async () => slow(await openStore(url, MIGRATIONS)))
  const sealing = deriveKey(randomBytes(32).toString('hex'), 'verifier', 'request')
  const requests = stores.map((store) => openRequests(store, sealing, () => NOW))
  const at = (index: number): Requests => {
    const one = requests[index % count]
    if (one === undefined) throw new Error('no process')
    return one
  }
  return { at, close: () => Promise.all(stores.map((store) => store.close())) }
}

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    test('VP-14: two wallets answer one request at the same moment, over slow connections of several processes: exactly one is accepted', async () => {
      const { at, close } = await processes(await make(), 3)
      for (let round = 0; round < 10; round++) {
        const { id } = await at(0).create({ ...REQUEST, redirectUri: BACK, created: NOW, expires: NOW + 300, retention: 60 })
        const answers = ['yes', 'no', 'unknown', 'yes', 'no', 'unknown'] as const
        const taken = await times(answers.length, (one) =>
          at(one).settle(id, { state: 'answered', answer: answers[one] ?? 'no', reasons: [] }, 60, `code-${one}`),
        )
        expect(taken.filter((one) => one)).toHaveLength(1)
        const won = taken.indexOf(true)
        expect(await at(won + 1).ofParty(id, 'museum')).toMatchObject({ state: 'answered', answer: answers[won] })
        // The code of the one that was accepted completes it, once; no other does.
        const completed = await times(answers.length, (one) => at(one).complete(id, 'museum', `code-${one}`))
        expect(completed).toEqual(taken)
        expect(await times(3, (one) => at(one).complete(id, 'museum', `code-${won}`))).toEqual([false, false, false])
      }
      await close()
    })

    test('one that is refused too often and one that is right at the same moment: one outcome, and it stays', async () => {
      const { at, close } = await processes(await make(), 2)
      const { id } = await at(0).create({ ...REQUEST, created: NOW, expires: NOW + 300, retention: 60 })
      const reasons = [{ code: 'key_binding_nonce_wrong', spec: 'x', facts: {} }]
      await times(9, (one) => at(one).note(id, reasons, 60))
      const [, taken] = await Promise.all([
        at(0).note(id, reasons, 60),
        at(1).settle(id, { state: 'answered', answer: 'yes', reasons: [] }, 60, undefined),
      ])
      const outcome = taken ? { state: 'answered', answer: 'yes', reasons: [] } : { state: 'refused', reasons }
      expect(await at(0).ofParty(id, 'museum')).toMatchObject(outcome)
      await times(3, (one) => at(one).note(id, [], 60))
      expect(await at(1).settle(id, { state: 'answered', answer: 'no', reasons: [] }, 60, undefined)).toBe(false)
      expect(await at(1).ofParty(id, 'museum')).toMatchObject(outcome)
      await close()
    })

    test('two verifiers on one database are one: asked at the one, fetched and answered at the other, by eight wallets at once', async () => {
      const home = newHome()
      const environment = { SYMBOLON_HOME: home, VERIFIER_DATABASE_URL: await make() }
      const verifiers = [await startTest(issuer, environment), await startTest(issuer, environment)]
      const [here, there] = verifiers
      if (here === undefined || there === undefined) throw new Error('no verifier')
      const { id, request } = await here.ask()
      const elsewhere = { ...request, responseUri: request.responseUri.replace(here.url, there.url) }
      const bodies = await times(8, async () => answerOf(request, { 'limited-income': [await shown(await issuer.issue(), request)] }))
      const answers = await Promise.all(bodies.map((body, at) => post(at % 2 === 0 ? request : elsewhere, body)))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
      expect(await there.state(id)).toMatchObject({ state: 'answered', answer: 'yes' })
      await Promise.all(verifiers.map((verifier) => verifier.close()))
    })
  })
}
