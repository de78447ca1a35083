import type { Path, View } from '@symbolon/credential'
import type { Json, JsonObject, Jwk } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answersSets, type DcqlQuery, type Held, matchCredential, matchDcql, parseDcql, selectClaims } from '../src/index.ts'
import { vector, vectorNames } from './fixture.ts'

const TYPE = 'https://credentials.example.com/identity_credential'
const KEY: Jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
const fault = (place: string, what: string): Error => new Error(`${place} ${what}`)
const parse = (query: Json): DcqlQuery => parseDcql(query, fault)
const CLAIMS: JsonObject = {
  family_name: 'Proefstuk',
  age: 35,
  adult: true,
  address: { street_address: 'Voorbeeldlaan 1', locality: 'Brussel' },
  nationalities: ['BE', 'FR'],
  degrees: [{ type: 'bachelor', year: 2011 }, { type: 'master' }],
}

function held(claims: JsonObject = CLAIMS, changes: Partial<View> & { authorityKeys?: string[] } = {}): Held {
  const { authorityKeys = [], ...view } = changes
  return {
    view: {
      format: 'dc+sd-jwt',
      type: TYPE,
      claims,
      envelope: { iss: 'https://issuer.example', vct: TYPE },
      holderKey: KEY,
      disclosable: [],
      ...view,
    },
    authorityKeys,
  }
}
const asked = (members: JsonObject = {}): JsonObject => ({ id: 'pid', format: 'dc+sd-jwt', meta: { vct_values: [TYPE] }, ...members })
const query = (members: JsonObject = {}, more: JsonObject = {}): DcqlQuery => parse({ credentials: [asked(members)], ...more })
const match = (members: JsonObject, one: Held = held()) => {
  const [credential] = query(members).credentials
  if (credential === undefined) throw new Error('no query')
  return matchCredential(credential, one)
}
const paths = (members: JsonObject, one?: Held): readonly Path[] | string => {
  const found = match(members, one)
  return 'code' in found ? found.code : found.paths
}

