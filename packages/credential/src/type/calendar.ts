import type { Json, JsonObject } from '@symbolon/sd-jwt'
import type { Path } from '../model.ts'

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const DAY = 86_400_000

/** Whether the text is `YYYY-MM-DD` and that day exists. */
export function isDate(text: string): boolean {
  const found = ISO_DATE.exec(text)
  return found !== null && isDay(Number(found[1]), Number(found[2]), Number(found[3]))
}

/** Whether that day of that month, 1 to 12, exists. */
export const isDay = (year: number, month: number, day: number): boolean => day > 0 && day <= daysOf(year, month)

/** How many days a month has; a month that does not exist has none. */
function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return DAYS[month - 1] ?? 0
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const dateText = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Milliseconds since 1970 at 00:00 UTC of a date that exists. */
function known(date: string): number {
  if (!isDate(date)) throw new RangeError('not a date')
  return Date.parse(date)
}

/** The date so many days later; throws `RangeError` when the date does not exist. */
export const addDays = (date: string, count: number): string => dateText(known(date) + count * DAY)

/** The date in that time zone at that time (seconds since 1970); throws `RangeError` for a zone that nobody knows. */
export function localDate(now: number, timeZone: string): string {
  if (now === latest.now && timeZone === latest.timeZone) return latest.date
  const date = dateText(now * 1000 + offset(now * 1000, timeZone))
  latest = { now, timeZone, date }
  return date
}

/** A verifier asks for this very second, for every layer of every credential. */
let latest = { now: Number.NaN, timeZone: '', date: '' }

/** Seconds since 1970 at 00:00 in that time zone on that date, in winter and in summer time; throws `RangeError` when there is no such date or zone. */
export function midnight(date: string, timeZone: string): number {
  const time = known(date)
  // The offset at UTC midnight may be that of another day; the second look is at local midnight itself.
  return (time - offset(time - offset(time, timeZone), timeZone)) / 1000
}

/** How far the clocks of the zone are ahead of UTC at that time, in milliseconds. */
function offset(time: number, timeZone: string): number {
  const moment = `${timeZone} ${time}`
  const known = offsets.get(moment)
  if (known !== undefined) return known
  const parts = Object.fromEntries(
    clock(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const ahead = Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000
  if (offsets.size >= MOST_OFFSETS) offsets.clear()
  offsets.set(moment, ahead)
  return ahead
}

/** An issuer asks again and again for this second and for the midnight at which its credentials end. */
const offsets = new Map<string, number>()
const MOST_OFFSETS = 256

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Making a formatter costs more than all the rest; there are as many as there are zones in the bricks. */
function clock(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...FIELDS })
  clocks.set(timeZone, made)
  return made
}

const FIELDS = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const

/** The first day of the quarter after the one of the date. */
export function nextQuarter(date: string): string {
  const year = Number(date.slice(0, 4))
  const quarter = Math.floor((Number(date.slice(5, 7)) - 1) / 3)
  const [nextYear, month] = quarter === 3 ? [year + 1, 1] : [year, quarter * 3 + 4]
  return `${String(nextYear).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`
}

/** The date that the claims have at the path of member names, if there is one. */
export function dateAt(claims: JsonObject, path: Path): string | undefined {
  let value: Json | undefined = claims
  for (const step of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof step !== 'string') return undefined
    value = Object.hasOwn(value, step) ? value[step] : undefined
  }
  return typeof value === 'string' && isDate(value) ? value : undefined
}

/** The first day of the month that comes so many months after the one of the date. */
export function firstOfMonth(date: string, later: number): string {
  const months = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + later
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`
}
