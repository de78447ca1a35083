import {
  type Anchors,
  type CredentialType,
  gather,
  type Lookup,
  listSays,
  metadataText,
  type Part,
  parseCredential,
  readStatusList,
  type TrustMechanism,
} from '@symbolon/credential'
import type { Primitives } from '@symbolon/sd-jwt'
import { type Log, numberOf, type Row, type Store, textOf } from '@symbolon/service'
import { type Fetched, FetchRefused } from './guarded_fetch.ts'
import type { RegistryRecords } from './registry_records.ts'
import { vouchesFor } from './vouching.ts'

/** The evidence of trusted issuers: fetched on a timer by its own lifetime, never because somebody shows a credential, except a list that is met for the first time. */
export interface EvidenceCache {
  /** Answers what is needed to judge this text, from the cache wherever it can. */
  lookupFor(text: string): Lookup
  /** Fetches again what is stale, each list by one process; forgets what nobody needs any more. */
  refresh(): Promise<void>
}

/** How one address is fetched; throws `FetchRefused`. */
export type FetchText = (address: string) => Promise<Fetched>

/** What the cache stands on. `now` gives seconds. */
export interface EvidenceContext {
  readonly types: ReadonlyMap<string, CredentialType>
  readonly anchors: Anchors
  readonly mechanisms: readonly TrustMechanism[]
  readonly records: RegistryRecords
  readonly primitives: Primitives
  readonly now: () => number
  readonly fetch: FetchText
  readonly log: Log
}

const DAY = 86_400
/** Without a `ttl` a list is asked for again each day (Token Status List section 13.7); sooner than this never. */
const LONGEST_LIFE = DAY
const SHORTEST_LIFE = 60
/** A list that is a W3C credential says how long it may be used, not when it is worth asking for again. */
const LIFE_OF_CREDENTIAL = 900
/** Until when another process, or the next turn, does not try again. */
const CLAIM = 60
/** A list that nobody needed for so many days is forgotten. */
const KEPT_DAYS = 30
/** Lists at most: a trusted issuer that makes up addresses must not fill the disk. */
const MOST_LISTS = 1000

