import { primitives } from '@symbolon/primitives/node'
import { primitives as web } from '@symbolon/primitives/web'
import { base64url } from '@symbolon/sd-jwt'
import { describe, expect, it, test, vi } from 'vitest'
import { CODES } from '../src/errors.ts'
import type { Check, Outcome } from '../src/model.ts'
import { worst } from '../src/verify/check.ts'
import { verifyText } from '../src/verify/index.ts'
import {
  anchors,
  bundleOf,
  card,
  cardWith,
  check,
  finding,
  holder,
  issue,
  listPart,
  metadataPart,
  NOW,
  policyFor,
  show,
  trusted,
} from './presentation_fixture.ts'

const checksOf = (...outcomes: Outcome[]): Check[] =>
  outcomes.map((outcome) => ({ id: 'x', outcome, code: 'valid_now', spec: '', facts: {} }))
const good = await show(await issue())

describe('the outcome of a report', () => {
  test.each<[Outcome, Outcome[]]>([
    ['pass', ['pass', 'pass']],
    ['unknown', ['pass', 'unknown', 'pass']],
    ['fail', ['pass', 'unknown', 'fail']],
    ['fail', ['fail', 'unknown', 'pass']],
    ['unknown', []],
  ])('is %s for %j', (outcome, outcomes) => {
    expect(worst(checksOf(...outcomes))).toBe(outcome)
  })
})

describe('a report', () => {
  it('has one check for each question, each with a code of the table and its section', async () => {
    const report = await check(good)
    expect(report.outcome).toBe('pass')
    const ids = ['bundle', 'structure', 'signature', 'trust', 'type', 'validity', 'right', 'binding', 'status']
    expect(report.checks.map(({ id }) => id)).toEqual(ids)
    for (const { code, spec } of report.checks) expect(CODES[code as keyof typeof CODES].spec).toBe(spec)
    expect(report.evidenceAge).toBe(3600)
    expect(report.credential?.view.claims).toMatchObject({ name: 'Lotte Proefstuk' })
  })

  it('is the same with WebCrypto', async () => {
    const { checks } = await check(good)
    expect((await check(good, { primitives: web, anchors: await trusted(web) })).checks).toEqual(checks)
  })

  it('tells no claim and no key, whatever the outcome', async () => {
    const secrets = ['Lotte', 'Proefstuk', 'Bruges-la-Morte', holder.jwk.x ?? '']
    for (const report of [await check(good), await check(good.replace('~', '~~')), await check(good, { now: NOW + 10 ** 8 })]) {
      for (const secret of secrets) expect(JSON.stringify(report.checks)).not.toContain(secret)
    }
  })

  it('says of a signature and of a signer apart, so that a wrong one of a trusted issuer differs from a right one of a stranger', async () => {
    const [jwt = '', ...rest] = good.split('~')
    const dot = jwt.lastIndexOf('.') + 1
    const changed = [`${jwt.slice(0, dot)}${'A'.repeat(86)}`, ...rest].join('~')
    const wrong = await check(changed)
    expect([finding(wrong, 'signature'), finding(wrong, 'trust')]).toEqual(['fail signature_wrong', 'pass issuer_trusted'])
    const nobody = await verifyText(good, () => undefined, {
      anchors: { authorities: [], keys: [], dids: new Map(), chains: new Map() },
      policy: policyFor(),
      now: NOW,
      primitives,
    })
    expect([finding(nobody, 'signature'), finding(nobody, 'trust')]).toEqual(['pass signature_valid', 'fail issuer_not_trusted'])
  })

  it('is a report, not an exception, for text that is no credential', async () => {
    for (const [text, code] of [
      ['', 'format_not_known'],
      ['{}', 'format_not_known'],
      ['eyJhbGciOiJFUzI1NiJ9.e30.AAAA', 'format_not_known'],
      ['~', 'jws_malformed'],
      ['\u0000~\uffff', 'jws_malformed'],
      [good.replaceAll('.', '~'), 'jws_malformed'],
    ] as const) {
      const report = await check(text)
      expect([report.outcome, finding(report, 'structure'), report.checks.length]).toEqual(['fail', `fail ${code}`, 2])
      expect(report.evidenceAge).toBeNull()
    }
  })

  it('leaves a fault of our own what it is: an exception', async () => {
    const context = { anchors, policy: policyFor(), now: NOW, primitives }
    const broken = { ...context, primitives: { ...primitives, digest: () => Promise.reject(new RangeError('out of memory')) } }
    await expect(verifyText(good, () => undefined, broken)).rejects.toThrow(RangeError)
    await expect(verifyText(good, () => Promise.reject(new TypeError('no such table')), context)).rejects.toThrow(TypeError)
  })
})

describe('hostile text costs little (SD-29)', () => {
  const some = good.split('~')
  const disclosures = Array.from({ length: 10_000 }, (_, at) => `WyJhIiw${at.toString(36).padStart(4, 'A')}`)
  test.each([
    ['10 MB of tildes', () => '~'.repeat(10_000_000), 'too_large'],
    ['a token of 10 MB', () => `${'A'.repeat(10_000_000)}~`, 'too_large'],
    ['10,000 disclosures', () => [some[0], ...disclosures, ''].join('~'), 'too_many_disclosures'],
    [
      'a payload nested 10,000 deep',
      () => `eyJhbGciOiJFUzI1NiJ9.${base64url.encodeText(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)}.AAAA~`,
      'too_deep',
    ],
  ])('%s', async (_, text, code) => {
    const hostile = text()
    const digests = vi.spyOn(primitives, 'digest')
    expect(finding(await check(hostile), 'structure')).toBe(`fail ${code}`)
    // Two for the parts of the bundle, none for what is refused before.
    expect(digests.mock.calls.length).toBeLessThanOrEqual(2)
    digests.mockRestore()
  })
})

