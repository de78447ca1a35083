import { parseTrust, prepareAnchors } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { openLog, openStore, type Store } from '@symbolon/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../../test/databases.ts'
import { openEvidence } from '../../src/service/evidence.ts'
import { FetchRefused } from '../../src/service/guarded_fetch.ts'
import { MIGRATIONS } from '../../src/service/schema.ts'
import { authority, DAY, NOW, statusList } from '../artefacts.ts'
import { type Sources, STATUTE, sources } from './world.ts'

let issuer: Sources
let text: string
beforeAll(async () => {
  issuer = await sources()
  text = (await issuer.issue()).text
})
afterAll(() => issuer.close())

const [{ make }] = DATABASES as [(typeof DATABASES)[number]]

/** A cache over a made-up network, which says what was asked for. */
async function cache(store?: Store, clock = { now: NOW }) {
  const asked: string[] = []
  const lines: string[] = []
  const network = { content: (await statusList(issuer.lists, {}, NOW - 3600, address())).content as string | Error }
  const own = store ?? (await openStore(await make(), MIGRATIONS))
  const evidence = openEvidence(own, {
    ...{ types: new Map([[STATUTE.vct, STATUTE]]), mechanisms: [], primitives, now: () => clock.now },
    records: { lookup: () => undefined, refresh: async () => undefined },
    anchors: await prepareAnchors(parseTrust(JSON.stringify(issuer.trust)), primitives),
    fetch: async (uri) => {
      asked.push(uri)
      await new Promise((later) => setImmediate(later))
      if (network.content instanceof Error) throw network.content
      return { mediaType: 'application/statuslist+jwt', content: network.content }
    },
    log: openLog('test', 'warn', { write: (line) => void lines.push(line) }),
  })
  const look = async (shown = text, id = address()) => (await evidence.lookupFor(shown)({ kind: 'status_list', id }, {} as never))?.content
  return { ...evidence, asked, lines, network, clock, look, store: own }
}
const address = () => `${issuer.url}/status-lists/one`
const listAt = async (issuedAt: number, by = issuer.lists, uri = address()) => (await statusList(by, {}, issuedAt, uri)).content

