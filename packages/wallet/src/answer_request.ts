import { type Anchors, authorityKeys, type Path, parseCredential, printable } from '@symbolon/credential'
import {
  type Asker,
  authenticateRequest,
  type Beyond,
  beyondRegistration,
  createRequestFetch,
  createResponse,
  type Held,
  type JudgedRegistration,
  judgeRegistration,
  type Message,
  type Miss,
  matchDcql,
  PeerError,
  type PresentationRequest,
  parseRequestLink,
  parseResponseAnswer,
  type RequestContext,
  readRequest,
  refusal,
  refusalOf,
  type VpError,
} from '@symbolon/openid4vc'
import { base64url } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import { isFinal, post } from './exchange.ts'
import type { Outside, Store } from './outside.ts'
import { present, withGroups } from './present.ts'
import { type Disclosure, type HeldCredential, hasEnded, keyOf, withOutcome, withSpent } from './state/index.ts'

/** One credential that would be shown for one query, and what of it. */
export interface Choice {
  readonly queryId: string
  readonly held: HeldCredential
  /** Everything that would be shown of what can be hidden, groups whole. */
  readonly shown: readonly Path[]
  /** What stays hidden. */
  readonly hidden: readonly Path[]
}

/** A request that has been looked at: who asks, what for, and what could be shown. */
export interface OpenedRequest {
  readonly request: PresentationRequest
  readonly asker: Asker
  readonly registration: JudgedRegistration
  /** What is asked beyond the registration; empty also when there is none to compare with. */
  readonly beyond: readonly Beyond[]
  /** For each query of the preferred combination, those that answer it, the best first; empty: nothing that is held does. */
  readonly choices: ReadonlyMap<string, readonly Choice[]>
  /** Why credentials that are held do not answer a query. */
  readonly misses: readonly {
    readonly queryId: string
    readonly credentialId: string
    readonly code: Miss['code'] | 'credential_unreadable'
  }[]
  /** Tells the verifier that there will be no answer, so that it need not wait; what becomes of that is not waited for. */
  decline(error: VpError, description: string): Promise<void>
}

interface HeldView extends Held {
  readonly credential: HeldCredential
}

/**
 * Opens a request (OpenID4VP 1.0 section 5): fetches it, finds out who asks, reads what it asks, and looks what is held for it. Nothing of the person is sent.
 *
 * A fault of a request whose author is known is told to them. Throws PeerError with the fault.
 */
export async function openRequest(text: string, store: Store, anchors: Anchors, outside: Outside): Promise<OpenedRequest> {
  const link = parseRequestLink(text)
  const walletNonce = link.kind === 'reference' && link.method === 'post' ? base64url.encode(outside.primitives.random(16)) : undefined
  const context: RequestContext = {
    anchors,
    primitives: outside.primitives,
    now: outside.now(),
    ...(walletNonce !== undefined && { walletNonce }),
  }
  const fetched = link.kind === 'reference' ? await fetchRequest(link, walletNonce, outside) : undefined
  const authentic = await authenticateRequest(link, fetched, context)
  const tell = async (fault: Parameters<typeof refusalOf>[1]): Promise<void> => {
    const refused = refusalOf(authentic, fault)
    if (refused !== undefined) await post(refused.address, refused.message, outside).catch(() => undefined)
  }
  let request: PresentationRequest
  try {
    request = readRequest(authentic, context)
  } catch (error) {
    if (error instanceof PeerError) await tell(error)
    throw error
  }
  const registration = await judgeRegistration(request.verifierInfo, authentic.asker, context)
  const { views, unreadable } = await viewsOf(store, outside)
  const { queries, selections } = matchDcql(request.query, views)
  const [preferred = []] = selections
  const choices = new Map(
    queries
      .filter(({ query }) => preferred.includes(query.id))
      .map(({ query, matches }) => [
        query.id,
        matches.map(({ held, paths }) => choiceOf(query.id, held, paths)).sort(byUse(outside.now())),
      ]),
  )
  return {
    ...{ request, asker: authentic.asker, registration, choices },
    beyond: registration.registration === undefined ? [] : beyondRegistration(request.query, registration.registration),
    misses: queries.flatMap(({ query, misses }) => [
      ...misses.map(({ held, miss }) => ({ queryId: query.id, credentialId: held.credential.id, code: miss.code })),
      ...unreadable.map((credentialId) => ({ queryId: query.id, credentialId, code: 'credential_unreadable' as const })),
    ]),
    decline: (error, description) => tell({ error, description }),
  }
}

