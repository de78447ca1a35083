import { primitives } from '@symbolon/primitives/node'
import type { Json } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { parseCredential } from '../src/formats/index.ts'
import { checkPeriods } from '../src/verify/checks/periods.ts'
import { anchors, card, cardWith, issue, policyFor } from './presentation_fixture.ts'

const at = (time: string): number => Date.parse(time) / 1000

/** What is found of each layer, for a card whose validity says this, at that time. */
async function judge(valid: Json, time: string, type = card): Promise<string[]> {
  const credential = await parseCredential(await issue({ claims: { ...card.sample, valid } }), primitives)
  const context = { evidence: new Map(), anchors, policy: policyFor(), now: at(time), primitives }
  return checkPeriods(credential, type, context).map(({ id, outcome, code }) => `${id} ${outcome} ${code}`)
}

describe('the days of a right, both inclusive, in Brussels', () => {
  const valid = { from: '2026-03-01', until: '2026-06-30' }
  test.each([
    ['the last second before', '2026-02-28T22:59:59Z', 'right fail period_not_begun'],
    ['the first second', '2026-02-28T23:00:00Z', 'right pass period_runs'],
    ['the last second', '2026-06-30T21:59:59Z', 'right pass period_runs'],
    ['the first second after', '2026-06-30T22:00:00Z', 'right fail period_ended'],
  ])('%s', async (_, time, expected) => {
    expect(await judge(valid, time)).toEqual([expected])
  })

  test.each([
    ['on the day that has 23 hours', '2026-03-29', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z'],
    ['on the day that has 25 hours', '2026-10-25', '2026-10-25T22:59:59Z', '2026-10-25T23:00:00Z'],
  ])('%s', async (_, day, last, after) => {
    expect(await judge({ until: day }, last)).toEqual(['right pass period_runs'])
    expect(await judge({ until: day }, after)).toEqual(['right fail period_ended'])
  })

  test('by the clock of the type, wherever that is', async () => {
    const tokyo = cardWith({ lifetime: { profile: 'quarter', time_zone: 'Asia/Tokyo' } })
    expect(await judge({ until: '2026-06-30' }, '2026-06-30T15:00:00Z', tokyo)).toEqual(['right fail period_ended'])
    expect(await judge({ until: '2026-06-30' }, '2026-06-30T15:00:00Z')).toEqual(['right pass period_runs'])
  })
})

describe('what is there', () => {
  const NOON = '2026-06-15T10:00:00Z'
  test.each<[string, Json, string[]]>([
    ['no end', { from: '2026-01-01' }, ['right pass period_open']],
    ['no begin', { until: '2026-12-31' }, ['right pass period_runs']],
    ['neither', {}, []],
    ['a moment instead of a day', { until: '2020-01-01T00:00:00Z' }, ['right fail period_malformed']],
    ['a day that does not exist', { until: '2027-02-30' }, ['right fail period_malformed']],
    ['a number', { from: 20200101 }, ['right fail period_malformed']],
    ['null', { until: null }, ['right fail period_malformed']],
    ['an empty text', { until: '' }, ['right fail period_malformed']],
    ['a list around it', [{ until: '2020-01-01' }], ['right fail period_malformed']],
    ['a text around it', '2020-01-01', ['right fail period_malformed']],
    ['a malformed begin beside a good end', { from: 'soon', until: '2026-12-31' }, ['right fail period_malformed']],
  ])('%s', async (_, valid, expected) => {
    expect(await judge(valid, NOON)).toEqual(expected)
  })

  test('each layer apart, each by its own dates', async () => {
    const both = cardWith({ periods: { document: { from: ['valid', 'from'] }, right: { until: ['valid', 'until'] } } })
    const valid = { from: '2026-07-01', until: '2026-06-01' }
    expect(await judge(valid, NOON, both)).toEqual(['document fail period_not_begun', 'right fail period_ended'])
  })

  test('no period of a type without periods, none of a type that is not known', async () => {
    expect(await judge({ until: '2020-01-01' }, NOON, cardWith({ periods: undefined }))).toEqual([])
    const credential = await parseCredential(await issue(), primitives)
    expect(checkPeriods(credential, undefined, { evidence: new Map(), anchors, policy: policyFor(), now: 0, primitives })).toEqual([])
  })
})
