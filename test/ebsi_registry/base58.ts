const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Bytes as base58btc text, without the multibase `z`. */
export function base58(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let text = ''
  for (; number > 0n; number /= 58n) text = ALPHABET.charAt(Number(number % 58n)) + text
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(zeros < 0 ? bytes.length : zeros) + text
}

/** The bytes of base58btc text; null when it is none, or longer than anything here is (64 characters). */
export function fromBase58(text: string): Uint8Array | null {
  if (text.length > 64) return null
  let number = 0n
  for (const character of text) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return null
    number = number * 58n + BigInt(digit)
  }
  const hex = number === 0n ? '' : number.toString(16)
  const zeros = /^1*/.exec(text)?.[0].length ?? 0
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')])
}

/** Whether a text is a did:ebsi of version 1: 16 bytes behind a byte 01 (facts, 1.1). */
export function isDidEbsi(text: unknown): text is string {
  if (typeof text !== 'string') return false
  const value = /^did:ebsi:z([1-9A-HJ-NP-Za-km-z]{22,23})$/.exec(text)?.[1]
  const bytes = value === undefined ? null : fromBase58(value)
  return bytes?.length === 17 && bytes[0] === 1
}

/** A did:ebsi of 16 bytes. */
export const didEbsi = (bytes: Uint8Array): string => `did:ebsi:z${base58(Buffer.concat([Buffer.of(1), bytes]))}`
