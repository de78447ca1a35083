import type { Json } from '@symbolon/sd-jwt'
import type { Language } from '../type/index.ts'
import type { Say } from './vocabulary.ts'

/** Local dates are those of the institutions (facts of the field: Europe/Brussels). */
const TIME_ZONE = 'Europe/Brussels'

const LOCALE: Readonly<Record<Language, string>> = { nl: 'nl-BE', fr: 'fr-BE', de: 'de-DE', en: 'en-GB' }

/** A day in the language's form: 15/06/2026, 15.06.2026, 15 June 2026. */
function day(milliseconds: number, language: Language, timeZone: string): string {
  const month = language === 'en' ? 'long' : '2-digit'
  const options = { year: 'numeric', month, day: language === 'en' ? 'numeric' : '2-digit', timeZone } as const
  return new Intl.DateTimeFormat(LOCALE[language], options).format(milliseconds)
}

/** A moment, seconds since 1970, as day and time of the clock in Brussels, and the name of that time (CET, CEST); null when it is no moment that a calendar has. */
export function moment(seconds: number, language: Language): string | null {
  const milliseconds = seconds * 1000
  if (!(Math.abs(milliseconds) <= 8.64e15)) return null
  const form = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: TIME_ZONE, timeZoneName: 'short' } as const
  const time = new Intl.DateTimeFormat('en-GB', form)
  return `${day(milliseconds, language, TIME_ZONE)} ${time.format(milliseconds)}`
}

/** A full-date of RFC 3339 in the language's form; null when the text is none. */
export function calendarDay(text: string, language: Language): string | null {
  const [, year, month, number] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  if (year === undefined) return null
  const milliseconds = Date.UTC(Number(year), Number(month) - 1, Number(number))
  const exists = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC' }).format(milliseconds) === text
  return exists ? day(milliseconds, language, 'UTC') : null
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** A length of time in its largest whole unit: 3 days, 1 hour, 0 seconds. */
export function duration(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [unit, size] = UNITS.find(([, length]) => whole >= length) ?? UNITS[3]
  return new Intl.NumberFormat(LOCALE[language], { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(whole / size))
}

/** Control characters, line ends, marks that turn the direction of writing, and what takes no place at all; not the joiners that scripts need. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** Foreign text made safe to print: nothing in it steers the terminal or hides, and it is not longer than `most` characters. */
export function printable(text: string, most = 200): string {
  const clean = text.replace(UNPRINTABLE, ' ')
  const characters = [...clean]
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : clean
}

const seconds: Say = (value, language) => (typeof value === 'number' ? duration(value, language) : null)
const word: Say = (value) => (typeof value === 'string' || typeof value === 'number' ? printable(String(value)) : null)
const path: Say = (value) => (Array.isArray(value) ? printable(value.map(String).join('.')) : word(value, 'en'))

/** The facts that a sentence may name, and how each is said. A fact that is not in this table is never put into words. */
export const FACTS: ReadonlyMap<string, Say> = new Map<string, Say>([
  ['age', seconds],
  ['ahead', seconds],
  ['anchor', word],
  ['at', (value, language) => (typeof value === 'number' ? moment(value, language) : null)],
  ['on', (value, language) => (typeof value === 'string' ? calendarDay(value, language) : null)],
  ['path', path],
  ['seen', (value, language) => (typeof value === 'number' ? moment(value, language) : null)],
  ['type', word],
])

/** Puts the facts into a sentence: `{name}` by the fact, and `[a part]` left out when a fact in it is missing; `more` says facts that are not ours. */
export function fill(
  template: string,
  facts: { readonly [name: string]: Json },
  language: Language,
  more: ReadonlyMap<string, Say> = new Map(),
): string {
  const said = (name: string): string | null => {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined
    return value === undefined ? null : ((more.get(name) ?? FACTS.get(name))?.(value, language) ?? null)
  }
  const names = /\{([a-z_]+)\}/g
  const parts = template.split(/\[([^\]]*)\]/)
  return parts
    .map((part, index) => {
      const optional = index % 2 === 1
      if (optional && [...part.matchAll(names)].some(([, name = '']) => said(name) === null)) return ''
      return part.replace(names, (_all, name: string) => said(name) ?? '?')
    })
    .join('')
}
