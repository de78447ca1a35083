import { canonical, EbsiError, registryCall, serviceCall } from '@symbolon/ebsi'
import { isObject, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { fetchDocument, methodsOf } from './documents.ts'
import type { Identity } from './keys.ts'
import type { Network } from './network.ts'
import { fetchRegistered } from './onboard.ts'
import { documentWhere, step } from './step.ts'
import { writer } from './write.ts'

/** A service of a DID document (DID Core section 5.4). */
export interface Service {
  readonly id: string
  readonly type: string
  readonly serviceEndpoint: Json
  readonly [member: string]: Json | undefined
}

/**
 * Takes keys out of the document, now; they stay in its history. The key that signs the transactions must be the last one.
 *
 * What the registry does not show is not revoked again. Throws what writing throws.
 */
export async function revokeKeys(network: Network, identity: Identity, kids: readonly string[]): Promise<void> {
  const { did } = identity
  const { write } = writer(network, identity)
  for (const kid of kids) {
    const vMethodId = kid.slice(kid.indexOf('#') + 1)
    // The registry asks for a moment in the past.
    const params = { did, vMethodId, notAfter: network.now() - 1 }
    const isGone = (document: JsonObject): boolean => !methodsOf(document).includes(kid)
    await step(network, documentWhere(network, did, isGone), () => write(registryCall('revokeVerificationMethod', params), 'didr_write'))
  }
}

/**
 * Revokes every key of the document, that of the ledger last; false when the registry does not know the DID.
 *
 * It cannot be undone, and the DID stays registered with a document without keys: a registry deletes nothing.
 */
export async function deactivate(network: Network, identity: Identity, ledgerKid: string): Promise<boolean> {
  const document = await fetchDocument(network, identity.did)
  if (document === null) return false
  const kids = methodsOf(document)
  const isThere = kids.includes(ledgerKid)
  await revokeKeys(network, identity, [...kids.filter((kid) => kid !== ledgerKid), ...(isThere ? [ledgerKid] : [])])
  return true
}

/**
 * Adds a service to the document; nothing happens when the very same is there. Throws `service_malformed`, also for an id that
 * another service has.
 */
export async function addService(network: Network, identity: Identity, service: Service): Promise<void> {
  const { did } = identity
  if (![service.id, service.type].every((text) => typeof text === 'string' && text !== '') || service.serviceEndpoint === undefined)
    throw new EbsiError('service_malformed', 'id, type or serviceEndpoint')
  const document = await fetchRegistered(network, did)
  const text = JSON.stringify(service)
  const before = servicesOf(document)
  const taken = before.find(({ id }) => id === service.id)
  if (taken !== undefined && canonical(taken) !== canonical(JSON.parse(text)))
    throw new EbsiError('service_malformed', 'another service has this id')
  const call = serviceCall('addService', { did, service: text }, baseOf(document, [...before, JSON.parse(text)]))
  const isThere = (found: JsonObject): boolean => servicesOf(found).some(({ id }) => id === service.id)
  await step(network, documentWhere(network, did, isThere), () => writer(network, identity).write(call, 'didr_write'))
}

/** Takes a service out of the document; nothing happens when it is not there. */
export async function removeService(network: Network, identity: Identity, id: string): Promise<void> {
  const { did } = identity
  const document = await fetchRegistered(network, did)
  const rest = servicesOf(document).filter((service) => service.id !== id)
  const call = serviceCall('revokeService', { did, serviceId: id }, baseOf(document, rest))
  const isGone = (found: JsonObject): boolean => servicesOf(found).every((service) => service.id !== id)
  await step(network, documentWhere(network, did, isGone), () => writer(network, identity).write(call, 'didr_write'))
}

/**
 * Replaces the base document, which is all of a document but its keys: `@context` and `service`. Throws `update_not_possible` for
 * any other member.
 */
export async function updateBaseDocument(network: Network, identity: Identity, changes: JsonObject): Promise<JsonObject> {
  const { did } = identity
  const foreign = Object.keys(changes).find((name) => name !== '@context' && name !== 'service' && !(name === 'id' && changes.id === did))
  if (foreign !== undefined) throw new EbsiError('update_not_possible', 'only @context and service can be written')
  const document = await fetchRegistered(network, did)
  const { '@context': context = document['@context'] ?? [], service = servicesOf(document) } = changes
  if (!Array.isArray(context) || !Array.isArray(service)) throw new EbsiError('update_not_possible', '@context and service are lists')
  const base = { '@context': context, service }
  const call = registryCall('updateBaseDocument', { did, baseDocument: JSON.stringify(base) })
  const isWritten = (found: JsonObject): boolean =>
    canonical([found['@context'] ?? [], servicesOf(found)]) === canonical([context, service])
  return step(network, documentWhere(network, did, isWritten), () => writer(network, identity).write(call, 'didr_write'))
}

const servicesOf = ({ service }: JsonObject): JsonObject[] => (Array.isArray(service) ? service.filter(isObject) : [])

/** The base document that belongs to a document, with other services. */
const baseOf = (document: JsonObject, service: JsonObject[]): JsonObject => ({ '@context': document['@context'] ?? [], service })
