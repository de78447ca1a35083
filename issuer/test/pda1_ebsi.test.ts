import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readTypes } from '@symbolon/command-line/folders'
import { mapClaims } from '@symbolon/credential'
import type { JsonObject } from '@symbolon/sd-jwt'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSource } from '../src/source.ts'
import { loadSyntheticSource, syntheticRegister } from '../src/synthetic_source.ts'
import { ANDREI } from './fixture.ts'

const ROOT = join(import.meta.dirname, '../..')
const [, SARAH] = [ANDREI, '90680809096']
const DAY = '2026-05-15'
const type = readTypes(join(ROOT, 'specs/credentials')).types.find(({ name }) => name === 'pda1-ebsi')

// EBSI's own schema refers to its parents by relative paths.
const ajv = new Ajv2020({ strict: false })
ajv.addFormat('date', (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)))
ajv.addFormat('date-time', (text) => /^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text)))
ajv.addFormat('uri', /^[a-z]+:/)
const read = (path: string): JsonObject => JSON.parse(readFileSync(join(ROOT, 'test/vectors/ebsi/schemas', path), 'utf8'))
for (const path of ['ebsi-attestation/2022-11_01/schema.json', 'ebsi-essp/pda1/2022-11_01/schema.json'])
  ajv.addSchema(read(path), `https://schemas.test/${path}`)
const ebsi = ajv.getSchema('https://schemas.test/ebsi-essp/pda1/2022-11_01/schema.json')
const example = read('ebsi-essp/pda1/2022-11_01/examples/essp-pda1-example.json')

/** Whether EBSI's own schema takes a credential with this subject. */
const ebsiTakes = ({ credentialSubject }: JsonObject): boolean =>
  ebsi?.({ ...example, credentialSubject: { id: 'did:example:holder', ...(credentialSubject as JsonObject) } }) === true

const folder = mkdtempSync(join(tmpdir(), 'symbolon-pda1-'))
let places = 0

/** The synthetic persons, and what a test changes about them. */
function population(...statements: string[]): string {
  const path = join(folder, `${places++}.sqlite`)
  const database = new DatabaseSync(path)
  loadSyntheticSource(database, '2026-06-15')
  for (const statement of statements) database.exec(statement)
  database.close()
  return path
}

async function claimsOf(name: string, subject: string, path: string): Promise<JsonObject | null> {
  const source = openSource(join(ROOT, 'issuer/sources', name), { synthetic: path })
  try {
    const row = await source.find(subject, DAY)
    return row === null ? null : mapClaims(source.mapping, row)
  } finally {
    source.close()
  }
}

interface Sections {
  readonly [section: string]: Record<string, unknown>
}
const sections = (claims: JsonObject | null): Sections => (claims?.credentialSubject ?? {}) as unknown as Sections

