import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { openStore, SettingsError } from '../src/index.ts'
import { SQLITE } from './databases.ts'

test('a database is a file of its owner, write-ahead, with every commit on the disk', async () => {
  const path = join(fileURLToPath(await SQLITE.make()), '..', 'deep', 'x.sqlite')
  const store = await openStore(pathToFileURL(path).href, [])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await store.get('pragma journal_mode')).toEqual({ journal_mode: 'wal' })
  expect(await store.get('pragma synchronous')).toEqual({ synchronous: 2 })
  await store.close()
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
