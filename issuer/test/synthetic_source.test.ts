import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { loadSyntheticSource } from '../src/synthetic_source.ts'

const sources = new URL('../sources/synthetic/', import.meta.url)
const vectors = new URL('../../test/vectors/domain/', import.meta.url)

function load(today: string, database = new DatabaseSync(':memory:')): DatabaseSync {
  loadSyntheticSource(database, today)
  return database
}
const all = (database: DatabaseSync, sql: string) =>
  database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row))

test('the persons and rows are those of the vectors', () => {
  const persons = (folder: URL) => JSON.parse(readFileSync(new URL('persons.json', folder), 'utf8'))
  expect(persons(sources)).toEqual(persons(vectors))
  for (const file of readdirSync(new URL('rows', vectors))) {
    expect(readFileSync(new URL(file, sources), 'utf8')).toBe(readFileSync(new URL(`rows/${file}`, vectors), 'utf8'))
  }
})

test('the sources know the codes of the list and no others', () => {
  const { statutes } = JSON.parse(readFileSync(new URL('statutes.json', vectors), 'utf8')) as {
    statutes: { code: string; sources: string[] }[]
  }
  const database = load('2026-06-15')
  const known = all(database, 'select code from statute_sources union select code from statute_parts order by code').flat()
  expect(known).toEqual(statutes.map(({ code }) => code).sort())
  for (const { code, sources: who } of statutes.filter((statute) => !statute.sources.includes('derived'))) {
    expect(all(database, `select source from statute_sources where code = '${code}'`).flat().sort()).toEqual([...who].sort())
  }
  database.close()
})

describe('dates move with the day', () => {
  test('on the fixture day nothing moves', () => {
    const database = load('2026-06-15')
    expect(all(database, `select birthdate from persons where insz = '08661520009'`)).toEqual([['2008-06-15']])
    expect(all(database, `select "from", "until" from statutes where insz = '91641210452' and code = 'integration_income'`)).toEqual([
      ['2025-02-01', null],
    ])
    database.close()
  })
  test('rights by days, ages by whole years', () => {
    const database = load('2028-11-20')
    expect(all(database, `select "from" from statutes where insz = '08661520009' and code = 'integration_allowance'`)).toEqual([
      ['2028-11-20'],
    ])
    expect(all(database, `select covered_until from insurance where insz = '66610100136'`)).toEqual([['2028-08-05']])
    // 18 on the fixture day; the child of 8 stays one.
    expect(all(database, `select birthdate from persons where insz in ('08661520009', '18612801576') order by insz`)).toEqual([
      ['2010-06-15'],
      ['2020-01-28'],
    ])
    expect(all(database, `select "until" from representation where represented = '18612801576'`)).toEqual([['2038-01-27'], ['2038-01-27']])
    expect(all(database, `select birthdate from persons where insz = '72600000287'`)).toEqual([[null]])
    database.close()
  })
  test.each([
    ['2027-06-14', '2008-06-15', '2000-02-29'],
    ['2027-06-15', '2009-06-15', '2001-02-28'],
    ['2030-06-15', '2012-06-15', '2004-02-29'],
  ])('on %s', (today, adult, leap) => {
    const database = load(today)
    expect(all(database, `select birthdate from persons where insz in ('08661520009', '00622999850') order by insz`)).toEqual([
      [leap],
      [adult],
    ])
    database.close()
  })
  test('loading again replaces what was there', () => {
    const database = load('2026-06-16', load('2026-06-15'))
    expect(all(database, 'select count(*) from persons')).toEqual([[20]])
    expect(all(database, `select "from" from statutes where insz = '91641210452' and code = 'integration_income'`)).toEqual([
      ['2025-02-02'],
    ])
    database.close()
  })
})
