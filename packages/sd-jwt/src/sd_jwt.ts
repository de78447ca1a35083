import { base64url } from './base64url.ts'
import { SdJwtError } from './errors.ts'
import { LIMITS, type Limits, parseJson } from './json.ts'
import { type Jws, parseJws } from './jws.ts'
import type { Json } from './primitives.ts'

/** What discloses one claim: a member of an object (with a name) or an element of an array (without). */
export interface Disclosure {
  /** As received; digests are taken over this text. */
  readonly text: string
  readonly salt: string
  readonly name?: string
  readonly value: Json
}

/** A parsed SD-JWT or SD-JWT+KB; nothing in it is verified. */
export interface SdJwt {
  readonly jwt: Jws
  readonly disclosures: readonly Disclosure[]
  readonly keyBinding?: Jws
  /** The SD-JWT up to and including the last tilde: what a key binding is made over. */
  readonly text: string
}

/**
 * Splits and parses an SD-JWT or SD-JWT+KB in its compact form (RFC 9901 section 4); looks at no signature and no digest.
 *
 * Throws `sd_jwt_malformed`, `disclosure_malformed`, `too_large`, `too_many_disclosures`, and what `parseJws` throws.
 */
export function parseSdJwt(text: string, limits: Limits = LIMITS): SdJwt {
  if (text.length > limits.size) throw new SdJwtError('too_large', `limit ${limits.size} characters`)
  let end = text.indexOf('~')
  if (end < 0) throw new SdJwtError('sd_jwt_malformed', 'no tilde')
  const first = end
  const texts: string[] = []
  for (let start = end + 1; ; start = end + 1) {
    const next = text.indexOf('~', start)
    if (next < 0) break
    if (texts.length === limits.disclosures) throw new SdJwtError('too_many_disclosures', `limit ${limits.disclosures}`)
    if (next === start) throw new SdJwtError('sd_jwt_malformed', 'empty disclosure')
    texts.push(text.slice(start, next))
    end = next
  }
  return assembleSdJwt(text.slice(0, first), texts, text.slice(end + 1), text.slice(0, end + 1), limits)
}

/** The parsed parts of either serialisation; an empty `keyBinding` means there is none. */
export function assembleSdJwt(jwt: string, disclosures: readonly string[], keyBinding: string, text: string, limits: Limits): SdJwt {
  const parsed = { jwt: parseJws(jwt, limits), disclosures: disclosures.map((disclosure) => parseDisclosure(disclosure, limits)), text }
  return keyBinding === '' ? parsed : { ...parsed, keyBinding: parseJws(keyBinding, limits) }
}

/** Parses one disclosure (RFC 9901 sections 4.2.1, 4.2.2); throws `disclosure_malformed`, and what `base64url` and `parseJson` throw. */
export function parseDisclosure(text: string, limits: Limits = LIMITS): Disclosure {
  const parts = parseJson(base64url.decodeText(text), limits)
  if (!Array.isArray(parts) || parts.length < 2 || parts.length > 3) throw new SdJwtError('disclosure_malformed')
  const [salt, second, third] = parts
  if (typeof salt !== 'string' || second === undefined) throw new SdJwtError('disclosure_malformed')
  if (third === undefined) return { text, salt, value: second }
  if (typeof second !== 'string') throw new SdJwtError('disclosure_malformed')
  return { text, salt, name: second, value: third }
}

/** Writes an SD-JWT with these disclosures; ends with a tilde, so that a key binding can be appended. */
export function serialize(jwt: Jws | string, disclosures: readonly (Disclosure | string)[]): string {
  let text = `${typeof jwt === 'string' ? jwt : jwt.text}~`
  for (const disclosure of disclosures) text += `${typeof disclosure === 'string' ? disclosure : disclosure.text}~`
  return text
}