describe('OpenID4VP 1.0 section 6: a query is read strictly', () => {
  it('every published query that is meant to be one', () => {
    for (const name of vectorNames('openid4vp/query_lang')) {
      const published: { credentials: { id: string }[] } = JSON.parse(vector(`openid4vp/query_lang/${name}`))
      expect(parse(published as unknown as Json).credentials.map(({ id }) => id)).toEqual(published.credentials.map(({ id }) => id))
    }
  })

  it('6: passes over members that it does not know', () => {
    expect(query({ new: 1, claims: [{ path: ['age'], intent_to_retain: true }] }, { purpose: 'x' })).toMatchObject({
      credentials: [{ id: 'pid' }],
    })
  })

  const wrong: [string, Json, string][] = [
    ['6: no object', [], 'dcql_query must be an object'],
    ['6: no credentials', {}, 'credentials is missing'],
    ['6: credentials empty', { credentials: [] }, 'not empty'],
    ['6.1: no id', { credentials: [asked({ id: '' })] }, 'credentials[0].id'],
    ['6.1: an id with other characters', { credentials: [asked({ id: 'a b' })] }, 'letters, digits'],
    ['6.1: an id twice', { credentials: [asked(), asked()] }, 'same id twice'],
    ['6.1: no format', { credentials: [{ id: 'a', meta: {} }] }, 'format is missing'],
    ['VP-08: no meta', { credentials: [{ id: 'a', format: 'dc+sd-jwt' }] }, 'meta is missing'],
    ['B.3.5: no vct_values', { credentials: [{ id: 'a', format: 'dc+sd-jwt', meta: {} }] }, 'vct_values'],
    ['B.3.5: vct_values empty', { credentials: [{ id: 'a', format: 'dc+sd-jwt', meta: { vct_values: [] } }] }, 'vct_values'],
    ['6.1: multiple no boolean', { credentials: [asked({ multiple: 'yes' })] }, 'multiple must be true or false'],
    ['6.1: holder binding no boolean', { credentials: [asked({ require_cryptographic_holder_binding: null })] }, 'must be true or false'],
    ['6.1: claims empty', { credentials: [asked({ claims: [] })] }, 'claims must be an array that is not empty'],
    ['6.1: trusted_authorities empty', { credentials: [asked({ trusted_authorities: [] })] }, 'trusted_authorities'],
    ['6.1.1: an authority without values', { credentials: [asked({ trusted_authorities: [{ type: 'aki' }] })] }, 'values'],
    ['6.1.1: an authority with values empty', { credentials: [asked({ trusted_authorities: [{ type: 'aki', values: [] }] })] }, 'values'],
    ['6.1.1: an authority without type', { credentials: [asked({ trusted_authorities: [{ values: ['x'] }] })] }, 'type is missing'],
    ['6.3: no path', { credentials: [asked({ claims: [{}] })] }, 'path is missing'],
    ['6.3: an empty path', { credentials: [asked({ claims: [{ path: [] }] })] }, 'path'],
    ['7: a negative index', { credentials: [asked({ claims: [{ path: ['a', -1] }] })] }, 'whole numbers from 0'],
    ['7: a broken index', { credentials: [asked({ claims: [{ path: ['a', 0.5] }] })] }, 'whole numbers from 0'],
    ['7: an object as a step', { credentials: [asked({ claims: [{ path: [{}] }] })] }, 'names, null'],
    ['6.3: values empty', { credentials: [asked({ claims: [{ path: ['a'], values: [] }] })] }, 'values'],
    ['6.3: a value that is an object', { credentials: [asked({ claims: [{ path: ['a'], values: [{}] }] })] }, 'strings, whole numbers'],
    [
      '6.3: a claim id twice',
      {
        credentials: [
          asked({
            claims: [
              { id: 'a', path: ['a'] },
              { id: 'a', path: ['b'] },
            ],
          }),
        ],
      },
      'same id twice',
    ],
    [
      '6.3: claim_sets and a claim without id',
      { credentials: [asked({ claims: [{ id: 'a', path: ['a'] }, { path: ['b'] }], claim_sets: [['a']] })] },
      'an id',
    ],
    ['6.4.1: claim_sets without claims', { credentials: [asked({ claim_sets: [['a']] })] }, 'claim_sets must be left out'],
    [
      '6.1: a claim set that names no claim',
      { credentials: [asked({ claims: [{ id: 'a', path: ['a'] }], claim_sets: [['b']] })] },
      'names nothing',
    ],
    ['6.2: credential_sets empty', { credentials: [asked()], credential_sets: [] }, 'credential_sets'],
    ['6.2: a set without options', { credentials: [asked()], credential_sets: [{}] }, 'options'],
    ['6.2: an empty option', { credentials: [asked()], credential_sets: [{ options: [[]] }] }, 'options[0]'],
    ['6.2: an option that names no credential', { credentials: [asked()], credential_sets: [{ options: [['x']] }] }, 'names nothing'],
    ['6.2: required no boolean', { credentials: [asked()], credential_sets: [{ options: [['pid']], required: 1 }] }, 'required'],
    ['more than anybody asks for', { credentials: Array.from({ length: 33 }, (_, at) => asked({ id: `c${at}` })) }, 'at most 32'],
  ]
  it.each(wrong)('%s is refused, with its place', (_name, value, what) => {
    expect(() => parse(value)).toThrow(what)
  })
})

describe('OpenID4VP 1.0 section 7.1.1: a claims path pointer', () => {
  const select = (path: Path, claims: JsonObject = CLAIMS) => selectClaims(held(claims).view, path).map(({ value }) => value)

  it('selects names, indexes and every element', () => {
    expect(select(['family_name'])).toEqual(['Proefstuk'])
    expect(select(['address'])).toEqual([CLAIMS.address])
    expect(select(['address', 'locality'])).toEqual(['Brussel'])
    expect(select(['nationalities', 1])).toEqual(['FR'])
    expect(select(['nationalities', null])).toEqual(['BE', 'FR'])
    expect(select(['degrees', null, 'type'])).toEqual(['bachelor', 'master'])
    expect(select(['degrees', null, 'year'])).toEqual([2011])
    expect(selectClaims(held().view, ['degrees', null, 'year']).map(({ path }) => path)).toEqual([['degrees', 0, 'year']])
  })

  it('a claim that is null is there', () => {
    expect(select(['nothing'], { nothing: null })).toEqual([null])
    expect(select(['a', 'nothing'], { a: { nothing: null } })).toEqual([null])
  })

  it('reads the envelope too, which is always shown', () => expect(select(['iss'])).toEqual(['https://issuer.example']))

  it('selects nothing where it leads nowhere', () => {
    for (const path of [
      ['x'],
      ['address', 'x'],
      ['nationalities', 2],
      ['address', null],
      ['family_name', 0],
      [null],
      [0],
      ['nationalities', 'BE'],
    ] as Path[])
      expect(select(path)).toEqual([])
  })

  it('one element of another kind makes the whole path wrong', () => {
    expect(select(['mixed', null, 'a'], { mixed: [{ a: 1 }, 'no object'] })).toEqual([])
  })

  it('VP-09: own members only', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(select([name])).toEqual([])
      expect(select(['address', name])).toEqual([])
      expect(select(['nationalities', name])).toEqual([])
    }
    const named = JSON.parse('{ "__proto__": { "constructor": 1 } }')
    expect(select(['__proto__', 'constructor'], named)).toEqual([1])
    expect(select(['nationalities', 'length'])).toEqual([])
  })
})

