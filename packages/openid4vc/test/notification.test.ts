import { describe, expect, it } from 'vitest'
import { createNotification, errorResponse, NOTIFICATION_EVENTS, ProtocolError, parseNotification } from '../src/index.ts'
import { expectProtocolError, json } from './fixture.ts'

const told = { notification_id: '3fwe98js', event: 'credential_accepted' }

describe('OpenID4VCI 1.0 section 11.1: the notification', () => {
  it('comes back as it was made, whatever happened', () => {
    for (const event of NOTIFICATION_EVENTS) {
      expect(parseNotification(createNotification({ id: '3fwe98js', event }))).toEqual({ id: '3fwe98js', event })
    }
  })

  it('reads the published examples', () => {
    expect(parseNotification(json(told))).toEqual({ id: '3fwe98js', event: 'credential_accepted' })
    const description = 'Could not store the Credential. Out of storage.'
    const failed = json({ notification_id: '3fwe98js', event: 'credential_failure', event_description: description })
    expect(parseNotification(failed)).toEqual({ id: '3fwe98js', event: 'credential_failure' })
    expect(createNotification({ id: '3fwe98js', event: 'credential_failure' }, description)).toEqual(failed)
  })

  it('says nothing in characters that the standard does not allow', () => {
    const { body } = createNotification({ id: 'a', event: 'credential_failure' }, 'no "room" on the \u001b disk: é\\')
    expect(JSON.parse(body).event_description).toBe('no ?room? on the ? disk: ??')
  })

  it('VI-16: ignores members it does not know', () => {
    expect(parseNotification(json({ ...told, new: {}, credential: 'x' }))).toEqual({ id: '3fwe98js', event: 'credential_accepted' })
  })

  it.each([
    ['a form', { contentType: 'application/x-www-form-urlencoded', body: 'notification_id=a&event=credential_accepted' }, /content type/],
    ['no content type', { ...json(told), contentType: undefined }, /content type/],
    ['what is no JSON', { contentType: 'application/json', body: '{' }, /not JSON/],
    ['a member twice', { contentType: 'application/json', body: '{"event":"credential_deleted","event":"credential_accepted"}' }, /twice/],
    ['a list', json([]), /must be an object/],
    ['no identifier', json({ event: 'credential_accepted' }), /notification_id is missing/],
    ['an empty identifier', json({ ...told, notification_id: '' }), /notification_id must be a string/],
    ['an identifier that is no text', json({ ...told, notification_id: 5 }), /notification_id must be a string/],
    ['no event', json({ notification_id: 'a' }), /event is missing/],
    ['an event that is not defined', json({ ...told, event: 'credential_stored' }), /event must be one of credential_accepted, /],
    ['an event in capitals', json({ ...told, event: 'CREDENTIAL_ACCEPTED' }), /event must be one of/],
    ['an event named like a member of every object', json({ ...told, event: 'constructor' }), /event must be one of/],
    ['a list of events', json({ ...told, event: ['credential_accepted'] }), /event must be a string/],
    ['a description that is no text', json({ ...told, event_description: {} }), /event_description must be a string/],
    ['a description beyond ASCII', json({ ...told, event_description: 'é' }), /event_description must be ASCII/],
    ['a description with a line break', json({ ...told, event_description: 'a\nb' }), /event_description must be ASCII/],
    ['a description with a quotation mark', json({ ...told, event_description: '"' }), /event_description must be ASCII/],
  ] as const)('section 11.3: refuses %s', async (_about, message, words) => {
    const error = await expectProtocolError(() => parseNotification(message), 'invalid_notification_request', words)
    expect(errorResponse(error)).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' } })
  })

  it('section 11.3: an identifier that is not ours has a code of its own', () => {
    const error = new ProtocolError('invalid_notification_id', 'the notification_id is not known')
    expect(errorResponse(error)).toMatchObject({ status: 400, body: { error: 'invalid_notification_id' } })
  })
})
