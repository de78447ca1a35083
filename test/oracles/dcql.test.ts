import { readdirSync, readFileSync } from 'node:fs'
import type { View } from '@symbolon/credential'
import { type DcqlQuery as Asked, answersSets, type Held, matchDcql, parseDcql, selectClaims } from '@symbolon/openid4vc'
import type { Json, JsonObject, Jwk } from '@symbolon/sd-jwt'
import { DcqlPresentationResult, DcqlQuery } from 'dcql'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Our DCQL held against the npm package `dcql`: what both find for one query and one wallet, and where the package errs. */
const TYPES = ['urn:peer:member:1', 'urn:peer:visitor:1'] as const
const KEY: Jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }

it('the peer is dcql 3.0.0', () => {
  const manifest = new URL('../package.json', import.meta.resolve('dcql'))
  expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe('3.0.0')
})

/** A credential of a wallet, as either side is told about it. */
interface Card {
  readonly type: string
  readonly claims: JsonObject
  readonly bound: boolean
  readonly authorities: readonly string[]
}

const view = ({ type, claims, bound }: Card): View => ({
  ...{ format: 'dc+sd-jwt', type, claims, envelope: { vct: type }, disclosable: [] },
  ...(bound && { holderKey: KEY }),
})
const ourCard = (card: Card): Held => ({ view: view(card), authorityKeys: card.authorities })
const theirCard = ({ type, claims, bound, authorities: values }: Card) => ({
  ...{ credential_format: 'dc+sd-jwt', vct: type, claims: { vct: type, ...claims }, cryptographic_holder_binding: bound },
  ...(values.length > 0 && { authority: { type: 'aki', values } }),
})

/** For each query which credentials answer it, and what is shown of each: every scalar by its place. */
interface Found {
  readonly cards: Record<string, Record<number, Record<string, Json>>>
  /** The preferred combination of queries; none: nothing may be shown. */
  readonly preferred: readonly string[]
}

const read = (query: JsonObject): Asked => parseDcql(query, (place, what) => new Error(`${place} ${what}`))

function ours(query: JsonObject, cards: readonly Card[]): Found {
  const held = cards.map(ourCard)
  const { queries, selections } = matchDcql(read(query), held)
  const found = queries.map(({ query: { id }, matches }) => {
    const shown = matches.map(({ held: one, paths }) => {
      const values = paths.flatMap((path) => selectClaims(one.view, path).flatMap(({ value }) => scalars(value, path)))
      return [held.indexOf(one), Object.fromEntries(values)]
    })
    return [id, Object.fromEntries(shown)]
  })
  return { cards: Object.fromEntries(found), preferred: [...(selections[0] ?? [])].sort() }
}

function theirs(query: JsonObject, cards: readonly Card[]): Found {
  const parsed = DcqlQuery.parse(query as never)
  DcqlQuery.validate(parsed)
  const result = DcqlQuery.query(parsed, cards.map(theirCard) as never)
  const found = Object.values(result.credential_matches).map(({ credential_query_id: id, valid_credentials: valid = [] }) => {
    const shown = valid.map(({ input_credential_index: index, claims }) => [
      index,
      Object.fromEntries(scalars(claims.valid_claim_sets[0].output as Json)),
    ])
    return [id, Object.fromEntries(shown)]
  })
  const wanted = result.credential_sets?.flatMap(({ matching_options: options }) => options?.[0] ?? [])
  const preferred = result.can_be_satisfied ? (wanted ?? parsed.credentials.map(({ id }) => id)) : []
  return { cards: Object.fromEntries(found), preferred: [...new Set(preferred)].sort() }
}

/** They fill arrays up with null where an element was not asked for. */
function scalars(value: Json, path: readonly (string | number | null)[] = []): [string, Json][] {
  if (value === null || value === undefined) return []
  if (typeof value !== 'object') return [[path.join('.'), value]]
  return Object.entries(value).flatMap(([step, inner]) => scalars(inner, [...path, step]))
}

const folder = new URL('../vectors/openid4vp/query_lang/', import.meta.url)
const published: [string, JsonObject][] = readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))])

