import type { JsonObject } from '@symbolon/sd-jwt'

/** Nobody has more accreditations for one type; each costs a verification. */
const MOST = 4

/** How many records are asked for, or looked at, for one credential: several references a step would multiply. */
export const MOST_RECORDS = 32

/** What a credential says of the accreditations that its issuer has: each names an attribute. Null when it says too much. */
export function issuanceCertificates(termsOfUse: readonly JsonObject[]): readonly string[] | null {
  const named = termsOfUse.filter(
    ({ type }) => type === 'IssuanceCertificate' || (Array.isArray(type) && type.includes('IssuanceCertificate')),
  )
  if (named.length > MOST) return null
  return named.map(({ id }) => (typeof id === 'string' ? id : ''))
}
