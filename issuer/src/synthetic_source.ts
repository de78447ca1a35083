import { readFileSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { addDays } from '@symbolon/credential'
import { parseCsv } from './csv.ts'

const FOLDER = new URL('../sources/synthetic/', import.meta.url)
const TABLES = [
  'authentic_sources',
  'institutions',
  'statute_sources',
  'statute_parts',
  'statutes',
  'insurance',
  'applicable_legislation',
  'disability_card',
  'representation',
  'number_changes',
  'identity_documents',
]

/** The day for which the data was written. */
const WRITTEN_FOR = '2026-06-15'
const DAY = 86_400_000

interface Person {
  readonly insz: string
  readonly birthdate: string | null
  readonly nationalities: readonly string[]
  readonly birth_place: { readonly locality?: string; readonly country?: string }
  readonly address: { readonly [name: string]: string }
  readonly [name: string]: unknown
}

/**
 * Fills a database with the synthetic persons as if their data had been written for `today`; what was in these tables is replaced.
 *
 * Every date moves by as many days as have gone by, so that a right that began half a year ago always did. Dates that
 * hang on a birth (the birth date itself, parental authority until the 18th birthday) move by whole years only: ages stay, and
 * so do birthdays. The digits of a birth date in the INSZ then no longer agree with it; they never were a proof of it,
 * and a population that grows old would stop showing what it was made to show.
 */
export function loadSyntheticSource(database: DatabaseSync, today: string): void {
  const days = Math.round((Date.parse(today) - Date.parse(WRITTEN_FOR)) / DAY)
  const years = wholeYears(today)
  const shift = (value: string, ofBirth: boolean): SQLInputValue => {
    if (value === '') return null
    if (value === 'true' || value === 'false') return value === 'true' ? 1 : 0
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return value
    return ofBirth ? addYears(value, years) : addDays(value, days)
  }
  database.exec('begin')
  try {
    database.exec(read('schema.sql'))
    for (const person of (JSON.parse(read('persons.json')) as { persons: Person[] }).persons) {
      insert(database, 'persons', { ...columns(person), birthdate: person.birthdate && addYears(person.birthdate, years) })
    }
    for (const table of TABLES) {
      for (const row of parseCsv(read(`${table}.csv`))) {
        const ofBirth = row.kind === 'parental_authority'
        insert(database, table, Object.fromEntries(Object.entries(row).map(([column, value]) => [column, shift(value, ofBirth)])))
      }
    }
    database.exec('commit')
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}

/** Everybody in the synthetic register, by the number that is their key in every source, with a name to show. */
export const syntheticRegister = (): { subject: string; name: string }[] => {
  const { persons } = JSON.parse(read('persons.json')) as { persons: (Person & Record<'given_name' | 'family_name', string | null>)[] }
  return persons.map(({ insz, given_name, family_name }) => ({ subject: insz, name: [given_name, family_name].filter(Boolean).join(' ') }))
}

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')

function columns({
  id,
  synthetic,
  birth_year_only,
  nationalities,
  birth_place,
  address,
  ...person
}: Person): Record<string, SQLInputValue> {
  const birth = { birth_locality: birth_place.locality ?? null, birth_country: birth_place.country ?? null }
  return { ...(person as Record<string, SQLInputValue>), ...birth, nationalities: JSON.stringify(nationalities), ...address }
}

/** The names of tables and columns are those of our own files; the values are always parameters. */
function insert(database: DatabaseSync, table: string, row: Record<string, SQLInputValue>): void {
  const names = Object.keys(row)
  const statement = `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map(() => '?').join(', ')})`
  database.prepare(statement).run(...Object.values(row))
}

/** How many whole years have gone by since the data was written; none before. */
function wholeYears(today: string): number {
  const years = Number(today.slice(0, 4)) - Number(WRITTEN_FOR.slice(0, 4))
  return Math.max(0, today.slice(5) < WRITTEN_FOR.slice(5) ? years - 1 : years)
}

/** The same day so many years later; the 29th of February becomes the 28th where there is none. */
function addYears(date: string, years: number): string {
  const year = Number(date.slice(0, 4)) + years
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const day = date.slice(5)
  return `${year}-${day === '02-29' && !leap ? '02-28' : day}`
}
