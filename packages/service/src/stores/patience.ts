import { setTimeout as sleep } from 'node:timers/promises'

/** How long somebody waits for others who are at work in the same database, in milliseconds. */
export const PATIENCE = 10_000

/** The longest pause between two tries, in milliseconds. */
const LONGEST_PAUSE = 250

/**
 * Tries again after an error that passes; throws it once `PATIENCE` is over.
 *
 * The pauses grow, and no two are alike: many who are in each other's way would otherwise stay there.
 */
export async function patiently<T>(passes: (error: unknown) => boolean, action: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE
  for (let most = 5; ; most = Math.min(most * 2, LONGEST_PAUSE)) {
    try {
      return await action()
    } catch (error) {
      if (!passes(error) || performance.now() > until) throw error
    }
    await sleep(1 + Math.random() * most)
  }
}