describe('the type decides what is demanded', () => {
  const free = cardWith({ holder_binding: 'none', proof_algorithms: undefined })
  const context = async () => ({ policy: policyFor(free), bundle: await bundleOf([await listPart(), metadataPart(free)]) })
  const unbound = () => issue({ type: free, holderKey: null })

  it('passes a credential that is bound to nobody only when its type says so', async () => {
    const report = await check(await unbound(), await context())
    expect([report.outcome, finding(report, 'binding')]).toEqual(['pass', 'pass no_holder_binding'])
    expect(finding(await check(await unbound()), 'binding')).toBe('fail holder_key_missing')
  })

  it('and then accepts none that is bound to a key, shown with it or without', async () => {
    const text = await issue({ type: free })
    const foreign = (await unbound()) + good.slice(good.lastIndexOf('~') + 1)
    for (const presented of [text, await show(text), foreign]) {
      expect(finding(await check(presented, await context()), 'binding')).toBe('fail holder_key_not_expected')
    }
  })

  it('refuses a credential in a format that is not one of the type', async () => {
    const other: typeof card = { ...card, formats: ['mso_mdoc'] }
    expect(finding(await check(good, { policy: policyFor(other) }), 'type')).toBe('fail format_not_of_type')
  })

  it('demands a key of a type that it does not know', async () => {
    const unknown = await check(good.slice(0, good.lastIndexOf('~') + 1), { policy: { types: new Map(), maxStatusAge: 86_400 } })
    expect([finding(unknown, 'type'), finding(unknown, 'binding')]).toEqual(['unknown type_not_known', 'fail key_binding_missing'])
    expect(unknown.outcome).toBe('fail')
  })
})

describe('policy', () => {
  it('accepts the algorithms it names and no other', async () => {
    const policy = { ...policyFor(), algorithms: ['ES384'] as const }
    const report = await check(good, { policy })
    expect([finding(report, 'signature'), finding(report, 'binding')]).toEqual(['fail algorithm_not_allowed', 'fail algorithm_not_allowed'])
  })

  it('decides how old a key binding may be', async () => {
    expect(finding(await check(good, { policy: { ...policyFor(), maxBindingAge: 4 } }), 'binding')).toBe('fail key_binding_too_old')
    expect(finding(await check(good, { policy: { ...policyFor(), maxBindingAge: 5 } }), 'binding')).toBe('pass shown_by_holder')
    const early = { now: NOW - 100 }
    expect(finding(await check(good, { ...early, policy: { ...policyFor(), maxBindingAhead: 94 } }), 'binding')).toBe(
      'fail key_binding_ahead',
    )
    expect(finding(await check(good, { ...early, policy: { ...policyFor(), maxBindingAhead: 95 } }), 'binding')).toBe(
      'pass shown_by_holder',
    )
  })

  it('never takes half a question for a whole one', async () => {
    const { audience: _, nonce: __, ...silent } = policyFor()
    for (const [policy, expected] of [
      [silent, 'unknown binding_not_checked'],
      [{ ...silent, nonce: 'another' }, 'fail key_binding_nonce_wrong'],
      [{ ...silent, audience: 'another' }, 'fail key_binding_audience_wrong'],
      [{ ...silent, audience: '', nonce: '' }, 'fail key_binding_audience_wrong'],
    ] as const) {
      expect(finding(await check(good, { policy }), 'binding')).toBe(expected)
    }
  })

  it('lets a credential that is addressed to somebody be read by that one only', async () => {
    const text = await issue({ claims: { ...card.sample, aud: [policyFor().audience ?? '', 'another'] } })
    expect(finding(await check(await show(text)), 'validity')).toMatch(/^pass/)
    const { audience: _, ...silent } = policyFor()
    expect(finding(await check(await show(text), { policy: silent }), 'validity')).toBe('fail audience_wrong')
  })
})

describe('time', () => {
  const at = async (now: number) => finding(await check(good, { now }), 'validity')
  it('begins with nbf and ends before exp', async () => {
    expect(await at(NOW - 3601)).toBe('fail not_yet_valid')
    expect(await at(NOW - 3600)).toBe('pass valid_until')
    expect(await at(NOW + 30 * 86_400 - 1)).toBe('pass valid_until')
    expect(await at(NOW + 30 * 86_400)).toBe('fail expired')
  })

  it('is judged by the clock that is given, in every check (OF-05)', async () => {
    const yesterday = await check(good, { now: NOW - 86_400 })
    expect(yesterday.checks.filter(({ outcome }) => outcome !== 'pass').map(({ code }) => code)).toEqual([
      'bundle_from_the_future',
      'not_yet_valid',
      'key_binding_ahead',
      'status_list_from_the_future',
    ])
  })
})
