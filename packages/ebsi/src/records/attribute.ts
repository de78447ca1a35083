import { isObject, type Json, type JsonObject, LIMITS, parseJson, SdJwtError } from '@symbolon/sd-jwt'

/** What the Trusted Issuers Registry calls the roles that it gives; any other text gives none. */
export const ROLES = ['RootTAO', 'TAO', 'TI', 'Revoked'] as const
export type Role = (typeof ROLES)[number]

/** An attribute as the registry answers it: none of it is signed but the body. */
export interface Attribute {
  /** SHA-256 of the body, lower-case hexadecimal. */
  readonly hash: string
  /** A VC-JWT; empty while its owner has not put one there. */
  readonly body: string
  /** Undefined for none, or one we do not know. */
  readonly role: Role | undefined
  /** The DID that accredits, and the one at the end of the chain, as the registry says. */
  readonly tao: string
  readonly rootTao: string
}

/** The registry has no such attribute (any more); the answer is about another DID; it is no answer of the registry. */
export type NoAttribute = 'absent' | 'of_other' | 'malformed'

const LARGEST = 256 * 1024

/** Reads the answer to `GET /issuers/{did}/attributes/{attributeId}` of the Trusted Issuers Registry v5, or its `problem+json` with status 404. */
export function readAttribute(text: string, did: string): Attribute | NoAttribute {
  const answer = parse(text)
  if (answer === null) return 'malformed'
  if (answer.status === 404 && typeof answer.title === 'string' && answer.attribute === undefined) return 'absent'
  const { attribute } = answer
  if (!isObject(attribute) || typeof answer.did !== 'string') return 'malformed'
  if (answer.did !== did) return 'of_other'
  const { hash, issuerType, tao, rootTao } = attribute
  const body = attribute.body ?? ''
  if (![hash, body, issuerType, tao, rootTao].every(isText)) return 'malformed'
  return {
    hash: String(hash).replace(/^0x/, '').toLowerCase(),
    body: String(body),
    role: ROLES.find((known) => known === issuerType),
    tao: String(tao),
    rootTao: String(rootTao),
  }
}

const isText = (value: Json | undefined): boolean => typeof value === 'string'

function parse(text: string): JsonObject | null {
  try {
    const value = parseJson(text, { ...LIMITS, size: LARGEST })
    return isObject(value) ? value : null
  } catch (error) {
    if (error instanceof SdJwtError) return null
    throw error
  }
}