export function openEvidence(
  store: Store,
  { types, anchors, mechanisms, records, primitives, now, fetch, log }: EvidenceContext,
): EvidenceCache {
  let known = new Map<string, Row>()
  /** First fetches under way: many who show credentials of one list wait for one. */
  const fetching = new Map<string, Promise<Row | undefined>>()
  /** Until when a list that could not be had is not asked for again: else its server would learn of each credential that is shown. */
  const missing = new Map<string, number>()
  const today = (): number => Math.floor(now() / DAY)

  async function find(uri: string): Promise<Row | undefined> {
    const row = known.get(uri) ?? (await store.get('select * from evidence where uri = $1', uri))
    if (row === undefined) return undefined
    // By the day: what stands there says nothing of when a credential was shown.
    if (numberOf(row, 'needed_on') < today()) await store.run('update evidence set needed_on = $2 where uri = $1', uri, today())
    const needed = { ...row, needed_on: today() }
    known.set(uri, needed)
    return needed
  }

  /** Fetches a list, and keeps it when it is one that may be relied on, and no older than the one that is held. */
  async function fetchInto(uri: string, held?: Row): Promise<Row | undefined> {
    const refuse = (what: string): Row | undefined => {
      log.warn({ host: URL.parse(uri)?.hostname ?? 'unknown', what }, 'evidence could not be had')
      return held
    }
    let fetched: Fetched
    try {
      fetched = await fetch(uri)
    } catch (error) {
      if (error instanceof FetchRefused) return refuse(error.message)
      throw error
    }
    const list = await read(uri, fetched.content, held)
    if ('code' in list) return refuse(list.code)
    if (held !== undefined && list.issuedAt < numberOf(held, 'issued_at')) return refuse('it is older than the one that is held')
    const life = Math.max(list.ttl ?? LONGEST_LIFE, SHORTEST_LIFE)
    const row: Row = {
      ...{ uri, content: fetched.content, media_type: fetched.mediaType, issued_at: list.issuedAt },
      ...{ stale_at: now() + life, needed_on: held === undefined ? today() : numberOf(held, 'needed_on') },
    }
    await store.run(
      `insert into evidence (uri, content, media_type, issued_at, stale_at, needed_on) values ($1, $2, $3, $4, $5, $6)
       on conflict (uri) do update set content = $2, media_type = $3, issued_at = $4, stale_at = $5 where evidence.issued_at <= $4`,
      ...[uri, row.content, row.media_type, row.issued_at, row.stale_at, row.needed_on].map((value) => value ?? null),
    )
    known.set(uri, row)
    return row
  }

  /**
   * What may be kept. A list that is a W3C credential is verified when a credential is judged by it, for only then is known whose it must be: here it must
   * be the one at its address, and of the issuer whose list is held.
   */
  async function read(uri: string, content: string, held?: Row): Promise<{ issuedAt: number; ttl?: number } | { code: string }> {
    const says = listSays(content)
    if (says === null) return readStatusList(content, { uri }, { anchors, primitives, now: now(), evidence: new Map() })
    const before = held && listSays(textOf(held, 'content'))
    const isSame = says.uri === uri && (before === undefined || before?.issuer === says.issuer)
    return isSame && says.issuedAt <= now() + CLAIM
      ? { issuedAt: says.issuedAt, ttl: LIFE_OF_CREDENTIAL }
      : { code: 'status_list_of_other' }
  }

  async function firstTime(text: string, uri: string): Promise<Row | undefined> {
    const under = fetching.get(uri)
    if (under !== undefined) return under
    if ((missing.get(uri) ?? 0) > now()) return undefined
    if (known.size + missing.size >= MOST_LISTS) {
      log.warn({ lists: known.size }, 'no more lists are taken in')
      return undefined
    }
    const credential = await parseCredential(text, primitives)
    const evidence = await gather(credential, records.lookup, mechanisms)
    if (!(await vouchesFor(credential, uri, { anchors, mechanisms, evidence, primitives, now: now() }))) return undefined
    const running = fetching.get(uri) ?? fetchInto(uri).finally(() => fetching.delete(uri))
    fetching.set(uri, running)
    const row = await running
    if (row === undefined) missing.set(uri, now() + CLAIM)
    return row
  }

  return {
    lookupFor: (text) => async (need, view) => {
      // The types are those this verifier was delivered with: nobody is asked for them.
      if (need.kind === 'type_metadata') {
        const type = types.get(need.id)
        return type && { ...need, content: metadataText(type), mediaType: 'application/json' }
      }
      if (need.kind !== 'status_list') return records.lookup(need, view)
      const row = (await find(need.id)) ?? (await firstTime(text, need.id))
      return row && part(need, row)
    },

    async refresh() {
      await store.run('delete from evidence where needed_on < $1', today() - KEPT_DAYS)
      // What another process has fetched, or forgotten, is news here too.
      const rows = await store.all('select * from evidence')
      known = new Map(rows.map((row) => [textOf(row, 'uri'), row]))
      for (const [uri, until] of missing) if (until <= now()) missing.delete(uri)
      for (const row of rows) {
        if (numberOf(row, 'stale_at') > now()) continue
        const uri = textOf(row, 'uri')
        const mine = await store.run('update evidence set stale_at = $2 where uri = $1 and stale_at <= $3', uri, now() + CLAIM, now())
        if (mine > 0) await fetchInto(uri, row)
      }
    },
  }
}

const part = ({ kind, id }: Pick<Part, 'kind' | 'id'>, row: Row): Part => ({
  ...{ kind, id, content: textOf(row, 'content'), mediaType: textOf(row, 'media_type') },
})
