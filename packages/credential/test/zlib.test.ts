import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inflateZlib } from '../src/compression/zlib.ts'
import { CredentialError } from '../src/errors.ts'

const LIMIT = 4 * 1024 * 1024

function codeOf(bytes: Uint8Array, limit = LIMIT): string {
  try {
    inflateZlib(bytes, limit)
  } catch (error) {
    if (error instanceof CredentialError) return error.code
    throw error
  }
  return 'inflated'
}

/** A stream around these raw DEFLATE bytes with the checksum of nothing. */
const around = (...raw: number[]): Uint8Array => Uint8Array.from([0x78, 0x9c, ...raw, 0, 0, 0, 1])
/** Bits written as RFC 1951 packs them: first one least significant. */
function bits(text: string): number[] {
  const all = text.replace(/\s/g, '')
  return Array.from({ length: Math.ceil(all.length / 8) }, (_, byte) =>
    [...all.slice(byte * 8, byte * 8 + 8)].reduce((value, bit, place) => value | (Number(bit) << place), 0),
  )
}

describe('inflate as node:zlib does', () => {
  const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED]
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 5000, size: 'max' }),
    // Long runs and repetitions, as status lists have them.
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 70_000 })), { maxLength: 12 })
      .map((runs) => Uint8Array.from(runs.flatMap(([byte, times]) => Array<number>(times).fill(byte)))),
    fc
      .array(fc.constantFrom('revoked', 'valid ', 'x', 'abcabcabd'), { maxLength: 3000 })
      .map((words) => new TextEncoder().encode(words.join(''))),
  )

  it('gives back whatever was deflated, at every level and strategy', () => {
    fc.assert(
      fc.property(
        content,
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom(...strategies),
        fc.integer({ min: 9, max: 15 }),
        (data, level, strategy, windowBits) => {
          const out = inflateZlib(deflateSync(data, { level, strategy, windowBits }), LIMIT)
          expect(Buffer.compare(out, data)).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('accepts nothing that node:zlib refuses, whatever bytes are changed', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.integer({ min: 1, max: 255 }), (data, at, change) => {
        const bytes = Uint8Array.from(deflateSync(data))
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ change
        if (codeOf(bytes) !== 'inflated') return
        expect(Buffer.compare(inflateZlib(bytes, LIMIT), inflateSync(bytes))).toBe(0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('what is no ZLIB stream', () => {
  const stream = Uint8Array.from(deflateSync(new TextEncoder().encode('a status list, a status list, another status list')))

  it('is refused wherever it is cut off', () => {
    for (let length = 0; length < stream.length; length++) expect(codeOf(stream.subarray(0, length))).toBe('zlib_malformed')
  })
  it('is refused with anything after its end', () => {
    expect(codeOf(Uint8Array.from([...stream, 0]))).toBe('zlib_malformed')
    expect(codeOf(Uint8Array.from([...stream, ...stream]))).toBe('zlib_malformed')
  })
  it('is refused with one bit of the checksum changed (RFC 1950 section 2.2)', () => {
    for (let bit = 0; bit < 32; bit++) {
      const changed = Uint8Array.from(stream)
      const at = stream.length - 4 + (bit >> 3)
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7))
      expect(codeOf(changed)).toBe('zlib_malformed')
    }
  })

  const dynamic = (text: string): Uint8Array => around(...bits(`1 01 ${text}`))
  const cases: [string, Uint8Array, string][] = [
    ['raw DEFLATE without a header', deflateRawSync(new Uint8Array(100)), 'it has no ZLIB header'],
    ['a header whose check is wrong', Uint8Array.from([0x78, 0x9d, ...stream.subarray(2)]), 'it has no ZLIB header'],
    ['another method than DEFLATE', Uint8Array.from([0x77, 0x85, ...stream.subarray(2)]), 'it has no ZLIB header'],
    ['a window larger than there is', Uint8Array.from([0x88, 0x1c, ...stream.subarray(2)]), 'it has no ZLIB header'],
    ['a preset dictionary', deflateSync(new TextEncoder().encode('abcabc'), { dictionary: Buffer.from('abc') }), 'it wants a dictionary'],
    ['a block of kind 3', around(...bits('1 11')), 'a block of no known kind'],
    ['a stored block with a wrong complement', around(1, 1, 0, 0, 0, 65), 'the length of a stored block is wrong'],
    ['a stored block that is cut off', around(1, 255, 0, 0, 255), 'it is cut off'],
    ['a repetition from before the start', around(...bits('1 10 0000001 00000')), 'it repeats what was before its start'],
    ['a distance symbol that stands for nothing', around(...bits('1 10 10010001 0000001 11110')), 'a symbol that stands for nothing'],
    ['a length symbol that stands for nothing', around(...bits('1 10 11000110')), 'a symbol that stands for nothing'],
    ['more literal codes than there are', dynamic('11111 00000 0000'), 'a block has too many codes'],
    ['more distance codes than there are', dynamic('00000 11111 0000'), 'a block has too many codes'],
    ['code lengths that overlap', dynamic(`00000 00000 1111 ${'100'.repeat(19)}`), 'its codes overlap'],
    ['code lengths that are incomplete', dynamic('00000 00000 0000 100 000 000 000'), 'its codes are incomplete'],
    [
      'a repeated code length before the first',
      dynamic('00000 00000 0000 100 100 000 000 0 00'),
      'it repeats a code length before the first',
    ],
    [
      'more code lengths than announced',
      dynamic('00000 00000 0000 000 000 100 100 1 1111111 1 1111111 1 1111111'),
      'it has too many code lengths',
    ],
    ['a block without an end', dynamic('00000 00000 0000 000 000 100 100 1 1111111 1 1001011 0 0'), 'a block has no end'],
  ]
  for (const [what, bytes, message] of cases) {
    it(`is ${what}`, () => {
      expect(() => inflateZlib(bytes, LIMIT)).toThrow(new RegExp(`^zlib_malformed: .*${message}`))
      expect(() => inflateSync(bytes, { finishFlush: constants.Z_FINISH })).toThrow()
    })
  }
})

describe('the limit', () => {
  it('allows exactly as many bytes', () => {
    for (const data of [new Uint8Array(5000), crypto.getRandomValues(new Uint8Array(5000))]) {
      const stream = deflateSync(data)
      expect(inflateZlib(stream, 5000).length).toBe(5000)
      expect(codeOf(stream, 4999)).toBe('zlib_too_large')
      expect(codeOf(deflateSync(data, { level: 0 }), 4999)).toBe('zlib_too_large')
    }
  })

  it('stops a bomb of 64 MiB early: no more memory than a few times the limit', () => {
    const bomb = deflateSync(new Uint8Array(64 * 1024 * 1024), { level: 9 })
    const before = process.memoryUsage().arrayBuffers
    expect(codeOf(bomb)).toBe('zlib_too_large')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * LIMIT)
  })

  it('comes to the end of 160,000 blocks with codes of their own', () => {
    // A block with codes of its own that holds nothing: as much work for a byte as the format can ask for.
    const block = `0 01 00000 00000 0111 ${'000'.repeat(2)} 100 ${'000'.repeat(14)} 100 1 1111111 1 1101011 0 0 0`
    const eight = bits(block.repeat(8))
    const blocks = Buffer.concat(Array<Buffer>(20_000).fill(Buffer.from(eight)))
    expect(inflateZlib(Uint8Array.from([0x78, 0x9c, ...blocks, ...bits('1 10 0000000'), 0, 0, 0, 1]), LIMIT)).toHaveLength(0)
  })
})
