import { setTimeout as sleep } from 'node:timers/promises'
import { openStore, type Statements, type Store } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { openOffers } from '../src/offers.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { openSecrets } from '../src/secrets.ts'
import { DATABASES } from './databases.ts'
import { LOTTE, randomText, STATUTE, seconds } from './fixture.ts'

const ROUNDS = 12
const REDEMPTIONS = 8

const times = <T>(count: number, action: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => action(index)))
const latency = () => sleep(Math.random() * 15)

/** Statements as over a slow network: whatever may happen before or after one has the time to. */
function slowly(statements: Statements): Statements {
  const late = async <T>(ask: () => Promise<T>): Promise<T> => {
    await latency()
    const answer = await ask()
    await latency()
    return answer
  }
  return {
    get: (sql, ...values) => late(() => statements.get(sql, ...values)),
    all: (sql, ...values) => late(() => statements.all(sql, ...values)),
    run: (sql, ...values) => late(() => statements.run(sql, ...values)),
  }
}

const slow = (store: Store): Store => ({
  ...slowly(store),
  transaction: (action) => store.transaction((tx) => action(slowly(tx))),
  close: () => store.close(),
})

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    test.each([
      ['a code', false],
      ['a code with a transaction code', true],
    ])('%s redeemed by 8 at once over three slow connections: exactly one success, every time', async (_what, txCode) => {
      const url = await make()
      const stores = await times(3, async () => slow(await openStore(url, MIGRATIONS)))
      const secrets = openSecrets(randomText())
      const processes = stores.map((store) => openOffers(store, secrets, { offerLife: 600 }, seconds))
      for (let round = 0; round < ROUNDS; round++) {
        const made = await processes[0]?.create({ type: STATUTE, subject: LOTTE, txCode })
        if (made === undefined) throw new Error('no offer')
        const request = { code: made.code, ...(made.txCode !== undefined && { txCode: made.txCode }) }
        const results = await Promise.allSettled(
          Array.from({ length: REDEMPTIONS }, async (_, at) => processes[at % processes.length]?.redeem(request)),
        )
        const tokens = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
        const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
        expect(tokens).toHaveLength(1)
        expect(codes).toEqual(Array(REDEMPTIONS - 1).fill('invalid_grant'))
        expect(await processes[1]?.grantOf(String(tokens[0]))).toMatchObject({ offerId: made.id, subject: LOTTE })
      }
      expect(await stores[0]?.get('select count(*) as n from tokens')).toEqual({ n: ROUNDS })
      for (const store of stores) await store.close()
    })
  })
}
