import { CredentialError } from '../errors.ts'
import { inflate } from './inflate.ts'

const FLAGS = { checksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const
const HEADER = 10
const TRAILER = 8

/**
 * Inflates one complete GZIP member (RFC 1952) and nothing beside it.
 *
 * Throws `CredentialError`: `zlib_too_large` as soon as more than `limit` bytes would come out, `zlib_malformed` for everything that is not exactly
 * one member with a right checksum and length. No more memory than twice the limit is ever taken.
 */
export function inflateGzip(bytes: Uint8Array, limit: number): Uint8Array {
  const start = endOfHeader(bytes)
  const { output, end } = inflate(bytes.subarray(start), limit)
  const trailer = bytes.subarray(start + end)
  if (trailer.length < TRAILER) throw malformed('it is cut off')
  if (trailer.length > TRAILER) throw malformed('there is something after its end')
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.byteLength)
  if (view.getUint32(0, true) !== crc32(output)) throw malformed('its checksum is wrong')
  if (view.getUint32(4, true) !== output.length) throw malformed('its length is wrong')
  return output
}

/** Section 2.3: ten bytes, and what they say comes before the data. */
function endOfHeader(bytes: Uint8Array): number {
  const [first, second, method, flags = 0] = bytes
  if (bytes.length < HEADER) throw malformed('it is cut off')
  if (first !== 0x1f || second !== 0x8b || method !== 8 || (flags & FLAGS.reserved) !== 0) throw malformed('it has no GZIP header')
  let at = HEADER
  if ((flags & FLAGS.extra) !== 0) at += 2 + (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8)
  for (const text of [FLAGS.name, FLAGS.comment]) {
    if ((flags & text) === 0) continue
    const zero = bytes.indexOf(0, at)
    if (zero < 0) throw malformed('it is cut off')
    at = zero + 1
  }
  if ((flags & FLAGS.checksum) !== 0) at += 2
  if (at > bytes.length) throw malformed('it is cut off')
  return at
}

/** By the value of a byte (section 8); made with the first member that is read. */
let table: Uint32Array | undefined

function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ 0xedb88320
    return rest
  })
  let sum = 0xffffffff
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0)
  return (sum ^ 0xffffffff) >>> 0
}

const malformed = (what: string): CredentialError => new CredentialError('zlib_malformed', what)
