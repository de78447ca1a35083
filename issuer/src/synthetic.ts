import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { localDate } from '@symbolon/credential'
import { loadSyntheticSource } from './synthetic_source.ts'

/** Where the synthetic persons live. */
const ZONE = 'Europe/Brussels'

/** The synthetic persons of a development home, with dates relative to `now` (seconds): written when there are none, or those of another day. */
export function syntheticPersons(path: string, now: number): void {
  const today = localDate(now, ZONE)
  if (existsSync(path) && localDate(statSync(path).mtimeMs / 1000, ZONE) === today) return
  const temporary = `${path}.${process.pid}.new`
  rmSync(temporary, { force: true })
  // SQLite would make it for everybody to read, and takes an empty file for a new database.
  writeFileSync(temporary, '', { mode: 0o600, flag: 'wx' })
  const database = new DatabaseSync(temporary)
  try {
    loadSyntheticSource(database, today)
  } finally {
    database.close()
  }
  renameSync(temporary, path)
}
