import { setTimeout as sleep } from 'node:timers/promises'
import type { Statements, Store } from '@symbolon/service'

const latency = () => sleep(Math.random() * 8)

/** Statements as over a slow network: whatever may happen before or after one has the time to. */
function slowly(statements: Statements): Statements {
  const late = async <T>(ask: () => Promise<T>): Promise<T> => {
    await latency()
    const answer = await ask()
    await latency()
    return answer
  }
  return {
    get: (sql, ...values) => late(() => statements.get(sql, ...values)),
    all: (sql, ...values) => late(() => statements.all(sql, ...values)),
    run: (sql, ...values) => late(() => statements.run(sql, ...values)),
  }
}

/** A store as over a slow network. */
export const slow = (store: Store): Store => ({
  ...slowly(store),
  transaction: (action) => store.transaction((tx) => action(slowly(tx))),
  close: () => store.close(),
})

/** Does something so many times at once. */
export const times = <T>(count: number, action: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => action(index)))
