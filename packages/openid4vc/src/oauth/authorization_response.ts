import { PeerError, type ProtocolCode, printable } from '../errors.ts'

/** What goes back to the client: a code, or why there is none (RFC 6749 sections 4.1.2 and 4.1.2.1). */
export type AuthorizationResult =
  | { readonly code: string }
  | { readonly error: ProtocolCode | 'server_error' | 'temporarily_unavailable'; readonly description?: string }

/** The address to redirect the browser to; it names the issuer always (RFC 9207 section 2), and `state` as it came. */
export function authorizationResponse(
  redirectUri: string,
  result: AuthorizationResult,
  { state, issuer }: { state?: string | undefined; issuer: string },
): string {
  const query = new URLSearchParams()
  if ('code' in result) query.set('code', result.code)
  else {
    query.set('error', result.error)
    if (result.description !== undefined) query.set('error_description', printable(result.description))
  }
  if (state !== undefined) query.set('state', state)
  query.set('iss', issuer)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

/** What a wallet expects of the answer to its own request. */
export interface ExpectedResponse {
  readonly issuer: string
  readonly state: string
  readonly redirectUri: string
  /** Whether the server announces that it names itself (RFC 9207 section 3). */
  readonly issRequired: boolean
}

const LONGEST = 16_384

/**
 * The code in the address that a browser came back with: for this request, from the server that was asked (RFC 9207 section 2.4).
 *
 * Throws PeerError `authorization_response_malformed`, `authorization_response_of_another` or `authorization_refused`.
 */
export function parseAuthorizationResponse(address: string, { issuer, state, redirectUri, issRequired }: ExpectedResponse): string {
  const malformed = (detail: string) => new PeerError('authorization_response_malformed', detail)
  if (address.length > LONGEST) throw malformed(`it must have at most ${LONGEST} characters`)
  const url = URL.parse(address)
  const ours = URL.parse(redirectUri)
  if (url === null || ours === null || placeOf(url) !== placeOf(ours)) throw malformed('it did not come to the redirect_uri of the request')
  const only = (name: string): string | undefined => {
    const [value, ...others] = url.searchParams.getAll(name)
    if (others.length > 0) throw malformed(`${name} is there twice`)
    return value
  }
  if (only('state') !== state) throw malformed('state is not that of the request')
  const iss = only('iss')
  if (iss === undefined && issRequired) throw malformed('iss is missing')
  if (iss !== undefined && iss !== issuer) throw new PeerError('authorization_response_of_another', 'iss is not the server that was asked')
  const error = only('error')
  if (error !== undefined) {
    const description = only('error_description')
    throw new PeerError('authorization_refused', description === undefined ? error : `${error}: ${description}`)
  }
  const code = only('code')
  if (code === undefined || code === '') throw malformed('code is missing')
  return code
}

/** An address without query and fragment; not its origin, which an app's own scheme has none of. */
const placeOf = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`
