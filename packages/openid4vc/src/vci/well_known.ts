import { addressFault } from '../message.ts'

/** The well-known documents of an issuer (OpenID4VCI 1.0 section 12.2.2, RFC 8414 section 3, SD-JWT VC section 4). */
export type WellKnown = 'openid-credential-issuer' | 'oauth-authorization-server' | 'jwt-vc-issuer'

/** The address of a well-known document: inserted between host and path, not appended; a `/` at the end of the path falls away. Throws TypeError for what is no identifier. */
export function wellKnownAddress(identifier: string, document: WellKnown): string {
  const fault = identifierFault(identifier)
  if (fault !== undefined) throw new TypeError(`the identifier ${fault}`)
  const url = new URL(identifier)
  return `${url.origin}/.well-known/${document}${url.pathname.replace(/\/+$/, '')}`
}

/** What is wrong with a credential issuer identifier (OpenID4VCI 1.0 section 12.2.1), or undefined. */
export function identifierFault(identifier: string): string | undefined {
  return addressFault(identifier) ?? (identifier.includes('?') ? 'must not have a query' : undefined)
}

/** Where our issuers answer, below their identifier. */
export const ENDPOINTS = {
  par: '/par',
  authorize: '/authorize',
  token: '/token',
  revoke: '/revoke',
  nonce: '/nonce',
  credential: '/credential',
  notification: '/notification',
  offers: '/offers',
} as const

/** The whole address of one of our endpoints. */
export const endpointAddress = (issuer: string, endpoint: keyof typeof ENDPOINTS): string =>
  issuer.replace(/\/+$/, '') + ENDPOINTS[endpoint]
