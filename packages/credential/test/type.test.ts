import { primitives } from '@symbolon/primitives/node'
import { conceal, type JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  type CredentialType,
  integrity,
  isDate,
  label,
  lifetime,
  localDate,
  metadataText,
  midnight,
  parseType,
  pickLanguage,
  typeMetadata,
} from '../src/type/index.ts'
import { LIBRARY_CARD, libraryCard } from './library_card.ts'

const ZONE = 'Europe/Brussels'
const utc = (text: string): number => Date.parse(text) / 1000

function read(change?: (files: Record<string, JsonObject>) => void): CredentialType {
  const { type, faults } = parseType(libraryCard(change))
  expect(faults).toEqual([])
  if (type === undefined) throw new Error('no type')
  return type
}

const library = read()

test('a brick can be read again, also when its schema has an identifier', () => {
  const named = () => read((files) => Object.assign(files['schema.json'] ?? {}, { $id: 'https://example.org/library-card.json' }))
  expect(named().validate(library.sample)).toEqual(named().validate(library.sample))
})

describe('claim rules', () => {
  test('a star is each member that the schema names there; mandatory is what the schema requires', () => {
    expect(library.claims).toEqual([
      { path: ['valid'], mandatory: true, sd: 'never' },
      { path: ['name'], mandatory: false, sd: 'always' },
      { path: ['rooms', 'reading'], mandatory: true, sd: 'always' },
      { path: ['rooms', 'music'], mandatory: true, sd: 'always' },
      { path: ['loans', null, 'title'], mandatory: false, sd: 'always', group: 'loan' },
      { path: ['loans', null, 'due'], mandatory: false, sd: 'always', group: 'loan' },
    ])
  })
  test('the frame conceals them and hides how many there are', async () => {
    const { payload, disclosures } = await conceal(library.sample, library.frame, primitives)
    expect(disclosures).toHaveLength(5)
    expect(Object.keys(payload).sort()).toEqual(['_sd', 'loans', 'rooms', 'valid'])
    expect((payload.rooms as { _sd: string[] })._sd).toHaveLength(4)
  })
  test('a claim may be absent when the schema says so, and must not when it does not', async () => {
    const { name, ...nameless } = library.sample
    expect((await conceal(nameless, library.frame, primitives)).disclosures).toHaveLength(4)
    const { rooms, ...roomless } = library.sample
    await expect(conceal(roomless, library.frame, primitives)).rejects.toThrow('claim_not_there')
  })
})

describe('claims are held against the schema', () => {
  test.each<[string, JsonObject, string, string]>([
    ['a mandatory claim is missing', { valid: { from: '2026-01-01', until: '2026-12-31' } }, 'claim_absent', '/rooms'],
    ['a claim nobody knows', { ...library.sample, age: 8 }, 'claim_not_in_schema', '/age'],
    ['a claim of another kind', { ...library.sample, name: 8 }, 'claim_against_schema', '/name'],
    [
      'a day that does not exist',
      { ...library.sample, valid: { from: '2026-02-29', until: '2026-12-31' } },
      'claim_against_schema',
      '/valid/from',
    ],
    [
      'a period that runs backwards',
      { ...library.sample, valid: { from: '2026-06-02', until: '2026-06-01' } },
      'dates_out_of_order',
      '/valid/until',
    ],
  ])('%s', (_, claims, code, path) => {
    expect(library.validate(claims).map((fault) => [fault.code, fault.path])).toEqual([[code, path]])
  })
  test('a period of one day is a period', () => {
    expect(library.validate({ ...library.sample, valid: { from: '2026-06-01', until: '2026-06-01' } })).toEqual([])
  })
})

describe('days', () => {
  test.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '26-01-01', '2026-06-31', '', '2026-06-15T00:00'])(
    '%j is no date',
    (text) => {
      expect(isDate(text)).toBe(false)
    },
  )
  test.each(['2024-02-29', '0001-01-01', '9999-12-31'])('%s is one', (text) => {
    expect(isDate(text)).toBe(true)
  })
  test.each([
    ['2026-01-15', '2026-01-14T23:00:00Z'],
    ['2026-06-15', '2026-06-14T22:00:00Z'],
    // Clocks go forward in the night of 28 to 29 March and back in that of 24 to 25 October.
    ['2026-03-29', '2026-03-28T23:00:00Z'],
    ['2026-03-30', '2026-03-29T22:00:00Z'],
    ['2026-10-25', '2026-10-24T22:00:00Z'],
    ['2026-10-26', '2026-10-25T23:00:00Z'],
  ])('%s begins at %s', (date, instant) => {
    expect(midnight(date, ZONE)).toBe(utc(instant))
    expect(localDate(utc(instant), ZONE)).toBe(date)
    expect(localDate(utc(instant) - 1, ZONE)).toBe(addDays(date, -1))
  })
  test('another zone has other days', () => {
    expect(localDate(utc('2026-06-15T22:30:00Z'), ZONE)).toBe('2026-06-16')
    expect(localDate(utc('2026-06-15T22:30:00Z'), 'America/New_York')).toBe('2026-06-15')
    expect(midnight('2026-06-15', 'America/New_York')).toBe(utc('2026-06-15T04:00:00Z'))
  })
})

