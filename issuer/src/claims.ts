import { CredentialError, type CredentialType, faultLine, type Lifetime, lifetime, localDate, mapClaims } from '@symbolon/credential'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { Source } from './source.ts'

/** What can be attested about a subject at this moment, and until when. */
export interface Attestable {
  readonly claims: JsonObject
  readonly times: Lifetime
}

/** Why nothing can be attested; `faults` are the places where source and type disagree, never values. */
export interface NoClaims {
  readonly code: 'subject_not_found' | 'right_ended' | 'source_data_invalid'
  readonly faults: readonly string[]
}

/** Asks the source about a subject and holds the answer against the type. `now` in seconds since 1970. */
export async function claimsOf(type: CredentialType, source: Source, subject: string, now: number): Promise<Attestable | NoClaims> {
  const row = await source.find(subject, localDate(now, type.timeZone))
  if (row === null) return { code: 'subject_not_found', faults: [] }
  try {
    const claims = mapClaims(source.mapping, row)
    const faults = type.validate(claims)
    if (faults.length > 0) return { code: 'source_data_invalid', faults: faults.map(faultLine) }
    return { claims, times: lifetime(type, claims, now) }
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    if (error.code === 'right_ended') return { code: error.code, faults: [] }
    if (error.code === 'row_malformed') return { code: 'source_data_invalid', faults: [error.message] }
    throw error
  }
}
