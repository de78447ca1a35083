import { base64url } from './base64url.ts'
import { SdJwtError } from './errors.ts'
import { isObject, LIMITS, type Limits, ownMember, parseJsonObject } from './json.ts'
import type { Json, JsonObject } from './primitives.ts'
import { assembleSdJwt, type SdJwt, serialize } from './sd_jwt.ts'

/**
 * Reads an SD-JWT or SD-JWT+KB in the JSON serialisation, flattened or general (RFC 9901 section 8); we never write it.
 *
 * Of several signatures the first one counts, beside which the disclosures stand. Throws `json_serialization_malformed`, and what `parseSdJwt` throws.
 */
export function parseSdJwtJson(text: string, limits: Limits = LIMITS): SdJwt {
  const document = parseJsonObject(text, limits)
  const [first, ...others] = signatures(document, limits)
  if (first === undefined) throw malformed('signatures')
  // Section 8.3: the disclosures and the key binding stand in the first unprotected header and in no other.
  for (const { header } of others) {
    for (const name of ['disclosures', 'kb_jwt']) if (Object.hasOwn(header, name)) throw malformed(`${name} beside another signature`)
  }
  const disclosures = ownMember(first.header, 'disclosures') ?? []
  if (!Array.isArray(disclosures) || !disclosures.every((one) => typeof one === 'string' && one !== '')) throw malformed('disclosures')
  if (disclosures.length > limits.disclosures) throw new SdJwtError('too_many_disclosures', `limit ${limits.disclosures}`)
  const keyBinding = ownMember(first.header, 'kb_jwt')
  if (keyBinding !== undefined && (typeof keyBinding !== 'string' || keyBinding === '')) throw malformed('kb_jwt')
  const jwt = `${first.protected}.${string(document, 'payload')}.${first.signature}`
  return assembleSdJwt(jwt, disclosures as string[], keyBinding ?? '', serialize(jwt, disclosures as string[]), limits)
}

interface Signature {
  readonly protected: string
  readonly signature: string
  /** The unprotected header. */
  readonly header: JsonObject
}

function signatures(document: JsonObject, limits: Limits): Signature[] {
  const several = ownMember(document, 'signatures')
  if (several === undefined) return [signature(document, limits)]
  // RFC 7515 section 7.2.2: what stands in `signatures` does not stand beside it.
  for (const name of ['protected', 'header', 'signature']) if (Object.hasOwn(document, name)) throw malformed(`${name} beside signatures`)
  if (!Array.isArray(several)) throw malformed('signatures')
  return several.map((one) => signature(one, limits))
}

function signature(value: Json, limits: Limits): Signature {
  if (!isObject(value)) throw malformed('signatures')
  const header = ownMember(value, 'header') ?? {}
  if (!isObject(header)) throw malformed('header')
  const protectedHeader = string(value, 'protected')
  // RFC 7515 section 7.2.1: no name stands in both headers.
  const names = Object.keys(parseJsonObject(base64url.decodeText(protectedHeader), limits))
  for (const name of names) if (Object.hasOwn(header, name)) throw malformed(`${name} in both headers`)
  if (Object.hasOwn(header, 'crit')) throw new SdJwtError('critical_header_unknown')
  return { protected: protectedHeader, signature: string(value, 'signature'), header }
}

function string(object: JsonObject, name: string): string {
  const value = ownMember(object, name)
  if (typeof value !== 'string') throw malformed(name)
  return value
}

function malformed(detail: string): SdJwtError {
  return new SdJwtError('json_serialization_malformed', detail)
}
