import { readdirSync, readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import { primitives as web } from '@symbolon/primitives/web'
import type { Primitives } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CREDENTIAL_CODES } from '../src/errors.ts'
import { type Claim, findSigner, type Purpose, parseTrust, prepareAnchors } from '../src/trust/index.ts'

interface Vector {
  readonly about: string
  readonly section: string
  readonly now: number
  readonly purpose: Purpose
  readonly type: string
  readonly issuer: string | null
  readonly algorithm: string
  readonly trust: object[]
  readonly x5c: string[]
  readonly expect: { outcome: 'pass' | 'fail' | 'unknown'; code: string }
}

const folder = new URL('../../../test/vectors/x509/', import.meta.url)
const vectors = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vector) }))
const named = (file: string): Vector => {
  const vector = vectors.find((known) => known.file === `${file}.json`)
  if (vector === undefined) throw new Error(`no vector ${file}`)
  return vector
}
const claimOf = ({ purpose, type, issuer }: Vector): Claim => ({ purpose, type, ...(issuer !== null && { issuer }) })
const headerOf = ({ algorithm, x5c }: Vector) => ({ header: { alg: algorithm, x5c }, algorithm })
const anchorsOf = ({ trust }: Vector, set: Primitives = primitives) => prepareAnchors(parseTrust(JSON.stringify(trust)), set)

/** The primitives with a count of the signatures they looked at. */
function counted(): { set: Primitives; verified: () => number } {
  let count = 0
  const verify: Primitives['verify'] = (...all) => {
    count++
    return primitives.verify(...all)
  }
  return { set: { ...primitives, verify }, verified: () => count }
}

describe('certificate chains: one file, one fault', () => {
  it('has all the vectors', () => {
    expect(vectors.length).toBe(97)
  })

  for (const vector of vectors) {
    it(`${vector.section}: ${vector.file}: ${vector.about}`, async () => {
      const context = { anchors: await anchorsOf(vector), evidence: new Map(), primitives, now: vector.now }
      const verdict = await findSigner(headerOf(vector), claimOf(vector), context)
      expect(verdict).toMatchObject(vector.expect)
      expect(verdict.spec).not.toBe('')
      if (vector.expect.outcome === 'pass') expect(verdict.key).not.toBeNull()
      expect(verdict.anchor === undefined).toBe(vector.expect.outcome !== 'pass')
      // Judged from memory it is the same again.
      expect(await findSigner(headerOf(vector), claimOf(vector), context)).toEqual(verdict)
    })
  }

  it('judges all of them the same in a page, with WebCrypto', async () => {
    for (const vector of vectors) {
      const context = { anchors: await anchorsOf(vector, web), evidence: new Map(), primitives: web, now: vector.now }
      expect(await findSigner(headerOf(vector), claimOf(vector), context), vector.file).toMatchObject(vector.expect)
    }
  })

  it('has a vector for every code about certificates', () => {
    const codes = Object.keys(CREDENTIAL_CODES).filter((code) => /^(certificate|chain)_/.test(code) && code !== 'chain_missing')
    const covered = new Set(vectors.map(({ expect: { code } }) => code))
    expect(codes.filter((code) => !covered.has(code))).toEqual([])
  })
})

describe('a chain with any byte changed', () => {
  it('is never trusted', async () => {
    const vector = named('valid-intermediate')
    const context = { anchors: await anchorsOf(vector), evidence: new Map(), primitives, now: vector.now }
    await fc.assert(
      fc.asyncProperty(fc.nat(vector.x5c.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, at, change) => {
        const x5c = vector.x5c.map((text, position) => {
          const bytes = Uint8Array.fromBase64(text)
          const place = at % bytes.length
          if (position === which) bytes[place] = (bytes[place] ?? 0) ^ change
          return bytes.toBase64()
        })
        expect((await findSigner(headerOf({ ...vector, x5c }), claimOf(vector), context)).outcome).not.toBe('pass')
      }),
      { numRuns: 300 },
    )
  })
})

