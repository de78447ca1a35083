import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What was read here already, as long as it could be read again. */
export interface ReplayMemory {
  /**
   * Notes that something was read, before its verdict is told; null when it is new, else since when it is known, in seconds since 1970.
   *
   * Of several processes that note the same, one hears that it is new. `until` is when it can be forgotten.
   */
  note(mark: string, until: number, now: number): number | null
  close(): void
}

/** How long one process waits while another writes, in milliseconds. */
const PATIENCE = 5000

/**
 * The memory of the verifier of this home; null where there is none: without a data folder, or in one that cannot be written.
 *
 * It holds hashes of what holders signed once, for minutes: nothing by which two showings of one person could be told.
 */
export function openReplayMemory(home: string): ReplayMemory | null {
  try {
    if (!statSync(dirname(home)).isDirectory()) return null
    mkdirSync(home, { mode: 0o700, recursive: true })
    return opened(join(home, 'shown.db'))
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

/** The same, opened when it is first asked for: most checks ask nothing of it. */
export function replayMemory(home: string): () => ReplayMemory | null {
  let memory: ReplayMemory | null | undefined
  return () => {
    // Where there is none there will be none: what stands in its way is not tried anew with every code.
    if (memory === undefined) memory = openReplayMemory(home)
    return memory
  }
}

function opened(path: string): ReplayMemory {
  const database = new DatabaseSync(path, { timeout: PATIENCE })
  try {
    return ready(database, path)
  } catch (error) {
    database.close()
    throw error
  }
}

function ready(database: DatabaseSync, path: string): ReplayMemory {
  chmodSync(path, 0o600)
  database.exec(
    'pragma journal_mode = wal; create table if not exists shown (mark text primary key, at integer not null, until integer not null) strict',
  )
  const forget = database.prepare('delete from shown where until < ?')
  const add = database.prepare('insert into shown (mark, at, until) values (?, ?, ?) on conflict (mark) do nothing')
  const find = database.prepare('select at from shown where mark = ?')
  let swept = 0
  return {
    note(mark, until, now) {
      // Once a second is often enough. With a clock that was turned back, what is to come is kept; so is what a verdict as at a later day leaves behind.
      const past = Math.min(now, Math.floor(Date.now() / 1000))
      if (past > swept) {
        forget.run(past)
        swept = past
      }
      if (add.run(mark, now, until).changes > 0) return null
      return Number(find.get(mark)?.at ?? now)
    },
    close: () => database.close(),
  }
}