describe('the first time', () => {
  it('a list is fetched once, however many wait for it, and then answered from the cache', async () => {
    const { look, asked } = await cache()
    const found = await Promise.all([look(), look(), look()])
    expect(new Set(found).size).toBe(1)
    expect(found[0]).toBeDefined()
    await look()
    expect(asked).toEqual([address()])
  })

  it('never for a credential that nobody trusted signed, whatever address it names', async () => {
    const { look, asked } = await cache()
    const { text: strange } = await issuer.issue(undefined, {}, issuer.stranger)
    const [head = '', payload = '', signature = ''] = text.split('~')[0]?.split('.') ?? []
    const changed = `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}~`
    for (const shown of [strange, changed]) expect(await look(shown)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('never at an address that is not of that issuer: another host, another port, this machine, a private network', async () => {
    const { look, asked } = await cache()
    for (const id of [
      'https://elsewhere.example/1',
      'http://127.0.0.1:1/1',
      'http://10.0.0.1/1',
      'http://169.254.169.254/latest',
      'file:///etc/passwd',
      'no address',
    ])
      expect(await look(text, id)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('one that cannot be had is not asked for again with each credential that is shown', async () => {
    const { look, asked, network, clock } = await cache()
    network.content = new FetchRefused('localhost: cannot be reached')
    for (let turn = 0; turn < 5; turn++) expect(await look()).toBeUndefined()
    expect(asked).toHaveLength(1)
    clock.now += 61
    await look()
    expect(asked).toHaveLength(2)
  })

  it('what is no list that may be relied on is not kept: of a stranger, for another address, broken, over', async () => {
    const stranger = await (await authority('status of a stranger', issuer.url)).certify()
    for (const wrong of [
      await listAt(NOW - 3600, stranger),
      await listAt(NOW - 3600, issuer.lists, `${issuer.url}/status-lists/two`),
      await listAt(NOW - 200 * DAY),
      `${(await listAt(NOW - 3600)).slice(0, -6)}AAAAAA`,
      'nonsense',
      '',
    ]) {
      const { look, network, lines } = await cache()
      network.content = wrong
      expect(await look()).toBeUndefined()
      expect(lines.join('')).toContain('evidence could not be had')
      expect(lines.join('')).not.toContain('/status-lists/')
    }
  })

  it('of other evidence only types are answered, those that were delivered, and nobody is asked', async () => {
    const { lookupFor, asked } = await cache()
    expect(await lookupFor(text)({ kind: 'type_metadata', id: STATUTE.vct }, {} as never)).toMatchObject({ mediaType: 'application/json' })
    expect(await lookupFor(text)({ kind: 'type_metadata', id: 'https://evil.example/type' }, {} as never)).toBeUndefined()
    expect(await lookupFor(text)({ kind: 'issuer_keys', id: 'https://evil.example' } as never, {} as never)).toBeUndefined()
    expect(asked).toEqual([])
  })
})

describe('the timer', () => {
  it('fetches again when the ttl of the list is over, and not before, whether or not somebody shows a credential', async () => {
    const { look, refresh, asked, clock } = await cache()
    await look()
    for (const [ahead, times] of [
      [3599, 1],
      [3600, 2],
      [3601, 2],
      [7200, 3],
    ] as const) {
      clock.now = NOW + ahead
      await refresh()
      await look()
      expect([ahead, asked.length]).toEqual([ahead, times])
    }
  })

  it('what cannot be had, is broken, of a stranger, or older does not replace what is held; it is tried again in a minute', async () => {
    const stranger = await (await authority('status of a stranger', issuer.url)).certify()
    for (const wrong of [new FetchRefused('x'), 'nonsense', await listAt(NOW, stranger), await listAt(NOW - 7200)]) {
      const { look, refresh, asked, network, clock } = await cache()
      const held = await look()
      network.content = wrong
      clock.now = NOW + 3600
      for (let turn = 0; turn < 2; turn++) {
        await refresh()
        expect([await look(), asked.length]).toEqual([held, 2])
      }
      clock.now += 61
      network.content = await listAt(NOW + 3600)
      await refresh()
      expect([await look(), asked.length]).toEqual([network.content, 3])
    }
  })

  it('forgets what nobody needed for a month, and keeps what somebody did', async () => {
    const { look, refresh, clock, store, network } = await cache()
    await look()
    for (const days of [20, 40, 60]) {
      clock.now = NOW + days * DAY
      network.content = await listAt(clock.now - 60)
      await refresh()
      expect(await look()).toBeDefined()
    }
    clock.now = NOW + 92 * DAY
    await refresh()
    expect(await store.all('select uri from evidence')).toEqual([])
  })
})

for (const { title, there, make: makeOne } of DATABASES) {
  describe.runIf(there)(title, () => {
    it('two processes on one database: one fetches, both answer; the newer list wins, whoever writes last', async () => {
      const url = await makeOne()
      const clock = { now: NOW }
      const [one, two] = [await cache(await openStore(url, MIGRATIONS), clock), await cache(await openStore(url, MIGRATIONS), clock)]
      const held = await one.look()
      expect(await two.look()).toBe(held)
      expect(two.asked).toEqual([])
      clock.now = NOW + 3600
      const [older, newer] = [await listAt(NOW + 100), await listAt(NOW + 200)]
      one.network.content = newer
      two.network.content = older
      await Promise.all([one.refresh(), two.refresh()])
      expect(one.asked.length + two.asked.length).toBe(2)
      clock.now += 61
      await one.refresh()
      await two.refresh()
      expect(await one.look()).toBe(await two.look())
      await Promise.all([one.store.close(), two.store.close()])
    })
  })
}
