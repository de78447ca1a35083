import { primitives } from '@symbolon/primitives/node'
import { EMPTY_STATE, parseState, type Store, serializeState, type WalletState } from '../src/index.ts'

/** A store whose content is text, as on a disk; `reopen` is what the next process finds. */
export interface MemoryStore extends Store {
  reopen(): Promise<MemoryStore>
}

export function memoryStore(text = serializeState(EMPTY_STATE), known: WalletState = EMPTY_STATE): MemoryStore {
  let written = text
  let state = known
  return {
    get state() {
      return state
    },
    async change(edit) {
      const edited = edit(await parseState(written, primitives))
      written = serializeState(edited.state)
      state = edited.state
      return edited.result
    },
    reopen: async () => memoryStore(written, await parseState(written, primitives)),
  }
}
