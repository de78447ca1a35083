import type { SignatureAlgorithm } from '@symbolon/sd-jwt'

/** Bytes of one half of a signature: the size of the field of the curve (RFC 7518 section 3.4). */
const HALF: { readonly [algorithm in SignatureAlgorithm]: number } = { ES256: 32, ES384: 48, ES512: 66 }

/**
 * The JWS form (r||s) of an ECDSA signature as certificates carry it (DER `ECDSA-Sig-Value`, RFC 3279 section 2.2.3).
 *
 * Null when it is anything but the one DER encoding of two positive numbers that fit: every signature has one form only.
 */
export function joseSignature(der: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array<ArrayBuffer> | null {
  const half = HALF[algorithm]
  const content = element(der, 0, 0x30)
  if (content === null || content.end !== der.length) return null
  const r = element(der, content.start, 0x02)
  const s = r && element(der, r.end, 0x02)
  if (r === null || s === null || s.end !== der.length) return null
  const signature = new Uint8Array(2 * half)
  const fits = [r, s].every(({ start, end }, index) =>
    place(der.subarray(start, end), signature.subarray(index * half, (index + 1) * half)),
  )
  return fits ? signature : null
}

/** Where the content of the element at `at` begins and ends; null when it has another tag or its length is not minimal. */
function element(der: Uint8Array, at: number, tag: number): { start: number; end: number } | null {
  const short = der[at + 1]
  if (der[at] !== tag || short === undefined) return null
  if (short < 0x80) return within(der, at + 2, short)
  const long = der[at + 2]
  // Two halves of 66 bytes need no more than the one-byte long form.
  return short === 0x81 && long !== undefined && long >= 0x80 ? within(der, at + 3, long) : null
}

const within = (der: Uint8Array, start: number, length: number) => (start + length <= der.length ? { start, end: start + length } : null)

/** Writes a DER integer right-aligned; false when it is negative, not minimal, zero, or too large. */
function place(integer: Uint8Array, target: Uint8Array): boolean {
  const [first, second = 0] = integer
  if (first === undefined || first >= 0x80) return false
  if (first === 0 && (integer.length === 1 || second < 0x80)) return false
  const magnitude = first === 0 ? integer.subarray(1) : integer
  if (magnitude.length > target.length) return false
  target.set(magnitude, target.length - magnitude.length)
  return true
}
