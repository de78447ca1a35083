import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type CredentialType, checkMapping, mapClaims, parseType } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { conceal, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSource, type Source } from '../src/source.ts'
import { loadSyntheticSource } from '../src/synthetic_source.ts'

const FIXTURE_CLOCK = '2026-06-15'
const repository = new URL('../../', import.meta.url)
const text = (path: string): string => readFileSync(new URL(path, repository), 'utf8')
const json = (path: string): JsonObject => JSON.parse(text(path)) as JsonObject
const sample = (name: string): JsonObject => json(`test/vectors/domain/samples/${name}.json`)
const persons = (json('test/vectors/domain/persons.json').persons as { id: string; insz: string }[]).map(
  ({ id, insz }) => [id, insz] as const,
)
const insz = new Map(persons)

let folder: string
const sources = new Map<string, Source>()
const types = new Map<string, CredentialType>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symbolon-source-'))
  const path = join(folder, 'synthetic.db')
  const database = new DatabaseSync(path)
  loadSyntheticSource(database, FIXTURE_CLOCK)
  database.close()
  for (const name of ['be-social-statute', 'ehic', 'pda1', 'pid']) {
    sources.set(name, openSource(new URL(`issuer/sources/${name}`, repository).pathname, { synthetic: path }))
    types.set(name, readType(name))
  }
})

afterAll(async () => {
  for (const source of sources.values()) source.close()
  await rm(folder, { recursive: true })
})

function readType(name: string): CredentialType {
  const base = `specs/credentials/${name}`
  const names = readdirSync(new URL(base, repository), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const files = Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(path.indexOf(base) + base.length + 1), readFileSync(path, 'utf8')]
    }),
  )
  const { type, faults } = parseType({ name, files })
  expect(faults).toEqual([])
  if (type === undefined) throw new Error('no type')
  return type
}

const at = <T>(map: ReadonlyMap<string, T>, key: string): T => {
  const value = map.get(key)
  if (value === undefined) throw new Error(`no ${key}`)
  return value
}

/** What the institution would sign about a person on a day. */
async function claims(type: string, person: string, today = FIXTURE_CLOCK, holder = person): Promise<JsonObject | null> {
  const source = at(sources, type)
  const row = await source.find(at(insz, person), today, at(insz, holder))
  return row && mapClaims(source.mapping, row)
}

async function have(type: string, today = FIXTURE_CLOCK): Promise<string[]> {
  const found = await Promise.all(persons.map(async ([id]) => ((await claims(type, id, today)) ? [id] : [])))
  return found.flat()
}

describe('the population on its fixture day gives exactly the samples', () => {
  test.each(['P01', 'P06', 'P12', 'P13'])('be-social-statute %s', async (id) => {
    expect(await claims('be-social-statute', id)).toEqual(sample(`be_social_statute.${id}`))
  })
  test.each(['P01', 'P16'])('ehic %s', async (id) => {
    expect(await claims('ehic', id)).toEqual(sample(`ehic.${id}`))
  })
  test('ehic held by a parent, by either', async () => {
    expect(await claims('ehic', 'P04', FIXTURE_CLOCK, 'P02')).toEqual(sample('ehic.P04_held_by_parent'))
    expect(await claims('ehic', 'P04', FIXTURE_CLOCK, 'P03')).toEqual(sample('ehic.P04_held_by_parent'))
  })
  test('ehic held by an administrator', async () => {
    expect(await claims('ehic', 'P07', FIXTURE_CLOCK, 'P08')).toEqual(sample('ehic.P07_held_by_administrator'))
  })
  test('pda1 P14', async () => {
    expect(await claims('pda1', 'P14')).toEqual(sample('pda1_webuild.P14'))
  })
  test('pda1 P15, before it was ended', async () => {
    expect(await claims('pda1', 'P15', '2026-05-31')).toEqual(sample('pda1_webuild.P15'))
  })
  test('pid P01', async () => {
    expect(await claims('pid', 'P01')).toEqual(sample('pid.P01'))
  })
})

