/** How many things are done at the same time. */
const AT_ONCE = 4

/** Does something for each item, for a few at a time; after the first failure nothing new is begun. */
export async function inTurns<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  let at = 0
  const worker = async () => {
    try {
      while (at < queue.length) await action(queue[at++] as T)
    } catch (error) {
      at = queue.length
      throw error
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