describe('lifetime, profile quarter', () => {
  const endless = { ...library, lifetime: { ...library.lifetime, endsBy: [] } }
  test.each([
    ['2026-06-15T10:00:00+02:00', '2026-06-15', '2026-07-01'],
    ['2026-06-16T23:59:59+02:00', '2026-06-16', '2026-07-01'],
    // The last 14 days of a quarter: 17 to 30 June.
    ['2026-06-17T00:00:00+02:00', '2026-06-17', '2026-10-01'],
    ['2026-06-30T23:59:59+02:00', '2026-06-30', '2026-10-01'],
    ['2026-07-01T00:00:00+02:00', '2026-07-01', '2026-10-01'],
    ['2026-09-17T00:00:00+02:00', '2026-09-17', '2027-01-01'],
    ['2026-12-17T23:59:59+01:00', '2026-12-17', '2027-01-01'],
    ['2026-12-18T00:00:00+01:00', '2026-12-18', '2027-04-01'],
    ['2026-12-31T23:59:59+01:00', '2026-12-31', '2027-04-01'],
    ['2027-03-18T00:00:00+01:00', '2027-03-18', '2027-07-01'],
  ])('issued %s: from %s until %s', (now, start, end) => {
    const times = { issuedAt: midnight(start, ZONE), notBefore: midnight(start, ZONE), expires: midnight(end, ZONE) }
    expect(lifetime(endless, library.sample, utc(now))).toEqual(times)
  })
  test('the last day of a right is its end when that comes first, and the day counts', () => {
    const until = (date: string) =>
      lifetime(library, { ...library.sample, valid: { from: '2026-01-01', until: date } }, utc('2026-06-15T10:00:00Z')).expires
    expect(until('2026-06-20')).toBe(midnight('2026-06-21', ZONE))
    expect(until('2026-06-30')).toBe(midnight('2026-07-01', ZONE))
    expect(until('2026-12-31')).toBe(midnight('2026-07-01', ZONE))
    expect(until('2026-06-15')).toBe(midnight('2026-06-16', ZONE))
    expect(until('9999-12-31')).toBe(midnight('2026-07-01', ZONE))
  })
  test('nothing is issued for a right that is over', () => {
    const claims = { ...library.sample, valid: { from: '2026-01-01', until: '2026-06-14' } }
    expect(() => lifetime(library, claims, utc('2026-06-15T00:00:00+02:00'))).toThrow('right_ended')
    expect(lifetime(library, claims, utc('2026-06-14T23:59:59+02:00')).expires).toBe(midnight('2026-06-15', ZONE))
  })
})

describe('lifetime, profile daily', () => {
  const daily = read((files) => {
    files['credential.json'] = {
      ...LIBRARY_CARD['credential.json'],
      status: null,
      reissuance: 'keep',
      lifetime: { profile: 'daily', time_zone: ZONE },
    }
  })
  test.each([
    ['2026-06-15T10:00:00Z', '2026-06-14T22:00:00Z', '2026-06-15T22:00:00Z'],
    ['2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T23:00:00Z'],
    ['2026-10-25T10:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T22:00:00Z'],
  ])('issued %s: 24 hours from %s, never more', (now, start, end) => {
    expect(lifetime(daily, daily.sample, utc(now))).toEqual({ issuedAt: utc(start), notBefore: utc(start), expires: utc(end) })
  })
})

