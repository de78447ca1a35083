import type { Anchors } from '@symbolon/credential'
import { ebsiTrust } from '@symbolon/ebsi'
import { createCredentialRequest, type Message, parseCredentialResponse, parseNonceResponse } from '@symbolon/openid4vc'
import { type WalletCode, WalletError } from './errors.ts'
import { isRefusedWith, NOTHING, post } from './exchange.ts'
import type { Inspected, Offered } from './inspect.ts'
import { publicPart } from './keys.ts'
import type { Outside, Store } from './outside.ts'
import { checkReceived } from './received.ts'
import { registryLookup } from './registry.ts'
import {
  type Authorization,
  authorizationOf,
  credentialOf,
  type Delivered,
  type HeldCredential,
  type HeldKey,
  type PendingIssuance,
  pendingOf,
  type WalletState,
  withDelivered,
  withFailed,
  withUnwanted,
} from './state/index.ts'
import { presented } from './tokens.ts'

/**
 * Fetches what an issuance is to bring and keeps it, if all of it is exactly what was asked for; all or nothing is stored, in one step.
 *
 * The keys are those written down: asked for again, they tell an issuer that its answer was lost. Throws PeerError when the issuer
 * refuses or breaks the protocol, WalletError `credential_refused` or `registry_not_believed`; of the latter, and of what is kept, the issuer is still to be told.
 */
export async function deliver(id: string, inspected: Inspected, anchors: Anchors, store: Store, outside: Outside): Promise<HeldCredential> {
  const issuance = pendingOf(store.state, id)
  const authorization = authorizationOf(store.state, issuance.source.authorizationId)
  const offered = offeredTo(issuance, inspected)
  const keys = issuance.keys.slice(0, inspected.metadata.batchSize)
  const answer = await ask(issuance, keys, offered, authorization, inspected, outside)
  const { credentials, notificationId } = parseCredentialResponse(answer, keys.length)
  const { configuration, type } = offered
  const { issuer } = inspected.metadata
  const now = outside.now()
  const { registries = [] } = outside
  const mechanisms = [ebsiTrust({ registries })]
  const judging = {
    anchors,
    mechanisms,
    registries,
    evidence: inspected.keys.evidence,
    lookup: registryLookup(outside),
    primitives: outside.primitives,
    now,
  }
  try {
    const copies = await checkReceived(credentials, { issuer, configuration, keys }, judging)
    const { display, claims, codeDictionary } = configuration
    const delivered = {
      credential: { type, issuer, display, claims, ...(codeDictionary !== undefined && { codeDictionary }) },
      copies,
      keys,
      ...(notificationId !== undefined && { notificationId }),
    }
    const kept = await store.change((state) => keep(state, issuance, delivered, now))
    if (kept === undefined) throw new WalletError('issuance_not_pending', 'it was given up while the issuer answered')
    return kept
  } catch (error) {
    if (error instanceof WalletError && REFUSALS.includes(error.code)) {
      await store.change((state) => ({ state: withFailed(state, issuance, notificationId), result: undefined }))
    }
    throw error
  }
}

/** What is wrong with what came: the issuer hears that it is not kept. */
const REFUSALS: readonly WalletCode[] = ['credential_refused', 'registry_not_believed']

/** What came for an issuance that somebody gave up meanwhile is not wanted any more. */
function keep(state: WalletState, issuance: PendingIssuance, delivered: Delivered, now: number) {
  const isWanted = state.pending.some(({ id }) => id === issuance.id)
  if (!isWanted) return { state: withUnwanted(state, issuance, delivered.notificationId), result: undefined }
  const kept = withDelivered(state, issuance, delivered, now)
  return { state: kept, result: credentialOf(kept, issuance.id) }
}

function offeredTo({ source }: PendingIssuance, { offered }: Inspected): Offered {
  const found = offered.find(({ configuration }) => configuration.id === source.configurationId)
  if (found === undefined) throw new WalletError('configuration_not_offered', 'the metadata does not list it any more')
  return found
}

/** The answer to a credential request; one with a nonce that has aged is made again, once (OpenID4VCI 1.0 section 8.3.1.2). */
async function ask(
  { source: { configurationId, identifier } }: PendingIssuance,
  keys: readonly HeldKey[],
  { proof }: Offered,
  authorization: Authorization,
  { metadata }: Inspected,
  outside: Outside,
): Promise<Message> {
  const { access, clientId } = authorization
  if (access === undefined) throw new WalletError('authorization_ended', 'there is no access token')
  const name = identifier === undefined ? { configurationId } : { identifier }
  const attempt = async () => {
    const request = createCredentialRequest(name, proof && { type: proof.type, values: await prove(proof.type) })
    return post(metadata.credentialEndpoint, request, outside, presented(authorization, access))
  }
  try {
    return await attempt()
  } catch (error) {
    if (isRefusedWith(error, 'invalid_nonce') && metadata.nonceEndpoint !== undefined) return attempt()
    throw error
  }

  async function prove(type: NonNullable<Offered['proof']>['type']): Promise<string[]> {
    const nonce = metadata.nonceEndpoint && parseNonceResponse(await post(metadata.nonceEndpoint, NOTHING, outside))
    const common = {
      issuer: metadata.issuer,
      ...(clientId !== undefined && { clientId }),
      issuedAt: outside.now(),
      ...(nonce !== undefined && { nonce }),
    }
    return Promise.all(
      keys.map(async (key) => {
        const unsigned = type.create({ ...common, jwk: publicPart(key), algorithm: key.algorithm })
        const signer = await outside.keys.signer(key.jwk, key.algorithm)
        return unsigned.seal(await signer.sign(unsigned.input))
      }),
    )
  }
}
