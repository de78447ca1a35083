import { CredentialError } from '../errors.ts'

/** Canonical prefix codes (RFC 1951 section 3.2.2): how many of each length, the symbols in order, and a table for the short ones. */
interface Codes {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
  /** By the next `bits` bits: symbol * 16 + length; 0 for a code that is longer or is none. */
  readonly root: Uint16Array
  bits: number
}

const LONGEST = 15
/** Most bits looked up at once. A table for the longest codes would let a few hostile bytes ask for 32,768 entries, again and again. */
const ROOT = 9

/** Room for the codes of so many symbols. */
const room = (symbols: number): Codes => ({
  counts: new Uint16Array(LONGEST + 1),
  symbols: new Uint16Array(symbols),
  root: new Uint16Array(1 << ROOT),
  bits: ROOT,
})

/** The bits of a stream, least significant first; reading past the end throws. */
interface Bits {
  take(count: number): number
  symbol(codes: Codes): number
  /** Drops the rest of the current byte and gives as many whole bytes. */
  bytes(count: number): Uint8Array
  /** Drops the rest of the current byte; how many bytes were read. */
  position(): number
}

/** What was inflated so far; growing past the limit throws. */
interface Output {
  push(byte: number): void
  append(bytes: Uint8Array): void
  /** Again what was written `distance` bytes ago, perhaps overlapping itself. */
  repeat(length: number, distance: number): void
  written(): Uint8Array<ArrayBuffer>
}

const END_OF_BLOCK = 256
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
]
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

const NONE = new Uint8Array()

/** Where the next symbol of each length goes, while codes are built. */
const NEXT = new Uint16Array(LONGEST + 2)

/** Section 3.2.6; the symbols at the end of both stand for nothing and only fill the codes up. */
const FIXED_LITERALS = codes(
  Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
  room(288),
)
const FIXED_DISTANCES = codes(new Uint8Array(32).fill(5), room(32))

/** The codes of the block that is being read, each time in the same place: a short text would spend more on the room than on reading. */
const OF_LENGTHS = room(19)
const LITERALS = room(286)
const DISTANCES = room(30)
/** The lengths of both. */
const LENGTHS = new Uint8Array(286 + 30)

/**
 * Inflates the DEFLATE stream (RFC 1951) at the start of the bytes; `end` is how many bytes it took. It may repeat what stands in the preset
 * `dictionary`. Throws `zlib_malformed`, `zlib_too_large`.
 */
export function inflate(bytes: Uint8Array, limit: number, dictionary: Uint8Array = NONE): { output: Uint8Array<ArrayBuffer>; end: number } {
  const input = bitsOf(bytes)
  const output = outputUpTo(limit, bytes.length * 4, dictionary)
  let isLast = false
  while (!isLast) {
    isLast = input.take(1) === 1
    const kind = input.take(2)
    if (kind === 0) stored(input, output)
    else if (kind === 1) compressed(input, output, FIXED_LITERALS, FIXED_DISTANCES)
    else if (kind === 2) compressed(input, output, ...dynamicCodes(input))
    else throw malformed('it has a block of no known kind')
  }
  return { output: output.written(), end: input.position() }
}

/** Section 3.2.4. */
function stored(input: Bits, output: Output): void {
  const [low = 0, high = 0, notLow = 0, notHigh = 0] = input.bytes(4)
  if ((low ^ notLow) !== 0xff || (high ^ notHigh) !== 0xff) throw malformed('the length of a stored block is wrong')
  output.append(input.bytes(low | (high << 8)))
}

/** Sections 3.2.3, 3.2.5. */
function compressed(input: Bits, output: Output, literals: Codes, distances: Codes): void {
  for (;;) {
    const symbol = input.symbol(literals)
    if (symbol < END_OF_BLOCK) output.push(symbol)
    else if (symbol === END_OF_BLOCK) return
    else {
      const length = extended(input, symbol - END_OF_BLOCK - 1, LENGTH_BASE, LENGTH_EXTRA)
      output.repeat(length, extended(input, input.symbol(distances), DISTANCE_BASE, DISTANCE_EXTRA))
    }
  }
}

function extended(input: Bits, index: number, bases: readonly number[], extras: readonly number[]): number {
  const base = bases[index]
  const extra = extras[index]
  if (base === undefined || extra === undefined) throw malformed('it has a symbol that stands for nothing')
  return base + input.take(extra)
}

/** Section 3.2.7: the codes of a block, themselves coded. */
function dynamicCodes(input: Bits): [Codes, Codes] {
  const literals = input.take(5) + 257
  const distances = input.take(5) + 1
  const count = input.take(4) + 4
  if (literals > 286 || distances > 30) throw malformed('a block has too many codes')
  const ofLengths = new Uint8Array(LENGTHS_ORDER.length)
  for (let at = 0; at < count; at++) ofLengths[LENGTHS_ORDER[at] ?? 0] = input.take(3)
  const lengths = codeLengths(input, codes(ofLengths, OF_LENGTHS), literals + distances)
  if (lengths[END_OF_BLOCK] === 0) throw malformed('a block has no end')
  return [codes(lengths.subarray(0, literals), LITERALS, true), codes(lengths.subarray(literals), DISTANCES, true)]
}

function codeLengths(input: Bits, ofLengths: Codes, count: number): Uint8Array {
  const lengths = LENGTHS.subarray(0, count)
  for (let at = 0; at < count; ) {
    const symbol = input.symbol(ofLengths)
    if (symbol < 16) {
      lengths[at++] = symbol
      continue
    }
    if (symbol === 16 && at === 0) throw malformed('it repeats a code length before the first')
    const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0
    const times = symbol === 16 ? 3 + input.take(2) : symbol === 17 ? 3 + input.take(3) : 11 + input.take(7)
    if (at + times > count) throw malformed('it has too many code lengths')
    lengths.fill(value, at, at + times)
    at += times
  }
  return lengths
}

