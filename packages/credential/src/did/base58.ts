const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** The value of each character by its code; 255 for what is not of the alphabet. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code))
  return value < 0 ? 255 : value
})

/** So many digits at a time, and bytes to a limb: what they multiply to is still a whole number of a double. */
const STEP = 4
const LIMB = 2 ** 24
const POWERS = [1, 58, 58 ** 2, 58 ** 3, 58 ** 4] as const

/**
 * The bytes of a base58btc text (Multibase `z`, without that letter); null when a character is not of its alphabet.
 *
 * The work grows with the square of the length: whoever calls limits it.
 */
export function base58(text: string): Uint8Array | null {
  // Least significant first; each group of digits multiplies what is there.
  const limbs: number[] = []
  for (let start = 0; start < text.length; start += STEP) {
    const end = Math.min(start + STEP, text.length)
    let carry = 0
    for (let at = start; at < end; at++) {
      const value = VALUES[text.charCodeAt(at)] ?? 255
      if (value === 255) return null
      carry = carry * 58 + value
    }
    const factor = POWERS[end - start] ?? 1
    for (let at = 0; at < limbs.length; at++) {
      const product = (limbs[at] ?? 0) * factor + carry
      carry = Math.floor(product / LIMB)
      limbs[at] = product - carry * LIMB
    }
    if (carry > 0) limbs.push(carry)
  }
  return fromLimbs(
    limbs,
    leading(text, (at) => text[at] === '1'),
  )
}

/** Most significant byte first, after as many zeros. */
function fromLimbs(limbs: readonly number[], zeros: number): Uint8Array {
  const last = limbs.length - 1
  const most = limbs[last] ?? 0
  const size = last < 0 ? 0 : last * 3 + (most > 0xffff ? 3 : most > 0xff ? 2 : 1)
  const bytes = new Uint8Array(zeros + size)
  let at = bytes.length
  for (const limb of limbs) {
    // The last limb has fewer bytes than three; what is over is zero, and falls on the zeros or before the start, where nothing is written.
    bytes[--at] = limb & 0xff
    bytes[--at] = (limb >> 8) & 0xff
    bytes[--at] = limb >> 16
  }
  return bytes
}

/** The base58btc text of bytes, without the `z` of Multibase. */
export function toBase58(bytes: Uint8Array): string {
  // Least significant first.
  const digits: number[] = []
  for (const byte of bytes) {
    let carry = byte
    for (let at = 0; at < digits.length; at++) {
      carry += (digits[at] ?? 0) << 8
      digits[at] = carry % 58
      carry = Math.floor(carry / 58)
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58)
  }
  const zeros = leading(bytes, (at) => bytes[at] === 0)
  return (
    ALPHABET.charAt(0).repeat(zeros) +
    digits
      .reverse()
      .map((digit) => ALPHABET.charAt(digit))
      .join('')
  )
}

function leading({ length }: { readonly length: number }, isZero: (at: number) => boolean): number {
  let zeros = 0
  while (zeros < length && isZero(zeros)) zeros++
  return zeros
}