describe('OpenID4VP 1.0 section 6.4: what answers a query', () => {
  it('6.4.1: without claims nothing that can be hidden is shown', () => expect(paths({})).toEqual([]))

  it('6.4.1: all claims, or the credential is none', () => {
    expect(paths({ claims: [{ path: ['age'] }, { path: ['nationalities', null] }] })).toEqual([
      ['age'],
      ['nationalities', 0],
      ['nationalities', 1],
    ])
    expect(match({ claims: [{ path: ['age'] }, { path: ['x'] }] })).toEqual({ code: 'claim_missing', path: ['x'] })
  })

  it('6.4.1: the first claim set that can be had; none: nothing', () => {
    const claims = [
      { id: 'a', path: ['x'] },
      { id: 'b', path: ['age'] },
      { id: 'c', path: ['adult'] },
    ]
    expect(paths({ claims, claim_sets: [['a', 'c'], ['b'], ['c']] })).toEqual([['age']])
    expect(match({ claims, claim_sets: [['a'], ['a', 'b']] })).toEqual({ code: 'claim_missing', path: ['x'] })
  })

  it('6.3: values compare kind and value; another value is a claim that is not there', () => {
    expect(paths({ claims: [{ path: ['age'], values: [35] }] })).toEqual([['age']])
    expect(paths({ claims: [{ path: ['adult'], values: ['x', true] }] })).toEqual([['adult']])
    expect(paths({ claims: [{ path: ['age'], values: ['35'] }] })).toBe('value_not_asked')
    expect(paths({ claims: [{ path: ['adult'], values: ['true'] }] })).toBe('value_not_asked')
    expect(paths({ claims: [{ path: ['address'], values: ['x'] }] })).toBe('value_not_asked')
    expect(paths({ claims: [{ path: ['nationalities', null], values: ['FR'] }] })).toEqual([['nationalities', 1]])
    const claims = [
      { id: 'a', path: ['age'], values: [1] },
      { id: 'b', path: ['adult'] },
    ]
    expect(paths({ claims, claim_sets: [['a'], ['b']] })).toEqual([['adult']])
  })

  it('6.3: a claim that is named twice is shown once', () =>
    expect(paths({ claims: [{ path: ['age'] }, { path: ['age'] }] })).toEqual([['age']]))

  it('VP-23: another type is named, with those that were asked for', () => {
    expect(match({}, held(CLAIMS, { type: 'urn:other' }))).toEqual({ code: 'type_not_asked', asked: [TYPE], found: 'urn:other' })
  })

  it('VP-10: a format we do not speak, or an authority of unknown kind, is no match for that query alone', () => {
    const credentials = [
      asked(),
      { id: 'mdl', format: 'mso_mdoc', meta: { doctype_value: 'x' } },
      asked({ id: 'tl', trusted_authorities: [{ type: 'etsi_tl', values: ['x'] }] }),
    ]
    const { queries, unmet, selections } = matchDcql(parse({ credentials }), [held()])
    expect(queries.map(({ matches }) => matches.length)).toEqual([1, 0, 0])
    expect([unmet, selections]).toEqual([['mdl', 'tl'], []])
    expect(queries[1]?.misses[0]?.miss.code).toBe('format_not_asked')
    expect(queries[2]?.misses[0]?.miss.code).toBe('authority_not_asked')
  })

  it('6.1.1.1: an authority by its key, any of those that are asked for', () => {
    const trusted_authorities = [
      { type: 'unheard-of', values: ['k1'] },
      { type: 'aki', values: ['k2', 'k3'] },
    ]
    expect(paths({ trusted_authorities }, held(CLAIMS, { authorityKeys: ['k9', 'k3'] }))).toEqual([])
    expect(paths({ trusted_authorities }, held(CLAIMS, { authorityKeys: ['k1'] }))).toBe('authority_not_asked')
    expect(paths({ trusted_authorities: [{ type: 'constructor', values: ['k1'] }] }, held(CLAIMS, { authorityKeys: ['k1'] }))).toBe(
      'authority_not_asked',
    )
  })

  it('6.1: a credential without key does for a query that needs no holder binding only', () => {
    const { view } = held()
    const { holderKey: _, ...loose } = view
    const one = { view: loose, authorityKeys: [] }
    expect(paths({}, one)).toBe('binding_missing')
    expect(paths({ require_cryptographic_holder_binding: false }, one)).toEqual([])
    expect(paths({ require_cryptographic_holder_binding: false })).toEqual([])
  })
})

