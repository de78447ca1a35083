import type { AuthorizationRequest } from '@symbolon/openid4vc'
import { openStore, type Store } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { slow } from '../../test/latency.ts'
import { PageFault } from '../src/authorize/faults.ts'
import { openRequests, type Requests, requestId } from '../src/authorize/requests.ts'
import { claimedAssertion, claimedProof } from '../src/once.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { openSecrets } from '../src/secrets.ts'
import { LOTTE, randomText, STATUTE } from './fixture.ts'

const REQUEST: AuthorizationRequest = {
  ...{ clientId: 'wallet', redirectUri: 'http://127.0.0.1:1/', codeChallenge: 'c'.repeat(43), locales: [], state: 'the state' },
  wanted: { configurationIds: [STATUTE], byDetails: true },
}
const BROWSER = 'b'.repeat(43)
const PERSON = { subject: LOTTE, name: 'Lotte' }
const codeOf = (reason: unknown): string => (reason instanceof PageFault ? reason.code : String(reason))
async function fault(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(() => 'none', codeOf)
}

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    async function opened(count = 1): Promise<{ stores: Store[]; all: Requests[]; requests: Requests; clock: { now: number } }> {
      const url = await make()
      const clock = { now: 1_790_000_000 }
      const secrets = openSecrets(randomText())
      const stores: Store[] = []
      for (let index = 0; index < count; index++) stores.push(await openStore(url, MIGRATIONS))
      const all = stores.map((store) => openRequests(count > 1 ? slow(store) : store, secrets, () => clock.now))
      const [requests] = all
      if (requests === undefined) throw new Error('no store')
      return { stores, all, requests, clock }
    }

    async function signedIn(requests: Requests): Promise<string> {
      const uri = await requests.push(REQUEST, [])
      const id = requestId(uri)
      await requests.signedIn(id, BROWSER, PERSON, undefined)
      return id
    }

    test('a request goes from open to signed in to a code, and each step happens once', async () => {
      const { stores, requests, clock } = await opened()
      const uri = await requests.push(REQUEST, [])
      const waiting = await requests.open(uri, 'wallet', undefined)
      expect(waiting).toMatchObject({ id: requestId(uri), request: REQUEST, person: undefined, expiresAt: clock.now + 900 })
      await requests.signedIn(waiting.id, BROWSER, PERSON, undefined)
      expect((await requests.find(waiting.id, BROWSER)).person).toMatchObject(PERSON)
      expect((await requests.find(waiting.id, 'another')).person).toBeUndefined()
      expect(await fault(requests.grant(waiting.id, 'another', REQUEST))).toBe('already_answered')
      expect(await requests.grant(waiting.id, BROWSER, REQUEST)).toMatch(/^[\w-]{43}$/)
      for (const attempt of [
        () => requests.grant(waiting.id, BROWSER, REQUEST),
        () => requests.refuse(waiting.id),
        () => requests.signedIn(waiting.id, BROWSER, PERSON, undefined),
        () => requests.find(waiting.id, BROWSER),
      ]) {
        expect(await fault(attempt())).toBe('already_answered')
      }
      expect(await fault(requests.open(uri, 'wallet', BROWSER))).toBe('link_ended')
      await stores[0]?.close()
    })

    test('8 at once over three slow connections: one code, or one refusal, and never both', async () => {
      const { stores, all, requests } = await opened(3)
      for (let round = 0; round < 6; round++) {
        const id = await signedIn(requests)
        const attempts = Array.from({ length: 8 }, (_, at) => {
          const process = all[at % all.length] ?? requests
          return at % 4 === 3 ? process.refuse(id) : process.grant(id, BROWSER, REQUEST)
        })
        const ended = await Promise.allSettled(attempts)
        expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        const refused = ended.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []))
        expect(refused).toEqual(Array(7).fill('already_answered'))
      }
      const made = await stores[0]?.get("select count(*) as n from pushed_requests where state in ('granted', 'refused')")
      expect(made).toEqual({ n: 6 })
      for (const store of stores) await store.close()
    })

    test('an assertion or a proof that was used before leaves nothing behind', async () => {
      const { stores, requests, clock } = await opened()
      const once = { value: `dpop:${randomText()}`, expires: clock.now + 300 }
      await requests.push(REQUEST, [claimedProof(once, 400)])
      await expect(requests.push(REQUEST, [claimedProof(once, 400)])).rejects.toMatchObject({ code: 'invalid_dpop_proof' })
      await expect(requests.push(REQUEST, [claimedAssertion(once)])).rejects.toMatchObject({ code: 'invalid_client' })
      expect(await stores[0]?.get('select count(*) as n from pushed_requests')).toEqual({ n: 1 })
      await stores[0]?.close()
    })

    test('times: the link, the question, and what is remembered', async () => {
      const { stores, requests, clock } = await opened()
      const uri = await requests.push(REQUEST, [])
      const id = requestId(uri)
      clock.now += 300
      expect(await fault(requests.open(uri, 'wallet', undefined))).toBe('link_ended')
      await requests.signedIn(id, BROWSER, PERSON, undefined)
      clock.now += 600
      expect(await fault(requests.grant(id, BROWSER, REQUEST))).toBe('already_answered')
      expect(await fault(requests.find(id, BROWSER))).toBe('link_ended')
      const kept = async () => {
        await stores[0]?.transaction(requests.purge)
        return (await stores[0]?.get('select count(*) as n from pushed_requests'))?.n
      }
      expect(await kept()).toBe(0)
      // Only a code that was used is remembered, to know it when it comes again.
      const used = await signedIn(requests)
      await requests.grant(used, BROWSER, REQUEST)
      await stores[0]?.run("update pushed_requests set state = 'redeemed'")
      clock.now += 86_459
      expect(await kept()).toBe(1)
      clock.now += 1
      expect(await kept()).toBe(0)
      await stores[0]?.close()
    })

    test('nothing that a stranger or a person said stands there in clear, and nothing that can be used', async () => {
      const { stores, requests } = await opened()
      const uri = await requests.push(REQUEST, [])
      await requests.signedIn(requestId(uri), BROWSER, PERSON, undefined)
      const code = await requests.grant(requestId(uri), BROWSER, REQUEST)
      const rows = JSON.stringify(await stores[0]?.all('select * from pushed_requests'))
      for (const needle of [LOTTE, 'Lotte', 'the state', '127.0.0.1', BROWSER, code, uri.split(':').at(-1) ?? '']) {
        expect([needle, rows.includes(needle)]).toEqual([needle, false])
      }
      await stores[0]?.close()
    })
  })
}
