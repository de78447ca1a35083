import { createHash, timingSafeEqual } from 'node:crypto'
import { refusal } from './errors.ts'
import type { HttpRequest } from './http_message.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether two secrets are the same, in a time that does not tell where they differ or how long they are. */
export const sameSecret = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

/** A check that a request carries this bearer token (RFC 6750 section 2.1), as a header and nowhere else; it throws a 401 refusal that names the scheme. */
export function bearerCheck(token: string, realm: string): (request: HttpRequest) => void {
  return ({ headers, query }) => {
    if (query.has('access_token')) throw refusal('invalid_request', 'a token in an address ends up in logs; send it as a header')
    const given = headers.authorization?.match(/^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i)?.[1]
    if (given === undefined) throw refusal('token_missing', undefined, { 'www-authenticate': `Bearer realm="${realm}"` })
    if (!sameSecret(given, token)) {
      throw refusal('invalid_token', undefined, { 'www-authenticate': `Bearer realm="${realm}", error="invalid_token"` })
    }
  }
}
