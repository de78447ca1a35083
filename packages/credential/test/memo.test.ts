import { memo } from '@symbolon/credential'
import { describe, expect, test } from 'vitest'

interface Part {
  readonly id: string
}

describe('a memory of objects', () => {
  test('has for each what was set last, and for others nothing', () => {
    const lengths = memo<Part, number>()
    const [one, other]: Part[] = [{ id: 'one' }, { id: 'other' }]
    expect(lengths.get(one as Part)).toBeUndefined()
    lengths.set(one as Part, 3)
    expect(lengths.get(one as Part)).toBe(3)
    lengths.set(one as Part, 4)
    expect([lengths.get(one as Part), lengths.get(other as Part)]).toEqual([4, undefined])
  })

  test('knows nothing of what another one was told', () => {
    const [lengths, texts] = [memo<Part, number>(), memo<Part, string>()]
    const part = { id: 'one' }
    lengths.set(part, 3)
    texts.set(part, 'three')
    expect([lengths.get(part), texts.get(part), memo<Part, number>().get(part)]).toEqual([3, 'three', undefined])
  })

  test('no copy has it: what was found out of one text would stand for another', () => {
    const lengths = memo<Part, number>()
    const part = { id: 'one' }
    lengths.set(part, 3)
    const copies = [{ ...part }, Object.assign({}, part), structuredClone(part), JSON.parse(JSON.stringify(part)), Object.create(part)]
    expect(copies.map((copy) => lengths.get(copy))).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  test('nobody else sees it', () => {
    const part = { id: 'one' }
    memo<Part, number>().set(part, 3)
    expect(Reflect.ownKeys(part)).toEqual(['id'])
    expect(part).toStrictEqual({ id: 'one' })
  })

  test('an object that takes no more members is not remembered, and one that was before stays so', () => {
    const lengths = memo<Part, number>()
    const [frozen, before] = [Object.freeze({ id: 'one' }), { id: 'two' }]
    lengths.set(frozen, 3)
    lengths.set(before, 3)
    Object.freeze(before)
    lengths.set(before, 4)
    expect([lengths.get(frozen), lengths.get(before)]).toEqual([undefined, 4])
  })
})
