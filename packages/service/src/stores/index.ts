import { SettingsError } from '../errors.ts'
import type { Migration, Statements, Store } from '../store.ts'
import { postgres } from './postgres.ts'
import { sqlite } from './sqlite.ts'

/** One kind of database. */
export interface StoreKind {
  /** The schemes of its URLs, with the colon. */
  readonly schemes: readonly string[]
  /**
   * Opens a database after `prepare` has run in it, in a transaction beside which no other process prepares the same database.
   *
   * Throws `SettingsError` when it cannot be opened, and what `prepare` throws; nothing stays open then. No error holds a part of the URL that may be a password.
   */
  open(url: URL, prepare: (tx: Statements) => Promise<void>): Promise<Store>
  /** Says what production holds against a URL of this kind, or null. */
  refuse(url: URL): string | null
}

/** Every kind we can open. */
export const STORES: readonly StoreKind[] = [sqlite, postgres]

function kindOf(url: string): StoreKind {
  const kind = URL.canParse(url) ? STORES.find(({ schemes }) => schemes.includes(new URL(url).protocol)) : undefined
  if (kind !== undefined) return kind
  throw new Error(`is not a database this version can open (${STORES.flatMap(({ schemes }) => schemes).join(', ')})`)
}

/** Whether a database URL is of a kind we can open; throws an Error that says what is. */
export function databaseUrl(value: string): string {
  kindOf(value)
  return value
}

/** Says what production holds against a database URL, or null. */
export const privateDatabaseOnly = (value: string): string | null => kindOf(value).refuse(new URL(value))

/** Opens a database and brings its schema up to date. Throws `SettingsError` when it cannot be opened or was written by a newer version. */
export const openStore = async (url: string, migrations: readonly Migration[]): Promise<Store> =>
  kindOf(url).open(new URL(url), (tx) => migrate(tx, migrations))

/** Forward only, and all of it or nothing. */
async function migrate(tx: Statements, migrations: readonly Migration[]): Promise<void> {
  await tx.run('create table if not exists schema_version (version bigint not null)')
  const row = await tx.get('select max(version) as version from schema_version')
  const version = typeof row?.version === 'number' ? row.version : 0
  if (version > migrations.length) {
    throw new SettingsError([
      `the database was written by a newer version (schema ${version}, this one knows ${migrations.length}); start that version`,
    ])
  }
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue
    for (const sql of statements) await tx.run(sql)
    await tx.run('insert into schema_version (version) values ($1)', index + 1)
  }
}
