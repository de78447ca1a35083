import { CredentialError } from '../errors.ts'

/** Bytes that are written one after another, some behind their length. */
export interface Writer {
  number(value: number): void
  bytes(bytes: Uint8Array): void
  written(): Uint8Array<ArrayBuffer>
}

/** Bytes that are read once, from the first to the last; reading past the end throws `code_malformed`. */
export interface Reader {
  number(): number
  bytes(count: number): Uint8Array
  /** All that is left. */
  rest(): Uint8Array
  isAtEnd(): boolean
}

/** Numbers take a byte for every seven bits, the least significant first; the highest bit says that more follow. */
export function writer(): Writer {
  const chunks: Uint8Array[] = []
  let length = 0
  const bytes = (chunk: Uint8Array): void => {
    chunks.push(chunk)
    length += chunk.length
  }
  return {
    number(value) {
      const sevens: number[] = []
      let left = value
      for (; left > 127; left >>>= 7) sevens.push((left & 127) | 128)
      bytes(Uint8Array.from([...sevens, left]))
    },
    bytes,
    written() {
      const all = new Uint8Array(length)
      let at = 0
      for (const chunk of chunks) {
        all.set(chunk, at)
        at += chunk.length
      }
      return all
    },
  }
}

const MOST_SEVENS = 4

/** Reads what `writer` wrote; a number that could be written shorter is refused. */
export function reader(bytes: Uint8Array): Reader {
  let at = 0
  const next = (): number => {
    const byte = bytes[at++]
    if (byte === undefined) throw malformed('it is cut off')
    return byte
  }
  return {
    number() {
      let value = 0
      for (let sevens = 0; sevens < MOST_SEVENS; sevens++) {
        const byte = next()
        value |= (byte & 127) << (7 * sevens)
        if (byte === 0 && sevens > 0) throw malformed('a number that is written too long')
        if (byte < 128) return value
      }
      throw malformed('a number that is too large')
    },
    bytes(count) {
      if (count > bytes.length - at) throw malformed('it is cut off')
      at += count
      return bytes.subarray(at - count, at)
    },
    rest() {
      const left = bytes.subarray(at)
      at = bytes.length
      return left
    },
    isAtEnd: () => at === bytes.length,
  }
}

const malformed = (what: string): CredentialError => new CredentialError('code_malformed', what)
