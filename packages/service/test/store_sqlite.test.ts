import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { SQLITE } from '../../../test/databases.ts'
import { openStore, SettingsError, type Store } from '../src/index.ts'

test('a database is a file of its owner, write-ahead, with every commit on the disk', async () => {
  const path = join(fileURLToPath(await SQLITE.make()), '..', 'deep', 'x.sqlite')
  const store = await openStore(pathToFileURL(path).href, [])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await store.get('pragma journal_mode')).toEqual({ journal_mode: 'wal' })
  expect(await store.get('pragma synchronous')).toEqual({ synchronous: 2 })
  await store.close()
})

test('what was wiped or deleted is nowhere in the file', async () => {
  const url = await SQLITE.make()
  const store = await openStore(url, [['create table notes (id text primary key, text text)']])
  const secrets = ['wiped', 'deleted'].map((id) => ({ id, text: `${id} `.repeat(40) }))
  for (const { id, text } of secrets) await store.run('insert into notes (id, text) values ($1, $2)', id, text)
  await store.run("update notes set text = null where id = 'wiped'")
  await store.run("delete from notes where id = 'deleted'")
  await store.close()
  const content = readFileSync(fileURLToPath(url), 'latin1')
  for (const { text } of secrets) expect(content).not.toContain(text.slice(0, 40))
})

test.each(['mysql://localhost/x', 'not a url', 'http://localhost'])('a database of another kind is refused: %s', async (url) => {
  await expect(openStore(url, [])).rejects.toThrow(/not a database this version can open \(file:, postgres:, postgresql:\)/)
})

test('a file that is no database is a fault of the settings', async () => {
  const url = await SQLITE.make()
  writeFileSync(
    fileURLToPath(url),
    'this is a letter, not a database; it is long enough to be read as a header and fail at that'.repeat(10),
  )
  await expect(openStore(url, [])).rejects.toBeInstanceOf(SettingsError)
})

describe('those who ask at the same moment share a commit', () => {
  const FAMILY = [
    ['create table parents (id text primary key)', 'create table children (id text primary key, parent text references parents (id))'],
  ]
  const ids = async (store: Store) => (await store.all('select id from parents order by id')).map(({ id }) => id)
  const insert = (store: Store, id: string, fault?: Error) =>
    store.transaction(async (tx) => {
      await tx.run('insert into parents (id) values ($1)', id)
      if (fault) throw fault
      return id
    })

  test('who throws is undone alone', async () => {
    const store = await openStore(await SQLITE.make(), FAMILY)
    const all = [insert(store, 'a'), insert(store, 'b', new Error('stop')), insert(store, 'a'), insert(store, 'c')]
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(await ids(store)).toEqual(['a', 'c'])
    await store.close()
  })

  test('when it cannot be had, nothing of them happened, and those who come later are served', async () => {
    const store = await openStore(await SQLITE.make(), FAMILY)
    // Found out at the commit: a child without a parent.
    const orphan = store.transaction(async (tx) => {
      await tx.all('pragma defer_foreign_keys = on')
      await tx.run("insert into children (id, parent) values ('child', 'nobody')")
    })
    const together = await Promise.allSettled([insert(store, 'a'), orphan, insert(store, 'b', new Error('stop'))])
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await ids(store)).toEqual([])
    expect(await insert(store, 'c')).toBe('c')
    expect(await ids(store)).toEqual(['c'])
    await store.close()
  })

  test('who only looks sees what is committed, and does not wait for those who write', async () => {
    const store = await openStore(await SQLITE.make(), FAMILY)
    const [inserted, before] = [insert(store, 'a'), ids(store)]
    expect(await before).toEqual([])
    await inserted
    expect(await ids(store)).toEqual(['a'])
    await store.close()
  })

  test('a hundred at once, and closing meanwhile: all were served before the end', async () => {
    const store = await openStore(await SQLITE.make(), FAMILY)
    const all = Array.from({ length: 100 }, (_, at) => insert(store, `parent ${at}`))
    const closed = store.close()
    expect((await Promise.all(all)).length).toBe(100)
    await closed
    await expect(insert(store, 'late')).rejects.toThrow()
  })
})
