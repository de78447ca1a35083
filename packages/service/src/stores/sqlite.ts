import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { SettingsError } from '../errors.ts'
import type { Row, Statements, Store } from '../store.ts'
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
    // What is deleted or wiped is overwritten too, on pages that are written anyway, and not only taken out of the tables.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 0; pragma secure_delete = fast')
    return database
  } catch {
    throw new SettingsError([
      `the database ${path} cannot be opened: check that the folder may be written and the file is a SQLite database`,
    ])
  }
}

/** Something that waits for its turn: what it does, and how whoever asked for it hears what became of it. */
interface Turn {
  /** Answers how to tell of its success. */
  take(): Promise<() => void>
  fail(error: unknown): void
}

/** How many share a commit at most, so that the first does not wait for all. */
const MOST_TOGETHER = 32

/**
 * One connection, used by many requests at once: a transaction has it to itself, everybody else waits in line.
 *
 * Writing to the disk costs the same for one as for many, so those who wait at the same moment take their turns one after the other,
 * each whole or undone by itself, and are made durable by one commit. Nobody hears of anything before it.
 */
function overConnection(database: DatabaseSync): Store {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known) return known
    // SQLite takes `$1` for a name, which costs a search for each value, and `?1` for a number.
    const statement = database.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'))
    prepared.set(sql, statement)
    return statement
  }
  const direct: Statements = {
    get: async (sql, ...values) => prepare(sql).get(...values) as Row | undefined,
    all: async (sql, ...values) => prepare(sql).all(...values) as Row[],
    run: async (sql, ...values) => Number(prepare(sql).run(...values).changes),
  }

  const line: Turn[] = []
  let working: Promise<void> | undefined
  const inLine = <T>(action: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      line.push({
        async take() {
          const value = await action()
          return () => resolve(value)
        },
        fail: reject,
      })
      working ??= work()
    })

  async function work(): Promise<void> {
    // Whoever asks in this round of the event loop is in line by then.
    await new Promise((resolve) => setImmediate(resolve))
    while (line.length > 0) await together()
    working = undefined
  }

  /** Those in line, by one commit. When that cannot be had, nothing of them happened. */
  async function together(): Promise<void> {
    const taken: Turn[] = []
    try {
      await patiently(busy, async () => database.exec('begin immediate'))
      const tell: (() => void)[] = []
      for (let turn = line.shift(); turn !== undefined; turn = taken.length < MOST_TOGETHER ? line.shift() : undefined) {
        taken.push(turn)
        tell.push(await alone(turn))
      }
      database.exec('commit')
      for (const one of tell) one()
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('rollback')
      for (const { fail } of taken.length > 0 ? taken : line.splice(0)) fail(error)
    }
  }

  /** One turn, whole or undone; answers how to tell of it. */
  async function alone({ take, fail }: Turn): Promise<() => void> {
    database.exec('savepoint turn')
    try {
      const tell = await take()
      database.exec('release turn')
      return tell
    } catch (error) {
      // The database may have given up on everything: then nobody's turn was any good.
      if (!database.isTransaction) throw error
      database.exec('rollback to turn; release turn')
      return () => fail(error)
    }
  }

  /** Only looking: at what is committed, at once, unless something is under way. */
  const look = <T>(sql: string, action: () => Promise<T>): Promise<T> =>
    /^\s*select\b/i.test(sql) && !(database.isOpen && database.isTransaction) ? patiently(busy, action) : inLine(action)

  return {
    get: (sql, ...values) => look(sql, () => direct.get(sql, ...values)),
    all: (sql, ...values) => look(sql, () => direct.all(sql, ...values)),
    run: (sql, ...values) => inLine(() => direct.run(sql, ...values)),
    transaction: (action) => inLine(() => whole(direct, action)),
    async close() {
      await working
      if (database.isOpen) database.close()
    },
  }
}

/** Another connection writes. */
const busy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
