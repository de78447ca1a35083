import type { Anchors } from '@symbolon/credential'
import { deliver } from './deliver.ts'
import { WalletError } from './errors.ts'
import { isFinal, isRefusedWith, isUnauthorized } from './exchange.ts'
import type { Inspected } from './inspect.ts'
import type { Outside, Store } from './outside.ts'
import { answered, copiesOf, keysOf } from './redeem.ts'
import {
  authorizationOf,
  credentialOf,
  type HeldCredential,
  type PendingIssuance,
  pendingOf,
  refreshable,
  withoutPending,
  withPending,
} from './state/index.ts'
import { goodToken, isEnded, renew } from './tokens.ts'

/** The issuances of one authorization that are under way: what a wallet that was interrupted goes on with. */
export interface Unfinished {
  readonly authorizationId: string
  readonly issuer: string
  /** The issuer identifier of the authorization server. */
  readonly server: string
  readonly ids: readonly string[]
  readonly configurationIds: readonly string[]
}

/** Everything that is under way, by authorization. */
export function unfinished(store: Store): Unfinished[] {
  const { authorizations, pending } = store.state
  return authorizations.flatMap(({ id, issuer, server }) => {
    const issuances = pending.filter(({ source }) => source.authorizationId === id)
    const configurationIds = [...new Set(issuances.map(({ source }) => source.configurationId))]
    return issuances.length === 0 ? [] : [{ authorizationId: id, issuer, server, ids: issuances.map((one) => one.id), configurationIds }]
  })
}

/**
 * Goes on where an interrupted wallet stopped: sends the token request that was not answered. Answers the issuances under way.
 *
 * Throws WalletError `authorization_ended` when the code is not taken any more: an answer with the token was lost, or it is too late.
 */
export async function resume(
  { authorizationId, ids }: Unfinished,
  inspected: Inspected,
  store: Store,
  outside: Outside,
): Promise<readonly string[]> {
  if (authorizationOf(store.state, authorizationId).tokenRequest === undefined) return ids
  try {
    return await answered(authorizationId, inspected, store, outside)
  } catch (error) {
    throw isFinal(error) ? new WalletError('authorization_ended', error.detail, error) : error
  }
}

/** What an issuer says of a request that it will refuse again (OpenID4VCI 1.0 section 8.3.1.2); `invalid_nonce` is none of them. */
const DENIED = [
  'credential_request_denied',
  'invalid_credential_request',
  'invalid_encryption_parameters',
  'invalid_proof',
  'unknown_credential_configuration',
  'unknown_credential_identifier',
]

/**
 * Brings an issuance to its end: with the access token while it is good, else with one that the refresh token brings.
 *
 * Interrupted at any point, it can be called again. Throws as `deliver` does, and WalletError `authorization_ended` when there is no
 * token any more: then nothing is under way.
 */
export async function complete(
  id: string,
  inspected: Inspected,
  anchors: Anchors,
  store: Store,
  outside: Outside,
): Promise<HeldCredential> {
  const { authorizationId } = pendingOf(store.state, id).source
  const isGood = goodToken(authorizationOf(store.state, authorizationId), outside.now()) !== undefined
  if (!isGood) await renewFor(id, store, outside)
  try {
    return await deliver(id, inspected, anchors, store, outside)
  } catch (error) {
    if (isRefusedWith(error, ...DENIED)) await store.change((state) => ({ state: withoutPending(state, id), result: undefined }))
    if (!isGood || !isUnauthorized(error)) throw error
    await renewFor(id, store, outside)
    return deliver(id, inspected, anchors, store, outside)
  }
}

/** A new access token for an issuance, and the identifier that came with it, if one did. */
async function renewFor(id: string, store: Store, outside: Outside): Promise<void> {
  const issuance = pendingOf(store.state, id)
  const { authorizationId, configurationId, identifier } = issuance.source
  try {
    const identifiers = (await renew(authorizationId, store, outside)).credentialIdentifiers.get(configurationId)
    const [first] = identifiers ?? []
    if (first === undefined || (identifier !== undefined && identifiers?.includes(identifier))) return
    const renamed: PendingIssuance = { ...issuance, source: { ...issuance.source, identifier: first } }
    await store.change((state) => ({ state: withPending(state, [renamed]), result: undefined }))
  } catch (error) {
    if (isEnded(error)) await store.change((state) => ({ state: withoutPending(state, id), result: undefined }))
    throw error
  }
}

/**
 * Begins to fetch new copies of a credential: writes it down with the keys for them. `complete` does the rest, with a new access token,
 * for which the issuer asks its source anew.
 *
 * One that is under way stays as it is. Throws WalletError `not_refreshable`.
 */
export async function beginRefresh(
  id: string,
  inspected: Inspected,
  copies: number | undefined,
  store: Store,
  outside: Outside,
): Promise<void> {
  const held = credentialOf(store.state, id)
  const authorization = refreshable(store.state, held)
  const { source } = held
  if (authorization === undefined || source === undefined) throw new WalletError('not_refreshable')
  if (store.state.pending.some((issuance) => issuance.id === id)) return
  const offered = inspected.offered.find(({ configuration }) => configuration.id === source.configurationId)
  if (offered === undefined) throw new WalletError('configuration_not_offered', 'the metadata does not list it any more')
  const wanted = { source, copies: copiesOf(offered, inspected, copies) }
  const issuance: PendingIssuance = { ...wanted, id, started: outside.now(), keys: await keysOf(wanted, inspected, outside) }
  await store.change((state) => {
    const { access: _, ...spent } = authorizationOf(state, authorization.id)
    const authorizations = state.authorizations.map((one) => (one.id === spent.id ? spent : one))
    return { state: withPending({ ...state, authorizations }, [issuance]), result: undefined }
  })
}
