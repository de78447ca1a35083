import { base64url } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundle, check, issue, policyFor, show } from './presentation_fixture.ts'

let good = ''
beforeAll(async () => {
  good = await show(await issue(), [['name'], ['rooms', 'reading'], ['loans']])
  expect((await check(good)).outcome).toBe('pass')
})

const RUNS = { numRuns: 300 }
/** Characters that an SD-JWT is made of, and some that it is not. */
const character = fc.constantFrom(...'ABCXYZabcxyz0189-_.~+/= \n\u0000é'.split(''))

/** The text with one character replaced, put in or taken out. */
function edited(text: string, kind: 'replace' | 'insert' | 'remove', at: number, by: string): string {
  const place = at % (text.length + (kind === 'insert' ? 1 : 0))
  return text.slice(0, place) + (kind === 'remove' ? '' : by) + text.slice(kind === 'insert' ? place : place + 1)
}
const edit = fc.tuple(fc.constantFrom('replace' as const, 'insert' as const, 'remove' as const), fc.nat(), character)

describe('a change of one character is never `pass`', () => {
  test('in a presentation', async () => {
    await fc.assert(
      fc.asyncProperty(edit, async ([kind, at, by]) => {
        const changed = edited(good, kind, at, by)
        fc.pre(changed !== good)
        expect((await check(changed)).outcome).toBe('fail')
      }),
      RUNS,
    )
  })

  test('at any place of a presentation', async () => {
    for (let at = 0; at < good.length; at++) {
      const changed = edited(good, 'replace', at, good[at] === 'A' ? 'B' : 'A')
      expect.soft((await check(changed)).outcome, `at ${at}`).toBe('fail')
    }
  })

  test('in the bundle', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bundle.length - 1), character, async (at, by) => {
        const changed = edited(bundle, 'replace', at, by)
        fc.pre(changed !== bundle)
        expect((await check(good, { bundle: changed })).outcome).toBe('fail')
      }),
      RUNS,
    )
  })

  test('in what the verifier asked with', async () => {
    const { audience = '', nonce = '' } = policyFor()
    await fc.assert(
      fc.asyncProperty(edit, fc.boolean(), async ([kind, at, by], isAudience) => {
        const text = isAudience ? audience : nonce
        const changed = edited(text, kind, at, by)
        fc.pre(changed !== text)
        const policy = { ...policyFor(), ...(isAudience ? { audience: changed } : { nonce: changed }) }
        expect((await check(good, { policy })).outcome).toBe('fail')
      }),
      RUNS,
    )
  })
})

describe('a change of one byte inside is never `pass`', () => {
  /** The base64url texts of a presentation: headers, payloads, signatures, disclosures. */
  const pieces = () => good.split(/([.~])/)

  test('in any part, written as it should be', async () => {
    const parts = pieces()
    const encoded = parts.flatMap((part, index) => (part.length > 1 ? [index] : []))
    expect(encoded.length).toBe(6 + 4)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...encoded), fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, at, change) => {
        const bytes = base64url.decode(parts[index] ?? '')
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ change
        const changed = parts.with(index, base64url.encode(bytes)).join('')
        expect((await check(changed)).outcome).toBe('fail')
      }),
      RUNS,
    )
  })

  test('in the order of the parts', async () => {
    const [jwt = '', ...rest] = good.split('~')
    const disclosures = rest.slice(0, -1)
    const keyBinding = rest.at(-1) ?? ''
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([jwt, ...disclosures, keyBinding]), async (parts) => {
        const changed = parts.join('~')
        fc.pre(changed !== good)
        expect((await check(changed)).outcome).toBe('fail')
      }),
      RUNS,
    )
  })
})
