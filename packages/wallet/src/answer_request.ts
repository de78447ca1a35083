import { printable } from '@symbolon/credential'
import { createResponse, type Message, parseResponseAnswer } from '@symbolon/openid4vc'
import type { Choice } from './choices.ts'
import { WalletError } from './errors.ts'
import { isFinal, post } from './exchange.ts'
import type { OpenedRequest } from './open_request.ts'
import type { Outside, Store } from './outside.ts'
import { present } from './present.ts'
import { type Begun, type Disclosure, type DisclosureOutcome, keyOf, type Spent, withOutcome, withSpent } from './state/index.ts'

/** What was answered, and where the person goes on, if anywhere. */
export interface Answered {
  readonly disclosure: Disclosure
  readonly redirectUri?: string
}

/**
 * Shows what was chosen: an unused copy of each credential is spent and the history written down before anything is sent.
 *
 * Every credential that is bound to a key is shown with its proof, also where the request would do without (HAIP 1.0 section 6.1.1.1): a copy without one
 * could be shown on by whoever gets it. `purpose`: what for, as it is to stand in the history.
 *
 * Throws WalletError `copies_spent` when none is unused, unless `reuse`; `nothing_to_show`; PeerError when the verifier refuses.
 */
export async function answerRequest(
  opened: OpenedRequest,
  chosen: readonly Choice[],
  store: Store,
  outside: Outside,
  { reuse = false, purpose }: { readonly reuse?: boolean; readonly purpose?: string | undefined } = {},
): Promise<Answered> {
  if (chosen.length === 0) throw new WalletError('nothing_to_show')
  const begun = beginning(opened, chosen, purpose, outside)
  const spent = await store.change((state) => {
    const result = withSpent(state, begun, reuse)
    return { state: result.state, result }
  })
  const settle = (outcome: DisclosureOutcome) =>
    store.change((state) => ({ state: withOutcome(state, begun.id, outcome), result: { ...spent.disclosure, outcome } }))
  let message: Message
  try {
    message = await createResponse(opened.request, await presentations(opened, chosen, spent, store, outside))
  } catch (error) {
    await settle('not_sent')
    throw error
  }
  let answer: Message
  try {
    answer = await post(opened.request.responseUri, message, outside)
  } catch (error) {
    await settle(isFinal(error) ? 'refused' : 'unanswered')
    throw error
  }
  return { disclosure: await settle('delivered'), ...parseResponseAnswer(answer, opened.request.responseUri) }
}

function beginning(
  { request, asker, registration }: OpenedRequest,
  chosen: readonly Choice[],
  purpose: string | undefined,
  outside: Outside,
): Begun {
  const { registration: registered } = registration
  const name = registered?.name ?? asker.subject
  const { authorisation } = request.statedPurpose ?? {}
  return {
    ...{ id: outside.primitives.random(8).toHex(), at: outside.now(), audience: request.clientId },
    asker: {
      ...(name !== undefined && { name: printable(name) }),
      ...(asker.organisation !== undefined && { organisationId: printable(asker.organisation) }),
      ...(asker.anchor !== undefined && { anchor: asker.anchor }),
    },
    ...(purpose !== undefined && { purpose }),
    ...(authorisation && { authorisation: `${printable(authorisation.reference)} ${authorisation.url}` }),
    shown: chosen.map(({ held, shown, always }) => ({ credentialId: held.id, type: held.type, paths: shown, always })),
  }
}

async function presentations(
  { request }: OpenedRequest,
  chosen: readonly Choice[],
  { copies }: Spent,
  store: Store,
  outside: Outside,
): Promise<Map<string, string[]>> {
  const tokens = new Map<string, string[]>()
  for (const { queryId, held, paths } of chosen) {
    const copy = copies.get(held.id)
    if (copy === undefined) throw new TypeError('a copy was not spent')
    const asked = { audience: request.clientId, nonce: request.nonce, paths }
    const { text } = await present({ ...copy, claims: held.claims }, keyOf(store.state, copy), asked, outside)
    tokens.set(queryId, [text])
  }
  return tokens
}
