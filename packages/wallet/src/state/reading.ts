import type { Path } from '@symbolon/credential'
import type { ClaimDescription, Display } from '@symbolon/openid4vc'
import { isObject, type Json, type JsonObject, type SignatureAlgorithm } from '@symbolon/sd-jwt'
import { WalletError } from '../errors.ts'
import type { HeldKey, PrivateKey } from './model.ts'

/** Reads one value of a wallet's content; throws WalletError `state_malformed` with the place. */
export type Reading<T> = (value: Json | undefined, place: string) => T

export const malformed = (place: string, cause?: unknown): WalletError => new WalletError('state_malformed', place, cause)

export const object: Reading<JsonObject> = (value, place) => {
  if (!isObject(value)) throw malformed(place)
  return value
}

export const string: Reading<string> = (value, place) => {
  if (typeof value !== 'string') throw malformed(place)
  return value
}

export const number: Reading<number> = (value, place) => {
  if (typeof value !== 'number') throw malformed(place)
  return value
}

export const boolean: Reading<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw malformed(place)
  return value
}

/** A list, each entry of it read in the same way. */
export const list =
  <T>(read: Reading<T>): Reading<T[]> =>
  (value, place) => {
    if (!Array.isArray(value)) throw malformed(place)
    return value.map((entry, index) => read(entry, `${place}[${index}]`))
  }

/** A member of that name, or none where it is absent: for spreading into an object. */
export function optional<Name extends string, T>(members: JsonObject, name: Name, read: Reading<T>, place: string): { [name in Name]?: T } {
  const value = members[name]
  return value === undefined ? {} : ({ [name]: read(value, `${place}.${name}`) } as { [name in Name]: T })
}

const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']

export const privateKey: Reading<PrivateKey> = (value, place) => {
  const entry = object(value, place)
  const algorithm = ALGORITHMS.find((known) => known === entry.algorithm)
  if (algorithm === undefined) throw malformed(`${place}.algorithm`)
  return { algorithm, jwk: object(entry.jwk, `${place}.jwk`) }
}

export const heldKey: Reading<HeldKey> = (value, place) => ({
  id: string(object(value, place).id, `${place}.id`),
  ...privateKey(value, place),
})

export const display: Reading<Display[]> = list((value, place) => object(value, place) as Display)

/** A claims path pointer. */
export const path: Reading<Path> = list((value, place) => {
  if (value === null || typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value))) return value
  throw malformed(place)
})

export const claimDescription: Reading<ClaimDescription> = (value, place) => {
  const claim = object(value, place)
  return {
    path: path(claim.path, `${place}.path`),
    ...optional(claim, 'group', string, place),
    display: display(claim.display, `${place}.display`),
  }
}
