import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCsv } from '../src/csv.ts'
import { openSource, readSource, SourceError } from '../src/source.ts'

const SETTINGS = '{"kind":"sql","connection":"register"}'
const QUERY = 'select name from people where number = :subject'
const MAPPING = '{"claims":[{"path":["name"],"column":"name","as":"text"}]}'

let folder: string
let database: string
let connections: { register: string }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-source-'))
  database = join(folder, 'register.db')
  connections = { register: database }
  const tables = new DatabaseSync(database)
  tables.exec(`create table people (number text, name text, born text, guardian text) strict;
    insert into people values ('1', 'Lotte', '1991-04-12', null), ('2', 'Noé', '2018-01-28', '1'), ('3', 'Jan', null, null), ('3', 'Jan', null, null)`)
  tables.close()
})

afterAll(() => rm(folder, { recursive: true }))

/** The folder of a source with these files; null: the file is not there. */
function source(files: { settings?: string | null; query?: string | null; mapping?: string | null } = {}): string {
  const directory = mkdtempSync(join(folder, 'type-'))
  const write = (name: string, text: string | null | undefined, usual: string) => {
    if (text !== null) writeFileSync(join(directory, name), text ?? usual)
  }
  write('source.json', files.settings, SETTINGS)
  write('query.sql', files.query, QUERY)
  write('claims.json', files.mapping, MAPPING)
  return directory
}

describe('a source answers', () => {
  test('with a row, or null', async () => {
    const open = openSource(source(), connections)
    expect(await open.find('1', '2026-06-15')).toEqual({ name: 'Lotte' })
    expect(await open.find('9', '2026-06-15')).toBeNull()
    expect(await open.find("' or 1=1 --", '2026-06-15')).toBeNull()
    expect(await open.find('1', '2026-06-15')).toEqual({ name: 'Lotte' })
    open.close()
  })
  test('for the day it is asked about', async () => {
    const open = openSource(source({ query: `${QUERY} and born <= :today` }), connections)
    expect(await open.find('1', '1991-04-12')).toEqual({ name: 'Lotte' })
    expect(await open.find('1', '1991-04-11')).toBeNull()
    open.close()
  })
  test('another holder only where the query asks who that is', async () => {
    const plain = openSource(source({ query: `-- also for :holder\n${QUERY}` }), connections)
    expect(await plain.find('2', '2026-06-15', '1')).toBeNull()
    expect(await plain.find('2', '2026-06-15', '2')).toEqual({ name: 'Noé' })
    plain.close()
    const asking = openSource(source({ query: `${QUERY} and (guardian = :holder or :holder = :subject)` }), connections)
    expect(await asking.find('2', '2026-06-15', '1')).toEqual({ name: 'Noé' })
    expect(await asking.find('2', '2026-06-15', '3')).toBeNull()
    expect(await asking.find('2', '2026-06-15')).toEqual({ name: 'Noé' })
    asking.close()
  })
  test('never with one of several rows', async () => {
    const open = openSource(source(), connections)
    await expect(async () => open.find('3', '2026-06-15')).rejects.toThrow('several rows')
    open.close()
  })
  test('and writes nothing', async () => {
    const open = openSource(source({ query: 'delete from people where number = :subject returning name' }), connections)
    await expect(async () => open.find('1', '2026-06-15')).rejects.toThrow(/readonly/)
    open.close()
  })
})

describe('the rows of another type', () => {
  const beside = (settings: string, files: { query?: string | null; mapping?: string } = {}) =>
    source({ settings, query: files.query ?? null, ...(files.mapping !== undefined && { mapping: files.mapping }) })
  const faultsOf = (directory: string) => readSource(directory).faults.map(({ file, path }) => `${file}${path}`)
  const named = (directory: string) => JSON.stringify({ row_of: basename(directory).toLowerCase() })
  /** mkdtemp makes names with capitals, which no type has. */
  const renamed = (directory: string, name: string) => {
    renameSync(directory, join(folder, name))
    return join(folder, name)
  }

  test('are asked for by its query, and read by a mapping of its own', async () => {
    const rows = renamed(source({ query: 'select name, born from people where number = :subject' }), 'rows')
    const open = openSource(
      beside(named(rows), { mapping: '{"claims":[{"path":["birthdate"],"column":"born","as":"date"}]}' }),
      connections,
    )
    expect([open.rowOf, open.mapping.map(({ column }) => column)]).toEqual(['rows', ['born']])
    expect(await open.find('1', '2026-06-15')).toEqual({ name: 'Lotte', born: '1991-04-12' })
    open.close()
  })

  test.each([
    ['of a type that is not there', '{"row_of":"nobody"}', null, ['source.json/row_of']],
    ['of a path that leads elsewhere', '{"row_of":"../rows"}', null, ['source.json/row_of']],
    ['with a kind beside', '{"row_of":"rows","kind":"sql"}', null, ['source.json/row_of']],
    ['with a query of its own', '{"row_of":"rows"}', QUERY, ['query.sql']],
  ])('%s are a fault', (_, settings, query, places) => {
    expect(faultsOf(beside(settings, { query }))).toEqual(expect.arrayContaining(places))
  })

  test('that has its rows from a third one, or from itself, are a fault', () => {
    const second = renamed(beside('{"row_of":"rows"}'), 'second')
    expect(faultsOf(beside(named(second)))).toEqual(['source.json/row_of'])
    writeFileSync(join(second, 'source.json'), '{"row_of":"second"}')
    expect(faultsOf(second)).toEqual(['source.json/row_of'])
  })
})

