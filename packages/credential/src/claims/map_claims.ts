import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Mapping } from './mapping.ts'
import { type Cell, TRANSFORMS } from './transforms.ts'

/** A row as a source gives it, by column. */
export type Row = { readonly [column: string]: unknown }

/**
 * The claims of one row; a null column is a claim that is not there.
 *
 * Throws `CredentialError` `row_malformed` with all columns that are missing or not of their kind, by name and never by value.
 * Whether the claims are all that the type demands is for `type.validate`.
 */
export function mapClaims(mapping: Mapping, row: Row): JsonObject {
  const claims: JsonObject = {}
  const wrong: string[] = []
  for (const { path, column, as } of mapping) {
    const cell = Object.hasOwn(row, column) ? row[column] : undefined
    if (cell === null) continue
    const value = isCell(cell) ? TRANSFORMS[as](cell) : undefined
    if (value === undefined) wrong.push(cell === undefined ? `${column} is not there` : `${column} is not ${as}`)
    else put(claims, path, value)
  }
  if (wrong.length > 0) throw new CredentialError('row_malformed', wrong.join('; '))
  return claims
}

const isCell = (value: unknown): value is Cell => ['string', 'number', 'bigint', 'boolean'].includes(typeof value)

function put(claims: JsonObject, path: readonly string[], value: Json): void {
  let object = claims
  for (const [depth, name] of path.entries()) {
    const last = depth === path.length - 1
    const next: Json = last ? value : Object.hasOwn(object, name) ? (object[name] ?? {}) : {}
    // Also a member named __proto__ is an ordinary one.
    Object.defineProperty(object, name, { value: next, writable: true, enumerable: true, configurable: true })
    object = next as JsonObject
  }
}
