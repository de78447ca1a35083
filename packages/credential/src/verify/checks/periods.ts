import type { Json, JsonObject } from '@symbolon/sd-jwt'
import type { Check, Credential, Path } from '../../model.ts'
import type { CredentialType } from '../../type/index.ts'
import { verdict } from '../check.ts'
import type { Context } from '../policy.ts'

/**
 * A credential that is valid as a token may be of a document that has expired, or say that a right has ended: each
 * layer that the type names, and that was shown, is judged apart, by whole days of the type's time zone.
 */
export function checkPeriods({ view }: Credential, type: CredentialType | undefined, { now }: Context): readonly Check[] {
  if (type === undefined) return []
  return Object.entries(type.periods).flatMap(([layer, { from, until }]) => {
    const begins = dateAt(view.claims, from)
    const ends = dateAt(view.claims, until)
    if (begins === undefined && ends === undefined) return []
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: type.timeZone }).format(now * 1000)
    if (begins !== undefined && today < begins) return [verdict(layer, 'fail', 'period_not_begun', { on: begins })]
    if (ends !== undefined && today > ends) return [verdict(layer, 'fail', 'period_ended', { on: ends })]
    return [ends === undefined ? verdict(layer, 'pass', 'period_open') : verdict(layer, 'pass', 'period_runs', { on: ends })]
  })
}

/** The full-date (RFC 3339) that the claims have at the path, if it is there. */
function dateAt(claims: JsonObject, path: Path | undefined): string | undefined {
  if (path === undefined) return undefined
  const value = path.reduce<Json | undefined>((at, step) => {
    if (typeof step !== 'string' || typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    return Object.hasOwn(at, step) ? at[step] : undefined
  }, claims)
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
}
