import type { JsonObject } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { type Message, reader } from '../message.ts'
import { endpointAddress } from '../vci/well_known.ts'
import { GRANTS } from './grants/index.ts'

/** What a wallet needs of an authorization server. */
export interface ServerMetadata {
  readonly issuer: string
  readonly tokenEndpoint: string
}

/** The metadata of our authorization server (RFC 8414 section 2): what is there, and nothing else. */
export const serverMetadata = (issuer: string): JsonObject => ({
  issuer,
  token_endpoint: endpointAddress(issuer, 'token'),
  grant_types_supported: GRANTS.map((grant) => grant.id),
  token_endpoint_auth_methods_supported: ['none'],
  'pre-authorized_grant_anonymous_access_supported': true,
})

/** Reads authorization server metadata fetched for `issuer`; throws PeerError `server_metadata_malformed` or `server_metadata_of_another`. */
export function parseServerMetadata(message: Message, issuer: string): ServerMetadata {
  const read = reader((place, what, cause) => new PeerError('server_metadata_malformed', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  const named = read.address(body.issuer, 'issuer')
  if (named !== issuer) throw new PeerError('server_metadata_of_another', 'issuer is not the server that was asked')
  for (const name of ['grant_types_supported', 'response_types_supported', 'code_challenge_methods_supported']) {
    read.optional(body[name], read.strings, name)
  }
  const anonymous = 'pre-authorized_grant_anonymous_access_supported'
  read.optional(body[anonymous], read.boolean, anonymous)
  return { issuer, tokenEndpoint: read.addressOf(issuer)(body.token_endpoint, 'token_endpoint') }
}
