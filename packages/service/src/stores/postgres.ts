import { Client, type ClientBase, type ClientConfig, DatabaseError, Pool, types } from 'pg'
import { SettingsError } from '../errors.ts'
import type { Row, Statements, Store, Value } from '../store.ts'
import type { StoreKind } from './index.ts'
import { PATIENCE, patiently } from './patience.ts'
import { whole } from './transaction.ts'

/** Connections of one process; those of all processes together stay below the `max_connections` of the server (100 when nobody changed it). */
const MOST_CONNECTIONS = 10
/** How long a statement may take, in milliseconds: an answer that never comes must not hold a request for ever. */
const LONGEST_STATEMENT = 30_000
/** The lock of migrations among the advisory locks of the database: "symb" as a number. */
const MIGRATION_LOCK = 0x73796d62
/** And the one of those who try again. */
const LINE_LOCK = MIGRATION_LOCK + 1

/**
 * Transactions see the database as if one ran after the other, as in SQLite; where two do not fit together, one of them starts again.
 * A process that stalls in the middle of one loses it, so that nobody waits for its locks.
 */
const BEGIN = "begin isolation level serializable; set local idle_in_transaction_session_timeout = '30s'"
/** A migration waits for the lock and must see afterwards what the one before it did, so each of its statements looks anew. */
const BEGIN_ALONE = 'begin isolation level read committed'

/** `postgres://user@host/name`, or `postgres:///name?host=/folder/of/the/socket`; TLS by `sslmode` and `sslrootcert`, as node-postgres reads them. */
export const postgres: StoreKind = {
  schemes: ['postgres:', 'postgresql:'],

  async open(url, prepare) {
    const { client, settings } = await connect(url)
    try {
      await checkServer(over(client))
      await alone(client, prepare)
    } finally {
      await client.end()
    }
    return overPool(settings)
  },

  refuse(url) {
    const host = url.searchParams.get('host') ?? url.hostname
    if (host === '' || /^(\/|%2f)/i.test(host) || ['localhost', '127.0.0.1', '[::1]'].includes(host)) return null
    if (['verify-full', 'disable'].includes(url.searchParams.get('sslmode') ?? '')) return null
    return 'crosses a network: it must say sslmode=verify-full, or sslmode=disable when that network is your own'
  },
}

/** The first connection, which says whether the settings are right. What node-postgres says of them stays here: it may hold a part of the URL. */
async function connect(url: URL): Promise<{ client: Client; settings: ClientConfig }> {
  const settings: ClientConfig = {
    connectionString: url.href,
    connectionTimeoutMillis: PATIENCE,
    fallback_application_name: 'symbolon',
    keepAlive: true,
    types: { getTypeParser: (oid: number) => reader(oid) },
  }
  try {
    const client = new Client(settings)
    heedLoss(client)
    await client.connect()
    return { client, settings }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw new SettingsError([
      `the PostgreSQL database cannot be opened${code}: check address, database, user, password and TLS in its URL, and that the server runs`,
    ])
  }
}

/** Without a listener a connection that is lost while nobody asks anything would end the process. Whoever asks next gets an error, and then a new one. */
const heedLoss = (client: ClientBase): ClientBase => client.on('error', () => undefined)

/** What is acknowledged must be on the disk, and every name must fit in. */
async function checkServer(statements: Statements): Promise<void> {
  const row = await statements.get(
    "select current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as synchronous_commit",
  )
  const faults = [
    ...(row?.encoding === 'UTF8' ? [] : ['the PostgreSQL database is not in UTF-8: make it with create database ... encoding UTF8']),
    ...(row?.synchronous_commit === 'off'
      ? ['the PostgreSQL database has synchronous_commit off, so a revocation could be lost: set it to on, for this user at least']
      : []),
  ]
  if (faults.length > 0) throw new SettingsError(faults)
}

