import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseCredential, type StatusReference } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { expect, test } from 'vitest'
import { accessToken, credentialIn, newHome, request, type TestIssuer } from './fixture.ts'

const ROUNDS = 20
const MAIN = join(import.meta.dirname, '../src/main.ts')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The issuer as a process of its own, ready to be killed. */
async function spawnIssuer(
  home: string,
  port: number,
): Promise<{ child: ChildProcess; issuer: Pick<TestIssuer, 'url' | 'clock' | 'admin'> }> {
  const url = `http://localhost:${port}`
  const env = { ...process.env, SYMBOLON_HOME: home, ISSUER_PORT: String(port), ISSUER_STATUS_LIST_SIZE: '512', ISSUER_LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, [MAIN, 'serve'], { env, stdio: 'ignore' })
  const until = performance.now() + 30_000
  while (
    !(await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (performance.now() > until || child.exitCode !== null) throw new Error('the issuer does not start')
    await sleep(20)
  }
  const token = readFileSync(join(home, 'issuer', 'admin-token'), 'utf8').trim()
  const admin: TestIssuer['admin'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}/admin${path}`, { method, headers, body: JSON.stringify(body) })
    return { status: response.status, json: await response.json() }
  }
  return { child, issuer: { url, clock: { ahead: 0 }, admin } }
}

/** Fetches credentials until the issuer is gone. */
async function load(issuer: TestIssuer, delivered: StatusReference[]): Promise<void> {
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
    const { child, issuer } = await spawnIssuer(home, port)
    const whole = issuer as TestIssuer
    const loads = Array.from({ length: 4 }, () => load(whole, delivered))
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
    const offers = "select id from offers where (state = 'issued') <> (issuance_id is not null)"
    expect(database.prepare(offers).all()).toEqual([])
  } finally {
    database.close()
  }
}, 240_000)
