import { isObject, type JsonObject, ownMember } from '@symbolon/sd-jwt'
import type { Check, Credential, Path } from '../../model.ts'
import { type CredentialType, isDate, localDate } from '../../type/index.ts'
import { verdict } from '../check.ts'
import type { Context } from '../policy.ts'

/**
 * A credential that is valid as a token may be of a document that has expired, or say that a right has ended: each
 * layer that the type names, and that was shown, is judged apart, by whole days of the type's time zone.
 */
export function checkPeriods({ view }: Credential, type: CredentialType | undefined, { now }: Context): readonly Check[] {
  if (type === undefined) return []
  return Object.entries(type.periods).flatMap(([layer, { from, until }]) => {
    const begins = dayAt(view.claims, from)
    const ends = dayAt(view.claims, until)
    if (begins === null || ends === null) return [verdict(layer, 'fail', 'period_malformed')]
    if (begins === undefined && ends === undefined) return []
    const today = localDate(now, type.timeZone)
    if (begins !== undefined && today < begins) return [verdict(layer, 'fail', 'period_not_begun', { on: begins })]
    if (ends !== undefined && today > ends) return [verdict(layer, 'fail', 'period_ended', { on: ends })]
    return [ends === undefined ? verdict(layer, 'pass', 'period_open') : verdict(layer, 'pass', 'period_runs', { on: ends })]
  })
}

/** The date at the path; undefined when nothing is there, null when something else is: an end that cannot be read is not "no end". */
function dayAt(claims: JsonObject, path: Path = []): string | undefined | null {
  let value: JsonObject[string] | undefined = path.length === 0 ? undefined : claims
  for (const step of path) {
    if (value === undefined) return undefined
    if (!isObject(value) || typeof step !== 'string') return null
    value = ownMember(value, step)
  }
  if (value === undefined) return undefined
  return typeof value === 'string' && isDate(value) ? value : null
}