describe('whatever a source gives is what its type asks for', () => {
  test.each(['be-social-statute', 'ehic', 'pda1', 'pid'])('%s', async (type) => {
    expect(checkMapping(at(sources, type).mapping, at(types, type))).toEqual([])
    for (const id of await have(type)) expect([id, at(types, type).validate((await claims(type, id)) ?? {})]).toEqual([id, []])
  })
  test('pda1 also satisfies the published schema of the WE BUILD pilot', async () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const validate = ajv.compile(json('test/vectors/domain/third_party/webuild/pda1-sd-jwt.json'))
    for (const [id, today] of [
      ['P14', FIXTURE_CLOCK],
      ['P15', '2026-05-31'],
    ] as const) {
      expect([validate(await claims('pda1', id, today)), validate.errors]).toEqual([true, null])
    }
  })
})

describe('who gets what', () => {
  const everybodyAlive = persons.map(([id]) => id).filter((id) => id !== 'P18')
  test('a statute for everybody who is alive, also with nothing but no', async () => {
    expect(await have('be-social-statute')).toEqual(everybodyAlive)
  })
  test('the dead have no row, and had one the day before', async () => {
    expect(await claims('be-social-statute', 'P18', '2026-04-02')).toBeNull()
    expect(await claims('be-social-statute', 'P18', '2026-04-01')).toMatchObject({ statutes: { third_party_help: 'no' } })
  })
  test('a replaced number has no row', async () => {
    for (const source of sources.values()) expect(await source.find('00622999652', FIXTURE_CLOCK)).toBeNull()
  })
  test('an unknown number has no row', async () => {
    for (const source of sources.values()) expect(await source.find('', FIXTURE_CLOCK)).toBeNull()
  })
  test('an insurance card only while cover runs', async () => {
    expect(await have('ehic')).toEqual(['P01', 'P04', 'P07', 'P16'])
    expect(await have('ehic', '2026-02-28')).toContain('P12')
    expect(await have('ehic', '2026-12-01')).not.toContain('P16')
  })
  test('a certificate only while it runs; ended means until', async () => {
    expect(await have('pda1')).toEqual(['P14'])
    expect(await have('pda1', '2026-05-31')).toEqual(['P14', 'P15'])
    expect(await have('pda1', '2027-01-31')).toEqual(['P14'])
    expect(await have('pda1', '2027-02-01')).toEqual([])
  })
})

describe('the population made for another day answers as on its own', () => {
  test.each(['2026-11-24', '2028-02-29', '2031-12-31'])('%s', async (today) => {
    const path = join(folder, `${today}.db`)
    const database = new DatabaseSync(path)
    loadSyntheticSource(database, today)
    database.close()
    for (const name of ['be-social-statute', 'ehic', 'pda1', 'pid']) {
      const source = openSource(new URL(`issuer/sources/${name}`, repository).pathname, { synthetic: path })
      for (const [id, number] of persons) {
        const then = await claims(name, id)
        const row = await source.find(number, today)
        expect([name, id, row === null]).toEqual([name, id, then === null])
        if (row === null) continue
        const now = mapClaims(source.mapping, row)
        expect([name, id, at(types, name).validate(now)]).toEqual([name, id, []])
        expect([now.statutes, now.age_equal_or_over]).toEqual([then?.statutes, then?.age_equal_or_over])
      }
      source.close()
    }
  })
})

describe('who may hold the card of another', () => {
  test.each([
    ['a mandate that does not say collect', 'P05', 'P20', FIXTURE_CLOCK],
    ['somebody who represents somebody else', 'P04', 'P10', FIXTURE_CLOCK],
    ['anybody', 'P01', 'P02', FIXTURE_CLOCK],
    ['the represented for the representative', 'P02', 'P04', FIXTURE_CLOCK],
    ['a representative whose power has not begun', 'P07', 'P08', '2024-01-31'],
  ])('not %s', async (_, person, holder, today) => {
    expect(await claims('ehic', person, today, holder)).toBeNull()
  })
  test('a type whose query does not ask for the holder has nothing for another', async () => {
    expect(await claims('be-social-statute', 'P04', FIXTURE_CLOCK, 'P02')).toBeNull()
    expect(await claims('pda1', 'P14', FIXTURE_CLOCK, 'P01')).toBeNull()
    expect(await claims('pid', 'P01', FIXTURE_CLOCK, 'P02')).toBeNull()
  })
})

