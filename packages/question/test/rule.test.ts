import type { JsonObject } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, type Operand, operandsOf, type Rule, type Truth } from '../src/index.ts'

const TODAY = '2026-06-15'
const shown = (claims: JsonObject = {}, given: Record<string, string> = {}) => ({
  views: new Map([['card', [{ claims }]]]),
  today: TODAY,
  given,
})
const value = (...path: (string | number | null)[]): Operand => ({ value: ['card', ...path] })
const truth = (rule: Rule, claims?: JsonObject, given?: Record<string, string>): Truth => evaluate(rule, shown(claims, given))

const TRUTHS = ['true', 'false', 'unknown'] as const
/** A rule of each value: that of a claim which is not there is unknown. */
const RULE: Record<Truth, Rule> = { true: { equals: [1, 1] }, false: { equals: [1, 2] }, unknown: { equals: [value('x'), 1] } }

describe('specs/question.md: the truth tables of Kleene', () => {
  it.each([
    ['true', 'false'],
    ['false', 'true'],
    ['unknown', 'unknown'],
  ] as const)('not %s is %s', (one, expected) => expect(truth({ not: RULE[one] })).toBe(expected))

  const ALL: Record<Truth, Record<Truth, Truth>> = {
    true: { true: 'true', false: 'false', unknown: 'unknown' },
    false: { true: 'false', false: 'false', unknown: 'false' },
    unknown: { true: 'unknown', false: 'false', unknown: 'unknown' },
  }
  const ANY: Record<Truth, Record<Truth, Truth>> = {
    true: { true: 'true', false: 'true', unknown: 'true' },
    false: { true: 'true', false: 'false', unknown: 'unknown' },
    unknown: { true: 'true', false: 'unknown', unknown: 'unknown' },
  }
  for (const one of TRUTHS)
    for (const other of TRUTHS) {
      it(`all of ${one} and ${other} is ${ALL[one][other]}`, () => expect(truth({ all: [RULE[one], RULE[other]] })).toBe(ALL[one][other]))
      it(`any of ${one} and ${other} is ${ANY[one][other]}`, () => expect(truth({ any: [RULE[one], RULE[other]] })).toBe(ANY[one][other]))
    }

  const comparisons: [keyof never | string, Rule, Truth][] = [
    ['equals, the same', { equals: [value('a'), 'x'] }, 'true'],
    ['equals, another', { equals: [value('a'), 'y'] }, 'false'],
    ['equals, not shown', { equals: [value('b'), 'y'] }, 'unknown'],
    ['equals, another kind', { equals: [value('n'), '1'] }, 'false'],
    ['in, among them', { in: [value('a'), ['w', 'x']] }, 'true'],
    ['in, not among them', { in: [value('a'), ['w']] }, 'false'],
    ['in, not shown', { in: [value('b'), ['w']] }, 'unknown'],
    ['before, earlier', { before: [value('day'), { today: true }] }, 'true'],
    ['before, the same day', { before: [{ today: true }, TODAY] }, 'false'],
    ['before, not shown', { before: [value('b'), { today: true }] }, 'unknown'],
    ['before, no day', { before: [value('a'), { today: true }] }, 'unknown'],
    ['after, later', { after: [{ today: true }, value('day')] }, 'true'],
    ['after, earlier', { after: [value('day'), { today: true }] }, 'false'],
    ['after, not shown', { after: [value('b'), { today: true }] }, 'unknown'],
  ]
  it.each(comparisons)('%s', (_name, rule, expected) => expect(truth(rule, { a: 'x', n: 1, day: '2026-06-14' })).toBe(expected))
})

describe('specs/question.md: what an operand stands for', () => {
  it('what its source calls unknown is unknown, and null and objects are no values', () => {
    for (const a of ['unknown', null, {}, []]) expect(truth({ equals: [value('a'), 'no'] }, { a })).toBe('unknown')
    expect(truth({ equals: [value('a'), 'unknown'] }, { a: 'unknown' })).toBe('unknown')
  })

  it('every element: one that fits is enough; one that is not shown leaves it open', () => {
    const rule: Rule = { in: ['x', value('list', null, 'id')] }
    expect(truth(rule, { list: [{ id: 'y' }, { id: 'x' }] })).toBe('true')
    expect(truth(rule, { list: [{ id: 'y' }, { id: 'z' }] })).toBe('false')
    expect(truth(rule, { list: [{ id: 'y' }, {}] })).toBe('unknown')
    expect(truth(rule, { list: [{}, { id: 'x' }] })).toBe('true')
    expect(truth(rule, { list: [] })).toBe('false')
    expect(truth(rule, { list: 'x' })).toBe('unknown')
  })

  it('members: the names at a place', () => {
    const rule: Rule = { in: [{ given: 'country' }, { members: ['card', 'places'] }] }
    expect(truth(rule, { places: { DE: [] } }, { country: 'DE' })).toBe('true')
    expect(truth(rule, { places: { DE: [] } }, { country: 'FR' })).toBe('false')
    expect(truth(rule, {}, { country: 'FR' })).toBe('unknown')
    expect(truth(rule, { places: ['DE'] }, { country: 'DE' })).toBe('unknown')
    expect(truth(rule, { places: { DE: [] } })).toBe('unknown')
  })

  it('VP-09: own members only', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(truth({ equals: [value(name), 'x'] }, {})).toBe('unknown')
      expect(truth({ in: [name, { members: ['card', 'places'] }] }, { places: {} })).toBe('false')
      expect(truth({ equals: [{ given: name }, 'x'] })).toBe('unknown')
    }
  })

  it('several views of a type: what one shows is known, though another does not show it', () => {
    const views = new Map([['card', [{ claims: { a: 'x' } }, { claims: { b: 'y' } }]]])
    expect(evaluate({ all: [{ equals: [value('a'), 'x'] }, { equals: [value('b'), 'y'] }] }, { views, today: TODAY, given: {} })).toBe(
      'true',
    )
    expect(evaluate({ equals: [value('a'), 'z'] }, { views, today: TODAY, given: {} })).toBe('false')
  })

  it('a type that was not shown is unknown', () =>
    expect(evaluate({ equals: [{ value: ['other', 'a'] }, 'x'] }, shown({ a: 'x' }))).toBe('unknown'))

  it('all operands of a rule are found', () => {
    expect(operandsOf({ all: [{ not: { equals: [1, value('a')] } }, { any: [{ in: [{ today: true }, ['b']] }] }] })).toEqual([
      1,
      value('a'),
      { today: true },
      ['b'],
    ])
  })
})

describe('whatever is shown', () => {
  it('less that is shown never turns unknown into an answer, nor one answer into the other', () => {
    const claim = fc.constantFrom('yes', 'no', 'unknown')
    const codes = ['a', 'b', 'c'] as const
    const leaf = fc.record({
      equals: fc.tuple(
        fc.constantFrom(...codes).map((code) => value('s', code)),
        fc.constantFrom<Operand>('yes', 'no'),
      ),
    }) as fc.Arbitrary<Rule>
    const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
      rule: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.record({ not: tie('rule') }),
        fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
        fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
      ) as fc.Arbitrary<Rule>,
    }))
    fc.assert(
      fc.property(rule, fc.record({ a: claim, b: claim, c: claim }), fc.subarray([...codes]), (one, all, kept) => {
        const part = Object.fromEntries(kept.map((code) => [code, all[code]]))
        const [whole, less] = [truth(one, { s: all }), truth(one, { s: part })]
        expect(less === 'unknown' || less === whole).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
