/** What a statement may be given: booleans are 0 or 1, documents are text, times are seconds since 1970. */
export type Value = string | number | null

/** One row, its columns by name. */
export type Row = Readonly<Record<string, Value>>

/**
 * Statements with `$1`, `$2` ... ; the same texts run on every kind of store. One alone is atomic: of several at once that change a row, each judges its
 * `where` by what the one before left.
 */
export interface Statements {
  /** The first row, or undefined. */
  get(sql: string, ...values: Value[]): Promise<Row | undefined>
  all(sql: string, ...values: Value[]): Promise<Row[]>
  /** Answers how many rows were changed. */
  run(sql: string, ...values: Value[]): Promise<number>
}

/** A database, one for all processes of one service. */
export interface Store extends Statements {
  /**
   * All of it or nothing, as if transactions ran one after the other; durable once the promise is kept.
   *
   * What the action throws undoes it, and so does a statement that failed in it. The action may be run again when another transaction was in its way: it must
   * do nothing but ask `tx`, and that one statement at a time.
   */
  transaction<T>(action: (tx: Statements) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A step of the schema: statements that run once, in order, never changed afterwards. */
export type Migration = readonly string[]

/** Column readers: a store's row is not trusted to have the type one hopes for. */
export function textOf(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`column ${column} is not text`)
  return value
}
export function numberOf(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`column ${column} is not a number`)
  return value
}
export function optionalText(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column)
}
