import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { POSTGRES } from '../../../test/databases.ts'
import { openStore, privateDatabaseOnly, SettingsError, type Store } from '../src/index.ts'

const COUNTER = [['create table counter (id text primary key, n bigint not null)', "insert into counter values ('a', 0)"]]

/** Asks a database as its administrator would, beside the store. */
async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1)

/** The same database with one parameter of its URL changed. */
function changed(url: string, name: string, value: string): string {
  const other = new URL(url)
  other.searchParams.set(name, value)
  return other.href
}

/** The faults an URL is refused with. */
async function faultsOf(url: string): Promise<string> {
  const error: unknown = await openStore(url, COUNTER).catch((refused: unknown) => refused)
  if (!(error instanceof SettingsError)) throw new Error('a fault of the settings was expected')
  return error.faults.join()
}

/** Takes every connection of a database away, as a restart of the server does. */
const cut = (url: string): Promise<void> =>
  administer(url, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')

describe.runIf(POSTGRES.there)(POSTGRES.title, () => {
  describe('a connection that is lost', () => {
    async function lost(action: (store: Store, url: string) => Promise<void>): Promise<void> {
      const url = await POSTGRES.make()
      const store = await openStore(url, COUNTER)
      const crashes: unknown[] = []
      const note = (error: unknown) => crashes.push(error)
      process.on('uncaughtException', note)
      try {
        await action(store, url)
        await sleep(20)
        expect(crashes).toEqual([])
        expect(await store.get('select n from counter')).toEqual({ n: 0 })
      } finally {
        process.off('uncaughtException', note)
        await store.close()
      }
    }

    test('while nobody uses it is replaced', () =>
      lost(async (store, url) => {
        await store.get('select 1 as one')
        await cut(url)
        await sleep(100)
      }))

    test('between two statements of a transaction undoes it and is told', () =>
      lost(async (store, url) => {
        const cutOff = store.transaction(async (tx) => {
          await tx.run('update counter set n = 5')
          await cut(url)
          await sleep(100)
          await tx.run('update counter set n = 6')
        })
        await expect(cutOff).rejects.toThrow()
      }))

    test('during a statement is told', () =>
      lost(async (store, url) => {
        const cutOff = expect(store.get('select pg_sleep(20)')).rejects.toThrow()
        await sleep(100)
        await cut(url)
        await cutOff
      }))

    test('more often than there are connections is replaced every time', () =>
      lost(async (store) => {
        for (let round = 0; round < 15; round++) {
          await expect(
            store.transaction(async (tx) => {
              await tx.run('update counter set n = 5')
              await tx.get('select pg_terminate_backend(pg_backend_pid())')
            }),
          ).rejects.toThrow()
        }
      }))
  })

  test('connections are at most ten, and whoever finds none waits', async () => {
    const url = await POSTGRES.make()
    const store = await openStore(url, COUNTER)
    const used = await Promise.all(
      Array.from({ length: 40 }, () => store.get('select pg_backend_pid() as pid, pg_sleep(0.01)').then((row) => row?.pid)),
    )
    expect(new Set(used).size).toBeLessThanOrEqual(10)
    await store.close()
  })

  test('a transaction that stalls is undone by the server, so that nobody waits for its locks', async () => {
    const store = await openStore(await POSTGRES.make(), COUNTER)
    const limit = await store.transaction((tx) => tx.get("select current_setting('idle_in_transaction_session_timeout') as stalls"))
    expect(limit).toEqual({ stalls: '30s' })
    await store.close()
  })

  describe('is a fault of the settings, in words without the password:', () => {
    const SECRET = 'hunter2-hunter2'

    test.each([
      ['nobody listens', 'postgres://user:hunter2-hunter2@127.0.0.1:1/x', /cannot be opened \(ECONNREFUSED\)/],
      ['a password that is not well written', 'postgres://user:hunter2-hunter2%zz@127.0.0.1:1/x', /cannot be opened/],
      ['certificates that are not there', 'postgres://u:hunter2-hunter2@127.0.0.1:1/x?sslrootcert=nowhere.pem', /\(ENOENT\)/],
    ])('%s', async (_what, url, fault) => {
      const faults = await faultsOf(url)
      expect(faults).toMatch(fault)
      expect(faults).not.toContain(SECRET)
    })

    test('a wrong password', async () => {
      const faults = await faultsOf(changed(await POSTGRES.make(), 'password', SECRET))
      expect(faults).toMatch(/cannot be opened \(28P01\)/)
      expect(faults).not.toContain(SECRET)
    })

    test('a database that is not there', async () => {
      const url = new URL(await POSTGRES.make())
      url.pathname = '/nothing_of_this_name'
      expect(await faultsOf(url.href)).toMatch(/\(3D000\)/)
    })

    test('commits that are not waited for', async () => {
      const url = await POSTGRES.make()
      await administer(url, `alter database ${nameOf(url)} set synchronous_commit = off`)
      expect(await faultsOf(url)).toMatch(/synchronous_commit off/)
    })

    test('an encoding that has no place for every name', async () => {
      const url = await POSTGRES.make()
      const other = new URL(url)
      other.pathname += '_latin'
      const made = `create database ${nameOf(other.href)} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`
      await administer(url, made)
      expect(await faultsOf(other.href)).toMatch(/not in UTF-8/)
      await administer(url, `drop database ${nameOf(other.href)}`)
    })

    test('a copy that can only be read', async () => {
      const url = await POSTGRES.make()
      await administer(url, `alter database ${nameOf(url)} set default_transaction_read_only = on`)
      expect(await faultsOf(url)).toMatch(/can only be read/)
    })

    test('a user who may not make tables', async () => {
      const url = await POSTGRES.make()
      const role = `${nameOf(url)}_guest`
      await administer(url, `revoke create on schema public from public; create role ${role} login password '${SECRET}'`)
      const guest = new URL(url)
      if (guest.username !== '') guest.username = role
      if (guest.password !== '') guest.password = SECRET
      const faults = await faultsOf(changed(changed(guest.href, 'user', role), 'password', SECRET))
      await administer(url, `drop role ${role}`)
      expect(faults).toMatch(/does not let this user make tables/)
    })
  })

  test('an error of a running store holds no password', async () => {
    const url = await POSTGRES.make()
    const store = await openStore(url, COUNTER)
    const error: unknown = await store.get('select nonsense').catch((refused: unknown) => refused)
    const { searchParams, password } = new URL(url)
    expect(String(error)).toContain('nonsense')
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(searchParams.get('password') ?? password)
    await store.close()
  })
})

test('a server without TLS learns nothing where the URL asks for TLS', async () => {
  const heard: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes)
      socket.write('N')
    })
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const faults = await faultsOf(`postgres://someone:secret@127.0.0.1:${port}/x?sslmode=verify-full`)
  expect(faults).toMatch(/cannot be opened/)
  // An SSLRequest and nothing else (PostgreSQL protocol, message formats).
  expect(Buffer.concat(heard).toString('hex')).toBe('0000000804d2162f')
  server.close()
})

test.each([
  'postgres://db.example/x',
  'postgres://db.example/x?sslmode=require',
  'postgres://db.example/x?sslmode=no-verify',
  'postgres:///x?host=db.example',
])('production wants a word on TLS where a network lies between: %s', (url) => {
  expect(privateDatabaseOnly(url)).toMatch(/sslmode=verify-full/)
})

test.each([
  'postgres://db.example/x?sslmode=verify-full',
  'postgres://db.example/x?sslmode=disable',
  'postgres://localhost/x',
  'postgresql://[::1]/x',
  'postgres:///x?host=/run/postgresql',
  'postgres://user@%2Frun%2Fpostgresql/x',
  'file:///x.sqlite',
])('production takes %s', (url) => {
  expect(privateDatabaseOnly(url)).toBeNull()
})
