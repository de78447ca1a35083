import { type ClaimRule, type CredentialType, formatOf, pathKey } from '@symbolon/credential'
import type { JsonObject, SignatureAlgorithm } from '@symbolon/sd-jwt'
import { PROOF_TYPES } from './proofs/index.ts'
import { BINDING_METHODS } from './proofs/keys/index.ts'
import { endpointAddress } from './well_known.ts'

/** What an issuer says of itself; `names` by language. */
export interface IssuerDescription {
  /** The credential issuer identifier. */
  readonly issuer: string
  readonly names: { readonly [language: string]: string }
  /** One configuration for each, by the name of its folder. */
  readonly types: readonly CredentialType[]
  /** What it signs credentials of a type with. */
  readonly signingAlgorithm: (type: CredentialType) => SignatureAlgorithm
  /** How many proofs one request may have; announced when it is more than one. */
  readonly batchSize?: number
  /** Whether it answers at its notification endpoint. */
  readonly notification?: boolean
  /** The dictionaries for codes (specs/code.md) by the name of their type: our own member `code_dictionary`. */
  readonly dictionaries?: ReadonlyMap<string, string>
}

/** The credential issuer metadata (OpenID4VCI 1.0 section 12.2.4): all of it comes from the types, and nothing is announced that is not there. */
export function issuerMetadata({
  issuer,
  names,
  types,
  signingAlgorithm,
  batchSize = 1,
  notification = false,
  dictionaries = new Map(),
}: IssuerDescription): JsonObject {
  const configurations = types.map((type) => [type.name, configuration(type, signingAlgorithm(type), dictionaries.get(type.name))] as const)
  return {
    credential_issuer: issuer,
    credential_endpoint: endpointAddress(issuer, 'credential'),
    nonce_endpoint: endpointAddress(issuer, 'nonce'),
    ...(notification && { notification_endpoint: endpointAddress(issuer, 'notification') }),
    ...(batchSize > 1 && { batch_credential_issuance: { batch_size: batchSize } }),
    display: Object.entries(names).map(([locale, name]) => ({ name, locale })),
    credential_configurations_supported: Object.fromEntries(configurations),
  }
}

/** One entry of `credential_configurations_supported`; throws TypeError for a type in a format we do not speak. */
function configuration(type: CredentialType, signingAlgorithm: SignatureAlgorithm, dictionary?: string): JsonObject {
  return {
    ...formatOf(type).configuration(type),
    scope: type.name,
    credential_signing_alg_values_supported: [signingAlgorithm],
    ...(type.holderBinding === 'key' && holderBinding(type)),
    credential_metadata: {
      display: Object.entries(type.display).map(([locale, { name, description }]) => ({ name, locale, description })),
      claims: type.claims.map((rule) => claimDescription(rule, type)),
    },
    ...(dictionary !== undefined && { code_dictionary: dictionary }),
  }
}

const holderBinding = (type: CredentialType): JsonObject => ({
  cryptographic_binding_methods_supported: [...BINDING_METHODS],
  proof_types_supported: Object.fromEntries(
    PROOF_TYPES.map((proof) => [proof.id, { proof_signing_alg_values_supported: [...type.proofAlgorithms] }]),
  ),
})

/** Appendix B.2; `group` is our own member, so that a wallet knows what is shown together. */
function claimDescription(rule: ClaimRule, type: CredentialType): JsonObject {
  const display = Object.entries(type.display).flatMap(([locale, { claims }]) => {
    const name = claims.get(pathKey(rule.path))?.label
    return name === undefined ? [] : [{ name, locale }]
  })
  return {
    path: [...rule.path],
    mandatory: rule.mandatory,
    ...(rule.group !== undefined && { group: rule.group }),
    ...(display.length > 0 && { display }),
  }
}
