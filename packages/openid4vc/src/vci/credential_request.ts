import type { CredentialType } from '@symbolon/credential'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { ProtocolError } from '../errors.ts'
import { type Message, reader } from '../message.ts'
import { type ProofType, proofTypeNamed } from './proofs/index.ts'

/** Which credential is asked for, by which name, and the key proofs as they came. */
export interface CredentialRequest {
  readonly configurationId: string
  /** The identifier of the token response, when that had any. */
  readonly identifier?: string
  readonly type: CredentialType
  /** Absent only for a type that is bound to no key. */
  readonly proofs?: { readonly type: ProofType; readonly values: readonly Json[] }
}

/** What may be asked for with one access token. */
export interface Offering {
  /** The type behind a configuration identifier of the issuer metadata. */
  configuration(id: string): CredentialType | undefined
  /** The configuration behind a credential identifier that came with this access token, and with no other. */
  identifier(id: string): string | undefined
  /** Whether the token response had identifiers, which must then be used (section 8.2). */
  readonly identifiersGiven: boolean
  /** How many proofs one request may have, as announced in the metadata. */
  readonly batchSize: number
}

/** What is asked for on the wire: by identifier when the token response gave some, else by configuration (section 8.2). */
export type CredentialName = { readonly configurationId: string } | { readonly identifier: string }

/** The body of a credential request (OpenID4VCI 1.0 section 8.2). */
export function createCredentialRequest(name: CredentialName, proofs?: { type: ProofType; values: readonly string[] }): Message {
  const body: JsonObject =
    'identifier' in name ? { credential_identifier: name.identifier } : { credential_configuration_id: name.configurationId }
  if (proofs) body.proofs = { [proofs.type.id]: [...proofs.values] }
  return { contentType: 'application/json', body: JSON.stringify(body) }
}

const read = reader((place, what, cause) => new ProtocolError('invalid_credential_request', `${place} ${what}`, cause))
const readProofs = reader((place, what, cause) => new ProtocolError('invalid_proof', `${place} ${what}`, cause))

/**
 * Reads a credential request (OpenID4VCI 1.0 section 8.2).
 *
 * Throws ProtocolError with a code of section 8.3.1.2. Members we do not know are ignored; what is missing decides.
 */
export function parseCredentialRequest(message: Message, offering: Offering): CredentialRequest {
  const body = read.object(read.json(message), 'the body')
  const name = offering.identifiersGiven ? byIdentifier(body, offering) : byConfiguration(body)
  const type = offering.configuration(name.configurationId)
  if (type === undefined) {
    throw new ProtocolError('unknown_credential_configuration', 'credential_configuration_id is not in the issuer metadata')
  }
  if (body.credential_response_encryption !== undefined) {
    throw new ProtocolError(
      'invalid_encryption_parameters',
      'credential_response_encryption is not announced, and never in a plain request',
    )
  }
  const proofs = type.holderBinding === 'key' ? { proofs: parseProofs(body, offering.batchSize) } : {}
  return { ...name, type, ...proofs }
}

type Name = Pick<CredentialRequest, 'configurationId' | 'identifier'>

function byIdentifier(body: JsonObject, offering: Offering): Name {
  if (body.credential_configuration_id !== undefined) {
    read.refuse('credential_configuration_id', 'must not be used: the token response had credential_identifiers; send one of them')
  }
  const identifier = read.string(body.credential_identifier, 'credential_identifier')
  const configurationId = offering.identifier(identifier)
  if (configurationId === undefined) {
    throw new ProtocolError('unknown_credential_identifier', 'credential_identifier is none of those that came with this access token')
  }
  return { configurationId, identifier }
}

function byConfiguration(body: JsonObject): Name {
  if (body.credential_identifier !== undefined) {
    read.refuse(
      'credential_identifier',
      'must not be used: the token response had no authorization_details; send credential_configuration_id',
    )
  }
  if (body.credential_configuration_id === undefined && body.format !== undefined) {
    read.refuse('credential_configuration_id', 'is missing; format is of a draft older than OpenID4VCI 1.0')
  }
  return { configurationId: read.string(body.credential_configuration_id, 'credential_configuration_id') }
}

function parseProofs(body: JsonObject, batchSize: number): { type: ProofType; values: readonly Json[] } {
  if (body.proofs === undefined && body.proof !== undefined) {
    readProofs.refuse('proofs', 'is missing; proof is of a draft older than OpenID4VCI 1.0')
  }
  const [entry, ...others] = Object.entries(readProofs.object(body.proofs, 'proofs'))
  if (entry === undefined || others.length > 0) return readProofs.refuse('proofs', 'must have exactly one member, the proof type')
  const type = proofTypeNamed(entry[0])
  if (type === undefined) return readProofs.refuse('proofs', 'has a proof type that is not in proof_types_supported')
  const values = readProofs.array(entry[1], `proofs.${type.id}`)
  if (values.length > batchSize) {
    readProofs.refuse(`proofs.${type.id}`, `has more than ${batchSize} ${batchSize === 1 ? 'proof' : 'proofs'}`)
  }
  return { type, values }
}
