import { EbsiError, registryCall } from '@symbolon/ebsi'
import type { Awaitable, JsonObject } from '@symbolon/sd-jwt'
import { fetchDocument, hasRelationship, methodsOf, type Relationship } from './documents.ts'
import { type Identity, registryKey, thumbprint } from './keys.ts'
import { type Network, until } from './network.ts'
import { type Write, writer } from './write.ts'

/** The `@context` of the document of a legal entity. */
const BASE_DOCUMENT = JSON.stringify({
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
})
/** How long a key is entered for, in seconds: five years. */
const LIFETIME = 5 * 365 * 86_400

/** A `VerifiableAuthorisationToOnboard` as a VC-JWT, or how to come by one once it is needed. */
export type Authorisation = string | ((did: string) => Awaitable<string>)

/**
 * Enters an identity into the DID Registry: the ledger's key with the DID, then the signing key and its two relationships (DID Registry v5; the order of EBSI's onboarding).
 *
 * It can be repeated at any time: before each step the registry is asked whether the step is done, and again when the step failed, for an answer may be lost after
 * the ledger took the transaction. `started` is called before the first write. Answers the document; throws `did_registered_by_other`, `registry_not_updated`, and what writing throws.
 */
export async function onboard(
  network: Network,
  identity: Identity,
  authorisation: Authorisation,
  started: () => void = () => {},
): Promise<JsonObject> {
  const { did, ledgerKey, signingKey } = identity
  const write = writer(network, identity)
  const ledgerKid = `${did}#${thumbprint(ledgerKey.jwk)}`
  const isOurs = (document: JsonObject): boolean => {
    if (hasRelationship(document, 'capabilityInvocation', ledgerKid)) return true
    throw new EbsiError('did_registered_by_other')
  }
  await step(network, did, isOurs, async () => {
    const credential = typeof authorisation === 'string' ? authorisation : await authorisation(did)
    const params = { did, baseDocument: BASE_DOCUMENT, ...registryKey(ledgerKey.jwk), ...periodOf(network) }
    started()
    await write(registryCall('insertDidDocument', params), 'didr_invite', [credential])
  })
  return enterKey(network, did, write, signingKey.jwk, ['authentication', 'assertionMethod'])
}

/** Enters a key with its relationships, as far as the registry does not have them; answers the document as it then is. */
export async function enterKey(
  network: Network,
  did: string,
  write: Write,
  jwk: Identity['signingKey']['jwk'],
  relationships: readonly Relationship[],
): Promise<JsonObject> {
  const { vMethodId, publicKey, isSecp256k1 } = registryKey(jwk)
  const kid = `${did}#${vMethodId}`
  let document = await fetchRegistered(network, did)
  // The registry may keep a key to itself until it has a relationship. Then entering it once more fails, and that is no fault if the relationship can be entered.
  let refused: unknown
  if (!methodsOf(document).includes(kid)) {
    try {
      await write(registryCall('addVerificationMethod', { did, vMethodId, publicKey, isSecp256k1 }), 'didr_write')
    } catch (error) {
      if (!isSaidNo(error)) throw error
      refused = error
    }
  }
  for (const name of relationships) {
    const isEntered = (found: JsonObject): boolean => hasRelationship(found, name, kid)
    const params = { did, name, vMethodId, ...periodOf(network) }
    document = await step(network, did, isEntered, () =>
      write(registryCall('addVerificationRelationship', params), 'didr_write').catch((error) => {
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

/** Does what is not done, and looks whether it is: what failed on the way back may have arrived. */
export async function step(
  network: Network,
  did: string,
  isDone: (document: JsonObject) => boolean,
  act: () => Promise<void>,
): Promise<JsonObject> {
  const look = async (): Promise<JsonObject | null> => {
    const document = await fetchDocument(network, did)
    return document !== null && isDone(document) ? document : null
  }
  const found = await look()
  if (found !== null) return found
  try {
    await act()
  } catch (error) {
    const arrived = await look().catch(() => null)
    if (arrived === null) throw error
    return arrived
  }
  const written = await until(network, look)
  if (written === null) throw new EbsiError('registry_not_updated')
  return written
}

/** From now on, in Unix seconds. */
function periodOf(network: Network): { notBefore: number; notAfter: number } {
  const notBefore = network.now()
  return { notBefore, notAfter: notBefore + LIFETIME }
}