describe('the queries of the standard (appendix D)', () => {
  const person = {
    ...{ given_name: 'Petra', family_name: 'Doe', last_name: 'Doe', date_of_birth: '1970-01-01', postal_code: '90210', region: 'Brussel' },
    ...{ address: { street_address: 'Voorbeeldlaan 1', locality: 'Brussel', region: 'Brussel', postal_code: '1000' } },
    ...{ rewards_number: '1', street_address: 'Voorbeeldlaan 1' },
  }
  const typesOf = ({ credentials }: JsonObject) =>
    (credentials as { meta: { vct_values?: string[] } }[]).flatMap(({ meta }) => meta.vct_values ?? [])
  const cards = [...new Set(published.flatMap(([, query]) => typesOf(query)))].flatMap((type): Card[] => [
    { type, claims: { ...person, last_name: 'Proefstuk' }, bound: true, authorities: [] },
    { type, claims: person, bound: true, authorities: [] },
    { type, claims: { given_name: 'Petra', address: {} }, bound: true, authorities: [] },
  ])

  it.each(published)('%s', (_name, query) => {
    expect(ours(query, cards)).toEqual(theirs(query, cards))
    expect(ours(query, [])).toEqual(theirs(query, []))
  })

  it('all that do not ask for mdoc can be answered', () => {
    expect(published.filter(([, query]) => ours(query, cards).preferred.length === 0).map(([name]) => name)).toEqual([
      'complex_mdoc.json',
      'multi_credentials.json',
      'simple_mdoc.json',
    ])
  })
})

/** What a type of credential has: arrays whose elements are all of one kind, as a schema has them. */
type Kind = { readonly scalar: true } | { readonly elements: Kind } | { readonly members: Readonly<Record<string, Kind>> }

const NAMES = ['a', 'b', 'c'] as const
const { kind } = fc.letrec<{ kind: Kind }>((tie) => ({
  kind: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<Kind>({ scalar: true }),
    fc.record({ elements: tie('kind') }),
    fc.record({ members: fc.dictionary(fc.constantFrom(...NAMES), tie('kind'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }) }),
  ),
}))
const scalar = fc.constantFrom<Json>('x', 'y', 1, 2, true, false)

function claimsOf(one: Kind): fc.Arbitrary<Json> {
  if ('scalar' in one) return scalar
  if ('elements' in one) return fc.array(claimsOf(one.elements), { minLength: 1, maxLength: 3 })
  const members = Object.entries(one.members).map(([name, inner]) => [name, claimsOf(inner)] as const)
  return fc.record(Object.fromEntries(members), { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>
}

type Step = string | number | null

/** Paths that lead somewhere, and a step that may lead nowhere. */
const pathOf = (one: Kind): fc.Arbitrary<Step[]> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant<Step[]>([]) }, { weight: 5, arbitrary: deeper(one) })
function deeper(one: Kind): fc.Arbitrary<Step[]> {
  if ('scalar' in one) return fc.constantFrom<Step[][]>([], [], [], ['a'], [0], [null])
  if ('elements' in one) return fc.tuple(fc.constantFrom(null, 0, 1), pathOf(one.elements)).map(([step, rest]) => [step, ...rest])
  return fc.constantFrom(...Object.entries(one.members)).chain(([name, inner]) => pathOf(inner).map((rest) => [name, ...rest]))
}

const AUTHORITIES = ['aaaa', 'bbbb', 'cccc']
const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 })
const sometimes = (name: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> =>
  fc.option(values, { nil: undefined, freq: 2 }).map((value) => (value === undefined ? {} : { [name]: value as Json }))
const merged = (...parts: fc.Arbitrary<JsonObject>[]): fc.Arbitrary<JsonObject> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all))

function credentialQuery(id: string, claims: Kind): fc.Arbitrary<JsonObject> {
  const claim = merged(
    deeper(claims).map((path) => ({ path })),
    sometimes('values', some(['x', 'y', 1, 2, true])),
  )
  const asked = fc.array(claim, { maxLength: 3 }).chain((list): fc.Arbitrary<JsonObject> => {
    if (list.length === 0) return fc.constant({})
    const named = list.map((one, at) => ({ id: `c${at}`, ...one }))
    return sometimes('claim_sets', fc.array(some(named.map((one) => one.id)), { minLength: 1, maxLength: 3 })).map((sets) => ({
      claims: named,
      ...sets,
    }))
  })
  return merged(
    some(TYPES).map((types) => ({ id, format: 'dc+sd-jwt', meta: { vct_values: types } })),
    sometimes('multiple', fc.boolean()),
    sometimes('require_cryptographic_holder_binding', fc.boolean()),
    sometimes(
      'trusted_authorities',
      some(AUTHORITIES).map((values) => [{ type: 'aki', values }]),
    ),
    asked,
  )
}

