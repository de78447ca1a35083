import { type Answer, DID_DOCUMENT_TYPE, documentRequest, EbsiError, jsonAnswer, parseDidEbsi } from '@symbolon/ebsi'
import { isObject, type JsonObject } from '@symbolon/sd-jwt'
import { ask, type Network } from './network.ts'

/** The representations that the DID Registry v5 has; a bare `application/json` it refuses. */
export const DID_DOCUMENT_TYPES: readonly string[] = [DID_DOCUMENT_TYPE, 'application/did+json']
const PROBLEM = ['application/problem+json', 'application/json']

export interface DocumentRequest {
  /** One of `DID_DOCUMENT_TYPES`. */
  readonly accept?: string | undefined
  /** The moment the document is wanted for, ISO 8601; without it, now. */
  readonly validAt?: string | undefined
}

/**
 * The DID document that the registry serves, or null when it says that it has none (DID Registry v5, `GET /identifiers/{did}`).
 *
 * Throws `registry_answer_of_other` for the document of another, `registry_refused`, `registry_failed`, `registry_content_type`,
 * `registry_answer_malformed`, what `parseDidEbsi` throws for a DID that is none, and what `ask` throws.
 */
export async function fetchDocument(network: Network, did: string, request: DocumentRequest = {}): Promise<JsonObject | null> {
  const { accept = DID_DOCUMENT_TYPE, validAt } = request
  // It becomes a part of an address.
  parseDidEbsi(did)
  return readDocument(await ask(network, { ...documentRequest(network.root, did, validAt), accept }), did, accept)
}

function readDocument(answer: Answer, did: string, accept: string): JsonObject | null {
  if (answer.status === 404) {
    // A 404 that is no problem document comes from something else than a registry: it says nothing about the DID.
    jsonAnswer(answer, PROBLEM)
    return null
  }
  if (answer.status >= 500) throw new EbsiError('registry_failed', `HTTP status ${answer.status}`)
  if (answer.status !== 200) throw new EbsiError('registry_refused', `HTTP status ${answer.status}`)
  const document = jsonAnswer(answer, [accept])
  if (!isObject(document)) throw new EbsiError('registry_answer_malformed', 'DID document')
  if (document.id !== did) throw new EbsiError('registry_answer_of_other', 'id of the DID document')
  const methods = document.verificationMethod ?? []
  if (!Array.isArray(methods) || !methods.every((method) => isObject(method) && typeof method.id === 'string'))
    throw new EbsiError('registry_answer_malformed', 'verificationMethod')
  return document
}

/** The relationships of DID Core section 5.3, as the registry names them. */
export const RELATIONSHIPS = ['authentication', 'assertionMethod', 'keyAgreement', 'capabilityInvocation', 'capabilityDelegation'] as const
export type Relationship = (typeof RELATIONSHIPS)[number]

/** Whether the key of this DID URL has the relationship in the document. */
export function hasRelationship(document: JsonObject, name: Relationship, kid: string): boolean {
  const listed = document[name]
  return Array.isArray(listed) && listed.some((entry) => entry === kid || (isObject(entry) && entry.id === kid))
}

/** The DID URLs of the keys that the document has. */
export function methodsOf(document: JsonObject): string[] {
  const methods = Array.isArray(document.verificationMethod) ? document.verificationMethod : []
  return methods.flatMap((method) => (isObject(method) && typeof method.id === 'string' ? [method.id] : []))
}
