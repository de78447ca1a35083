import { ProtocolError, printable } from '../errors.ts'
import { type Message, reader } from '../message.ts'

/** What a wallet may tell of the credentials of one answer: stored, not stored, or not wanted any more (OpenID4VCI 1.0 section 11.1). */
export const NOTIFICATION_EVENTS = ['credential_accepted', 'credential_failure', 'credential_deleted'] as const

export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number]

/** What became of the credentials of the answer that has this `notification_id`. */
export interface Notification {
  readonly id: string
  readonly event: NotificationEvent
}

/** The body of a notification (section 11.1); `description` is for the developer of the issuer, and no secret. */
export function createNotification({ id, event }: Notification, description?: string): Message {
  const words = description === undefined ? {} : { event_description: printable(description) }
  return { contentType: 'application/json', body: JSON.stringify({ notification_id: id, event, ...words }) }
}

/**
 * Reads a notification; throws ProtocolError `invalid_notification_request` (section 11.3). Members we do not know are ignored.
 *
 * That the identifier is one of ours is for the store to say, with `invalid_notification_id`. The description is not handed on: it is a stranger's text.
 */
export function parseNotification(message: Message): Notification {
  const read = reader((place, what, cause) => new ProtocolError('invalid_notification_request', `${place} ${what}`, cause))
  const body = read.object(read.json(message), 'the body')
  const id = read.string(body.notification_id, 'notification_id')
  const named = read.string(body.event, 'event')
  const event = NOTIFICATION_EVENTS.find((known) => known === named)
  if (event === undefined) return read.refuse('event', `must be one of ${NOTIFICATION_EVENTS.join(', ')}`)
  const description = read.optional(body.event_description, read.string, 'event_description')
  if (description !== undefined && !/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/.test(description)) {
    read.refuse('event_description', 'must be ASCII, without quotation marks and backslashes')
  }
  return { id, event }
}