let plain: string
beforeAll(() => {
  plain = population()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the row of a PDA1 in the sections of EBSI', () => {
  test('of every person who has one is right by our schema and by that of EBSI', async () => {
    const found: string[] = []
    for (const { subject } of syntheticRegister()) {
      const claims = await claimsOf('pda1-ebsi', subject, plain)
      expect(claims === null).toBe((await claimsOf('pda1', subject, plain)) === null)
      if (claims === null) continue
      expect(type?.validate(claims)).toEqual([])
      expect(ebsiTakes(claims), JSON.stringify(ebsi?.errors)).toBe(true)
      found.push(subject)
    }
    expect(found).toEqual([ANDREI, SARAH])
  })

  test('says what the SD-JWT VC of the same row says', async () => {
    const [ours, theirs] = [await claimsOf('pda1', SARAH, plain), sections(await claimsOf('pda1-ebsi', SARAH, plain))]
    expect(ours).toMatchObject({
      subject: { pin: theirs.section1?.personalIdentificationNumber, dateOfBirth: theirs.section1?.dateBirth },
      memberstateAppliedLegislation: { startDate: theirs.section2?.startingDate, endDate: theirs.section2?.endingDate },
      employmentSituations: [{ name: theirs.section4?.nameBusinessName }],
      statusConfirmation: { statusConfirmationCode: '02' },
      competentInstitution: { institutionID: theirs.section6?.institutionID },
    })
    expect(theirs.section3).toEqual({ employedTwoOrMoreStates: true })
    expect(theirs.section5).toMatchObject({
      workPlaceNames: [{ seqno: 1, companyNameVesselName: 'Dépôt Fictif' }],
      workPlaceAddresses: [{ seqno: 1, address: { countryCode: 'FR' } }],
      noFixedAddress: true,
      noFixedAddressDescription: 'LU',
    })
  })

  test.each([
    ['01', 'postedEmployedPerson'],
    ['02', 'employedTwoOrMoreStates'],
    ['03', 'postedSelfEmployedPerson'],
    ['04', 'selfEmployedTwoOrMoreStates'],
    ['05', 'civilServant'],
    ['06', 'contractStaff'],
    ['07', 'mariner'],
    ['08', 'employedAndSelfEmployed'],
    ['09', 'civilAndEmployedSelfEmployed'],
    ['10', 'flightCrewMember'],
    ['11', 'exception'],
    ['12', 'workingInStateUnder21'],
  ])('status %s is %s', async (code, name) => {
    const claims = await claimsOf('pda1-ebsi', ANDREI, population(`update applicable_legislation set status_code = '${code}'`))
    expect(sections(claims).section3).toEqual({ [name]: true })
    expect([type?.validate(claims ?? {}), ebsiTakes(claims ?? {})]).toEqual([[], true])
  })

  test('a status that the schema has no word for is a fault of the data, and nothing is issued', async () => {
    const claims = await claimsOf('pda1-ebsi', ANDREI, population("update applicable_legislation set status_code = '13'"))
    expect(type?.validate(claims ?? {})).not.toEqual([])
  })

  test('with several employers the first by name is named, and the numbers of all are there', async () => {
    const path =
      population(`insert into applicable_legislation select insz, document_id, status_code, legislation, "from", "until", '02', '0999999724', 'Atelier Fictif',
      'Rue Inventée', '1', '1000', 'Bruxelles', 'GR', 'Ναυπηγείο', 'Οδός', '2', '10431', 'Αθήνα', 1, provisional, issued_on, event from applicable_legislation where insz = '${ANDREI}'`)
    const claims = await claimsOf('pda1-ebsi', ANDREI, path)
    const { section4, section5 } = sections(claims)
    expect(section4).toMatchObject({
      employee: true,
      selfEmployedActivity: true,
      nameBusinessName: 'Atelier Fictif',
      employerSelfEmployedActivityCodes: ['0999999724', '0999999922'],
    })
    const addresses = section5?.workPlaceAddresses as { seqno: number; address: { countryCode: string } }[]
    expect(addresses.map(({ seqno, address }) => [seqno, address.countryCode])).toEqual([
      [1, 'DE'],
      [2, 'EL'],
    ])
    expect([type?.validate(claims ?? {}), ebsiTakes(claims ?? {})]).toEqual([[], true])
  })

  test.each([
    ['GR', 'EL', ['EL', 'UK', 'MA']],
    ['GB', 'UK', ['EL', 'UK', 'MA']],
    ['MA', undefined, ['EL', 'UK', 'MA']],
  ])('somebody born and living in %s, of several nationalities', async (country, code, nationalities) => {
    const path = population(
      `update persons set birth_country = '${country}', country = '${country}', nationalities = '["GR","GB","MA"]', sex = 0 where insz = '${ANDREI}'`,
    )
    const claims = await claimsOf('pda1-ebsi', ANDREI, path)
    const { section1 } = sections(claims)
    expect([section1?.sex, section1?.nationalities]).toEqual(['98', nationalities])
    const { placeBirth, stateOfResidenceAddress } = section1 as Record<string, { countryCode?: string }>
    expect([placeBirth?.countryCode, stateOfResidenceAddress?.countryCode]).toEqual([code, code])
    expect([type?.validate(claims ?? {}), ebsiTakes(claims ?? {})]).toEqual([[], true])
  })

  test('somebody who works nowhere in particular has no places', async () => {
    const claims = await claimsOf('pda1-ebsi', ANDREI, population('update applicable_legislation set fixed_place = 0'))
    expect(sections(claims).section5).toEqual({ noFixedAddress: true, noFixedAddressDescription: 'DE' })
    expect([type?.validate(claims ?? {}), ebsiTakes(claims ?? {})]).toEqual([[], true])
  })
})

describe('neither schema takes', () => {
  test.each<[string, (subject: Sections) => unknown]>([
    ['a sex of another list', ({ section1 }) => Object.assign(section1 ?? {}, { sex: '03' })],
    ['a member that it does not know', ({ section2 }) => Object.assign(section2 ?? {}, { since: '2026-01-01' })],
    ['a member in an address that it does not know', ({ section4 }) => Object.assign(section4?.registeredAddress ?? {}, { country: 'BE' })],
    ['an end that is no date', ({ section2 }) => Object.assign(section2 ?? {}, { endingDate: 'soon' })],
    ['Greece by its ISO code', ({ section6 }) => Object.assign(section6?.address ?? {}, { countryCode: 'GR' })],
    ['a name that is too long', ({ section1 }) => Object.assign(section1 ?? {}, { surname: 'x'.repeat(156) })],
    ['no section 5', (subject) => Reflect.deleteProperty(subject, 'section5')],
  ])('%s', async (_, change) => {
    const claims = (await claimsOf('pda1-ebsi', SARAH, plain)) ?? {}
    expect([type?.validate(claims), ebsiTakes(claims)]).toEqual([[], true])
    change(sections(claims))
    expect([type?.validate(claims).length !== 0, ebsiTakes(claims)]).toEqual([true, false])
  })
})
