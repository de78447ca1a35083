import type { JsonObject } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { addDays, dateAt, firstOfMonth, localDate, midnight, nextQuarter } from './calendar.ts'
import type { CredentialType } from './credential_type.ts'

/** Close to the end of a quarter a credential runs to the end of the next one, so that nobody gets one for a few days. */
const LAST_DAYS = 14
const HOURS_24 = 86_400

/** The three times of a credential, NumericDates (seconds since 1970). */
export interface Lifetime {
  readonly issuedAt: number
  readonly notBefore: number
  readonly expires: number
}

/**
 * The times of a credential issued now: whole days in the type's time zone, the same for everybody, so that they tell nothing about the person.
 *
 * A claim that the type names in `ends_by` ends it earlier: its date is the last day. Throws `CredentialError` `right_ended` when that day is over.
 */
export function lifetime(type: CredentialType, claims: JsonObject, now: number): Lifetime {
  const { timeZone } = type
  const today = localDate(now, timeZone)
  const start = midnight(today, timeZone)
  const latest = PROFILES[type.lifetime.profile](today, timeZone)
  const lastDays = type.lifetime.endsBy.flatMap((path) => dateAt(claims, path) ?? []).filter((day) => midnight(day, timeZone) < latest)
  const expires = Math.min(latest, ...lastDays.map((day) => midnight(addDays(day, 1), timeZone)))
  if (expires <= now) throw new CredentialError('right_ended', type.name)
  return { issuedAt: start, notBefore: start, expires }
}

/** When a credential issued on that day ends. */
const PROFILES: Record<CredentialType['lifetime']['profile'], (today: string, timeZone: string) => number> = {
  quarter: (today, timeZone) => {
    const next = nextQuarter(today)
    return midnight(addDays(next, -LAST_DAYS) <= today ? nextQuarter(next) : next, timeZone)
  },
  three_months: (today, timeZone) => midnight(firstOfMonth(today, 3), timeZone),
  // Not the next midnight: on the day that has 25 hours the credential would live longer than it may without a status.
  daily: (today, timeZone) => midnight(today, timeZone) + HOURS_24,
}
