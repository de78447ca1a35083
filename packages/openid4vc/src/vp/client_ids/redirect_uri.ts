import type { ClientIdPrefix } from './index.ts'

/** The address that answers go to, and nothing more: nobody vouches for it, and such a request cannot be signed. */
export const redirectUri: ClientIdPrefix = {
  id: 'redirect_uri',
  spec: 'OpenID4VP 1.0 section 5.9.3',
  find: null,
  allows: (name, responseUri) => name === responseUri,
}
