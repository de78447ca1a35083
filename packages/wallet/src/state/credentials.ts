import { WalletError } from '../errors.ts'
import { withNotice } from './deliveries.ts'
import type { Authorization, Delivery, HeldCopy, HeldCredential, HeldKey, WalletState } from './model.ts'
import { swept } from './sweep.ts'

/** The credential of that identifier; throws WalletError `credential_not_held`. */
export function credentialOf(state: WalletState, id: string): HeldCredential {
  const held = state.credentials.find((credential) => credential.id === id)
  if (held === undefined) throw new WalletError('credential_not_held', 'this wallet has no credential of that identifier')
  return held
}

/** The key a copy is bound to, or undefined for one that is bound to none; throws WalletError `state_malformed` when it is gone. */
export function keyOf(state: WalletState, copy: HeldCopy): HeldKey | undefined {
  if (copy.keyId === undefined) return undefined
  const key = state.keys.find(({ id }) => id === copy.keyId)
  if (key === undefined) throw new WalletError('state_malformed', 'the key of this copy is not there')
  return key
}

/** The authorization that a credential hangs on, while it can bring more copies; undefined when it cannot. */
export const refreshable = (state: WalletState, { source }: HeldCredential): Authorization | undefined =>
  state.authorizations.find(({ id, refreshToken }) => id === source?.authorizationId && refreshToken !== undefined)

export const hasEnded = ({ expires }: HeldCopy, now: number): boolean => expires !== undefined && expires <= now

/**
 * The copy to show next: of those that have not ended the one shown least, of these the one that ends first.
 *
 * When all have ended, the one that ended last. Throws WalletError `credential_not_held` for a credential without copies.
 */
export function nextCopy({ copies }: HeldCredential, now: number): HeldCopy {
  const end = ({ expires }: HeldCopy): number => expires ?? Number.POSITIVE_INFINITY
  const good = copies.filter((copy) => !hasEnded(copy, now)).sort((one, other) => one.shown - other.shown || end(one) - end(other))
  const [next = [...copies].sort((one, other) => end(other) - end(one))[0]] = good
  if (next === undefined) throw new WalletError('credential_not_held', 'this credential has no copies')
  return next
}

/** How many times any copy of it was shown. */
export const timesShown = ({ copies }: HeldCredential): number => copies.reduce((sum, { shown }) => sum + shown, 0)

/** A new identifier: short enough to type, of no meaning. */
export function newId(state: WalletState, random: (bytes: number) => Uint8Array): string {
  const id = random(4).toHex()
  return [...state.credentials, ...state.pending].some((known) => known.id === id) ? newId(state, random) : id
}

/** The state with one credential more, and its keys. */
export const withCredential = (state: WalletState, held: HeldCredential, keys: readonly HeldKey[] = []): WalletState => ({
  ...state,
  keys: [...state.keys, ...keys],
  credentials: [...state.credentials, held],
})

/** The state in which the next copy was shown once more, and that copy; throws WalletError `credential_not_held`. */
export function withShown(state: WalletState, id: string, now: number): { state: WalletState; copy: HeldCopy } {
  const held = credentialOf(state, id)
  const copy = nextCopy(held, now)
  const copies = held.copies.map((one) => (one === copy ? { ...one, shown: one.shown + 1 } : one))
  return { state: { ...state, credentials: state.credentials.map((one) => (one === held ? { ...one, copies } : one)) }, copy }
}

/**
 * The state without this credential, what was under way for it, and the keys that only it used; its issuer is to be told.
 *
 * Throws WalletError `credential_not_held`.
 */
export function withoutCredential(state: WalletState, id: string): WalletState {
  const { source, deliveries } = credentialOf(state, id)
  const removed: WalletState = {
    ...state,
    credentials: state.credentials.filter((held) => held.id !== id),
    pending: state.pending.filter((issuance) => issuance.id !== id),
  }
  if (source === undefined) return swept(removed)
  const tell = (told: WalletState, { notificationId }: Delivery) =>
    withNotice(told, source.authorizationId, notificationId, 'credential_deleted')
  return swept(deliveries.reduce(tell, removed))
}
