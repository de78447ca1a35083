import { type ConcealedPath, compileFrame } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import type { Path } from '../src/model.ts'
import { bundleOf, card, cardWith, check, finding, issue, listPart, metadataPart, policyFor, show } from './presentation_fixture.ts'

/** What the card's type conceals; `null` for every loan. */
const RIGHT: readonly ConcealedPath[] = [
  { path: ['name'] },
  { path: ['rooms', 'reading'] },
  { path: ['rooms', 'music'] },
  { path: ['loans', null, 'title'] },
  { path: ['loans', null, 'due'] },
]
const but = (...left: string[]): ConcealedPath[] => RIGHT.filter(({ path }) => !left.includes(path.join('.')))

/** An issuer that conceals these paths, whatever its type says, and a holder that shows those. */
async function judge(concealed: readonly ConcealedPath[], shown: readonly Path[]) {
  const text = await issue({ type: { ...card, frame: compileFrame([...concealed], []) } })
  const report = await check(await show(text, shown))
  return { found: finding(report, 'type'), facts: report.checks.find(({ id }) => id === 'type')?.facts }
}

describe('what the type conceals is concealed, what it leaves plain is plain (TM-05)', () => {
  test('as it should be', async () => {
    expect((await judge(RIGHT, [['name'], ['rooms', 'music'], ['loans']])).found).toBe('pass type_known')
  })

  test.each<[string, ConcealedPath[], string[]]>([
    ['a claim at the top', but('name'), ['name']],
    ['a nested claim', but('rooms.music'), ['rooms', 'music']],
    ['a claim in the elements of an array', but('loans..due'), ['loans', '', 'due']],
    ['one disclosure for several', [...but('rooms.reading', 'rooms.music'), { path: ['rooms'] }], ['rooms', 'reading']],
  ])('%s that is not concealed', async (_, concealed, path) => {
    const { found, facts } = await judge(concealed, [['rooms'], ['loans']])
    expect(found).toBe('fail claim_not_concealed')
    expect(facts?.path).toEqual(path.map((step) => (step === '' ? 'null' : step)))
  })

  test('a claim that is concealed and must not be', async () => {
    const { found, facts } = await judge([...RIGHT, { path: ['valid'] }], [['valid']])
    expect([found, facts?.path]).toEqual(['fail claim_concealed', ['valid']])
  })

  test('only one element of an array is plain', async () => {
    const loans = [
      { title: 'One', due: '2026-12-01' },
      { title: 'Two', due: '2026-12-02' },
    ]
    const inLoans = [0, 1].map((at) => ({ path: ['loans', at, 'due'] }))
    const concealed = [...but('loans..title', 'loans..due'), ...inLoans, { path: ['loans', 0, 'title'] }]
    const text = await issue({ type: { ...card, frame: compileFrame(concealed, []) }, claims: { ...card.sample, loans } })
    expect(finding(await check(await show(text, [['loans']])), 'type')).toBe('fail claim_not_concealed')
  })
})

describe('what is not shown is no fault of the issuer (TM-06)', () => {
  test.each<[string, Path[]]>([
    ['nothing', []],
    ['one claim', [['rooms', 'music']]],
    ['everything', [['name'], ['rooms'], ['loans']]],
  ])('%s is shown', async (_, paths) => {
    expect((await judge(RIGHT, paths)).found).toBe('pass type_known')
  })
})

describe('what nobody can hide is there (TM-06)', () => {
  test('the issuer left it out', async () => {
    const { valid: _, ...claims } = card.sample
    const report = await check(await show(await issue({ claims })))
    expect(finding(report, 'type')).toBe('fail claim_missing')
    expect(report.checks.find(({ id }) => id === 'type')?.facts).toEqual({ path: ['valid'] })
  })

  test('the issuer concealed it, and the holder does not show it', async () => {
    expect((await judge([...RIGHT, { path: ['valid'] }], [])).found).toBe('fail claim_missing')
  })
})

test('a claim that may be concealed or not passes both ways', async () => {
  const claims = [
    { path: ['valid'], sd: 'allowed' },
    { path: ['name'], sd: 'always' },
    { path: ['rooms', '*'], sd: 'allowed' },
    { path: ['loans', null, 'title'], sd: 'always' },
    { path: ['loans', null, 'due'], sd: 'always' },
  ]
  const lenient = cardWith({ claims, totals: undefined })
  const context = { policy: policyFor(lenient), bundle: await bundleOf([await listPart(), metadataPart(lenient)]) }
  for (const concealed of [RIGHT, but('rooms.music'), but('rooms.music', 'rooms.reading')]) {
    const text = await issue({ type: { ...lenient, frame: compileFrame([...concealed], []) } })
    expect(finding(await check(await show(text, [['rooms']]), context), 'type')).toBe('pass type_known')
  }
})
