import { once } from 'node:events'
import { parseCredential, type StatusReference } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { openStore } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { type Called, holderKey, newHome, offer, proof, redeem, request, STATUTE, statusIn } from './fixture.ts'
import { freePort, spawnIssuer } from './process.ts'
import { textsIn } from './wallet.ts'

const OFFERS = 24
const COPIES = 4
/** Those one by one, and a set of two that is fetched three times. */
const EACH = COPIES + 2 * 3
const REDEMPTIONS = 8
/** So small that lists fill up and new ones begin while three processes take indices. */
const LIST_SIZE = 64

const times = <T>(count: number, action: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => action(index)))
const referenceIn = async (text: string): Promise<StatusReference> => {
  const { status } = (await parseCredential(text, primitives)).view
  if (status === undefined) throw new Error('a credential with a status was expected')
  return status
}

/** What became of one offer. */
interface Story {
  readonly tokens: readonly string[]
  readonly refusals: readonly unknown[]
  /** Of copies that are good unless the issuance was revoked. */
  readonly references: readonly StatusReference[]
  /** Of copies whose answer the wallet said was lost. */
  readonly lost: readonly StatusReference[]
  readonly revoked: boolean
}

/** One offer through many processes at once: made, redeemed by eight, fetched copy by copy and as a set, the set fetched again as if lost, every second issuance revoked. */
async function live(processes: readonly Called[], at: number): Promise<Story> {
  const process = (turn: number): Called => processes[(at + turn) % processes.length] as Called
  const made = await offer(process(0))
  const answers = await times(REDEMPTIONS, (turn) => redeem(process(turn), made))
  const tokens = answers.filter(({ status }) => status === 200).map(({ json }) => String(json.access_token))
  const refusals = answers.filter(({ status }) => status !== 200).map(({ status, json }) => `${status} ${json.error}`)
  // Proofs name the one issuer they all are; only the connection goes to another process.
  const fetched = async (turn: number, keys: readonly ReturnType<typeof holderKey>[]) => {
    const proofs = await Promise.all(keys.map((key) => proof(processes[0] as Called, {}, key)))
    const answer = await request(process(turn), tokens[0] ?? '', STATUTE, proofs)
    return Promise.all(textsIn(answer).map(referenceIn))
  }
  const single = await times(COPIES, (turn) => fetched(turn, [holderKey()]))
  const keys = [holderKey(), holderKey()]
  const early = await times(2, (turn) => fetched(turn, keys))
  const last = await fetched(2, keys)
  const [references, lost] = [[...single.flat(), ...last], early.flat()]
  const revoked = at % 2 === 0
  if (revoked) {
    const { issuance } = (await process(1).admin('GET', `/offers/${made.id}`)).json
    const answer = await process(2).admin('POST', `/issuances/${issuance}/status`, { status: 'revoked', reason: 'test' })
    expect(answer.status).toBe(200)
  }
  // Whoever asks any process from now on hears of it, whatever others are having signed at this moment.
  for (const one of processes) {
    for (const reference of lost) expect(await statusAt(one, reference)).toBe(1)
    for (const reference of references) expect(await statusAt(one, reference)).toBe(revoked ? 1 : 0)
  }
  return { tokens, refusals, references, lost, revoked }
}

async function statusAt(process: Called, { uri, index }: StatusReference): Promise<number | undefined> {
  const response = await fetch(process.url + new URL(uri).pathname)
  const text = await response.text()
  if (!response.ok) throw new Error(`no status list: ${response.status} ${text}`)
  return statusIn(text, index)
}

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    test('three processes that start at once and share the load: no index twice, no code redeemed twice, no revocation lost', async () => {
      const [home, database] = [newHome(), await make()]
      const ports = await times(3, freePort)
      const environment = {
        ISSUER_DATABASE_URL: database,
        ISSUER_URL: `http://localhost:${ports[0]}`,
        ISSUER_STATUS_LIST_SIZE: String(LIST_SIZE),
      }
      const running = await Promise.all(ports.map((port) => spawnIssuer(home, port, environment)))
      try {
        const processes = running.map(({ issuer }) => issuer)
        const stories = await times(OFFERS, (at) => live(processes, at))
        for (const { tokens, refusals } of stories) {
          expect(tokens).toHaveLength(1)
          expect(refusals).toEqual(Array(REDEMPTIONS - 1).fill('400 invalid_grant'))
        }
        const references = stories.flatMap((story) => [...story.references, ...story.lost])
        expect(new Set(references.map(({ uri, index }) => `${uri} ${index}`)).size).toBe(OFFERS * EACH)
        expect(new Set(references.map(({ uri }) => uri)).size).toBeGreaterThan(1)
        for (const process of processes) {
          for (const { references, lost, revoked } of stories) {
            const statuses = await Promise.all([...references, ...lost].map((reference) => statusAt(process, reference)))
            expect(statuses).toEqual([...references.map(() => (revoked ? 1 : 0)), ...lost.map(() => 1)])
          }
        }
        const store = await openStore(database, MIGRATIONS)
        expect(await store.all('select version from schema_version order by version')).toEqual(
          MIGRATIONS.map((_, at) => ({ version: at + 1 })),
        )
        expect(await store.get('select count(*) as n from copies')).toEqual({ n: OFFERS * EACH })
        expect(await store.get('select count(*) as n, sum(copies) as copies from issuances')).toEqual({
          n: OFFERS,
          copies: OFFERS * EACH,
        })
        expect(await store.get('select count(*) as n from status_changes')).toEqual({ n: OFFERS / 2 })
        await store.close()
      } finally {
        for (const { child } of running) child.kill('SIGTERM')
        await Promise.all(running.map(({ child }) => child.exitCode ?? once(child, 'exit')))
      }
      expect(running.map(({ child }) => child.exitCode)).toEqual([0, 0, 0])
    })
  })
}
