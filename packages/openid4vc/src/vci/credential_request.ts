import type { CredentialType } from '@symbolon/credential'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { type ProtocolCode, ProtocolError } from '../errors.ts'
import { type Message, reader } from '../message.ts'
import { type ProofType, proofTypeNamed } from './proofs/index.ts'

/** Which credential is asked for, and the key proofs as they came. */
export interface CredentialRequest {
  readonly configurationId: string
  readonly type: CredentialType
  /** Absent only for a type that is bound to no key. */
  readonly proofs?: { readonly type: ProofType; readonly values: readonly Json[] }
}

/** What an issuer offers: the type behind a configuration identifier, and how many copies one request may ask for. */
export interface Offering {
  configuration(id: string): CredentialType | undefined
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

/**
 * Reads a credential request made with a token that carries no credential identifiers (OpenID4VCI 1.0 section 8.2).
 *
 * Throws ProtocolError with a code of section 8.3.1.2. Members we do not know are ignored; what is missing decides.
 */
export function parseCredentialRequest(message: Message, offering: Offering): CredentialRequest {
  const read = reader((place, what, cause) => new ProtocolError('invalid_credential_request', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  if (body.credential_identifier !== undefined) {
    read.refuse(
      'credential_identifier',
      'must not be used: the token response had no authorization_details; send credential_configuration_id',
    )
  }
  if (body.credential_configuration_id === undefined && body.format !== undefined) {
    read.refuse('credential_configuration_id', 'is missing; format is of a draft older than OpenID4VCI 1.0')
  }
  const configurationId = read.string(body.credential_configuration_id, 'credential_configuration_id')
  const type = offering.configuration(configurationId)
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
  return { configurationId, type, ...proofs }
}

function parseProofs(body: JsonObject, batchSize: number): { type: ProofType; values: readonly Json[] } {
  const code: ProtocolCode = 'invalid_proof'
  const read = reader((place, what, cause) => new ProtocolError(code, `${place} ${what}`, cause))
  if (body.proofs === undefined && body.proof !== undefined) {
    read.refuse('proofs', 'is missing; proof is of a draft older than OpenID4VCI 1.0')
  }
  const entries = Object.entries(read.object(body.proofs, 'proofs'))
  const [entry] = entries
  if (entry === undefined || entries.length > 1) return read.refuse('proofs', 'must have exactly one member, the proof type')
  const type = proofTypeNamed(entry[0])
  if (type === undefined) return read.refuse('proofs', 'has a proof type that is not in proof_types_supported')
  const values = read.array(entry[1], `proofs.${type.id}`)
  if (values.length > batchSize) read.refuse(`proofs.${type.id}`, `has more than ${batchSize} ${batchSize === 1 ? 'proof' : 'proofs'}`)
  return { type, values }
}
