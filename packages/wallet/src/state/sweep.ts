import type { Authorization, WalletState } from './model.ts'

/**
 * The state without keys that no copy uses and authorizations that nothing hangs on: no secret stays longer than it is good for.
 *
 * A refresh token stays until it was given back, where the server takes it back.
 */
export function swept(state: WalletState): WalletState {
  const keys = new Set(state.credentials.flatMap(({ copies }) => copies.map(({ keyId }) => keyId)))
  const authorizations = authorizationsUsed(state)
  return {
    ...state,
    keys: state.keys.filter(({ id }) => keys.has(id)),
    authorizations: state.authorizations.filter((one) => authorizations.has(one.id) || isToBeGivenBack(one)),
  }
}

/** Whether the server wants to hear when a refresh token is needed no more (RFC 7009). */
export const isToBeGivenBack = ({ refreshToken, revocationEndpoint }: Authorization): boolean =>
  refreshToken !== undefined && revocationEndpoint !== undefined

/** The authorizations that nothing hangs on any more. */
export function idle(state: WalletState): Authorization[] {
  const used = authorizationsUsed(state)
  return state.authorizations.filter(({ id }) => !used.has(id))
}

function authorizationsUsed({ credentials, pending, notices }: WalletState): Set<string | undefined> {
  return new Set([
    ...[...credentials, ...pending].map(({ source }) => source?.authorizationId),
    ...notices.map(({ authorizationId }) => authorizationId),
  ])
}
