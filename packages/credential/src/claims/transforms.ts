import { type Json, parseJson } from '@symbolon/sd-jwt'
import { isDate } from '../type/calendar.ts'

/** A value of a column that is not null, as a database driver gives it. */
export type Cell = string | number | bigint | boolean

/**
 * The closed table of what a column can become; undefined when the value is not of that kind.
 *
 * There are no expressions: whatever has to be computed is computed in the query.
 */
export const TRANSFORMS = {
  text: (cell) => (typeof cell === 'string' ? cell : undefined),
  integer: (cell) => {
    const number = typeof cell === 'bigint' ? Number(cell) : cell
    return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
  },
  boolean: (cell) => (cell === true || cell === 1 || cell === 1n ? true : cell === false || cell === 0 || cell === 0n ? false : undefined),
  date: (cell) => (typeof cell === 'string' && isDate(cell) ? cell : undefined),
  json: (cell) => {
    try {
      return typeof cell === 'string' ? withoutNulls(parseJson(cell)) : undefined
    } catch {
      return undefined
    }
  },
} as const satisfies Record<string, (cell: Cell) => Json | undefined>

export type Transform = keyof typeof TRANSFORMS

export const isTransform = (name: Json | undefined): name is Transform => typeof name === 'string' && Object.hasOwn(TRANSFORMS, name)

/** A null inside a JSON column means what a null column means: there is no such claim. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.filter((element) => element !== null).map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]))
}
