import type { Statements } from '../store.ts'

/**
 * Runs the action of a transaction; throws the error of a statement that failed in it, also when the action went on after it.
 *
 * PostgreSQL undoes such a transaction whatever is said at its end, SQLite would keep the rest: here nobody keeps anything.
 */
export async function whole<T>(statements: Statements, action: (tx: Statements) => Promise<T>): Promise<T> {
  let failed: { readonly error: unknown } | undefined
  const noted = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
    answer.catch((error: unknown) => {
      failed ??= { error }
      throw error
    })
  const result = await action({
    get: (sql, ...values) => noted(statements.get(sql, ...values)),
    all: (sql, ...values) => noted(statements.all(sql, ...values)),
    run: (sql, ...values) => noted(statements.run(sql, ...values)),
  })
  if (failed) throw failed.error
  return result
}
