import type { JsonObject } from '@symbolon/sd-jwt'

/** Nobody has more accreditations for one type; each costs a verification. */
const MOST = 4

/** What a credential says of the accreditations that its issuer has: each names an attribute. Null when it says too much. */
export function issuanceCertificates(termsOfUse: readonly JsonObject[]): readonly string[] | null {
  const named = termsOfUse.filter(
    ({ type }) => type === 'IssuanceCertificate' || (Array.isArray(type) && type.includes('IssuanceCertificate')),
  )
  if (named.length > MOST) return null
  return named.map(({ id }) => (typeof id === 'string' ? id : ''))
}
