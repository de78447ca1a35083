import { canonical, EbsiError, registryCall, serviceCall } from '@symbolon/ebsi'
import { isObject, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { fetchDocument, methodsOf } from './documents.ts'
import type { Identity } from './keys.ts'
import type { Network } from './network.ts'
import { fetchRegistered } from './onboard.ts'
import { CONTEXT } from './resolution.ts'
import { documentWhere, step } from './step.ts'
import { writer } from './write.ts'

/** A service of a DID document (DID Core section 5.4). */
export interface Service {
  readonly id: string
  readonly type: string
  readonly serviceEndpoint: Json
  readonly [member: string]: Json | undefined
}

/** What the caller knows to be in the base document: nothing else of what the registry serves is signed again. */
export interface Known {
  /** All of them; none when absent. */
  readonly services?: readonly Service[]
  /** The `@context`, in its order; that which `onboard` writes when absent. */
  readonly contexts?: readonly Json[]
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
 * Adds a service to the document, and leaves what is known there; nothing happens when the very same is there.
 *
 * Throws `service_malformed`, also for an id that another service has, and `document_not_as_known`.
 */
export async function addService(network: Network, identity: Identity, service: Service, known: Known = {}): Promise<void> {
  const { did } = identity
  if (![service.id, service.type].every((text) => typeof text === 'string' && text !== '') || service.serviceEndpoint === undefined)
    throw new EbsiError('service_malformed', 'id, type or serviceEndpoint')
  const document = await fetchRegistered(network, did)
  const text = JSON.stringify(service)
  const wished: JsonObject = JSON.parse(text)
  const isWished = (found: JsonObject): boolean => canonical(found) === canonical(wished)
  const taken = servicesOf(document).find(({ id }) => id === service.id)
  if (taken !== undefined && !isWished(taken)) throw new EbsiError('service_malformed', 'another service has this id')
  const becomes = { '@context': keptContext(document, known), service: [...keptServices(document, known, service.id), wished] }
  const isThere = (found: JsonObject): boolean => servicesOf(found).some(isWished)
  const call = serviceCall('addService', { did, service: text }, becomes)
  await step(network, documentWhere(network, did, isThere), () => writer(network, identity).write(call, 'didr_write'))
}

/** Takes a service out of the document, and leaves what is known there; nothing happens when it is not there. Throws `document_not_as_known`. */
export async function removeService(network: Network, identity: Identity, id: string, known: Known = {}): Promise<void> {
  const { did } = identity
  const document = await fetchRegistered(network, did)
  const becomes = { '@context': keptContext(document, known), service: keptServices(document, known, id) }
  const call = serviceCall('revokeService', { did, serviceId: id }, becomes)
  const isGone = (found: JsonObject): boolean => servicesOf(found).every((service) => service.id !== id)
  await step(network, documentWhere(network, did, isGone), () => writer(network, identity).write(call, 'didr_write'))
}

/**
 * Replaces the base document, which is all of a document but its keys: `@context` and `service`; of the two, what is not given stays
 * as it is known. Throws `update_not_possible` for any other member, `document_not_as_known`.
 */
export async function updateBaseDocument(
  network: Network,
  identity: Identity,
  changes: JsonObject,
  known: Known = {},
): Promise<JsonObject> {
  const { did } = identity
  const foreign = Object.keys(changes).find((name) => name !== '@context' && name !== 'service' && !(name === 'id' && changes.id === did))
  if (foreign !== undefined) throw new EbsiError('update_not_possible', 'only @context and service can be written')
  const document = await fetchRegistered(network, did)
  const { '@context': context = keptContext(document, known), service = keptServices(document, known) } = changes
  if (!Array.isArray(context) || !Array.isArray(service)) throw new EbsiError('update_not_possible', '@context and service are lists')
  const base = { '@context': context, service }
  const call = registryCall('updateBaseDocument', { did, baseDocument: JSON.stringify(base) })
  const isWritten = (found: JsonObject): boolean =>
    canonical([found['@context'] ?? [], servicesOf(found)]) === canonical([context, service])
  return step(network, documentWhere(network, did, isWritten), () => writer(network, identity).write(call, 'didr_write'))
}

const servicesOf = ({ service }: JsonObject): JsonObject[] => (Array.isArray(service) ? service.filter(isObject) : [])

/** The `@context` of the document, which is the known one. */
function keptContext(document: JsonObject, { contexts = CONTEXT }: Known): Json[] {
  if (canonical(document['@context'] ?? []) !== canonical([...contexts])) throw new EbsiError('document_not_as_known', '@context')
  return [...contexts]
}

/** The services of the document but that of an id, in its order: no more than are known, and no fewer, for what it hides would be taken out. */
function keptServices(document: JsonObject, { services = [] }: Known, but?: string): JsonObject[] {
  const others = (list: readonly JsonObject[]) => list.filter(({ id }) => id !== but)
  const spelled = (list: readonly JsonObject[]) => others(list).map(canonical).sort()
  const served = servicesOf(document)
  if (canonical(spelled(served)) !== canonical(spelled(JSON.parse(JSON.stringify(services)))))
    throw new EbsiError('document_not_as_known', 'service')
  return others(served)
}
