import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { SettingsError } from '../errors.ts'
import type { Row, Statements, Store, Value } from '../store.ts'
import type { StoreKind } from './index.ts'
import { PATIENCE, patiently } from './patience.ts'
import { whole } from './transaction.ts'

const SQLITE_BUSY = 5

/** One file (`file:///.../issuer.sqlite`) through node:sqlite: write-ahead log, every commit on the disk before it is acknowledged. */
export const sqlite: StoreKind = {
  schemes: ['file:'],
  async open(url, prepare) {
    const store = overConnection(connect(fileURLToPath(url)))
    try {
      // Whoever begins first is alone until its end.
      await store.transaction(prepare)
      return store
    } catch (error) {
      await store.close()
      throw error
    }
  },
  refuse: () => null,
}

function connect(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const database = new DatabaseSync(path, { timeout: PATIENCE, enableForeignKeyConstraints: true })
    chmodSync(path, 0o600)
    // From here on we wait ourselves: SQLite's own waiting would stop the whole process, and with it whoever holds the lock in it.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 0')
    return database
  } catch {
    throw new SettingsError([
      `the database ${path} cannot be opened: check that the folder may be written and the file is a SQLite database`,
    ])
  }
}

/**
 * One connection, used by many requests at once: a transaction has it to itself, everybody else waits in line.
 */
function overConnection(database: DatabaseSync): Store {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  const direct: Statements = {
    get: async (sql, ...values) => prepare(sql).get(bind(values)) as Row | undefined,
    all: async (sql, ...values) => prepare(sql).all(bind(values)) as Row[],
    run: async (sql, ...values) => Number(prepare(sql).run(bind(values)).changes),
  }

  let last: Promise<unknown> = Promise.resolve()
  const inLine = <T>(action: () => Promise<T>): Promise<T> => {
    const mine = last.then(action)
    last = mine.catch(() => undefined)
    return mine
  }

  return {
    get: (sql, ...values) => inLine(() => patiently(busy, () => direct.get(sql, ...values))),
    all: (sql, ...values) => inLine(() => patiently(busy, () => direct.all(sql, ...values))),
    run: (sql, ...values) => inLine(() => patiently(busy, () => direct.run(sql, ...values))),
    transaction: (action) =>
      inLine(async () => {
        await patiently(busy, async () => database.exec('begin immediate'))
        try {
          const result = await whole(direct, action)
          database.exec('commit')
          return result
        } catch (error) {
          if (database.isTransaction) database.exec('rollback')
          throw error
        }
      }),
    close: () =>
      inLine(async () => {
        if (database.isOpen) database.close()
      }),
  }
}

/** Another connection writes. */
const busy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY

function bind(values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]))
}
