import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { openStore, SettingsError } from '../src/index.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'symbolon-store-'))
const at = (path: string) => pathToFileURL(path).href
const COUNTER = [['create table counter (id text primary key, n bigint not null)', "insert into counter values ('a', 0)"]]

test('a database is a file of its owner, write-ahead, with every commit on the disk', async () => {
  const path = join(folder(), 'deep', 'x.sqlite')
  const store = await openStore(at(path), COUNTER)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await store.get('pragma journal_mode')).toEqual({ journal_mode: 'wal' })
  expect(await store.get('pragma synchronous')).toEqual({ synchronous: 2 })
  await store.close()
})

test('the schema moves forward once, also when two open it at the same time', async () => {
  const path = join(folder(), 'x.sqlite')
  const [one, two] = await Promise.all([openStore(at(path), COUNTER), openStore(at(path), COUNTER)])
  await one.close()
  expect(await two.all('select version from schema_version')).toEqual([{ version: 1 }])
  await two.close()
  const later = await openStore(at(path), [...COUNTER, ['create table more (id text)']])
  expect(await later.all('select version from schema_version order by version')).toEqual([{ version: 1 }, { version: 2 }])
  await later.close()
})

test('a migration that breaks off leaves the old schema', async () => {
  const path = join(folder(), 'x.sqlite')
  await (await openStore(at(path), COUNTER)).close()
  await expect(openStore(at(path), [...COUNTER, ['create table half (id text)', 'create tabel x']])).rejects.toThrow()
  const store = await openStore(at(path), COUNTER)
  expect(await store.get("select name from sqlite_master where name = 'half'")).toBeUndefined()
  await store.close()
})

test('a schema from a newer version is refused', async () => {
  const path = join(folder(), 'x.sqlite')
  await (await openStore(at(path), [...COUNTER, ['create table more (id text)']])).close()
  await expect(openStore(at(path), COUNTER)).rejects.toThrow(/newer version \(schema 2/)
})

test.each(['postgres://localhost/x', 'not a url', 'http://localhost'])('a database of another kind is refused: %s', async (url) => {
  await expect(openStore(url, COUNTER)).rejects.toThrow(/not a database this version can open/)
})

test('a file that is no database is a fault of the settings', async () => {
  const { writeFileSync } = await import('node:fs')
  const path = join(folder(), 'x.sqlite')
  writeFileSync(path, 'this is a letter, not a database; it is long enough to be read as a header and fail at that'.repeat(10))
  await expect(openStore(at(path), COUNTER)).rejects.toBeInstanceOf(SettingsError)
})

test('a parameter used twice and out of order is bound by its number', async () => {
  const store = await openStore(at(join(folder(), 'x.sqlite')), COUNTER)
  expect(await store.get('select $2 as b, $1 as a, $2 as c', 'one', 'two')).toEqual({ b: 'two', a: 'one', c: 'two' })
  await store.close()
})

test('a transaction that throws changes nothing', async () => {
  const store = await openStore(at(join(folder(), 'x.sqlite')), COUNTER)
  const failing = store.transaction(async (tx) => {
    await tx.run('update counter set n = 5')
    throw new Error('stop')
  })
  await expect(failing).rejects.toThrow('stop')
  expect(await store.get('select n from counter')).toEqual({ n: 0 })
  await store.close()
})

test('hundred transactions at once, each reading and then writing, lose nothing; nobody reads between', async () => {
  const store = await openStore(at(join(folder(), 'x.sqlite')), COUNTER)
  const seen: unknown[] = []
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      await store.transaction(async (tx) => {
        const row = await tx.get('select n from counter')
        await tx.run('update counter set n = -1')
        await new Promise((resolve) => setImmediate(resolve))
        await tx.run('update counter set n = $1', Number(row?.n) + 1)
      })
      seen.push((await store.get('select n from counter'))?.n)
    }),
  )
  expect(await store.get('select n from counter')).toEqual({ n: 100 })
  expect(seen).not.toContain(-1)
  await store.close()
})

test('two connections, as two processes have them, wait for each other', async () => {
  const path = join(folder(), 'x.sqlite')
  const [one, two] = await Promise.all([openStore(at(path), COUNTER), openStore(at(path), COUNTER)])
  for (let round = 0; round < 20; round++) {
    for (const store of [one, two]) await store.transaction((tx) => tx.run('update counter set n = n + 1'))
  }
  expect(await two.get('select n from counter')).toEqual({ n: 40 })
  await one.close()
  await two.close()
  expect(new DatabaseSync(path).prepare('select n from counter').get()?.n).toBe(40)
})
