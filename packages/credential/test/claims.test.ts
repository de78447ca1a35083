import { describe, expect, test } from 'vitest'
import { checkMapping, mapClaims, parseMapping, TRANSFORMS } from '../src/claims/index.ts'
import { CredentialError } from '../src/errors.ts'
import { LIBRARY_CARD } from './library_card.ts'

const entry = { path: ['name'], column: 'name', as: 'text' }
const parse = (...claims: unknown[]) => parseMapping(JSON.stringify({ claims }))

describe('claims.json', () => {
  test('is a list of path, column, transform', () => {
    expect(parse(entry)).toEqual({ mapping: [entry], faults: [] })
  })
  test.each<[string, string, string, string]>([
    ['not JSON', '{', 'mapping_malformed', ''],
    ['a list', '[]', 'mapping_malformed', ''],
    ['a member beside claims', '{"claims":[],"constants":{}}', 'mapping_malformed', ''],
    ['an entry that is a text', '{"claims":["name"]}', 'mapping_malformed', '/claims/0'],
    ['no path', '{"claims":[{"column":"a","as":"text"}]}', 'mapping_malformed', '/claims/0/path'],
    ['a path through elements', '{"claims":[{"path":["a",null],"column":"a","as":"text"}]}', 'mapping_malformed', '/claims/0/path'],
    ['no column', '{"claims":[{"path":["a"],"as":"text"}]}', 'mapping_malformed', '/claims/0/column'],
    ['a transform that is not in the table', '{"claims":[{"path":["a"],"column":"a","as":"upper"}]}', 'mapping_malformed', '/claims/0/as'],
    ['an inherited transform', '{"claims":[{"path":["a"],"column":"a","as":"constructor"}]}', 'mapping_malformed', '/claims/0/as'],
    ['an expression', '{"claims":[{"path":["a"],"column":"a","as":"text","value":"b"}]}', 'mapping_malformed', '/claims/0/value'],
    ['one claim twice', JSON.stringify({ claims: [entry, entry] }), 'mapping_path_repeated', '/claims/1/path'],
    [
      'a claim inside another',
      JSON.stringify({ claims: [entry, { ...entry, path: ['name', 'first'] }] }),
      'mapping_path_repeated',
      '/claims/1/path',
    ],
  ])('%s', (_, text, code, path) => {
    const { mapping, faults } = parseMapping(text)
    expect(mapping).toBeUndefined()
    expect(faults.map((fault) => [fault.code, fault.path])).toEqual([[code, path]])
  })
  test('all faults come at once', () => {
    expect(parse({ ...entry, as: 'upper' }, { ...entry, column: '' }, 7).faults.map(({ path }) => path)).toEqual([
      '/claims/0/as',
      '/claims/1/column',
      '/claims/2',
    ])
  })
  test('must fit its type', () => {
    const schema = LIBRARY_CARD['schema.json'] ?? {}
    const { mapping = [] } = parse(
      entry,
      { path: ['surname'], column: 'a', as: 'text' },
      { path: ['valid', 'from'], column: 'from', as: 'date' },
    )
    expect(checkMapping(mapping, { schema }).map(({ code, path }) => [code, path])).toEqual([
      ['mapping_path_not_in_schema', '/claims/1/path'],
      ['mapping_claim_missing', '/claims'],
    ])
  })
})

describe('transforms', () => {
  test.each([
    ['text', 'é', 'é'],
    ['text', '', ''],
    ['text', 7, undefined],
    ['integer', 7, 7],
    ['integer', 7n, 7],
    ['integer', 7.5, undefined],
    ['integer', 2n ** 60n, undefined],
    ['integer', '7', undefined],
    ['boolean', 1, true],
    ['boolean', 0n, false],
    ['boolean', false, false],
    ['boolean', 2, undefined],
    ['boolean', 'true', undefined],
    ['date', '2026-06-15', '2026-06-15'],
    ['date', '2026-02-30', undefined],
    ['date', 20260615, undefined],
    ['json', '{"a":[1,null,{"b":null}],"c":null}', { a: [1, {}] }],
    ['json', '{"a":1,"a":2}', undefined],
    ['json', '{', undefined],
    ['json', 1, undefined],
  ] as const)('%s of %o', (name, cell, value) => {
    expect(TRANSFORMS[name](cell)).toEqual(value)
  })
})

describe('a row becomes claims', () => {
  const mapping =
    parse(entry, { path: ['valid', 'from'], column: 'from', as: 'date' }, { path: ['valid', 'until'], column: 'until', as: 'date' })
      .mapping ?? []
  test('by path', () => {
    expect(mapClaims(mapping, { name: 'Lotte', from: '2026-01-01', until: '2026-12-31', more: 1 })).toEqual({
      name: 'Lotte',
      valid: { from: '2026-01-01', until: '2026-12-31' },
    })
  })
  test('a null column is no claim, and no empty object around it', () => {
    expect(mapClaims(mapping, { name: 'Lotte', from: null, until: null })).toEqual({ name: 'Lotte' })
  })
  test('all wrong columns are named, no value is', () => {
    const wrong = () => mapClaims(mapping, { name: 7, from: '31/12/2026' })
    expect(wrong).toThrow(new CredentialError('row_malformed', 'name is not text; from is not date; until is not there'))
  })
  test('an inherited column is not there', () => {
    const { mapping: inherited = [] } = parse({ ...entry, column: 'constructor' })
    expect(() => mapClaims(inherited, {})).toThrow('constructor is not there')
  })
  test('a claim named __proto__ is an ordinary one', () => {
    const { mapping: odd = [] } = parse({ ...entry, path: ['__proto__', 'admin'] })
    const claims = mapClaims(odd, { name: 'yes' })
    expect(JSON.stringify(claims)).toBe('{"__proto__":{"admin":"yes"}}')
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })
})
