import { describe, expect, it } from 'vitest'
import { checkMemory, gatheredAt, type Manifest, olderThanSeen, parseSeen, serializeSeen, withSeen } from '../src/bundle/index.ts'

const NOW = 1_781_474_400
const ONE = 'https://one.example'
const TWO = 'https://two.example'
const DESK = 'https://desk.example'

const manifest = (issuer: string, created: number, sources?: Manifest['sources']): Manifest => ({
  ...{ issuer, created, validUntil: NOW + 86_400, nextUpdate: NOW, entries: [] },
  ...(sources && { sources }),
})
const said = (...made: Parameters<typeof checkMemory>) => {
  const { id, outcome, code, facts } = checkMemory(...made)
  return [id, `${outcome} ${code}`, facts]
}

describe('whether a newer bundle was seen', () => {
  const seen = new Map([[ONE, NOW - 100]])

  it('the newest that was seen, a newer one, and one of somebody else pass', () => {
    for (const one of [manifest(ONE, NOW - 100), manifest(ONE, NOW - 1), manifest(TWO, NOW - 1000)])
      expect(said(one, seen, NOW)).toEqual(['rollback', 'pass bundle_newest_seen', {}])
    expect(said(manifest(ONE, NOW), new Map(), NOW)[1]).toBe('pass bundle_newest_seen')
  })

  it('an older one is not known, with both times', () => {
    const facts = { issuer: ONE, at: NOW - 101, seen: NOW - 100 }
    expect(said(manifest(ONE, NOW - 101), seen, NOW)).toEqual(['rollback', 'unknown bundle_older_than_seen', facts])
  })

  it('a merged one is as old as what went into it', () => {
    const merged = manifest(DESK, NOW, [
      { issuer: TWO, created: NOW - 50 },
      { issuer: ONE, created: NOW - 200 },
    ])
    expect(gatheredAt(merged)).toBe(NOW - 200)
    expect(olderThanSeen(merged, seen)).toEqual({ issuer: ONE, created: NOW - 200, seen: NOW - 100 })
    expect(said(merged, seen, NOW)[1]).toBe('unknown bundle_older_than_seen')
    expect([...withSeen(new Map(), merged, NOW)]).toEqual([
      [DESK, NOW],
      [TWO, NOW - 50],
      [ONE, NOW - 200],
    ])
  })

  it('a clock before the newest bundle of anybody was turned back; a minute is no matter', () => {
    expect(said(manifest(TWO, NOW - 1000), seen, NOW - 160)[1]).toBe('pass bundle_newest_seen')
    const behind = ['rollback', 'unknown bundle_clock_behind', { at: NOW - 161, seen: NOW - 100 }]
    expect(said(manifest(TWO, NOW - 1000), seen, NOW - 161)).toEqual(behind)
  })

  it('without a memory it passes and says so, with one that cannot be read nothing is known', () => {
    expect(said(manifest(ONE, NOW), null, NOW)).toEqual(['rollback', 'pass bundle_memory_missing', {}])
    expect(said(manifest(ONE, NOW), 'malformed', NOW)).toEqual(['rollback', 'unknown bundle_memory_malformed', {}])
  })
})

describe('what is remembered', () => {
  it('only what is newer, and never one from the future, which would stand in the way of all that follow', () => {
    const seen = new Map([[ONE, NOW - 100]])
    expect(withSeen(seen, manifest(ONE, NOW - 100), NOW)).toBe(seen)
    expect(withSeen(seen, manifest(ONE, NOW + 61), NOW)).toBe(seen)
    expect(withSeen(seen, manifest(ONE, NOW + 60), NOW).get(ONE)).toBe(NOW + 60)
    expect(seen.get(ONE)).toBe(NOW - 100)
  })

  it('is read as it was written, whatever the issuer is called', () => {
    const seen = new Map([
      ['__proto__', 1],
      [ONE, NOW],
    ])
    expect(parseSeen(serializeSeen(seen))).toEqual(seen)
  })

  const entry = `{"iss":"${ONE}","iat":1}`
  it.each([
    ['nothing', ''],
    ['half of it', '{"seen":['],
    ['a list', '[]'],
    ['another member', '{"saw":[]}'],
    ['an entry that is none', '{"seen":[1]}'],
    ['no issuer', '{"seen":[{"iat":1}]}'],
    ['an empty issuer', '{"seen":[{"iss":"","iat":1}]}'],
    ['a time that is none', `{"seen":[{"iss":"${ONE}","iat":"1"}]}`],
    ['a time before 1970', `{"seen":[{"iss":"${ONE}","iat":-1}]}`],
    ['an issuer twice', `{"seen":[${entry},${entry}]}`],
  ])('%s cannot be read, and nothing of it is used', (_name, text) => {
    expect(() => parseSeen(text)).toThrow(expect.objectContaining({ code: 'bundle_memory_malformed' }))
  })
})