describe('lifetime, profile three_months', () => {
  const letter = read((files) => {
    files['credential.json'] = { ...LIBRARY_CARD['credential.json'], lifetime: { profile: 'three_months', time_zone: ZONE } }
  })
  const long = { ...letter.sample, valid: { from: '2026-01-01', until: '2030-12-31' } }
  test.each([
    ['2026-06-15T10:00:00Z', '2026-06-14T22:00:00Z', '2026-08-31T22:00:00Z'],
    ['2026-06-30T22:30:00Z', '2026-06-30T22:00:00Z', '2026-09-30T22:00:00Z'],
    ['2026-10-31T10:00:00Z', '2026-10-30T23:00:00Z', '2026-12-31T23:00:00Z'],
    ['2026-12-01T10:00:00Z', '2026-11-30T23:00:00Z', '2027-02-28T23:00:00Z'],
  ])('issued %s: from %s to %s, never more than three months', (now, start, end) => {
    expect(lifetime(letter, long, utc(now))).toEqual({ issuedAt: utc(start), notBefore: utc(start), expires: utc(end) })
  })
})

describe('type metadata (SD-JWT VC draft 19 section 5)', () => {
  const metadata = typeMetadata(library)
  const claims = metadata.claims as { path: unknown[]; sd: string; mandatory?: boolean; display: { locale: string; label: string }[] }[]
  const claim = (...path: unknown[]) => claims.find((entry) => JSON.stringify(entry.path) === JSON.stringify(path))
  test('names the type and speaks four languages', () => {
    expect(metadata.vct).toBe('urn:example:library-card:1')
    expect((metadata.display as { locale: string }[]).map(({ locale }) => locale)).toEqual(['nl', 'fr', 'de', 'en'])
  })
  test('every claim has its label in each, null for elements, no star', () => {
    expect(claim('loans', null, 'due')).toEqual({
      path: ['loans', null, 'due'],
      display: [
        { locale: 'nl', label: 'Terug op' },
        { locale: 'fr', label: 'À rendre le' },
        { locale: 'de', label: 'Zurück am' },
        { locale: 'en', label: 'Due on' },
      ],
      sd: 'always',
    })
    expect(claims).toHaveLength(10)
    for (const { path, display } of claims) {
      expect(path).not.toContain('*')
      for (const { label: words } of display) expect(words).not.toBe('')
    }
  })
  test('sd and mandatory as the brick says', () => {
    expect(claim('rooms', 'music')).toMatchObject({ sd: 'always', mandatory: true })
    expect(claim('name')).not.toHaveProperty('mandatory')
    expect(claim('rooms')?.sd).toBe('never')
    expect(claim('valid', 'from')?.sd).toBe('never')
  })
  test('the face is inside, nothing is fetched', () => {
    for (const { rendering } of metadata.display as { rendering: { svg_template: [{ uri: string }] } }[]) {
      expect(rendering.svg_template[0].uri).toMatch(/^data:image\/svg\+xml;base64,/)
    }
  })
  test('the same brick gives the same bytes, whatever the order of its files', () => {
    const folder = libraryCard()
    const { type } = parseType({ ...folder, files: Object.fromEntries(Object.entries(folder.files).reverse()) })
    expect(type && metadataText(type)).toBe(metadataText(library))
  })
  test('integrity is that of Subresource Integrity: standard base64 over UTF-8 (section 6)', async () => {
    expect(await integrity('', primitives)).toBe('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
    expect(await integrity('é', primitives)).toBe('sha256-SplVfkAzw1Od4utlRyAXytX5VX96BiWgnxw/biumnEw=')
  })
})

describe('labels', () => {
  test('of a claim, of any element, of what it stands in, of the type', () => {
    expect(label(library, ['rooms', 'music'], 'nl')).toBe('Muziekzaal')
    expect(label(library, ['loans', 3, 'title'], 'fr')).toBe('Titre')
    expect(label(library, ['loans', null, 'title'], 'de')).toBe('Titel')
    expect(label(library, ['rooms', 'unheard-of'], 'en')).toBe('Rooms')
    expect(label(library, ['constructor'], 'en')).toBe('Library card')
  })
  test('a star gives words to all, an entry of its own goes before', () => {
    expect(library.display.nl.claims.get('["rooms","music"]')).toEqual({
      label: 'Muziekzaal',
      values: { yes: 'Ja', no: 'Nee' },
      description: 'Bibliotheekkaart',
      isGeneral: true,
    })
  })
  test.each([
    [['fr-BE', 'nl'], 'fr'],
    [['pt', 'DE_be'], 'de'],
    [['pt'], 'en'],
    [[], 'en'],
  ] as const)('of %j we take %s', (wanted, found) => {
    expect(pickLanguage(wanted)).toBe(found)
  })
})
