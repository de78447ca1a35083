import type { Anchors } from '@symbolon/credential'
import {
  type Asker,
  authenticateRequest,
  type Beyond,
  beyondRegistration,
  createRequestFetch,
  type JudgedRegistration,
  judgeRegistration,
  type Message,
  PeerError,
  type PresentationRequest,
  parseRequestLink,
  type RequestContext,
  type RequestLink,
  readRequest,
  refusal,
  refusalOf,
  type VpError,
} from '@symbolon/openid4vc'
import { base64url } from '@symbolon/sd-jwt'
import { type Choices, choicesFor } from './choices.ts'
import { post } from './exchange.ts'
import type { Outside, Store } from './outside.ts'

/** A request that has been looked at: who asks, what for, and what could be shown. */
export interface OpenedRequest extends Choices {
  readonly request: PresentationRequest
  readonly asker: Asker
  readonly registration: JudgedRegistration
  /** What is asked beyond the registration; empty also when there is none that counts. */
  readonly beyond: readonly Beyond[]
  /**
   * Tells the verifier that nothing will be shown, so that it need not wait; what becomes of that is not waited for.
   *
   * Always in the same words: a person who said no must not be told from one who has nothing to show (OpenID4VP 1.0 section 15.5.1).
   */
  decline(error?: VpError): Promise<void>
}

/**
 * Opens a request (OpenID4VP 1.0 section 5): fetches it, finds out who asks, reads what it asks, and looks what is held for it.
 *
 * A verifier whose request is faulty is told so, before anything of the person was looked at. `silent`: nobody is told anything; `haip`: only requests of HAIP 1.0.
 * Throws PeerError with the fault.
 */
export async function openRequest(
  text: string,
  { state }: Store,
  anchors: Anchors,
  outside: Outside,
  { silent = false, haip = false } = {},
): Promise<OpenedRequest> {
  const link = parseRequestLink(text)
  const walletNonce = link.kind === 'reference' && link.method === 'post' ? base64url.encode(outside.primitives.random(16)) : undefined
  const context: RequestContext = {
    ...{ anchors, primitives: outside.primitives, now: outside.now(), haip },
    ...(walletNonce !== undefined && { walletNonce }),
  }
  const fetched = link.kind === 'reference' ? await fetchRequest(link, walletNonce, outside) : undefined
  const authentic = await authenticateRequest(link, fetched, context)
  const { asker } = authentic
  const tell = async (fault: Parameters<typeof refusalOf>[1]): Promise<void> => {
    const refused = silent ? undefined : refusalOf(authentic, fault)
    if (refused !== undefined) await post(refused.address, refused.message, outside).catch(() => undefined)
  }
  let request: PresentationRequest
  try {
    request = readRequest(authentic, context)
  } catch (error) {
    // Nobody may make a wallet call an address that it has not been to, and of which nobody says whose it is.
    if (error instanceof PeerError && (asker.outcome === 'pass' || link.kind === 'reference')) await tell(error)
    throw error
  }
  const registration = await judgeRegistration(request.verifierInfo, asker, context)
  const { selections, misses } = await choicesFor(request.query, state.credentials, outside.primitives, outside.now())
  return {
    ...{ request, asker, registration, selections, misses },
    beyond: registration.registration === undefined ? [] : beyondRegistration(request.query, registration.registration),
    decline: (error = 'access_denied') => tell({ error, description: 'nothing is shown' }),
  }
}

async function fetchRequest(
  { requestUri, method }: Extract<RequestLink, { kind: 'reference' }>,
  walletNonce: string | undefined,
  outside: Outside,
): Promise<Message> {
  const { body, ...fetch } = createRequestFetch({ method }, walletNonce === undefined ? {} : { walletNonce })
  const answer = await outside.send({ ...fetch, address: requestUri, ...(body !== undefined && { body }) })
  const message = { contentType: answer.contentType, body: answer.body }
  if (answer.status !== 200) throw refusal(answer.status, message)
  return message
}