/**
 * Builds codes from their lengths in a room for as many. They must use up every pattern of bits; only where `mayBeAlone`, no code or a single one of
 * one bit may stand alone.
 */
function codes(lengths: Uint8Array, into: Codes, mayBeAlone = false): Codes {
  const { counts, symbols } = into
  counts.fill(0)
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0
    counts[length] = (counts[length] ?? 0) + 1
  }
  const used = lengths.length - (counts[0] ?? 0)
  counts[0] = 0
  NEXT.fill(0)
  let left = 1
  let longest = 1
  for (let length = 1; length <= LONGEST; length++) {
    const count = counts[length] ?? 0
    if (count > 0) longest = length
    left = left * 2 - count
    if (left < 0) throw malformed('its codes overlap')
    NEXT[length + 1] = (NEXT[length] ?? 0) + count
  }
  const isAlone = mayBeAlone && (used === 0 || (used === 1 && counts[1] === 1))
  if (left > 0 && !isAlone) throw malformed('its codes are incomplete')
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0
    if (length === 0) continue
    const place = NEXT[length] ?? 0
    symbols[place] = symbol
    NEXT[length] = place + 1
  }
  into.bits = Math.min(longest, ROOT)
  fillRoot(into)
  return into
}

function fillRoot({ counts, symbols, root, bits }: Codes): void {
  const size = 1 << bits
  root.fill(0, 0, size)
  let code = 0
  let place = 0
  for (let length = 1; length <= bits; length++) {
    for (let left = counts[length] ?? 0; left > 0; left--) {
      const entry = (symbols[place++] ?? 0) * 16 + length
      // Codes are packed most significant bit first, everything else the other way round (section 3.1.1).
      for (let at = reversed(code++, length); at < size; at += 1 << length) root[at] = entry
    }
    code <<= 1
  }
}

function reversed(code: number, length: number): number {
  let result = 0
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit)
  return result
}

function bitsOf(bytes: Uint8Array): Bits {
  let at = 0
  let held = 0
  let count = 0
  const need = (wanted: number): void => {
    while (count < wanted) {
      const byte = bytes[at++]
      if (byte === undefined) throw malformed('it is cut off')
      held |= byte << count
      count += 8
    }
  }
  const take = (wanted: number): number => {
    need(wanted)
    const value = held & ((1 << wanted) - 1)
    held >>>= wanted
    count -= wanted
    return value
  }
  const symbol = ({ root, bits, counts, symbols }: Codes): number => {
    while (count < ROOT && at < bytes.length) {
      held |= (bytes[at++] ?? 0) << count
      count += 8
    }
    const entry = root[held & ((1 << bits) - 1)] ?? 0
    if (entry !== 0 && (entry & 15) <= count) {
      held >>>= entry & 15
      count -= entry & 15
      return entry >> 4
    }
    let code = 0
    let first = 0
    let place = 0
    for (let length = 1; length <= LONGEST; length++) {
      code |= take(1)
      const ofLength = counts[length] ?? 0
      if (code - first < ofLength) return symbols[place + code - first] ?? 0
      place += ofLength
      first = (first + ofLength) << 1
      code <<= 1
    }
    throw malformed('it has a code that stands for nothing')
  }
  /** Gives back the bytes that were read ahead and are still whole. */
  const align = (): void => {
    at -= count >> 3
    held = 0
    count = 0
  }
  return {
    take,
    symbol,
    bytes(wanted) {
      align()
      const found = bytes.subarray(at, at + wanted)
      if (found.length < wanted) throw malformed('it is cut off')
      at += wanted
      return found
    },
    position() {
      align()
      return at
    },
  }
}

/** Collects up to `limit` bytes behind a dictionary, which is no part of what was written. */
function outputUpTo(limit: number, expected: number, dictionary: Uint8Array): Output {
  const start = dictionary.length
  const most = start + limit
  let buffer = new Uint8Array(Math.min(most, start + Math.max(1024, expected)))
  buffer.set(dictionary)
  let length = start
  const makeRoom = (wanted: number): void => {
    const needed = length + wanted
    if (needed <= buffer.length) return
    if (needed > most) throw new CredentialError('zlib_too_large', `more than ${limit} bytes`)
    const larger = new Uint8Array(Math.min(most, Math.max(needed, buffer.length * 2)))
    larger.set(buffer)
    buffer = larger
  }
  return {
    push(byte) {
      if (length === buffer.length) makeRoom(1)
      buffer[length++] = byte
    },
    append(bytes) {
      makeRoom(bytes.length)
      buffer.set(bytes, length)
      length += bytes.length
    },
    repeat(count, distance) {
      if (distance > length) throw malformed('it repeats what was before its start')
      makeRoom(count)
      if (distance >= count) buffer.copyWithin(length, length - distance, length - distance + count)
      else if (distance === 1) buffer.fill(buffer[length - 1] ?? 0, length, length + count)
      else for (let at = length; at < length + count; at++) buffer[at] = buffer[at - distance] ?? 0
      length += count
    },
    // Behind a dictionary are short texts that nobody keeps; of a list the rest of the room would stay with it.
    written: () => (start > 0 || length === buffer.length ? buffer.subarray(start, length) : buffer.slice(0, length)),
  }
}

const malformed = (what: string): CredentialError => new CredentialError('zlib_malformed', what)
