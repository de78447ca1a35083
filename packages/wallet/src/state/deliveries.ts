import type { NotificationEvent } from '@symbolon/openid4vc'
import type { HeldCopy, HeldCredential, HeldKey, PendingIssuance, WalletState } from './model.ts'
import { swept } from './sweep.ts'

/** What came of an issuance and was found good. */
export interface Delivered {
  readonly credential: Pick<HeldCredential, 'type' | 'issuer' | 'display' | 'claims'>
  readonly copies: readonly HeldCopy[]
  readonly keys: readonly HeldKey[]
  readonly notificationId?: string
}

/**
 * The state in which an issuance is done: its copies are the credential.
 *
 * Copies that were there before are dropped: whether the issuer has taken them back, as some do when new ones are given, a wallet
 * cannot know without asking, and new ones can be had at any time.
 */
export function withDelivered(state: WalletState, { id, source }: PendingIssuance, delivered: Delivered, now: number): WalletState {
  const { credential, copies, keys, notificationId } = delivered
  const before = state.credentials.find((held) => held.id === id)
  const alive = (before?.deliveries ?? []).filter(({ expires }) => expires === undefined || expires > now)
  const ends = copies.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY)
  const end = Math.max(...ends)
  const delivery = notificationId === undefined ? [] : [{ notificationId, ...(Number.isFinite(end) && { expires: end }) }]
  const held: HeldCredential = { id, ...credential, source, deliveries: [...alive, ...delivery], copies }
  const done = {
    ...state,
    keys: [...state.keys, ...keys],
    credentials: before === undefined ? [...state.credentials, held] : state.credentials.map((one) => (one === before ? held : one)),
    pending: state.pending.filter((issuance) => issuance.id !== id),
  }
  return swept(withNotice(done, source.authorizationId, notificationId, 'credential_accepted'))
}

/** The state in which an issuance has brought something that is not to be kept, of which its issuer is to be told. */
export function withFailed(state: WalletState, { id, source }: PendingIssuance, notificationId: string | undefined): WalletState {
  const failed = { ...state, pending: state.pending.filter((issuance) => issuance.id !== id) }
  return swept(withNotice(failed, source.authorizationId, notificationId, 'credential_failure'))
}

/** The state in which an issuer is to be told that what it sent is not wanted any more. */
export const withUnwanted = (state: WalletState, { source }: PendingIssuance, notificationId: string | undefined): WalletState =>
  withNotice(state, source.authorizationId, notificationId, 'credential_deleted')

/** The state with something more to tell an issuer, if the delivery had a name, and if there is still an authorization to tell it by. */
export const withNotice = (
  state: WalletState,
  authorizationId: string,
  notificationId: string | undefined,
  event: NotificationEvent,
): WalletState =>
  notificationId === undefined || !state.authorizations.some(({ id }) => id === authorizationId)
    ? state
    : { ...state, notices: [...state.notices, { authorizationId, notificationId, event }] }
