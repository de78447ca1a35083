import {
  type Anchors,
  type Credential,
  type CredentialType,
  findSigner,
  type Lookup,
  metadataText,
  type Part,
  parseCredential,
} from '@symbolon/credential'
import { isObject, type JsonObject, type Primitives, parseJws, type SignatureAlgorithm } from '@symbolon/sd-jwt'
import { type Log, numberOf, type Row, type Store, textOf } from '@symbolon/service'
import { type Fetched, FetchRefused } from './guarded_fetch.ts'

/** The evidence of trusted issuers: fetched on a timer by its own lifetime, never because somebody shows a credential, except a list that is seen for the first time. */
export interface EvidenceCache {
  /** Answers needs about this text, from the cache wherever it can. */
  lookupFor(text: string): Lookup
  /** Fetches again what is stale; each list by one process. */
  refresh(): Promise<void>
}

/** How one address is fetched; throws `FetchRefused`. */
export type FetchText = (address: string) => Promise<Fetched>

const LONGEST_LIFE = 86_400
const SHORTEST_LIFE = 30
/** Until when another process, or the next turn, does not try again. */
const CLAIM = 60
const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']

export function openEvidence(
  store: Store,
  {
    types,
    anchors,
    primitives,
    now,
    fetch,
    log,
  }: {
    types: ReadonlyMap<string, CredentialType>
    anchors: Anchors
    primitives: Primitives
    now: () => number
    fetch: FetchText
    log: Log
  },
): EvidenceCache {
  const known = new Map<string, Row>()
  /** First fetches under way: many who show credentials of one list wait for one. */
  const fetching = new Map<string, Promise<Row | undefined>>()

  const part = (kind: Part['kind'], id: string, row: Row): Part => ({
    kind,
    id,
    content: textOf(row, 'content'),
    mediaType: textOf(row, 'media_type'),
  })

  async function find(uri: string): Promise<Row | undefined> {
    const row = known.get(uri) ?? (await store.get('select * from evidence where uri = $1', uri))
    if (row !== undefined) known.set(uri, row)
    return row
  }

  async function fetchInto(uri: string): Promise<Row | undefined> {
    try {
      const { content, mediaType } = await fetch(uri)
      const fetchedAt = now()
      const row = { uri, content, media_type: mediaType, fetched_at: fetchedAt, stale_at: fetchedAt + lifeOf(content) }
      await store.run(
        `insert into evidence (uri, content, media_type, fetched_at, stale_at) values ($1, $2, $3, $4, $5)
         on conflict (uri) do update set content = $2, media_type = $3, fetched_at = $4, stale_at = $5`,
        ...[uri, content, mediaType, fetchedAt, row.stale_at],
      )
      known.set(uri, row)
      return row
    } catch (error) {
      if (!(error instanceof FetchRefused)) throw error
      log.warn({ host: URL.parse(uri)?.hostname ?? 'unknown', what: error.message }, 'evidence could not be fetched')
      return undefined
    }
  }

  /** Whether the credential's own signature leads to an anchor, and its certificate names the host: only then its word on where to look counts. */
  async function vouchesFor(credential: Credential, uri: string): Promise<boolean> {
    const { proof, view } = credential
    const algorithm = ALGORITHMS.find((one) => one === proof.algorithm)
    if (algorithm === undefined) return false
    const claim = { purpose: 'credential', type: view.type, ...(view.issuer !== undefined && { issuer: view.issuer }) } as const
    const signer = await findSigner(proof, claim, { anchors, primitives, now: now(), evidence: new Map() })
    if (signer.outcome !== 'pass' || signer.key === null) return false
    if (!(await primitives.verify(algorithm, signer.key, proof.input, proof.signature))) return false
    const origin = URL.parse(uri)
    return (
      signer.certificate?.alternativeNames.some(
        (name) =>
          (name.form === 'dns' && name.text.toLowerCase() === origin?.hostname) ||
          (name.form === 'uri' && URL.parse(name.text)?.origin === origin?.origin),
      ) ?? false
    )
  }

  async function firstTime(text: string, uri: string): Promise<Row | undefined> {
    if (!(await vouchesFor(await parseCredential(text, primitives), uri))) return undefined
    const running = fetching.get(uri) ?? fetchInto(uri).finally(() => fetching.delete(uri))
    fetching.set(uri, running)
    return running
  }

  return {
    lookupFor: (text) => async (need) => {
      // The types are those this verifier was delivered with: nobody is asked for them.
      if (need.kind === 'type_metadata') {
        const type = types.get(need.id)
        return type && { ...need, content: metadataText(type), mediaType: 'application/json' }
      }
      if (need.kind !== 'status_list') return undefined
      const row = (await find(need.id)) ?? (await firstTime(text, need.id))
      return row && part(need.kind, need.id, row)
    },

    async refresh() {
      // What another process has fetched is news here too.
      for (const row of await store.all('select * from evidence')) known.set(textOf(row, 'uri'), row)
      for (const row of [...known.values()]) {
        if (numberOf(row, 'stale_at') > now()) continue
        const uri = textOf(row, 'uri')
        const mine = await store.run('update evidence set stale_at = $2 where uri = $1 and stale_at <= $3', uri, now() + CLAIM, now())
        if (mine > 0) await fetchInto(uri)
      }
    },
  }
}

/** How long a list is fresh: its `ttl` (Token Status List section 13.7), within bounds; what cannot be read is tried again soon. */
function lifeOf(content: string): number {
  let payload: JsonObject
  try {
    payload = parseJws(content).payload
  } catch {
    return SHORTEST_LIFE
  }
  const ttl = isObject(payload) && typeof payload.ttl === 'number' ? payload.ttl : LONGEST_LIFE
  return Math.min(Math.max(Math.floor(ttl), SHORTEST_LIFE), LONGEST_LIFE)
}
