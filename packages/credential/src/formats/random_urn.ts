import type { Primitives } from '@symbolon/sd-jwt'

/** `urn:uuid:` of RFC 9562 version 4: where an identifier is demanded, it is another one in every copy. */
export function randomUrn(primitives: Primitives): string {
  const bytes = primitives.random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return `urn:uuid:${bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`
}
