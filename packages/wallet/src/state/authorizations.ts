import { WalletError } from '../errors.ts'
import type { Authorization, PendingIssuance, WalletState } from './model.ts'
import { swept } from './sweep.ts'

/** The authorization of that identifier; throws WalletError `state_malformed` when it is gone. */
export function authorizationOf(state: WalletState, id: string): Authorization {
  const found = state.authorizations.find((authorization) => authorization.id === id)
  if (found === undefined) throw new WalletError('state_malformed', 'an authorization is not there')
  return found
}

/** The issuance of that identifier that is under way; throws WalletError `issuance_not_pending`. */
export function pendingOf(state: WalletState, id: string): PendingIssuance {
  const found = state.pending.find((issuance) => issuance.id === id)
  if (found === undefined) throw new WalletError('issuance_not_pending')
  return found
}

/** The state with one authorization more, and what is under way with it. */
export const withStarted = (state: WalletState, authorization: Authorization, pending: readonly PendingIssuance[]): WalletState => ({
  ...state,
  authorizations: [...state.authorizations, authorization],
  pending: [...state.pending, ...pending],
})

/** The state in which an authorization has changed. */
export const withAuthorization = (state: WalletState, changed: Authorization): WalletState => ({
  ...state,
  authorizations: state.authorizations.map((one) => (one.id === changed.id ? changed : one)),
})

/** The state in which these issuances take the place of whatever was under way under their identifiers. */
export const withPending = (state: WalletState, issuances: readonly PendingIssuance[]): WalletState => ({
  ...state,
  pending: [...state.pending.filter(({ id }) => !issuances.some((issuance) => issuance.id === id)), ...issuances],
})

/** The state without an issuance that has come to nothing, or is given up; what an earlier one brought stays. */
export const withoutPending = (state: WalletState, id: string): WalletState =>
  swept({ ...state, pending: state.pending.filter((issuance) => issuance.id !== id) })

/** The state in which an authorization brings nothing more: what was under way with it, and what was still to be told by it, has come to nothing. */
export const withEnded = (state: WalletState, id: string): WalletState =>
  swept({
    ...state,
    authorizations: state.authorizations.map((one) => (one.id === id ? ended(one) : one)),
    pending: state.pending.filter(({ source }) => source.authorizationId !== id),
    notices: state.notices.filter(({ authorizationId }) => authorizationId !== id),
  })

function ended({ access: _access, refreshToken: _refreshToken, tokenRequest: _tokenRequest, ...rest }: Authorization): Authorization {
  return rest
}
