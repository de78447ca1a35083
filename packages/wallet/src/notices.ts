import { createNotification, createRevocation } from '@symbolon/openid4vc'
import { isFinal, isUnauthorized, post } from './exchange.ts'
import type { Outside, Store } from './outside.ts'
import { authorizationOf, idle, isToBeGivenBack, type Notice, swept, type WalletState } from './state/index.ts'
import { clientForm, goodToken, isEnded, presented, renew } from './tokens.ts'

/**
 * Tells issuers what they are still to be told: what became of their deliveries (OpenID4VCI 1.0 section 11), and which refresh tokens
 * are needed no more (RFC 7009).
 *
 * Never throws for a peer: what could not be said stays written down for the next time; what cannot be said any more, or is not
 * understood, is dropped. Answers how much is left to be said.
 */
export async function settle(store: Store, outside: Outside): Promise<number> {
  const silent = new Set<string>()
  for (const notice of store.state.notices) {
    if (silent.has(notice.authorizationId)) continue
    const outcome = await attempt(() => tell(notice, store, outside))
    if (outcome === 'unheard') silent.add(notice.authorizationId)
    else await store.change((state) => ({ state: withoutNotice(state, notice), result: undefined }))
  }
  for (const authorization of idle(store.state).filter(isToBeGivenBack)) {
    const { id, clientId, refreshToken = '', revocationEndpoint = '' } = authorization
    const outcome = await attempt(() => post(revocationEndpoint, createRevocation(refreshToken, clientForm(clientId)), outside))
    if (outcome === 'unheard') silent.add(id)
    else await store.change((state) => ({ state: withoutAuthorization(state, id), result: undefined }))
  }
  return silent.size
}

async function tell({ authorizationId, notificationId, event }: Notice, store: Store, outside: Outside): Promise<unknown> {
  const authorization = authorizationOf(store.state, authorizationId)
  const { notificationEndpoint } = authorization
  if (notificationEndpoint === undefined) return
  const send = () => {
    const current = authorizationOf(store.state, authorizationId)
    const message = createNotification({ id: notificationId, event })
    return current.access && post(notificationEndpoint, message, outside, presented(current, current.access))
  }
  const isGood = goodToken(authorization, outside.now()) !== undefined
  if (!isGood) await renew(authorizationId, store, outside)
  try {
    return await send()
  } catch (error) {
    if (!isGood || !isUnauthorized(error)) throw error
    await renew(authorizationId, store, outside)
    return send()
  }
}

/** Whether a peer heard it; what the wallet itself cannot say any more counts as heard. */
async function attempt(say: () => Promise<unknown>): Promise<'heard' | 'unheard'> {
  try {
    await say()
    return 'heard'
  } catch (error) {
    return isFinal(error) || isEnded(error) ? 'heard' : 'unheard'
  }
}

const withoutNotice = (state: WalletState, told: Notice): WalletState =>
  swept({
    ...state,
    notices: state.notices.filter(
      ({ authorizationId, notificationId, event }) =>
        authorizationId !== told.authorizationId || notificationId !== told.notificationId || event !== told.event,
    ),
  })

const withoutAuthorization = (state: WalletState, id: string): WalletState => ({
  ...state,
  authorizations: state.authorizations.filter((authorization) => authorization.id !== id),
})
