import type { Anchors } from '../trust/anchors.ts'

/** 2^25 bits: 2^24 credentials with room for suspension (2 bits), 2^22 with 8 bits. */
export const LARGEST_LIST = 4 * 1024 * 1024
/** Bytes of inflated lists that are remembered for one set of anchors. */
const MOST_REMEMBERED = 16 * LARGEST_LIST

/** Lists found right with some anchors, by their exact text: many credentials share one list, and inflating it is the dear part. */
export interface ListMemory<T extends { readonly packed: Uint8Array }> {
  recall(anchors: Anchors, text: string): T | undefined
  keep(anchors: Anchors, text: string, list: T): void
}

/** A memory of lists; the one kept longest ago leaves first. */
export function listMemory<T extends { readonly packed: Uint8Array }>(): ListMemory<T> {
  const remembered = new WeakMap<Anchors, Map<string, T>>()
  return {
    recall: (anchors, text) => remembered.get(anchors)?.get(text),
    keep(anchors, text, list) {
      const lists = remembered.get(anchors) ?? new Map<string, T>()
      remembered.set(anchors, lists)
      lists.delete(text)
      lists.set(text, list)
      let bytes = 0
      for (const { packed } of lists.values()) bytes += packed.length
      for (const [oldest, { packed }] of lists) {
        if (bytes <= MOST_REMEMBERED) break
        lists.delete(oldest)
        bytes -= packed.length
      }
    },
  }
}
