import {
  authorizationCode,
  createTokenRequest,
  type PreAuthorizedOffer,
  preAuthorizedCode,
  type TokenResponse,
  type TxCode,
} from '@symbolon/openid4vc'
import { WalletError } from './errors.ts'
import { isFinal } from './exchange.ts'
import type { Inspected, Offered } from './inspect.ts'
import { algorithmAmong, newKeys } from './keys.ts'
import type { Outside, Store } from './outside.ts'
import {
  type Authorization,
  authorizationOf,
  type CredentialSource,
  newId,
  type PendingIssuance,
  type PrivateKey,
  withAuthorization,
  withEnded,
  withPending,
  withStarted,
} from './state/index.ts'
import { askToken, clientForm, withTokens } from './tokens.ts'

/** Something that a token can be had for, once: the form of the request, who sends it, and the key that the tokens shall be bound to. */
export interface Redeemable {
  readonly clientId?: string
  readonly dpop?: PrivateKey
  readonly tokenRequest: string
}

/** How many copies a wallet asks for unless told otherwise. */
const COPIES = 5

/**
 * The pre-authorized code of an offer, with the transaction code that goes with it.
 *
 * `clientId` is said only where the server does not serve wallets that say nothing of themselves (OpenID4VCI 1.0 section 12.3).
 * Throws the WalletError codes `tx_code_*` before anything is sent: a wrong code costs one of few tries.
 */
export async function preAuthorized(
  { server }: Inspected,
  { code, txCode: demanded }: PreAuthorizedOffer,
  { txCode, clientId }: { txCode?: string | undefined; clientId: string },
  outside: Outside,
): Promise<Redeemable> {
  checkTxCode(demanded, txCode)
  const client = server.anonymous ? {} : { clientId }
  const request = { grant: preAuthorizedCode, code, ...(txCode !== undefined && { txCode }) }
  const { body } = createTokenRequest(request, clientForm(client.clientId))
  return { ...client, ...(await boundTo(server.dpopAlgorithms, outside)), tokenRequest: body }
}

/** A key for the tokens, where the server speaks DPoP with an algorithm of ours. */
export async function boundTo(algorithms: readonly string[], outside: Outside): Promise<{ dpop?: PrivateKey }> {
  const algorithm = algorithmAmong(algorithms)
  return algorithm === undefined ? {} : { dpop: { algorithm, jwk: await outside.keys.make(algorithm) } }
}

/** The form that redeems the code of an authorization response. */
export const codeRequest = (redeemed: { code: string; codeVerifier: string; redirectUri: string }, clientId: string): string =>
  createTokenRequest({ grant: authorizationCode, ...redeemed }, clientForm(clientId)).body

/**
 * Writes down what is about to be redeemed, redeems it, and answers the issuances that are then under way, one for each credential.
 *
 * When no answer came, they stay under way and `complete` goes on. Throws PeerError when the server says no: then nothing is.
 */
export async function redeem(
  inspected: Inspected,
  redeemable: Redeemable,
  copies: number | undefined,
  store: Store,
  outside: Outside,
): Promise<string[]> {
  const { metadata, server, offered } = inspected
  const { revocationEndpoint } = server
  const { notificationEndpoint } = metadata
  const authorization: Authorization = {
    id: outside.primitives.random(8).toHex(),
    ...{ issuer: metadata.issuer, server: server.issuer, tokenEndpoint: server.tokenEndpoint },
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
    ...(notificationEndpoint !== undefined && { notificationEndpoint }),
    ...redeemable,
  }
  await store.change((state) => {
    const pending: PendingIssuance[] = []
    for (const one of offered) {
      const source = { authorizationId: authorization.id, configurationId: one.configuration.id }
      const known = { ...state, pending: [...state.pending, ...pending] }
      pending.push({
        id: newId(known, outside.primitives.random),
        source,
        started: outside.now(),
        copies: copiesOf(one, inspected, copies),
        keys: [],
      })
    }
    return { state: withStarted(state, authorization, pending), result: undefined }
  })
  return answered(authorization.id, inspected, store, outside)
}

/** How many copies to ask for: never more than one request may have, and of a credential that is bound to no key only one. */
export const copiesOf = ({ proof }: Offered, { metadata }: Inspected, wanted = COPIES): number =>
  proof === undefined ? 1 : Math.min(wanted, metadata.batchSize)

/** Sends the token request that is written down; answers the issuances that are then under way. */
export async function answered(authorizationId: string, inspected: Inspected, store: Store, outside: Outside): Promise<string[]> {
  const authorization = authorizationOf(store.state, authorizationId)
  if (authorization.tokenRequest === undefined) throw new WalletError('state_malformed', 'there is no token request')
  let token: TokenResponse
  try {
    token = await askToken(authorization, authorization.tokenRequest, outside)
  } catch (error) {
    if (isFinal(error)) await store.change((state) => ({ state: withEnded(state, authorizationId), result: undefined }))
    throw error
  }
  const waiting = store.state.pending.filter(({ source }) => source.authorizationId === authorizationId)
  const wanted = waiting.flatMap((issuance) => sourcesOf(issuance, token).map((source) => ({ ...issuance, source })))
  const keyed = await Promise.all(wanted.map(async (issuance) => ({ ...issuance, keys: await keysOf(issuance, inspected, outside) })))
  return store.change((state) => {
    const issuances: PendingIssuance[] = []
    for (const issuance of keyed) {
      // The first credential of a configuration has the identifier it was begun with; each further one gets its own.
      const taken = issuances.some(({ id }) => id === issuance.id)
      const known = { ...state, pending: [...state.pending, ...issuances] }
      issuances.push(taken ? { ...issuance, id: newId(known, outside.primitives.random) } : issuance)
    }
    const tokens = withAuthorization(state, withTokens(authorization, token, outside.now()))
    return { state: withPending(tokens, issuances), result: issuances.map(({ id }) => id) }
  })
}

/** One for each identifier the server gave, which must then be used (OpenID4VCI 1.0 section 6.2), else the configuration itself. */
function sourcesOf({ source }: PendingIssuance, token: TokenResponse): CredentialSource[] {
  const identifiers = token.credentialIdentifiers.get(source.configurationId)
  return identifiers?.map((identifier) => ({ ...source, identifier })) ?? [source]
}

/** New keys for an issuance, as many as copies are wanted; none for a credential that is bound to no key. */
export async function keysOf({ source, copies }: Pick<PendingIssuance, 'source' | 'copies'>, { offered }: Inspected, outside: Outside) {
  const proof = offered.find(({ configuration }) => configuration.id === source.configurationId)?.proof
  return proof === undefined ? [] : newKeys(copies, proof.algorithm, outside)
}

function checkTxCode(demanded: TxCode | undefined, given: string | undefined): void {
  if (demanded === undefined) {
    if (given !== undefined) throw new WalletError('tx_code_not_expected')
    return
  }
  if (given === undefined) throw new WalletError('tx_code_missing')
  const { inputMode = 'numeric', length } = demanded
  if (inputMode === 'numeric' && !/^[0-9]+$/.test(given)) throw new WalletError('tx_code_malformed', 'it has only digits')
  if (length !== undefined && given.length !== length) throw new WalletError('tx_code_malformed', `it has ${length} characters`)
}
