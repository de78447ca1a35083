import type { JsonObject } from '@symbolon/sd-jwt'
import type { CredentialJson } from './brick_language.ts'
import { dateAt } from './calendar.ts'
import { type Fault, pointer } from './fault.ts'
import { compileSchema } from './schema_validator.ts'
import { shownSchema } from './shown_schema.ts'

/** What can be wrong with claims, whatever their type. */
export type ClaimFaultCode = 'claim_absent' | 'claim_not_in_schema' | 'claim_against_schema' | 'dates_out_of_order'

const CODES = { missing: 'claim_absent', unknown: 'claim_not_in_schema', malformed: 'claim_against_schema' } as const

/** Where faults of claims are said to be: claims come from a source, not from a file. */
const FILE = 'claims'

/** The rules for the claims of a type: its schema, and its periods may not run backwards. Throws when the schema is not a valid one. */
export function claimsValidator(
  schema: JsonObject,
): (periods: CredentialJson['periods']) => (claims: JsonObject) => Fault<ClaimFaultCode>[] {
  const check = compileSchema(schema, CODES)
  return (periods) => (claims) => {
    const backwards = Object.values(periods ?? {}).flatMap(({ from, until }): Fault<ClaimFaultCode>[] => {
      const begins = from && dateAt(claims, from)
      const ends = until && dateAt(claims, until)
      if (until === undefined || begins === undefined || ends === undefined || begins <= ends) return []
      return [{ file: FILE, path: pointer(...until), code: 'dates_out_of_order', message: 'the end comes before the start' }]
    })
    return [...check(claims, FILE), ...backwards]
  }
}

/** The rules for the part of the claims that a holder shows; compiled when the first is judged, since an issuer never needs them. */
export function shownValidator(schema: JsonObject): (claims: JsonObject) => Fault<ClaimFaultCode>[] {
  let check: ((claims: JsonObject, file: string) => Fault<ClaimFaultCode>[]) | undefined
  return (claims) => {
    check ??= compileSchema(shownSchema(schema), CODES)
    return check(claims, FILE)
  }
}
