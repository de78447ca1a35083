import { setTimeout as sleep } from 'node:timers/promises'

/** How long somebody waits for others who are at work in the same database, in milliseconds. */
export const PATIENCE = 10_000

/** Tries again, a few milliseconds later, after an error that passes; throws it once `PATIENCE` is over. */
export async function patiently<T>(passes: (error: unknown) => boolean, action: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE
  for (;;) {
    try {
      return await action()
    } catch (error) {
      if (!passes(error) || performance.now() > until) throw error
    }
    await sleep(1 + Math.random() * 9)
  }
}
