import { CredentialError } from '../errors.ts'
import { inflate } from './inflate.ts'

/**
 * Inflates one complete ZLIB stream (RFC 1950) and nothing beside it.
 *
 * Throws `CredentialError`: `zlib_too_large` as soon as more than `limit` bytes would come out, `zlib_malformed` for
 * everything that is not exactly one stream with a right checksum. No more memory than twice the limit is ever taken.
 */
export function inflateZlib(bytes: Uint8Array, limit: number): Uint8Array {
  const [method = 0, flags = 0] = bytes
  if (bytes.length < 6) throw malformed('it is cut off')
  if ((method & 15) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 !== 0) throw malformed('it has no ZLIB header')
  if ((flags & 32) !== 0) throw malformed('it wants a dictionary')
  const { output, end } = inflate(bytes.subarray(2), limit)
  const checksum = bytes.subarray(2 + end)
  if (checksum.length < 4) throw malformed('it is cut off')
  if (checksum.length > 4) throw malformed('there is something after its end')
  const [a = 0, b = 0, c = 0, d = 0] = checksum
  if (((a << 24) | (b << 16) | (c << 8) | d) >>> 0 !== adler32(output)) throw malformed('its checksum is wrong')
  return output
}

/** Sums of bytes below 2^32 for as many bytes without a remainder (RFC 1950 section 9). */
const CHUNK = 5552

function adler32(bytes: Uint8Array): number {
  let low = 1
  let high = 0
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const end = Math.min(start + CHUNK, bytes.length)
    for (let index = start; index < end; index++) {
      low += bytes[index] ?? 0
      high += low
    }
    low %= 65521
    high %= 65521
  }
  return high * 65536 + low
}

const malformed = (what: string): CredentialError => new CredentialError('zlib_malformed', what)
