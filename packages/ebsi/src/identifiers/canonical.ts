import { isObject, type Json } from '@symbolon/sd-jwt'

/** A JSON value in canonical form (RFC 8785): members sorted by their UTF-16 units, no white space, numbers and text as ECMAScript writes them. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`
}
