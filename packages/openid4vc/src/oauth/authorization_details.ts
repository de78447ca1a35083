import type { CredentialType } from '@symbolon/credential'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { ProtocolError } from '../errors.ts'
import { reader } from '../message.ts'
import type { Form } from './form.ts'

/** The only type of authorization details we speak (OpenID4VCI 1.0 section 5.1.1). */
export const DETAILS_TYPE = 'openid_credential'

/** Which credentials a client wants, and whether it said so by authorization details: then the token comes with identifiers (section 6.2). */
export interface Wanted {
  readonly configurationIds: readonly string[]
  readonly byDetails: boolean
}

/** What can be wanted: the type behind a configuration identifier, and the configuration behind a scope. */
export interface Wantable {
  configuration(id: string): CredentialType | undefined
  scope(name: string): string | undefined
}

const MOST_DETAILS = 20

const read = reader((place, what, cause) => new ProtocolError('invalid_authorization_details', `${place} ${what}`, cause))

/**
 * Reads `authorization_details` and `scope` of an authorization or token request (OpenID4VCI 1.0 sections 5.1.1, 5.1.2 and 6.1.1).
 *
 * Scopes are read one by one, unknown ones ignored; what the details name needs no scope. Throws ProtocolError
 * `invalid_authorization_details`, or `invalid_scope` when nothing is left to want.
 */
export function parseWanted(form: Form, offering: Wantable, issuer: string): Wanted {
  const details = form.get('authorization_details')
  const named = details === undefined ? [] : parseDetails(details, offering, issuer)
  const scoped = (form.get('scope') ?? '').split(' ').map((name) => offering.scope(name))
  const configurationIds = [...new Set([...named, ...scoped.filter((id) => id !== undefined)])]
  if (configurationIds.length === 0) {
    throw new ProtocolError('invalid_scope', 'authorization_details or a scope must name a credential of the issuer metadata')
  }
  return { configurationIds, byDetails: details !== undefined }
}

/** The value of `authorization_details` that asks for these; `issuer` for a server that serves several (section 5.1.1, `locations`). */
export const authorizationDetails = (configurationIds: readonly string[], issuer?: string): string =>
  JSON.stringify(
    configurationIds.map((id) => ({
      type: DETAILS_TYPE,
      ...(issuer !== undefined && { locations: [issuer] }),
      credential_configuration_id: id,
    })),
  )

function parseDetails(text: string, offering: Wantable, issuer: string): string[] {
  const list = read.array(read.jsonText(text), 'authorization_details')
  if (list.length > MOST_DETAILS) read.refuse('authorization_details', `must have at most ${MOST_DETAILS} entries`)
  const ids = list.map((entry, index) => parseDetail(entry, `authorization_details[${index}]`))
  if (new Set(ids).size !== ids.length) read.refuse('authorization_details', 'names a credential twice')
  return ids

  function parseDetail(entry: Json, place: string): string {
    const detail: JsonObject = read.object(entry, place)
    // Details we do not understand might ask for less than we would give (RFC 9396 section 5).
    if (read.string(detail.type, `${place}.type`) !== DETAILS_TYPE) read.refuse(`${place}.type`, `must be ${DETAILS_TYPE}`)
    const id = read.string(detail.credential_configuration_id, `${place}.credential_configuration_id`)
    if (offering.configuration(id) === undefined) read.refuse(`${place}.credential_configuration_id`, 'is not in the issuer metadata')
    read.optional(detail.claims, read.array, `${place}.claims`)
    const locations = read.optional(detail.locations, read.strings, `${place}.locations`)
    if (locations !== undefined && !locations.includes(issuer))
      read.refuse(`${place}.locations`, 'must hold the credential issuer identifier')
    return id
  }
}
