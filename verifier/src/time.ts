const MOMENT = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds since 1970 of a NumericDate or of a date-time of RFC 3339 (whole seconds; leap seconds are refused); null when it is neither, or no day of the calendar. */
export function parseMoment(text: string): number | null {
  if (/^\d{1,11}$/.test(text)) return Number(text)
  const match = MOMENT.exec(text)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const [ahead = 0, behind = 0] = match.slice(8, 10).map((part) => Number(part ?? 0))
  if (hour > 23 || minute > 59 || second > 59 || ahead > 23 || behind > 59) return null
  const midnight = new Date(0)
  midnight.setUTCFullYear(year, month - 1, day)
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null
  const offset = (ahead * 60 + behind) * (match[7] === '-' ? -60 : 60)
  return midnight.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset
}

/** Seconds of a length of time: `90s`, `30m`, `12h`, `7d`; null when it is none. */
export function parseLength(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  return count === undefined ? null : Number(count) * (UNITS[unit] ?? 0)
}
