import type { WalletState } from './model.ts'

/** The state without keys that no copy uses and authorizations that nothing hangs on: no secret stays longer than it is good for. */
export function swept(state: WalletState): WalletState {
  const keys = new Set(state.credentials.flatMap(({ copies }) => copies.map(({ keyId }) => keyId)))
  const authorizations = new Set([
    ...[...state.credentials, ...state.pending].map(({ source }) => source?.authorizationId),
    ...state.notices.map(({ authorizationId }) => authorizationId),
  ])
  return {
    ...state,
    keys: state.keys.filter(({ id }) => keys.has(id)),
    authorizations: state.authorizations.filter(({ id }) => authorizations.has(id)),
  }
}
