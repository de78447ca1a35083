import { hash } from 'node:crypto'
import {
  type ConcealedPath,
  compileFrame,
  conceal,
  concealCopies,
  type DigestTotal,
  type Json,
  type JsonObject,
  parseSdJwt,
  reveal,
  select,
  serialize,
} from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Cast, CLAIMS, CONCEALED, castOf, issue, signed } from './issued.ts'
import { SETS } from './sets.ts'

const failing = (code: string, detail = '') => expect.objectContaining({ code, message: expect.stringContaining(detail) })

describe('a frame', () => {
  it.each<[string, ConcealedPath[], DigestTotal[]]>([
    ['an empty path', [{ path: [] }], []],
    ['the same path twice', [{ path: ['a', 'b'] }, { path: ['a', 'b'] }], []],
    ['a negative index', [{ path: ['a', -1] }], []],
    ['half an index', [{ path: ['a', 0.5] }], []],
    ['every element, and one of them', [{ path: ['a', null] }, { path: ['a', 0] }], []],
    ['a total below the number of claims', [{ path: ['a'] }, { path: ['b'] }], [{ path: [], total: 1 }]],
    ['a total of nothing', [], [{ path: [], total: 0 }]],
    [
      'two totals for one place',
      [],
      [
        { path: ['a'], total: 3 },
        { path: ['a'], total: 4 },
      ],
    ],
  ])('refuses %s', (_, concealed, totals) => {
    expect(() => compileFrame(concealed, totals)).toThrow(failing('frame_malformed'))
  })

  it.each(['_sd', '...', '_sd_alg'])('refuses the name %s', (name) => {
    expect(() => compileFrame([{ path: ['a', name] }])).toThrow(failing('reserved_name'))
  })
})

