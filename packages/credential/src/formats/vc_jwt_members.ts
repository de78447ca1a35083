import { isObject, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { secondsOf } from './date_time.ts'

/** The first context of each version of the W3C data model that is spoken. */
export const CONTEXTS = { '1.1': 'https://www.w3.org/2018/credentials/v1', '2.0': 'https://www.w3.org/ns/credentials/v2' } as const
export type VcdmVersion = keyof typeof CONTEXTS

/** The latest NumericDate that is one: the end of the year 9999. */
const LATEST = 253_402_300_799
/** More values than this no honest credential has in one member; each may cost a look-up. */
const MOST_VALUES = 64

export const malformed = (what: string): CredentialError => new CredentialError('vc_malformed', what)

export function requireContext(value: Json | undefined, version: VcdmVersion): void {
  if (!Array.isArray(value) || value[0] !== CONTEXTS[version]) throw malformed('@context')
}

/** The value or the values of a member that may have several (VCDM 1.1 section 5.1), none for one that is not there. */
export function several(members: JsonObject, name: string, most = MOST_VALUES): readonly Json[] {
  const value = members[name]
  if (value === undefined) return []
  const values = Array.isArray(value) ? value : [value]
  if (values.length > most) throw malformed(name)
  return values
}

/** Different texts, at least one. */
export function texts(members: JsonObject, name: string): readonly string[] {
  const values = several(members, name)
  if (values.length === 0 || !values.every(isText) || new Set(values).size !== values.length) throw malformed(name)
  return values
}

/** Objects that say of which type they are, as all that extends a credential must (VCDM 1.1 section 4.3, VCDM 2.0 section 4.5). */
export function typedObjects(members: JsonObject, name: string, most?: number): readonly JsonObject[] {
  const values = several(members, name, most)
  if (!values.every((value): value is JsonObject => isObject(value) && isText(value.type))) throw malformed(name)
  return values
}

/** An identifier given as text, or as the `id` of an object. */
export function identifier(members: JsonObject, name: string): string {
  const value = members[name]
  return isObject(value) ? text(value, 'id', `${name}.id`) : text(members, name)
}

export function text(members: JsonObject, name: string, place = name): string {
  const value = members[name]
  if (!isText(value)) throw malformed(place)
  return value
}

export function optionalText(members: JsonObject, name: string): string | undefined {
  return members[name] === undefined ? undefined : text(members, name)
}

/** A NumericDate (RFC 7519 section 2), where there is one. */
export function numericDate(claims: JsonObject, name: string): number | undefined {
  const value = claims[name]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || value < 0 || value > LATEST) throw malformed(name)
  return value
}

/** A date-time with its zone, as the whole second since 1970, where there is one. */
export function dateTime(members: JsonObject, name: string): number | undefined {
  const value = members[name]
  if (value === undefined) return undefined
  const seconds = typeof value === 'string' ? secondsOf(value) : undefined
  if (seconds === undefined) throw malformed(name)
  return seconds
}

export const there = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw malformed(name)
  return value
}

/** The later, or the earlier, of what is there. */
export const latest = (...times: readonly (number | undefined)[]): number | undefined => pick(times, Math.max)
export const earliest = (...times: readonly (number | undefined)[]): number | undefined => pick(times, Math.min)

function pick(times: readonly (number | undefined)[], choose: (...times: number[]) => number): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : choose(...known)
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== ''