describe('OpenID4VP 1.0 section 6.4.2: which credentials together', () => {
  const three = [asked({ id: 'a' }), asked({ id: 'b', claims: [{ path: ['x'] }] }), asked({ id: 'c' })]
  const selections = (more: JsonObject): readonly (readonly string[])[] =>
    matchDcql(parse({ credentials: three, ...more }), [held()]).selections

  it('without sets all, or nothing', () => {
    expect(selections({})).toEqual([])
    expect(matchDcql(parse({ credentials: [three[0] ?? null, three[2] ?? null] }), [held()]).selections).toEqual([['a', 'c']])
  })

  it('an option of each required set, the preferred one first; optional sets if they can be met', () => {
    expect(selections({ credential_sets: [{ options: [['b'], ['a'], ['c']] }] })).toEqual([['a'], ['c']])
    expect(selections({ credential_sets: [{ options: [['a', 'b'], ['c']] }, { options: [['a']], required: false }] })).toEqual([
      ['c', 'a'],
      ['c'],
    ])
    expect(selections({ credential_sets: [{ options: [['a']] }, { options: [['b']], required: false }] })).toEqual([['a']])
  })

  it('a required set that cannot be met: nothing at all, never a part', () => {
    expect(selections({ credential_sets: [{ options: [['a']] }, { options: [['b']] }] })).toEqual([])
    expect(selections({ credential_sets: [{ options: [['b']], required: false }] })).toEqual([])
  })

  it('a query that multiplies alternatives costs bounded work', () => {
    const sets = Array.from({ length: 32 }, () => ({ options: [['a'], ['c'], ['a', 'c']], required: false }))
    expect(selections({ credential_sets: sets }).length).toBeLessThanOrEqual(64)
  })

  it('8.6: the verifier asks the same of what came', () => {
    const sets = parse({ credentials: three, credential_sets: [{ options: [['a', 'b'], ['c']] }, { options: [['a']], required: false }] })
    expect(answersSets(sets, new Set(['c']))).toBe(true)
    expect(answersSets(sets, new Set(['a']))).toBe(false)
    expect(answersSets(parse({ credentials: three }), new Set(['a', 'b']))).toBe(false)
    expect(answersSets(parse({ credentials: three }), new Set(['a', 'b', 'c']))).toBe(true)
  })
})

describe('whatever is asked and held', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', '0')
  const step = fc.oneof(key, fc.constant(null), fc.nat(2))
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>('x', 1, true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    ) as fc.Arbitrary<Json>,
  }))
  const claims = fc.dictionary(key, value, { maxKeys: 4 }) as fc.Arbitrary<JsonObject>
  const claim = fc.record({ path: fc.tuple(key, fc.array(step, { maxLength: 3 })).map(([first, rest]) => [first, ...rest]) })

  it('matching never throws, and shows only what is there and was asked for', () => {
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 4 }), claims, (wanted, has) => {
        const found = match({ claims: wanted as unknown as Json }, held(has, { envelope: {} }))
        if ('code' in found) return
        for (const path of found.paths) {
          expect(selectClaims(held(has, { envelope: {} }).view, path)).toHaveLength(1)
          expect(
            wanted.some((one) => one.path.length === path.length && one.path.every((part, at) => part === null || part === path[at])),
          ).toBe(true)
        }
      }),
    )
  })

  it('reading never ends in anything but a query or a fault', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        try {
          parse(JSON.parse(text))
        } catch (error) {
          expect(String(error)).toMatch(/^Error: dcql_query/)
        }
      }),
    )
  })
})
