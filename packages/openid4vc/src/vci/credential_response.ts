import type { JsonObject } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { type Message, reader } from '../message.ts'

/** What a wallet was given: the credentials as text, in no promised order, and under which name to speak of them to the notification endpoint. */
export interface CredentialResponse {
  readonly credentials: readonly string[]
  readonly notificationId?: string
}

/** The answer of the credential endpoint (OpenID4VCI 1.0 section 8.3), at most one credential for each key; it must be served with `Cache-Control: no-store`. */
export const credentialResponse = (credentials: readonly string[], notificationId?: string): JsonObject => ({
  credentials: credentials.map((credential) => ({ credential })),
  ...(notificationId !== undefined && { notification_id: notificationId }),
})

/** Reads an answer to a request with `keys` keys: at most as many credentials; throws PeerError `credential_response_malformed`. */
export function parseCredentialResponse(message: Message, keys: number): CredentialResponse {
  const read = reader((place, what, cause) => new PeerError('credential_response_malformed', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  if (body.credentials === undefined && body.transaction_id !== undefined) {
    read.refuse('credentials', 'is missing: the issuer wants to deliver later, which this wallet does not speak')
  }
  if (body.credentials === undefined && body.credential !== undefined) {
    read.refuse('credentials', 'is missing; credential is of a draft older than OpenID4VCI 1.0')
  }
  const list = read.array(body.credentials, 'credentials')
  if (list.length > Math.max(keys, 1)) read.refuse('credentials', 'has more credentials than keys were sent')
  if (body.transaction_id !== undefined || body.interval !== undefined) {
    read.refuse('transaction_id and interval', 'must not stand beside credentials')
  }
  const credentials = list.map((entry, index) =>
    read.string(read.object(entry, `credentials[${index}]`).credential, `credentials[${index}].credential`),
  )
  if (new Set(credentials).size !== credentials.length) read.refuse('credentials', 'has one credential twice')
  const notificationId = read.optional(body.notification_id, read.string, 'notification_id')
  return { credentials, ...(notificationId !== undefined && { notificationId }) }
}
