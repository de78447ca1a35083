import { ProtocolError } from '../errors.ts'
import type { Message } from '../message.ts'
import { createForm, type Form } from './form.ts'

/**
 * Reads which token a client gives back (RFC 7009 section 2.1); what kind it says it is does not matter, we find either.
 *
 * Throws ProtocolError `invalid_request`. A token that is not known is answered like one that was (section 2.2).
 */
export function parseRevocation(form: Form): { token: string } {
  const token = form.get('token')
  if (token === undefined) throw new ProtocolError('invalid_request', 'token is missing')
  return { token }
}

/** The form with which a client gives a token back; `client` says who it is (`clientMembers`). */
export const createRevocation = (token: string, client: Readonly<Record<string, string>>): Message => createForm({ ...client, token })
