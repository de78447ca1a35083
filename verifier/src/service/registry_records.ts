import type { Lookup, Part } from '@symbolon/credential'
import { type Registry, recordRequest, registryNamed } from '@symbolon/ebsi'
import type { Log } from '@symbolon/service'
import { type Fetched, FetchRefused } from './guarded_fetch.ts'

/** The records of the registries of EBSI about those whose credentials were shown here: each fetched once, and again on a timer, never because somebody shows another. */
export interface RegistryRecords {
  readonly lookup: Lookup
  /** Fetches again what is an hour old; forgets what nobody needed for a month. */
  refresh(): Promise<void>
}

/** What the records stand on. `now` gives seconds. */
export interface RecordsContext {
  /** Only these are asked, whatever a credential says. */
  readonly registries: readonly Registry[]
  readonly fetch: (address: string, accept: string) => Promise<Fetched>
  readonly now: () => number
  readonly log: Log
}

interface Held {
  readonly address: string
  readonly accept: string
  part: Part | undefined
  /** When it was last asked for. */
  at: number
  neededOn: number
}

const DAY = 86_400
const LIFE = 3600
/** Until when one that could not be had is not asked for again. */
const AGAIN = 60
const KEPT_DAYS = 30
/** A credential names its accreditations before its signature is known to be right: whoever makes them up must not fill the memory, nor have the registry asked for ever. */
const MOST = 2000

/** Records in this process: each asks for itself, and what it knows goes with it. */
export function openRegistryRecords({ registries, fetch, now, log }: RecordsContext): RegistryRecords {
  const held = new Map<string, Held>()
  const fetching = new Map<string, Promise<void>>()
  /** A registry may take longer for all of them than until the next turn. */
  let isRefreshing = false

  /** One that is gone stays as it was, and grows old. */
  async function renew(need: { kind: Part['kind']; id: string }, record: Held): Promise<void> {
    record.at = now()
    try {
      const { content, mediaType } = await fetch(record.address, record.accept)
      record.part = { ...need, content, mediaType, fetchedAt: now() }
    } catch (error) {
      if (!(error instanceof FetchRefused)) throw error
      log.warn({ host: new URL(record.address).hostname, what: error.message }, 'a record could not be had')
    }
  }

  return {
    async lookup(need, view) {
      const registry = registryNamed(view, registries)
      const request = registry && recordRequest(registry.root, need)
      if (!request) return undefined
      const key = `${need.kind} ${request.url}`
      const record = held.get(key) ?? { address: request.url, accept: request.accept, part: undefined, at: 0, neededOn: 0 }
      if (!held.has(key) && held.size >= MOST) return undefined
      held.set(key, record)
      record.neededOn = Math.floor(now() / DAY)
      if (record.part === undefined && (fetching.has(key) || record.at + AGAIN <= now())) {
        const running = fetching.get(key) ?? renew(need, record).finally(() => fetching.delete(key))
        fetching.set(key, running)
        await running
      }
      return record.part
    },

    async refresh() {
      if (isRefreshing) return
      isRefreshing = true
      try {
        for (const [key, record] of held) {
          if (record.neededOn < Math.floor(now() / DAY) - KEPT_DAYS || record.part === undefined) {
            if (record.at + AGAIN <= now()) held.delete(key)
          } else if (record.at + LIFE <= now()) await renew(record.part, record)
        }
      } finally {
        isRefreshing = false
      }
    },
  }
}