/** The expected answers of the fixture day, by the codes that the questions ask first. */
describe('answers on the fixture day', () => {
  const sayYes = async (codes: string[]): Promise<string[]> => {
    const found = await Promise.all(
      persons.map(async ([id]) => {
        const statutes = ((await claims('be-social-statute', id))?.statutes ?? {}) as JsonObject
        return codes.some((code) => statutes[code] === 'yes') ? [id] : []
      }),
    )
    return found.flat()
  }
  test('train reduction', async () => {
    expect(await sayYes(['increased_reimbursement_any'])).toEqual(['P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P09', 'P12', 'P19'])
    expect(await sayYes(['increased_reimbursement'])).not.toContain('P03')
  })
  test('social energy tariff', async () => {
    expect(await sayYes(['social_energy_tariff'])).toEqual(['P01', 'P05', 'P06', 'P09', 'P10', 'P11', 'P12', 'P17', 'P19'])
  })
  test('museum at a reduced price', async () => {
    const yes = ['P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P09', 'P11', 'P12', 'P17', 'P19']
    expect(await sayYes(['limited_income_any', 'disability_recognised'])).toEqual(yes)
  })
  test('parking space', async () => {
    expect(await sayYes(['parking_card'])).toEqual(['P06'])
  })
})

describe('a source that does not answer', () => {
  let silent: Source
  beforeAll(() => {
    const path = join(folder, 'silent.db')
    const database = new DatabaseSync(path)
    loadSyntheticSource(database, FIXTURE_CLOCK)
    database.exec(`update authentic_sources set answers = 0 where code = 'NIC'`)
    database.close()
    silent = openSource(new URL('issuer/sources/be-social-statute', repository).pathname, { synthetic: path })
    sources.set('silent', silent)
  })
  const statutes = async (id: string) => mapClaims(silent.mapping, (await silent.find(at(insz, id), FIXTURE_CLOCK)) ?? {})
  test('its codes are unknown, never no', async () => {
    expect((await statutes('P20')).statutes).toMatchObject({
      increased_reimbursement: 'unknown',
      increased_reimbursement_any: 'unknown',
      limited_income_any: 'unknown',
      integration_income: 'no',
      companion: 'no',
    })
  })
  test('what another source says yes to stays yes', async () => {
    const { statutes: answers, periods } = await statutes('P01')
    expect(answers).toMatchObject({ limited_income_any: 'yes', increased_reimbursement_any: 'unknown' })
    expect((periods as JsonObject).increased_reimbursement_any).toEqual({})
    expect(at(types, 'be-social-statute').validate(await statutes('P01'))).toEqual([])
  })
})

describe('what shows without being shown', () => {
  const digests = async (id: string): Promise<Json> => {
    const { payload } = await conceal((await claims('be-social-statute', id)) ?? {}, at(types, 'be-social-statute').frame, primitives)
    const count = (value: Json | undefined): number => ((value as JsonObject)._sd as Json[]).length
    const { age_equal_or_over, residence, statutes, periods } = payload
    return {
      top: count(payload),
      ages: count(age_equal_or_over),
      residence: count(residence),
      statutes: count(statutes),
      periods: count(periods),
    }
  }
  test.each(persons.filter(([id]) => id !== 'P18').map(([id]) => [id]))('%s has as many digests as anybody', async (id) => {
    expect(await digests(id)).toEqual({ top: 4, ages: 8, residence: 4, statutes: 32, periods: 32 })
  })
  test('nobody living abroad, nobody without a birth date is left out', async () => {
    expect((await claims('be-social-statute', 'P16'))?.residence).toEqual({})
    expect((await claims('be-social-statute', 'P17'))?.age_equal_or_over).toEqual({})
  })
})