describe('a source with a fault is not opened', () => {
  test.each<[string, Parameters<typeof source>[0], string, string]>([
    ['no source.json', { settings: null }, 'source.json', ''],
    ['no query.sql', { query: null }, 'query.sql', ''],
    ['no claims.json', { mapping: null }, 'claims.json', ''],
    ['source.json is not JSON', { settings: 'sql' }, 'source.json', ''],
    ['a kind nobody knows', { settings: '{"kind":"ldap","connection":"register"}' }, 'source.json', '/kind'],
    ['an inherited kind', { settings: '{"kind":"constructor","connection":"register"}' }, 'source.json', '/kind'],
    ['no connection', { settings: '{"kind":"sql"}' }, 'source.json', '/connection'],
    ['a member nobody knows', { settings: '{"kind":"sql","connection":"register","password":"x"}' }, 'source.json', '/password'],
    ['a query for everybody', { query: 'select name from people' }, 'query.sql', ''],
    [
      'a mapping nobody can read',
      { mapping: '{"claims":[{"path":["name"],"column":"name","as":"upper"}]}' },
      'claims.json',
      '/claims/0/as',
    ],
    ['a connection that no setting names', { settings: '{"kind":"sql","connection":"archive"}' }, 'source.json', '/connection'],
    ['an inherited connection', { settings: '{"kind":"sql","connection":"toString"}' }, 'source.json', '/connection'],
    ['a query that is no SQL', { query: 'select :subject form people' }, 'query.sql', ''],
    ['a column that is not there', { query: 'select surname as name from people where number = :subject' }, 'query.sql', ''],
  ])('%s', (_, files, file, path) => {
    expect(faultsOf(() => openSource(source(files), connections))).toContainEqual([file, path])
  })
  test('a database that is not there', () => {
    expect(faultsOf(() => openSource(source(), { register: join(folder, 'none.db') }))).toEqual([['query.sql', '']])
  })
  test('all faults come at once', () => {
    const { faults } = readSource(source({ settings: '{"kind":"x"}', query: 'select 1', mapping: '{}' }))
    expect(faults.map(({ file, path }) => [file, path])).toEqual([
      ['source.json', '/kind'],
      ['source.json', '/connection'],
      ['query.sql', ''],
      ['claims.json', ''],
    ])
  })
})

function faultsOf(open: () => unknown): string[][] {
  try {
    open()
  } catch (error) {
    if (error instanceof SourceError) return error.faults.map(({ file, path }) => [file, path])
  }
  return []
}

describe('comma-separated values (RFC 4180)', () => {
  test.each<[string, string, Record<string, string>[]]>([
    [
      'lines',
      'a,b\n1,2\n3,\n',
      [
        { a: '1', b: '2' },
        { a: '3', b: '' },
      ],
    ],
    ['no line break at the end', 'a\n1', [{ a: '1' }]],
    ['CR LF', 'a,b\r\n1,2\r\n', [{ a: '1', b: '2' }]],
    ['quotes, commas and line breaks', 'a,b\n"1,""x""","2\n3"\n', [{ a: '1,"x"', b: '2\n3' }]],
    ['a header alone', 'a,b\n', []],
    ['nothing', '', []],
  ])('%s', (_, text, rows) => {
    expect(parseCsv(text)).toEqual(rows)
  })
  test.each([
    ['a field too few', 'a,b\n1\n', 'line 2: 1 fields instead of 2'],
    ['a field too many', 'a\n1,2\n', 'line 2: 2 fields instead of 1'],
    ['a quote inside a field', 'a\n1"2\n', 'line 2: a quote out of place'],
    ['a quote that is not closed', 'a\n"1\n', 'line 2: a quote out of place'],
  ])('%s', (_, text, message) => {
    expect(() => parseCsv(text)).toThrow(new SyntaxError(message))
  })
})
