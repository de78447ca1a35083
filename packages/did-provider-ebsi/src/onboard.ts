import { EbsiError, registryCall } from '@symbolon/ebsi'
import type { Awaitable, JsonObject } from '@symbolon/sd-jwt'
import { fetchDocument, hasRelationship, methodsOf, type Relationship } from './documents.ts'
import { type Identity, registryKey } from './keys.ts'
import type { Network } from './network.ts'
import { CONTEXT } from './resolution.ts'
import { documentWhere, step } from './step.ts'
import { type Writer, writer } from './write.ts'

const BASE_DOCUMENT = JSON.stringify({ '@context': CONTEXT })
/** How long a key is entered for, in seconds: five years. */
const LIFETIME = 5 * 365 * 86_400

/** A `VerifiableAuthorisationToOnboard` as a VC-JWT, or how to come by one once it is needed. */
export type Authorisation = string | ((did: string) => Awaitable<string>)

/**
 * Enters an identity into the DID Registry: the ledger's key with the DID, then the signing key and its two relationships (DID
 * Registry v5; the order of EBSI's onboarding).
 *
 * It can be repeated at any time: before each step the registry is asked whether the step is done, and again when the step failed,
 * for an answer may be lost after the ledger took the transaction. `started` is called before the first write. Answers the document;
 * throws `did_registered_by_other`, `registry_not_updated`, and what writing throws.
 */
export async function onboard(
  network: Network,
  identity: Identity,
  authorisation: Authorisation,
  started: () => void = () => {},
): Promise<JsonObject> {
  const { did, ledgerKey, signingKey } = identity
  const writes = writer(network, identity)
  const entered = registryKey(ledgerKey.jwk)
  if (!entered.isSecp256k1) throw new EbsiError('key_of_other_kind', 'not of secp256k1')
  // Looked at before anything is written.
  registryKey(signingKey.jwk)
  const ledgerKid = `${did}#${entered.vMethodId}`
  const isOurs = (document: JsonObject): boolean => {
    if (hasRelationship(document, 'capabilityInvocation', ledgerKid)) return true
    throw new EbsiError('did_registered_by_other')
  }
  await step(network, documentWhere(network, did, isOurs), async () => {
    const credential = typeof authorisation === 'string' ? authorisation : await authorisation(did)
    await writes.authorise('didr_invite', [credential])
    started()
    const params = { did, baseDocument: BASE_DOCUMENT, ...entered, ...periodOf(network) }
    await writes.write(registryCall('insertDidDocument', params), 'didr_invite')
  })
  return enterKey(network, did, writes, signingKey.jwk, ['authentication', 'assertionMethod'])
}

/** Enters a key with its relationships, as far as the registry does not have them; answers the document as it then is. */
export async function enterKey(
  network: Network,
  did: string,
  writes: Writer,
  jwk: Identity['signingKey']['jwk'],
  relationships: readonly Relationship[],
): Promise<JsonObject> {
  const { vMethodId, publicKey, isSecp256k1 } = registryKey(jwk)
  const kid = `${did}#${vMethodId}`
  let document = await fetchRegistered(network, did)
  // The registry may keep a key to itself until it has a relationship. Then entering it once more fails, and that is no fault if the
  // relationship can be entered.
  let refused: unknown
  if (!methodsOf(document).includes(kid)) {
    try {
      await writes.write(registryCall('addVerificationMethod', { did, vMethodId, publicKey, isSecp256k1 }), 'didr_write')
    } catch (error) {
      if (!isSaidNo(error)) throw error
      refused = error
    }
  }
  for (const name of relationships) {
    const isEntered = (found: JsonObject): boolean => hasRelationship(found, name, kid)
    const params = { did, name, vMethodId, ...periodOf(network) }
    document = await step(network, documentWhere(network, did, isEntered), () =>
      writes.write(registryCall('addVerificationRelationship', params), 'didr_write').catch((error) => {
        throw refused ?? error
      }),
    )
  }
  return document
}

const isSaidNo = (error: unknown): boolean =>
  error instanceof EbsiError && (error.code === 'registry_refused' || error.code === 'transaction_reverted')

/** The document of an identity that must have one; throws `did_not_registered`. */
export async function fetchRegistered(network: Network, did: string): Promise<JsonObject> {
  const document = await fetchDocument(network, did)
  if (document === null) throw new EbsiError('did_not_registered')
  return document
}

/** From now on, in Unix seconds. */
function periodOf(network: Network): { notBefore: number; notAfter: number } {
  const notBefore = network.now()
  return { notBefore, notAfter: notBefore + LIFETIME }
}
