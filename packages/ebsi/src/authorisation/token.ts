import { isObject, ownMember } from '@symbolon/sd-jwt'
import { type Answer, jsonAnswer, saying } from '../answer.ts'
import { EbsiError } from '../errors.ts'

/**
 * What access tokens are asked for, and the input descriptor of the credential that a presentation for it must hold, null when it
 * holds none (EBSI Authorisation v4).
 */
export const SCOPES = {
  didr_invite: 'didr_invite_credential',
  didr_write: null,
  tir_invite: 'tir_invite_credential',
  tir_write: null,
} as const
export type Scope = keyof typeof SCOPES

export interface TokenRequest {
  readonly scope: Scope
  /** The signed VP-JWT. */
  readonly vpToken: string
  /** A fresh name for the submission. */
  readonly id: string
}

/** The form to POST to the token endpoint, with its presentation submission (Presentation Exchange 2.0 section 6). */
export function tokenRequest({ scope, vpToken, id }: TokenRequest): string {
  const descriptor = SCOPES[scope]
  const nested = { id: descriptor, format: 'jwt_vc', path: '$.vp.verifiableCredential[0]' }
  const submission = {
    id,
    definition_id: `${scope}_presentation`,
    descriptor_map: descriptor === null ? [] : [{ id: descriptor, format: 'jwt_vp', path: '$', path_nested: nested }],
  }
  return new URLSearchParams({
    grant_type: 'vp_token',
    scope: `openid ${scope}`,
    vp_token: vpToken,
    presentation_submission: JSON.stringify(submission),
  }).toString()
}

const LONGEST_TOKEN = 16_384

/** An access token and the Unix second from which it should not be used any more. */
export interface AccessToken {
  readonly token: string
  readonly until: number
}

/**
 * Reads the answer of the token endpoint.
 *
 * Throws `authorisation_refused` with the service's reason (RFC 6749 section 5.2), `registry_failed`, `registry_content_type`,
 * `registry_answer_malformed`, and `registry_answer_of_other` for a token of another scope.
 */
export function readTokenAnswer(answer: Answer, scope: Scope, now: number): AccessToken {
  if (answer.status >= 500) throw new EbsiError('registry_failed', `HTTP status ${answer.status}`)
  const body = jsonAnswer(answer, ['application/json', 'application/problem+json'])
  if (!isObject(body)) throw new EbsiError('registry_answer_malformed', 'not an object')
  if (answer.status >= 400 || ownMember(body, 'error') !== undefined)
    throw new EbsiError('authorisation_refused', saying(body.error_description ?? body.detail ?? body.error ?? body.title))
  if (answer.status !== 200) throw new EbsiError('registry_failed', `HTTP status ${answer.status}`)
  const { access_token: token, token_type: type, expires_in: lifetime, scope: granted } = body
  if (typeof token !== 'string' || !/^[\w.~+/-]+=*$/.test(token) || token.length > LONGEST_TOKEN)
    throw new EbsiError('registry_answer_malformed', 'access_token')
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') throw new EbsiError('registry_answer_malformed', 'token_type')
  if (granted !== undefined && !String(granted).split(' ').includes(scope)) throw new EbsiError('registry_answer_of_other', 'scope')
  if (typeof lifetime !== 'number' || !Number.isSafeInteger(lifetime) || lifetime < 1)
    throw new EbsiError('registry_answer_malformed', 'expires_in')
  return { token, until: now + lifetime - EARLIER }
}

/** A token is not used in its last seconds: it must still hold when it arrives. */
const EARLIER = 30
