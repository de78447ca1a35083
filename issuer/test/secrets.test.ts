import { expect, test } from 'vitest'
import { randomId } from '../src/secrets.ts'

test('an identifier is a word of a command line: 5,000 of them, none begins like an option and none comes twice', () => {
  const ids = Array.from({ length: 5000 }, randomId)
  expect(ids.filter((id) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})