const members = fc.dictionary(fc.constantFrom(...NAMES), kind, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
const situation = members.chain((members) => {
  const ids = ['one', 'two', 'three']
  const set = merged(
    fc.array(some(ids), { minLength: 1, maxLength: 3 }).map((options) => ({ options })),
    sometimes('required', fc.boolean()),
  )
  const query = merged(
    fc.tuple(...ids.map((id) => credentialQuery(id, { members }))).map((credentials) => ({ credentials })),
    sometimes('credential_sets', fc.array(set, { minLength: 1, maxLength: 3 })),
  )
  const card = fc.record({
    ...{ type: fc.constantFrom(...TYPES), claims: claimsOf({ members }) as fc.Arbitrary<JsonObject> },
    ...{ bound: fc.boolean(), authorities: fc.subarray(AUTHORITIES) },
  })
  return fc.tuple(query, fc.array(card, { maxLength: 10, size: 'max' }))
})

describe('whatever is asked and held', () => {
  it('OpenID4VP 6.4.1, 6.4.2: both find the same credentials, the same claims of each, and the same combination', () => {
    let answered = 0
    fc.assert(
      fc.property(situation, ([query, cards]) => {
        const found = ours(query, cards)
        expect(found).toEqual(theirs(query, cards))
        if (found.preferred.length > 0) answered++
      }),
      { numRuns: 600 },
    )
    expect(answered).toBeGreaterThan(30)
  })

  it('OpenID4VP 8.6: both say the same of whether what came makes up a whole answer', () => {
    const verdicts: boolean[] = []
    fc.assert(
      fc.property(situation, fc.subarray(['one', 'two', 'three'], { minLength: 1 }), ([query, cards], came) => {
        const { cards: found } = ours(query, cards)
        const answered = came.filter((id) => Object.keys(found[id] ?? {}).length > 0)
        const tokens = answered.map((id) => [
          id,
          cards
            .filter((_, at) => found[id]?.[at])
            .slice(0, 1)
            .map(theirCard),
        ])
        const result = DcqlPresentationResult.fromDcqlPresentation(Object.fromEntries(tokens), {
          dcqlQuery: DcqlQuery.parse(query as never),
        })
        const verdict = answersSets(read(query), new Set(answered))
        expect(verdict).toBe(Boolean(result.can_be_satisfied))
        verdicts.push(verdict)
      }),
      { numRuns: 600 },
    )
    expect(verdicts.filter(Boolean).length).toBeGreaterThan(10)
    expect(verdicts.filter((verdict) => !verdict).length).toBeGreaterThan(10)
  })
})

const CLAIMS: JsonObject = { name: 'Petra', address: {}, list: ['x', 'y'], empty: [], mixed: [{ a: 1 }, 'x', ['y']], nothing: null }
const card: Card = { type: TYPES[0], claims: CLAIMS, bound: true, authorities: ['aaaa'] }
const one = (more: JsonObject = {}): JsonObject => ({ id: 'one', format: 'dc+sd-jwt', meta: { vct_values: [TYPES[0]] }, ...more })
const asking = (...path: Json[]): JsonObject => ({ credentials: [one({ claims: [{ path }] })] })
const two = (more: JsonObject): JsonObject => ({
  credentials: [one(), one({ id: 'two', ...more })],
  credential_sets: [{ options: [['one']] }],
})

describe('where they err', () => {
  it.each<[string, JsonObject]>([
    ['VP-08, OpenID4VP 6.1: no meta', { credentials: [{ id: 'one', format: 'dc+sd-jwt' }] }],
    ['OpenID4VP B.3.5: no vct_values', { credentials: [one({ meta: {} })] }],
    ['OpenID4VP B.3.5: vct_values that is empty', { credentials: [one({ meta: { vct_values: [] } })] }],
    ['OpenID4VP 6.2: an option that is empty', { credentials: [one()], credential_sets: [{ options: [[]] }] }],
    ['OpenID4VP 6.3: values that is empty', { credentials: [one({ claims: [{ path: ['name'], values: [] }] })] }],
    [
      'OpenID4VP 6.3: the id of a claim twice',
      { credentials: [one({ claims: ['name', 'list'].map((name) => ({ id: 'c', path: [name] })) })] },
    ],
    [
      'OpenID4VP 6.3: claim_sets, and a claim without id',
      { credentials: [one({ claims: [{ id: 'c', path: ['name'] }, { path: ['list'] }], claim_sets: [['c']] })] },
    ],
  ])('%s: they take it', (_fault, query) => {
    expect(() => theirs(query, [card])).not.toThrow()
    expect(() => read(query)).toThrow(/^dcql_query/)
  })

  it.each<[string, JsonObject, RegExp]>([
    ['VP-10, OpenID4VP 6.1: an unknown format', two({ format: 'of tomorrow', meta: {} }), /of tomorrow/],
    [
      'VP-10, OpenID4VP 6.1.1: an unknown kind of authority',
      two({ trusted_authorities: [{ type: 'of tomorrow', values: ['x'] }] }),
      /of tomorrow/,
    ],
    [
      'OpenID4VP 6.1.1: values of an authority that are no address',
      two({ trusted_authorities: [{ type: 'etsi_tl', values: ['x'] }] }),
      /https url/,
    ],
  ])('%s in one of two queries makes them refuse both; nothing matches that one, and the other can be answered', (_fault, query, what) => {
    expect(() => theirs(query, [card])).toThrow(what)
    expect(ours(query, [card])).toEqual({ cards: { one: { 0: {} }, two: {} }, preferred: ['one'] })
  })

  it.each<[string, Json[]]>([
    ['VP-09: a name that every object inherits', ['constructor']],
    ['VP-09: one below an object', ['address', 'toString']],
    ['the length of an array', ['list', 'length']],
    ['a name for an element of an array', ['list', '0']],
    ['every element of an empty array', ['empty', null]],
    ['a member of elements one of which is no object', ['mixed', null, 'a']],
    ['an element of elements one of which is no array', ['mixed', null, 0]],
  ])('OpenID4VP 7.1.1: %s is not there; they say that it is', (_what, path) => {
    expect(ours(asking(...path), [card])).toEqual({ cards: { one: {} }, preferred: [] })
    expect(theirs(asking(...path), [card]).preferred).toEqual(['one'])
  })

  it('VP-09, OpenID4VP 7.1.1: __proto__ is a name like any other; they say that it is there, and throw at what is below', () => {
    expect(ours(asking('__proto__'), [card]).preferred).toEqual([])
    expect(theirs(asking('__proto__'), [card]).preferred).toEqual(['one'])
    expect(ours(asking('__proto__', 'a'), [card]).preferred).toEqual([])
    const named = { ...card, claims: JSON.parse('{ "__proto__": { "a": 1 } }') }
    expect(ours(asking('__proto__', 'a'), [named])).toEqual({ cards: { one: { 0: { '__proto__.a': 1 } } }, preferred: ['one'] })
    expect(() => theirs(asking('__proto__', 'a'), [named])).toThrow(/deepMerge/)
  })

  it('OpenID4VP 7.1.1: a claim that is null is there; they say that it is not', () => {
    expect(ours(asking('nothing'), [card]).preferred).toEqual(['one'])
    expect(theirs(asking('nothing'), [card]).preferred).toEqual([])
  })

  it('OpenID4VP 6.4.2, 8.5: where every set is optional and none can be met they say that nothing is an answer', () => {
    const query = { credentials: [one({ claims: [{ path: ['x'] }] })], credential_sets: [{ options: [['one']], required: false }] }
    expect(ours(query, [card]).preferred).toEqual([])
    expect(DcqlQuery.query(DcqlQuery.parse(query as never), [theirCard(card)] as never).can_be_satisfied).toBe(true)
  })

  it('OpenID4VP 8.1: a presentation that is not in an array they take', () => {
    const dcqlQuery = DcqlQuery.parse({ credentials: [one()] } as never)
    expect(DcqlPresentationResult.fromDcqlPresentation({ one: theirCard(card) } as never, { dcqlQuery }).can_be_satisfied).toBe(true)
  })
})
