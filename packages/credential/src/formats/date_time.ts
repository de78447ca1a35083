import { isDay } from '../type/calendar.ts'

/** RFC 3339 section 5.6 with the zone that it demands; no leap seconds, which no NumericDate can say either. */
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** The whole second, since 1970, of a date-time with a zone (RFC 3339); undefined for anything else, or for a day that does not exist. */
export function secondsOf(text: string): number | undefined {
  const found = DATE_TIME.exec(text)
  if (found === null || !isDay(Number(found[1]), Number(found[2]), Number(found[3]))) return undefined
  const seconds = Math.floor(Date.parse(text) / 1000)
  return seconds >= 0 ? seconds : undefined
}

/** The date-time of a NumericDate, in UTC and without a fraction. */
export const dateTimeOf = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
