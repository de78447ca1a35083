import { describe, expect, test } from 'vitest'
import { RULES } from './house/rules.ts'
import { readTree } from './house/tree.ts'

const tree = readTree()

describe.each(RULES)('$name', ({ faults, broken }) => {
  test('holds', () => {
    expect(faults(tree)).toEqual([])
  })

  test.each(broken.map((sample) => [JSON.stringify(sample.at(-1)?.text.slice(0, 60)), sample] as const))('can fail: %s', (_, sample) => {
    expect(faults(sample)).not.toEqual([])
  })
})
