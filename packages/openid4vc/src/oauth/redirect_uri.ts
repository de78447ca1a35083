import { ProtocolError } from '../errors.ts'
import { isUri } from './address.ts'
import type { Caller } from './clients/index.ts'

const LONGEST = 2_048
/** The machine itself, by address: a name could be resolved to another one (RFC 8252 sections 7.3 and 8.3). */
const LOOPBACK = /^http:\/\/(?<host>127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?(?<rest>[/?].*)?$/
/** What an authorization response says (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207 section 2): nobody says it beforehand. */
const OURS = ['code', 'error', 'error_description', 'error_uri', 'iss', 'state']

/** What is wrong with an address to be redirected to, or undefined: https, http to the machine itself, or a scheme of an app's own (RFC 8252 section 7). */
export function redirectUriFault(uri: string): string | undefined {
  if (uri.length > LONGEST) return `must have at most ${LONGEST} characters`
  const url = isUri(uri) ? URL.parse(uri) : null
  if (url === null) return 'must be an address (URI)'
  if (uri.includes('#')) return 'must not have a fragment'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name'
  if (OURS.some((name) => url.searchParams.has(name))) return 'must not have a parameter of the authorization response'
  if (url.protocol === 'http:') return LOOPBACK.test(uri) ? undefined : 'must use https, or http to 127.0.0.1 or [::1]'
  if (url.protocol === 'https:') return /^https:\/\/[^/]/.test(uri) ? undefined : 'must be written https://host/...'
  // A domain in reverse, so that it is nobody else's (RFC 8252 section 7.1), and never javascript: or data:.
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/.test(uri) ? undefined : 'must use https, or a scheme with a dot in it'
}

/**
 * Checks where a client wants its answer: a registered one at an address it registered, exactly, on the machine itself with any port
 * (RFC 8252 section 7.3); one that nobody registered on the machine itself only. Throws ProtocolError `invalid_request`.
 */
export function checkRedirectUri(uri: string, { registered }: Caller): void {
  const fault = redirectUriFault(uri)
  if (fault !== undefined) throw new ProtocolError('invalid_request', `redirect_uri ${fault}`)
  const place = withoutPort(uri)
  if (registered === undefined) {
    if (place === null)
      throw new ProtocolError('invalid_request', 'redirect_uri must be http://127.0.0.1:PORT/... for a client that is not registered')
  } else if (!registered.redirectUris.some((known) => known === uri || (place !== null && withoutPort(known) === place))) {
    throw new ProtocolError('invalid_request', 'redirect_uri is not registered for this client')
  }
}

/** An address on the machine itself but for its port, or null. */
function withoutPort(uri: string): string | null {
  const groups = LOOPBACK.exec(uri)?.groups
  return groups === undefined ? null : `${groups.host}${groups.rest ?? ''}`
}
