import { ProtocolError } from '../../errors.ts'
import type { ClientAuthentication } from './index.ts'

/** A client that says its name and proves nothing: an app that can keep no secret (RFC 6749 section 2.1, RFC 7591 section 2). */
export const none: ClientAuthentication = {
  id: 'none',
  spec: 'RFC 7591 section 2',
  keys: false,
  claimedId: (form) => form.get('client_id'),
  async authenticate(form) {
    if (form.has('client_assertion'))
      throw new ProtocolError('invalid_client', 'this client is registered without a key; leave the assertion out')
    return undefined
  },
  members: ({ id }) => ({ client_id: id }),
}
