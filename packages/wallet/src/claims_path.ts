import type { Path } from '@symbolon/credential'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'

/**
 * Reads a dotted path, `statutes.companion`, `nationalities.0`, `periods.*.from`, by looking at the claims.
 *
 * A member whose own name has dots is found too, the longest name first. Throws WalletError `claim_not_there`.
 */
export function parseDottedPath(text: string, claims: JsonObject): Path {
  const path = step(text.split('.'), claims)
  if (path === undefined) throw new WalletError('claim_not_there', text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100))
  return path
}

/** A path as a person types it. */
export const dottedPath = (path: Path): string => path.map((part) => (part === null ? '*' : String(part))).join('.')

/** Where the claims have something for a path: concrete, with the index in place of each null. */
export function placesOf(path: Path, claims: Json): Path[] {
  const [part, ...rest] = path
  if (part === undefined) return [[]]
  return children(claims)
    .filter(([name]) => part === name || (part === null && typeof name === 'number'))
    .flatMap(([name, value]) => placesOf(rest, value).map((place) => [name, ...place]))
}

/** Every claim that holds a plain value or nothing, with its path: what a person reads, top down. */
export function leaves(claims: Json, path: Path = []): { path: Path; value: Json }[] {
  const below = children(claims)
  return below.length === 0 ? [{ path, value: claims }] : below.flatMap(([name, child]) => leaves(child, [...path, name]))
}

/** Whether one path is the other, or lies within it. */
export const overlap = (one: Path, other: Path): boolean =>
  one.slice(0, other.length).every((part, index) => part === other[index] || part === null || other[index] === null)

function children(value: Json): [string | number, Json][] {
  if (Array.isArray(value)) return value.map((element, index) => [index, element])
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function step(parts: readonly string[], value: Json): Path | undefined {
  if (parts.length === 0) return []
  if (parts[0] === '*' && Array.isArray(value)) {
    const [rest] = value.map((element) => step(parts.slice(1), element)).filter((found) => found !== undefined)
    return rest && [null, ...rest]
  }
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('.')
    const child = children(value).find(([known]) => String(known) === name)
    const rest = child && step(parts.slice(length), child[1])
    if (child && rest) return [child[0], ...rest]
  }
  return undefined
}
