import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** A code taken apart: as the specification has it, so that each step can be made wrong by itself. */
export interface Packed {
  readonly prefix: string
  /** The numbers in front, each as its bytes. */
  readonly content: readonly number[]
  readonly dictionary: readonly number[]
  /** The text, each character a byte, with its marks. */
  readonly text: string
  readonly values: readonly number[]
}

/** Ways to put it together otherwise than it should be. */
export interface Otherwise {
  /** What stands for the text; without it, the text deflated. */
  readonly deflated?: readonly number[]
  readonly length?: readonly number[]
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

const digits = (value: number, count: number): string =>
  Array.from({ length: count }, (_, at) => ALPHABET.charAt(Math.floor(value / 45 ** at) % 45)).join('')

export function base45(bytes: readonly number[]): string {
  let text = ''
  for (let at = 0; at + 1 < bytes.length; at += 2) text += digits((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0), 3)
  return bytes.length % 2 === 0 ? text : text + digits(bytes.at(-1) ?? 0, 2)
}

export function bytesOf(text: string): number[] {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)]
    const value = group.reduceRight((sum, character) => sum * 45 + ALPHABET.indexOf(character), 0)
    bytes.push(...(group.length === 3 ? [value >> 8, value & 255] : [value]))
  }
  return bytes
}

/** A byte for every seven bits, the least significant first. */
export function number(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)]
}

/** A number with a byte more than it needs. */
export const tooLong = (value: readonly number[]): number[] => [...value.slice(0, -1), (value.at(-1) ?? 0) | 128, 0]

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

export const deflate = (text: string, dictionary: string, level = 9): number[] => [
  ...deflateRawSync(latin1(text), { level, dictionary: latin1(dictionary) }),
]

/** Takes a code apart that is right. */
export function apart(code: string, dictionary: string): Packed {
  const prefix = code.slice(0, code.indexOf(':') + 1)
  const bytes = bytesOf(code.slice(prefix.length))
  let at = 0
  const next = (): number[] => {
    const end = bytes.findIndex((byte, index) => index >= at && byte < 128) + 1
    const found = bytes.slice(at, end)
    at = end
    return found
  }
  const [content, used, length] = [next(), next(), next()]
  const end = at + length.reduceRight((sum, byte) => sum * 128 + (byte & 127), 0)
  const text = inflateRawSync(Buffer.from(bytes.slice(at, end)), { dictionary: latin1(dictionary) }).toString('latin1')
  return { prefix, content, dictionary: used, text, values: bytes.slice(end) }
}

export function bytesTogether(packed: Packed, dictionary: string, otherwise: Otherwise = {}): number[] {
  const deflated = otherwise.deflated ?? deflate(packed.text, dictionary)
  return [...packed.content, ...packed.dictionary, ...(otherwise.length ?? number(deflated.length)), ...deflated, ...packed.values]
}

export const together = (packed: Packed, dictionary: string, otherwise: Otherwise = {}): string =>
  packed.prefix + base45(bytesTogether(packed, dictionary, otherwise))

/** A DEFLATE stream of such bits, the first the least significant of the first byte. */
export function bits(...groups: readonly string[]): number[] {
  const all = groups.join('')
  return Array.from({ length: Math.ceil(all.length / 8) }, (_, at) =>
    Number.parseInt([...all.slice(at * 8, at * 8 + 8).padEnd(8, '0')].reverse().join(''), 2),
  )
}

/** Stored blocks with nothing in them, and one with the beginning of the text: right, and longer than need be. */
export function padded(text: string, dictionary: string, length: number): number[] {
  for (let stored = 0; stored < 400; stored++) {
    const first = stored === 0 ? [] : [0, stored, 0, 255 - stored, 255, ...latin1(text.slice(0, stored))]
    const rest = deflate(text.slice(stored), dictionary + text.slice(0, stored))
    const missing = length - first.length - rest.length
    if (stored < 256 && missing >= 0 && missing % 5 === 0)
      return [
        ...Array(missing / 5)
          .fill([0, 0, 0, 255, 255])
          .flat(),
        ...first,
        ...rest,
      ]
  }
  throw new Error('no such length')
}
