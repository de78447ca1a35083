import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseCredential, type StatusReference } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { expect, test } from 'vitest'
import { accessToken, type Called, credentialIn, newHome, request } from './fixture.ts'
import { freePort, spawnIssuer } from './process.ts'

const ROUNDS = 20

/** Fetches credentials until the issuer is gone. */
async function load(issuer: Called, delivered: StatusReference[]): Promise<void> {
  try {
    for (;;) {
      const token = await accessToken(issuer)
      for (let copy = 0; copy < 5; copy++) {
        const { view } = await parseCredential(credentialIn(await request(issuer, token)), primitives)
        if (view.status) delivered.push(view.status)
      }
    }
  } catch (error) {
    // The connection broke: that is what the test is about. Whatever else went wrong is told.
    if (!(error instanceof TypeError)) throw error
  }
}

test('killed at 20 random moments while it issues: every delivered credential is on record, no index twice, nothing half', async () => {
  const [home, port] = [newHome(), await freePort()]
  const delivered: StatusReference[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { child, issuer } = await spawnIssuer(home, port, { ISSUER_STATUS_LIST_SIZE: '512' })
    const loads = Array.from({ length: 4 }, () => load(issuer, delivered))
    await sleep(50 + Math.random() * 400)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await Promise.all(loads)
  }
  const database = new DatabaseSync(join(home, 'issuer', 'issuer.sqlite'))
  try {
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
    const recorded = database.prepare('select list_id, list_index from copies').all()
    const key = (list: unknown, index: unknown) => `${list} ${index}`
    const records = new Set(recorded.map((row) => key(row.list_id, row.list_index)))
    expect(records.size).toBe(recorded.length)
    expect(delivered.length).toBeGreaterThan(ROUNDS)
    const keys = delivered.map(({ uri, index }) => key(uri.split('/').at(-1), index))
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.filter((one) => !records.has(one))).toEqual([])
    const half = `select issuances.id from issuances left join copies on copies.issuance_id = issuances.id
      group by issuances.id having issuances.copies <> count(copies.list_index)`
    expect(database.prepare(half).all()).toEqual([])
    const without = `select id from issuances where copies <> (select sum(copies) from deliveries where issuance_id = issuances.id)
      or authorization_id is null`
    expect(database.prepare(without).all()).toEqual([])
  } finally {
    database.close()
  }
}, 240_000)
