import type { JsonObject } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { type Message, reader } from '../message.ts'
import { endpointAddress } from '../vci/well_known.ts'
import { DETAILS_TYPE } from './authorization_details.ts'
import type { ClientAuthentication } from './clients/index.ts'
import { ASSERTION_ALGORITHMS } from './clients/private_key_jwt.ts'
import { DPOP_ALGORITHMS } from './dpop.ts'
import { authorizationCode, type Grant, preAuthorizedCode } from './grants/index.ts'
import { CHALLENGE_METHOD } from './pkce.ts'

/** What an authorization server has: nothing else is announced. */
export interface ServerDescription {
  readonly grants: readonly Grant[]
  readonly scopes: readonly string[]
  readonly authentication: readonly ClientAuthentication[]
  readonly dpop: boolean
  readonly revocation: boolean
  /** Whether a pre-authorized code can be redeemed by a wallet that says nothing of itself. */
  readonly anonymous: boolean
  /** The languages of its pages. */
  readonly languages: readonly string[]
}

/** What a wallet needs of an authorization server. */
export interface ServerMetadata {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly authorizationEndpoint?: string
  readonly pushedEndpoint?: string
  readonly revocationEndpoint?: string
  /** Whether authorization requests must be pushed. */
  readonly requiresPushed: boolean
  /** Empty: it does not speak DPoP. */
  readonly dpopAlgorithms: readonly string[]
  readonly authenticationMethods: readonly string[]
  /** Whether authorization responses name the issuer (RFC 9207 section 3). */
  readonly issInResponse: boolean
  /** Identifiers of grants. */
  readonly grants: readonly string[]
  readonly challengeMethods: readonly string[]
  /** Whether what is wanted can be said by authorization details (OpenID4VCI 1.0 section 5.1.1). */
  readonly speaksDetails: boolean
  /** Whether a pre-authorized code can be redeemed by a wallet that says nothing of itself (OpenID4VCI 1.0 section 12.3). */
  readonly anonymous: boolean
}

/** The metadata of our authorization server (RFC 8414 section 2): what is there, and nothing else. */
export function serverMetadata(issuer: string, there: ServerDescription): JsonObject {
  const methods = there.authentication.map(({ id }) => id)
  const signed = there.authentication.some(({ keys }) => keys)
  const algorithms = [...ASSERTION_ALGORITHMS]
  return {
    issuer,
    ...(there.grants.includes(authorizationCode) && codeMembers(issuer)),
    token_endpoint: endpointAddress(issuer, 'token'),
    grant_types_supported: there.grants.map(({ id }) => id),
    ...(there.scopes.length > 0 && { scopes_supported: [...there.scopes] }),
    token_endpoint_auth_methods_supported: methods,
    ...(signed && { token_endpoint_auth_signing_alg_values_supported: algorithms }),
    ...(there.revocation && {
      revocation_endpoint: endpointAddress(issuer, 'revoke'),
      revocation_endpoint_auth_methods_supported: methods,
      ...(signed && { revocation_endpoint_auth_signing_alg_values_supported: algorithms }),
    }),
    ...(there.dpop && { dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS] }),
    ...(there.grants.includes(preAuthorizedCode) && { [ANONYMOUS]: there.anonymous }),
    ...(there.languages.length > 0 && { ui_locales_supported: [...there.languages] }),
  }
}

const ANONYMOUS = 'pre-authorized_grant_anonymous_access_supported'

const codeMembers = (issuer: string): JsonObject => ({
  authorization_endpoint: endpointAddress(issuer, 'authorize'),
  pushed_authorization_request_endpoint: endpointAddress(issuer, 'par'),
  require_pushed_authorization_requests: true,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  code_challenge_methods_supported: [CHALLENGE_METHOD],
  authorization_response_iss_parameter_supported: true,
  authorization_details_types_supported: [DETAILS_TYPE],
})

/** What is meant when the metadata does not say (RFC 8414 section 2). */
const DEFAULT_GRANTS = [authorizationCode.id, 'implicit']
const DEFAULT_METHODS = ['client_secret_basic']

/** Reads authorization server metadata fetched for `issuer`; throws PeerError `server_metadata_malformed` or `server_metadata_of_another`. */
export function parseServerMetadata(message: Message, issuer: string): ServerMetadata {
  const read = reader((place, what, cause) => new PeerError('server_metadata_malformed', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  const named = read.address(body.issuer, 'issuer')
  if (named !== issuer) throw new PeerError('server_metadata_of_another', 'issuer is not the server that was asked')
  const address = read.addressOf(issuer)
  const strings = (name: string) => read.optional(body[name], read.strings, name)
  const flag = (name: string) => read.optional(body[name], read.boolean, name) ?? false
  const endpoint = (name: string) => read.optional(body[name], address, name)
  strings('response_types_supported')
  const authorizationEndpoint = endpoint('authorization_endpoint')
  const pushedEndpoint = endpoint('pushed_authorization_request_endpoint')
  const revocationEndpoint = endpoint('revocation_endpoint')
  return {
    issuer,
    tokenEndpoint: address(body.token_endpoint, 'token_endpoint'),
    ...(authorizationEndpoint !== undefined && { authorizationEndpoint }),
    ...(pushedEndpoint !== undefined && { pushedEndpoint }),
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
    requiresPushed: flag('require_pushed_authorization_requests'),
    dpopAlgorithms: strings('dpop_signing_alg_values_supported') ?? [],
    authenticationMethods: strings('token_endpoint_auth_methods_supported') ?? DEFAULT_METHODS,
    issInResponse: flag('authorization_response_iss_parameter_supported'),
    grants: strings('grant_types_supported') ?? DEFAULT_GRANTS,
    challengeMethods: strings('code_challenge_methods_supported') ?? [],
    speaksDetails: strings('authorization_details_types_supported')?.includes(DETAILS_TYPE) ?? false,
    anonymous: flag(ANONYMOUS),
  }
}
