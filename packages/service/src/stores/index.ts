import { SettingsError } from '../errors.ts'
import type { Migration, Store } from '../store.ts'
import { sqlite } from './sqlite.ts'

/** One kind of database. */
export interface StoreKind {
  /** The scheme of its URLs, with the colon. */
  readonly scheme: string
  open(url: URL): Promise<Store>
}

/** Every kind we can open. */
export const STORES: readonly StoreKind[] = [sqlite]

/** Whether a database URL is of a kind we can open; throws an Error that says what is. */
export function databaseUrl(value: string): string {
  const kind = URL.canParse(value) ? STORES.find((one) => one.scheme === new URL(value).protocol) : undefined
  if (kind === undefined) throw new Error(`is not a database this version can open (${STORES.map((one) => one.scheme).join(', ')})`)
  return value
}

/** Opens a database and brings its schema up to date. Throws `SettingsError` when it cannot be opened or was written by a newer version. */
export async function openStore(url: string, migrations: readonly Migration[]): Promise<Store> {
  const parsed = new URL(databaseUrl(url))
  const kind = STORES.find((one) => one.scheme === parsed.protocol)
  if (kind === undefined) throw new SettingsError(['the database URL is of no known kind'])
  const store = await kind.open(parsed)
  try {
    await migrate(store, migrations)
  } catch (error) {
    await store.close()
    throw error
  }
  return store
}

/** Forward only; several processes may start at once, the first one does the work. */
async function migrate(store: Store, migrations: readonly Migration[]): Promise<void> {
  await store.transaction(async (tx) => {
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
  })
}