describe('the memory of chains', () => {
  it('verifies a chain once, however often it is used', async () => {
    const vector = named('valid-intermediate')
    const { set, verified } = counted()
    const context = { anchors: await anchorsOf(vector, set), evidence: new Map(), primitives: set, now: vector.now }
    const first = await findSigner(headerOf(vector), claimOf(vector), context)
    expect(verified()).toBe(2)
    const second = await findSigner(headerOf(vector), claimOf(vector), context)
    expect(verified()).toBe(2)
    expect(second.key).toBe(first.key)
  })

  it('judges the times of a remembered chain again', async () => {
    const vector = named('valid-intermediate')
    const context = { anchors: await anchorsOf(vector), evidence: new Map(), primitives, now: vector.now }
    await findSigner(headerOf(vector), claimOf(vector), context)
    const later = await findSigner(headerOf(vector), claimOf(vector), { ...context, now: vector.now + 400 * 86_400 })
    expect(later).toMatchObject({ outcome: 'fail', code: 'certificate_expired' })
    const earlier = await findSigner(headerOf(vector), claimOf(vector), { ...context, now: vector.now - 400 * 86_400 })
    expect(earlier).toMatchObject({ outcome: 'fail', code: 'certificate_not_yet_valid' })
  })

  it('judges purpose, type and issuer of a remembered chain again', async () => {
    const vector = named('valid-intermediate')
    const trust = vector.trust.map((entry) => ({ ...entry, types: [vector.type] }))
    const context = { anchors: await anchorsOf({ ...vector, trust }), evidence: new Map(), primitives, now: vector.now }
    const judge = async (more: Partial<Claim>) => (await findSigner(headerOf(vector), { ...claimOf(vector), ...more }, context)).code
    expect(await judge({})).toBe('issuer_trusted')
    expect(await judge({ purpose: 'bundle' })).toBe('anchor_for_other_purpose')
    expect(await judge({ type: 'urn:example:other' })).toBe('issuer_not_authorised_for_type')
    expect(await judge({ issuer: 'https://other.example' })).toBe('issuer_not_in_certificate')
  })

  it('does not remember what no anchor stands behind', async () => {
    const vector = named('root-not-trusted')
    const { set, verified } = counted()
    const context = { anchors: await anchorsOf(vector, set), evidence: new Map(), primitives: set, now: vector.now }
    await findSigner(headerOf(vector), claimOf(vector), context)
    expect(context.anchors.chains.size).toBe(0)
    // Nobody of that name is in the trust file, so no signature is looked at either.
    expect(verified()).toBe(0)
  })
})

describe('which entry of the trust file speaks', () => {
  const vector = named('valid-leaf')
  const [entry = {}] = vector.trust
  const judge = async (trust: object[], more: Partial<Claim> = {}) => {
    const context = { anchors: await anchorsOf({ ...vector, trust }), evidence: new Map(), primitives, now: vector.now }
    return findSigner(headerOf(vector), { ...claimOf(vector), ...more }, context)
  }

  it('takes the entry of the purpose and the type when one authority has several', async () => {
    const trust = [
      { ...entry, name: 'status', for: 'status' },
      { ...entry, name: 'other type', types: ['urn:example:other'] },
      { ...entry, name: 'this type', types: ['urn:example:another', vector.type] },
    ]
    expect((await judge(trust)).anchor?.name).toBe('this type')
    expect((await judge(trust, { purpose: 'status' })).anchor?.name).toBe('status')
    expect((await judge(trust, { type: 'urn:example:third' })).code).toBe('issuer_not_authorised_for_type')
  })

  it('asks for no type where none is claimed, as for a bundle', async () => {
    const trust = [{ ...entry, for: 'bundle', types: [vector.type] }]
    const context = { anchors: await anchorsOf({ ...vector, trust }), evidence: new Map(), primitives, now: vector.now }
    const verdict = await findSigner(headerOf(vector), { purpose: 'bundle' }, context)
    expect(verdict).toMatchObject({ outcome: 'pass', anchor: { types: [vector.type] } })
  })
})
