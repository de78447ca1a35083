import {
  compileFrame,
  conceal,
  isObject,
  type Json,
  type JsonObject,
  parseSdJwt,
  reveal,
  SdJwtError,
  select,
  serialize,
  unsignedJws,
  verifySdJwt,
} from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Cast, castOf, issue, options, present } from './issued.ts'
import { SETS } from './sets.ts'

type Path = (string | number)[]

const RESERVED = new Set(['_sd', '...', '_sd_alg'])
const name = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('__proto__', 'constructor', 'toString', '', '0', 'length', 'a'))
  .filter((one) => !RESERVED.has(one))

/** Any JSON, with any names but the reserved ones; -0 is left out, since JSON text has no way to tell it from 0. */
const { value: anyJson } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => (one === 0 ? 0 : one)),
      fc.integer(),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.uniqueArray(fc.tuple(name, tie('value')), { maxLength: 5, selector: ([one]) => one }).map(ownMembers),
  ),
}))
const claimsArbitrary = fc.uniqueArray(fc.tuple(name, anyJson), { minLength: 1, maxLength: 6, selector: ([one]) => one }).map(ownMembers)

function ownMembers(members: [string, Json][]): JsonObject {
  const object: JsonObject = {}
  for (const [one, value] of members) Object.defineProperty(object, one, { value, writable: true, enumerable: true, configurable: true })
  return object
}

function pathsOf(value: Json, path: Path = []): Path[] {
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : []
  return entries.flatMap(([step, inner]) => [[...path, step], ...pathsOf(inner, [...path, step])])
}

const text = (value: Json): string => JSON.stringify(canonical(value))
function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isObject(value)) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([one, inner]) => [one, canonical(inner)])
}

describe.each(SETS)('properties over $name', (set) => {
  let cast: Cast
  beforeAll(async () => {
    cast = await castOf(set)
  })

  it('reveal after conceal is the identity, for any JSON and any set of concealed paths', async () => {
    await fc.assert(
      fc.asyncProperty(claimsArbitrary, fc.infiniteStream(fc.boolean()), async (claims, coins) => {
        const paths = pathsOf(claims).filter(() => coins.next().value)
        const frame = compileFrame(paths.map((path) => ({ path })))
        const { payload, disclosures } = await conceal(claims, frame, cast.primitives)
        expect(disclosures).toHaveLength(paths.length)
        const sdJwt = parseSdJwt(serialize(unsignedJws({ alg: 'ES256' }, payload).seal(new Uint8Array(64)), disclosures))
        const revealed = await reveal(sdJwt, cast.primitives)
        expect(text(revealed.claims)).toBe(text(claims))
        expect(new Set(revealed.placed.map(({ path }) => JSON.stringify(path)))).toEqual(new Set(paths.map((path) => JSON.stringify(path))))
      }),
      { numRuns: 200 },
    )
  })

  it('whatever is selected is shown, and can be verified by itself', async () => {
    await fc.assert(
      fc.asyncProperty(claimsArbitrary, fc.infiniteStream(fc.boolean()), async (claims, coins) => {
        const all = pathsOf(claims)
        const frame = compileFrame(all.filter(() => coins.next().value).map((path) => ({ path })))
        const { payload, disclosures } = await conceal(claims, frame, cast.primitives)
        const sdJwt = parseSdJwt(serialize(unsignedJws({ alg: 'ES256' }, payload).seal(new Uint8Array(64)), disclosures))
        const revealed = await reveal(sdJwt, cast.primitives)
        const wanted = all.filter(() => coins.next().value)
        const shown = await reveal(parseSdJwt(serialize(sdJwt.jwt, select(revealed, wanted))), cast.primitives)
        // Without arrays, whose elements move up when others stay hidden, the paths are the same on both sides.
        for (const path of wanted.filter((one) => one.every((step) => typeof step === 'string'))) {
          expect(text(at(shown.claims, path))).toBe(text(at(claims, path)))
        }
      }),
      { numRuns: 100 },
    )
  })

  it('another character anywhere in a presentation with key binding is refused', async () => {
    const presentation = await present(cast, await issue(cast), [['given_name'], ['address', 'street'], ['statutes', 1]])
    const given = await options(cast)
    await verifySdJwt(presentation, given)
    const character = fc.oneof(
      fc.constantFrom('~', '.', '=', '-', '_', 'A', 'B', '\n', ' ', '+', '/'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(presentation.length - 1), character, async (place, other) => {
        if (presentation[place] === other) return
        const changed = presentation.slice(0, place) + other + presentation.slice(place + 1)
        await expect(verifySdJwt(changed, given)).rejects.toBeInstanceOf(SdJwtError)
      }),
      { numRuns: 400 },
    )
  })

  it('the same for every place in turn: its character replaced by its neighbour in the alphabet, removed, or doubled', async () => {
    const presentation = await present(cast, await issue(cast), [['given_name']])
    const given = await options(cast)
    for (let place = 0; place < presentation.length; place++) {
      const before = presentation.slice(0, place)
      const own = presentation.charAt(place)
      const after = presentation.slice(place + 1)
      for (const changed of [before + String.fromCharCode(own.charCodeAt(0) ^ 1) + after, before + after, before + own + own + after]) {
        if (changed === presentation) continue
        await expect(verifySdJwt(changed, given)).rejects.toBeInstanceOf(SdJwtError)
      }
    }
  })
})

function at(value: Json, path: Path): Json {
  return path.reduce<Json>((inside, step) => {
    if (isObject(inside) && typeof step === 'string' && Object.hasOwn(inside, step)) return inside[step] as Json
    throw new Error('the claim is not shown')
  }, value)
}