/** SQLSTATE codes with which a server refuses a migration, and what they mean for whoever wrote the settings. */
const REFUSED: Readonly<Record<string, string>> = {
  '25006': 'is a copy that can only be read: name the server that is written to',
  '42501': 'does not let this user make tables: give it the schema (grant usage, create on schema ...)',
}

async function alone(client: Client, prepare: (tx: Statements) => Promise<void>): Promise<void> {
  try {
    await transaction(client, BEGIN_ALONE, async (tx) => {
      await tx.get('select pg_advisory_xact_lock($1)', MIGRATION_LOCK)
      await prepare(tx)
    })
  } catch (error) {
    const refused = error instanceof DatabaseError ? REFUSED[error.code ?? ''] : undefined
    throw refused === undefined ? error : new SettingsError([`the PostgreSQL database ${refused}`])
  }
}

function overPool(settings: ClientConfig): Store {
  const pool = new Pool({ ...settings, max: MOST_CONNECTIONS, query_timeout: LONGEST_STATEMENT })
  pool.on('connect', heedLoss)
  pool.on('error', () => undefined)
  const lend = <T>(action: (client: ClientBase) => Promise<T>): Promise<T> => {
    let isAgain = false
    return patiently(passes, async () => {
      const client = await pool.connect()
      try {
        const result = isAgain ? await inLine(client, action) : await action(client)
        client.release()
        return result
      } catch (error) {
        isAgain = true
        // A connection that still answers is as good as new; any other is let go of, and its locks with it.
        const answers = await client.query('rollback; select pg_advisory_unlock_all()').then(
          () => true,
          () => false,
        )
        client.release(!answers)
        throw error
      }
    })
  }
  let closing: Promise<void> | undefined
  return {
    get: (sql, ...values) => lend((client) => over(client).get(sql, ...values)),
    all: (sql, ...values) => lend((client) => over(client).all(sql, ...values)),
    run: (sql, ...values) => lend((client) => over(client).run(sql, ...values)),
    transaction: (action) => lend((client) => transaction(client, BEGIN, action)),
    close: () => {
      closing ??= pool.end()
      return closing
    },
  }
}

/**
 * Whoever was in the way of others, in any process, tries again when all before have done so: otherwise some would be in the way for ever.
 *
 * The lock is taken before the transaction begins, which would not see what was done while it waited.
 */
async function inLine<T>(client: ClientBase, action: (client: ClientBase) => Promise<T>): Promise<T> {
  await client.query('select pg_advisory_lock($1)', [LINE_LOCK])
  const result = await action(client)
  await client.query('select pg_advisory_unlock($1)', [LINE_LOCK])
  return result
}

/** Leaves the rollback to whoever owns the connection. */
async function transaction<T>(client: ClientBase, begin: string, action: (tx: Statements) => Promise<T>): Promise<T> {
  await client.query(begin)
  const result = await whole(over(client), action)
  await client.query('commit')
  return result
}

/** Two transactions that do not fit together, or wait for each other: serialization_failure, deadlock_detected. */
const passes = (error: unknown): boolean => error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01')

const over = (client: ClientBase): Statements => ({
  get: async (sql, ...values) => (await client.query<Row>(sql, values)).rows[0],
  all: async (sql, ...values) => (await client.query<Row>(sql, values)).rows,
  run: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
})

const { BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC } = types.builtins
const NUMBERS: readonly number[] = [INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC]

/** How a column of a type becomes what a store answers: booleans 0 or 1, documents text, numbers numbers or an error. */
function reader(oid: number): (text: string) => Value {
  if (oid === BOOL) return (text) => (text === 't' ? 1 : 0)
  return NUMBERS.includes(oid) ? readNumber : (text) => text
}

function readNumber(text: string): number {
  const number = Number(text)
  if (/^-?[0-9]+$/.test(text) && !Number.isSafeInteger(number)) throw new RangeError('a number in the database is too large to be exact')
  return number
}
