import { gzipSync } from 'node:zlib'
import { describe, expect, it, test } from 'vitest'
import { inflateGzip } from '../src/compression/gzip.ts'

const LIMIT = 100_000
const bytes = Uint8Array.from({ length: 50_000 }, (_, at) => (at * at) % 251)
const member = new Uint8Array(gzipSync(bytes))
const data = member.subarray(10)

/** The member with these flags, and what they announce. */
const flagged = (flags: number, ...announced: number[]) =>
  Uint8Array.from([...member.subarray(0, 3), flags, ...member.subarray(4, 10), ...announced, ...data])
const altered = (at: number, by = 1) => member.with(at < 0 ? member.length + at : at, (member.at(at) ?? 0) ^ by)

describe('a GZIP member', () => {
  it.each([0, 1, 6, 9] as const)('is inflated as zlib deflates it, level %d', (level) => {
    expect(inflateGzip(new Uint8Array(gzipSync(bytes, { level })), LIMIT)).toEqual(bytes)
    expect(inflateGzip(new Uint8Array(gzipSync(new Uint8Array(), { level })), LIMIT)).toEqual(new Uint8Array())
  })

  it.each([
    ['a text', flagged(1)],
    ['a checksum of the header', flagged(2, 1, 2)],
    ['an extra field', flagged(4, 3, 0, 1, 2, 3)],
    ['a name', flagged(8, 97, 0)],
    ['a comment', flagged(16, 98, 99, 0)],
    ['all of it', flagged(31, 1, 0, 7, 97, 0, 98, 0, 1, 2)],
  ])('may announce %s', (_, text) => {
    expect(inflateGzip(text, LIMIT)).toEqual(bytes)
  })

  const broken: [what: string, text: Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['a header alone', member.subarray(0, 10)],
    ['another format', altered(0)],
    ['another method', altered(2)],
    ['a flag that means nothing', altered(3, 0x20)],
    ['a name without an end', Uint8Array.from([...member.subarray(0, 3), 8, ...member.subarray(4, 10), 97, 97])],
    ['an extra field that is not there', Uint8Array.from([...member.subarray(0, 3), 4, ...member.subarray(4, 10), 255, 255])],
    ['data cut off', member.subarray(0, -9)],
    ['a trailer cut off', member.subarray(0, -1)],
    ['a wrong checksum', altered(-8)],
    ['a wrong length', altered(-1)],
    ['something after the end', Uint8Array.from([...member, 0])],
    ['a second member', Uint8Array.from([...member, ...member])],
  ]
  test.each(broken)('%s is none', (_, text) => {
    expect(() => inflateGzip(text, LIMIT)).toThrow('zlib_malformed')
  })

  it('stops at the limit', () => {
    expect(inflateGzip(member, bytes.length)).toEqual(bytes)
    expect(() => inflateGzip(member, bytes.length - 1)).toThrow('zlib_too_large')
  })
})