async function fetchRequest(
  link: { requestUri: string; method: 'get' | 'post' },
  walletNonce: string | undefined,
  outside: Outside,
): Promise<Message> {
  const { method, headers, body } = createRequestFetch(link, walletNonce === undefined ? {} : { walletNonce })
  const answer = await outside.send({ method, address: link.requestUri, headers, ...(body !== undefined && { body }) })
  const message = { contentType: answer.contentType, body: answer.body }
  if (answer.status !== 200) throw refusal(answer.status, message)
  return message
}

/** One credential that cannot be read must not keep the others from being shown. */
async function viewsOf({ state }: Store, { primitives }: Outside): Promise<{ views: HeldView[]; unreadable: string[] }> {
  const views: HeldView[] = []
  const unreadable: string[] = []
  for (const credential of state.credentials) {
    try {
      const { view, proof } = await parseCredential(credential.copies[0]?.text ?? '', primitives)
      views.push({ credential, view, authorityKeys: authorityKeys(proof.header) })
    } catch {
      unreadable.push(credential.id)
    }
  }
  return { views, unreadable }
}

function choiceOf(queryId: string, { credential, view }: HeldView, paths: readonly Path[]): Choice {
  const asked = withGroups(paths, credential.claims, view)
  const isShown = (place: Path) => asked.some((path) => isWithin(place, path) || isWithin(path, place))
  return { queryId, held: credential, shown: view.disclosable.filter(isShown), hidden: view.disclosable.filter((place) => !isShown(place)) }
}

const isWithin = (inner: Path, outer: Path): boolean => outer.every((step, at) => step === inner[at])

/** What still holds before what has ended, what has more unused copies before what has fewer. */
const byUse = (now: number) => (one: Choice, other: Choice) => unused(other, now) - unused(one, now)
const unused = ({ held }: Choice, now: number): number => held.copies.filter((copy) => copy.shown === 0 && !hasEnded(copy, now)).length

/** What was answered, and where the person goes on, if anywhere. */
export interface Answered {
  readonly disclosure: Disclosure
  readonly redirectUri?: string
}

/**
 * Shows what was chosen: an unused copy of each credential is spent and the history written down before anything is sent.
 *
 * Throws WalletError `copies_spent` when none is unused, unless `reuse`; PeerError when the verifier refuses.
 */
export async function answerRequest(
  opened: OpenedRequest,
  chosen: readonly Choice[],
  store: Store,
  outside: Outside,
  { reuse = false } = {},
): Promise<Answered> {
  const { request, asker, registration } = opened
  if (chosen.length === 0) throw new WalletError('nothing_to_show', 'nothing that is held answers this request')
  const begun = {
    ...{ id: outside.primitives.random(8).toHex(), at: outside.now(), audience: request.clientId },
    asker: {
      ...(asker.subject !== undefined && { name: registration.registration?.name ?? printable(asker.subject) }),
      ...(asker.organisation !== undefined && { organisationId: asker.organisation }),
      ...(asker.anchor !== undefined && { anchor: asker.anchor }),
    },
    shown: chosen.map(({ held, shown }) => ({ credentialId: held.id, type: held.type, paths: shown, always: [] })),
  }
  const { disclosure, copies } = await store.change((state) => {
    const spent = withSpent(state, begun, reuse)
    return { state: spent.state, result: spent }
  })
  const settle = (outcome: Disclosure['outcome']) =>
    store.change((state) => ({ state: withOutcome(state, disclosure.id, outcome), result: undefined }))
  const tokens = new Map<string, string[]>()
  for (const { queryId, held, shown } of chosen) {
    const copy = copies.get(held.id)
    if (copy === undefined) throw new TypeError('a copy was not spent')
    const made = await present(
      { ...copy, claims: held.claims },
      keyOf(store.state, copy),
      { audience: request.clientId, nonce: request.nonce, paths: shown },
      outside,
    )
    tokens.set(queryId, [made.text])
  }
  try {
    const answer = parseResponseAnswer(await post(request.responseUri, await createResponse(request, tokens), outside))
    await settle('delivered')
    return { disclosure: { ...disclosure, outcome: 'delivered' }, ...answer }
  } catch (error) {
    await settle(isFinal(error) ? 'refused' : 'unanswered')
    throw error
  }
}