describe.each(SETS)('concealing over $name', (set) => {
  let cast: Cast
  beforeAll(async () => {
    cast = await castOf(set)
  })

  const hide = (claims: JsonObject, concealed: ConcealedPath[], totals: DigestTotal[] = []) =>
    conceal(claims, compileFrame(concealed, totals), cast.primitives)
  const reread = async (payload: JsonObject, disclosures: readonly string[]) =>
    reveal(parseSdJwt(serialize(await signed(cast.issuerSigner, payload), disclosures)), cast.primitives)

  it.each<[string, JsonObject, ConcealedPath[], string]>([
    ['SD-30: an absent claim', { a: 1 }, [{ path: ['b'] }], '["b"]'],
    ['an absent claim inside an object', { a: {} }, [{ path: ['a', 'b'] }], '["a","b"]'],
    ['a claim below a string', { a: 'x' }, [{ path: ['a', 'b'] }], '["a","b"]'],
    ['every element of a string', { a: 'x' }, [{ path: ['a', null] }], '["a",null]'],
    ['every element of an object', { a: {} }, [{ path: ['a', null] }], '["a",null]'],
    ['a member of an array', { a: [] }, [{ path: ['a', 'b'] }], '["a","b"]'],
    ['an element beyond the end', { a: [1] }, [{ path: ['a', 1] }], '["a",1]'],
    ['an element of an object', { a: { 0: 'x' } }, [{ path: ['a', 0] }], '["a",0]'],
    ['an inherited name', {}, [{ path: ['constructor'] }], '["constructor"]'],
    ['__proto__', {}, [{ path: ['__proto__'] }], '["__proto__"]'],
    ['a claim in one of the elements', { a: [{ b: 1 }, {}] }, [{ path: ['a', null, 'b'] }], '["a",null,"b"]'],
  ])('%s is an error', async (_, claims, concealed, detail) => {
    await expect(hide(claims, concealed)).rejects.toEqual(failing('claim_not_there', detail))
  })

  it('an optional claim may be absent, with everything that is inside it', async () => {
    const { payload, disclosures } = await hide({ a: 1 }, [{ path: ['b'], optional: true }, { path: ['b', 'c'] }, { path: ['a'] }])
    expect(disclosures).toHaveLength(1)
    expect(payload._sd).toHaveLength(1)
    expect((await hide({ a: 1 }, [{ path: ['b'], optional: true }])).payload).toEqual({ a: 1 })
    expect((await hide({ a: [] }, [{ path: ['a', null] }])).payload).toEqual({ a: [] })
  })

  it.each<[string, JsonObject]>([
    ['_sd', { _sd: [] }],
    ['_sd_alg', { _sd_alg: 'sha-256' }],
    ['... deep inside', { a: [[{ b: { '...': 1 } }]] }],
    ['_sd inside what is concealed', { a: { b: { _sd: [] } } }],
  ])('a claim named %s is an error', async (_, claims) => {
    await expect(hide({ a: 1, ...claims }, [{ path: ['a'] }])).rejects.toEqual(failing('reserved_name'))
  })

  it('a number that JSON does not have is an error, and a claim without a value is absent', async () => {
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(hide({ a: { b: [number] } }, [])).rejects.toEqual(failing('json_malformed'))
    }
    const claims = { a: undefined, b: 1 } as unknown as JsonObject
    await expect(hide(claims, [{ path: ['a'] }])).rejects.toEqual(failing('claim_not_there', '["a"]'))
    expect((await hide(claims, [{ path: ['a'], optional: true }])).payload).toEqual({ b: 1 })
  })

  it('claims that nest too deeply are an error', async () => {
    let deep: Json = 1
    for (let level = 0; level < 10_000; level++) deep = [deep]
    await expect(hide({ deep }, [])).rejects.toEqual(failing('too_deep'))
  })

  it('nothing concealed leaves nothing of the claims in the payload', async () => {
    const text = JSON.stringify((await hide(CLAIMS, [...CONCEALED])).payload)
    for (const secret of ['Zoë', 'Peeters', 'Dorpsstraat', 'Gent', 'given_name', 'address', '2021-01-01', '"FR"'])
      expect(text).not.toContain(secret)
  })

  it('a digest stands at every place equally often, whatever the order of the claims (RFC 9901 section 4.2.4.1)', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const frame = compileFrame(
      names.map((name) => ({ path: [name] })),
      [{ path: [], total: 6 }],
    )
    const claims = Object.fromEntries(names.map((name, at) => [name, at]))
    const rounds = 3000
    const seen = await concealCopies(claims, frame, rounds, cast.primitives, ({ payload, disclosures }) => {
      const digests = payload._sd as string[]
      expect(digests).toHaveLength(6)
      return disclosures.map((text) => digests.indexOf(hash('sha256', text, 'base64url')))
    })
    for (const [claim] of names.entries()) {
      for (let place = 0; place < 6; place++) {
        const often = seen.filter((places) => places[claim] === place).length
        // Seven standard deviations of a fair draw: 500 of 3000, give or take 20.
        expect(Math.abs(often - rounds / 6)).toBeLessThan(143)
      }
    }
  })

  it('every salt has 128 bits and is another one', async () => {
    const salts = new Set<string>()
    for (let round = 0; round < 20; round++) {
      const { payload, disclosures } = await hide({ a: 1, b: [1, 1, 1] }, [{ path: ['a'] }, { path: ['b', null] }, { path: ['b'] }])
      for (const { disclosure } of (await reread(payload, disclosures)).placed) {
        expect(Buffer.from(disclosure.salt, 'base64url')).toHaveLength(16)
        expect(Buffer.from(disclosure.salt, 'base64url').toString('base64url')).toBe(disclosure.salt)
        salts.add(disclosure.salt)
      }
    }
    expect(salts.size).toBe(100)
  })

  it('copies say the same, and share no salt, no digest and no disclosure (RFC 9901 section 10.1)', async () => {
    const totals = [{ path: ['address'], total: 5 }]
    const copies = await concealCopies(CLAIMS, compileFrame([...CONCEALED], totals), 5, cast.primitives, (one) => structuredClone(one))
    const read = await Promise.all(copies.map(({ payload, disclosures }) => reread(payload, disclosures)))
    const { payload, disclosures } = await hide(CLAIMS, [...CONCEALED], totals)
    const alone = await reread(payload, disclosures)
    for (const { claims, placed } of read) {
      expect(claims).toEqual(alone.claims)
      expect(placed.map(({ path }) => path)).toEqual(alone.placed.map(({ path }) => path))
    }
    const all = read.flatMap(({ placed }) => placed.map(({ disclosure }) => disclosure))
    expect(new Set(all.map(({ salt }) => salt)).size).toBe(all.length)
    expect(new Set(copies.flatMap(({ disclosures: texts }) => texts)).size).toBe(all.length)
    const digests = copies.flatMap((copy) => JSON.stringify(copy.payload).match(/(?<=")[\w-]{43}(?=")/g) ?? [])
    expect(new Set(digests).size).toBe(digests.length)
    expect(await concealCopies(CLAIMS, compileFrame([...CONCEALED]), 0, cast.primitives, (one) => one)).toEqual([])
  })

  it('one draw of random bytes and one digest for each digest that stands in the payload', async () => {
    const calls = { random: 0, digest: 0 }
    const counting = {
      random: (bytes: number) => {
        calls.random++
        return cast.primitives.random(bytes)
      },
      digest: (...given: Parameters<typeof cast.primitives.digest>) => {
        calls.digest++
        return cast.primitives.digest(...given)
      },
    }
    await conceal(CLAIMS, compileFrame(CONCEALED, [{ path: [], total: 8 }]), counting)
    expect(calls).toEqual({ random: 1, digest: 17 })
  })

  it('decoys fill up to the total, at the top, inside an object, in an array, and inside a disclosure', async () => {
    const claims = { a: 1, b: { c: 1 }, list: ['x', 'y'] }
    const concealed = [{ path: ['a'] }, { path: ['b'] }, { path: ['b', 'c'] }, { path: ['list', null] }]
    const totals = [
      { path: [], total: 6 },
      { path: ['b'], total: 3 },
      { path: ['list'], total: 5 },
    ]
    const { payload, disclosures } = await hide(claims, concealed, totals)
    expect(disclosures).toHaveLength(5)
    expect(payload._sd).toHaveLength(6)
    expect(payload.list).toHaveLength(5)
    const { claims: seen, placed } = await reread(payload, disclosures)
    expect(seen).toEqual(claims)
    const inner = placed.find(({ path }) => path.length === 1 && path[0] === 'b')?.disclosure.value as JsonObject
    expect(inner._sd).toHaveLength(3)
    const digests = JSON.stringify([payload, inner]).match(/"[A-Za-z0-9_-]{43}"/g) ?? []
    expect(digests).toHaveLength(14)
    expect(new Set(digests).size).toBe(14)
  })

  it('more elements than the total allows are an error', async () => {
    await expect(hide({ a: [1, 2, 3] }, [{ path: ['a', null] }], [{ path: ['a'], total: 2 }])).rejects.toEqual(failing('frame_malformed'))
  })

  it('changes nothing of the claims it is given', async () => {
    const before = JSON.stringify(CLAIMS)
    await hide(CLAIMS, [...CONCEALED])
    expect(JSON.stringify(CLAIMS)).toBe(before)
  })

  it.each(['sha-256', 'sha-384', 'sha-512'] as const)('works with %s', async (hash) => {
    const sdJwt = parseSdJwt(await issue(cast, { hash }))
    const { claims, hash: found } = await reveal(sdJwt, cast.primitives)
    expect(found).toBe(hash)
    expect(claims).toMatchObject(CLAIMS)
  })

  it('SD-09: prototype-named claims are ordinary own claims', async () => {
    const claims = JSON.parse(
      '{"__proto__":{"admin":true},"constructor":"c","toString":["t"],"inner":{"__proto__":1,"hasOwnProperty":2}}',
    ) as JsonObject
    const concealed = [['__proto__'], ['constructor'], ['toString', 0], ['inner', '__proto__'], ['inner']].map((path) => ({ path }))
    const { payload, disclosures } = await hide(claims, concealed)
    expect(disclosures).toHaveLength(5)
    const revealed = await reread(payload, disclosures)
    expect(JSON.parse(JSON.stringify(revealed.claims))).toEqual(claims)
    expect(Object.keys(revealed.claims).toSorted()).toEqual(['__proto__', 'constructor', 'inner', 'toString'])
    expect(Object.getPrototypeOf(revealed.claims)).toBe(Object.prototype)
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
    expect(select(revealed, [['__proto__']]).map(({ name }) => name)).toEqual(['__proto__'])
    // The same without any disclosure, as claims in clear.
    const plain = await reread(JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as JsonObject, [])
    expect(Object.keys(plain.claims)).toEqual(['__proto__', 'constructor'])
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })
})
