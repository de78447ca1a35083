import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { primitives } from '@symbolon/primitives/node'
import { conceal, type Json, type JsonObject, parseSdJwt, reveal, serialize, unsignedJws } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CredentialType, LANGUAGES, label, metadataText, parseType, typeMetadata } from '../src/type/index.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const BRICKS = join(ROOT, 'specs/credentials')
const vectors = (name: string) => JSON.parse(readFileSync(join(ROOT, 'test/vectors/domain', name), 'utf8'))

function read(name: string) {
  const folder = join(BRICKS, name)
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => join(entry.parentPath, entry.name))
  return parseType({ name, files: Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')])) })
}

const names = readdirSync(BRICKS)
const type = (name: string): CredentialType => {
  const { type, faults } = read(name)
  expect(faults).toEqual([])
  if (type === undefined) throw new Error('no type')
  return type
}
const statute = type('be-social-statute')
const ehic = type('ehic')
const pda1 = type('pda1')
const pid = type('pid')

describe.each(names)('%s', (name) => {
  test('has no fault', () => {
    expect(read(name).faults).toEqual([])
  })
  test('its sample can be concealed, unless all of it is always shown', async () => {
    const { claims, frame, sample } = type(name)
    const isHidden = claims.some(({ sd }) => sd === 'always')
    expect((await conceal(sample, frame, primitives)).disclosures.length > 0).toBe(isHidden)
    expect(isHidden).toBe(type(name).vcdm === undefined)
  })
  test('whatever part of its sample is shown is right, and nothing else is asked for', async () => {
    const { frame, sample, validateShown } = type(name)
    const { payload, disclosures } = await conceal(sample, frame, primitives)
    const jwt = unsignedJws({ alg: 'ES256' }, payload).seal(new Uint8Array(64))
    await fc.assert(
      fc.asyncProperty(fc.subarray([...disclosures]), async (shown) => {
        const { claims } = await reveal(parseSdJwt(serialize(jwt, shown)), primitives)
        expect(validateShown(claims)).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
  test('has a face, and metadata that names its vct', () => {
    const brick = type(name)
    expect(brick.card).toContain('<title>')
    expect(JSON.parse(metadataText(brick)).vct).toBe(brick.vct)
  })
})

test('every type has a vct of its own', () => {
  const vcts = names.map((name) => type(name).vct)
  expect(vcts.sort()).toEqual([
    ...['VerifiablePortableDocumentA1', 'eu.we-build.pda1.1', 'urn:eudi:ehic:1', 'urn:eudi:pid:1', 'urn:symbolon:be:social-statute-code:1'],
    ...[
      'urn:symbolon:be:social-statute-paper:1',
      'urn:symbolon:be:social-statute:1',
      'urn:symbolon:ehic-code:1',
      'urn:symbolon:pda1-code:1',
    ],
  ])
})

test('every type goes to any wallet by an offer or a sign-in, and can be renewed; what new copies do differs', () => {
  for (const { clients, grants, copies } of [statute, ehic, pda1, pid]) {
    expect(clients).toEqual(['anonymous', 'registered'])
    expect([...grants].sort()).toEqual(['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:pre-authorized_code'])
    expect(copies).toBeGreaterThan(1)
  }
  expect([statute, ehic, pda1, pid].map(({ reissuance }) => reissuance)).toEqual(['keep', 'keep', 'replace', 'replace'])
})

describe('what is hidden', () => {
  const hidden = ({ claims }: CredentialType) =>
    claims.filter(({ sd }) => sd === 'always').map(({ path }) => path.map((step) => step ?? '[]').join('.'))
  test('be-social-statute: each statute alone, each period as a whole', () => {
    const { statutes } = vectors('statutes.json') as { statutes: { code: string }[] }
    const codes = statutes.map(({ code }) => code)
    expect(hidden(statute)).toEqual([
      ...['family_name', 'given_name', 'birthdate', 'personal_administrative_number'],
      ...['6', '12', '18', '26', '65'].map((age) => `age_equal_or_over.${age}`),
      ...['postal_code', 'municipality', 'region'].map((part) => `residence.${part}`),
      ...codes.map((code) => `statutes.${code}`),
      ...codes.map((code) => `periods.${code}`),
    ])
    expect(Object.fromEntries(statute.totals.map(({ path, total }) => [path.join('.'), total]))).toEqual({
      '': 4,
      age_equal_or_over: 8,
      residence: 4,
      statutes: 32,
      periods: 32,
    })
  })
  test('ehic: the two numbers, and nothing else is there to hide', () => {
    expect(hidden(ehic)).toEqual(['personal_administrative_number', 'document_number'])
  })
  test('pda1: the sixteen groups of the rulebook', () => {
    const groups = new Map<string, Set<string>>()
    for (const { path, group = '' } of pda1.claims) {
      const general = path.map((step, index) => (path[0] === 'placesOfWork' && index === 1 ? '<CC>' : (step ?? '[]'))).join('.')
      groups.set(group, (groups.get(group) ?? new Set()).add(general))
    }
    expect(Object.fromEntries([...groups].map(([group, paths]) => [group, [...paths]]))).toEqual({
      '': ['memberstateAppliedLegislation'],
      1: ['subject.pin'],
      2: ['subject.gender'],
      3: ['subject.names'],
      4: ['subject.dateOfBirth'],
      5: ['subject.nationalities'],
      6: ['subject.placeOfBirth'],
      7: ['subject.address.stateOfResidence'],
      8: ['subject.address.stateOfStay'],
      9: ['typeOfEmployment', 'name', 'employerID', 'typeOfID'].map((part) => `employmentSituations.[].${part}`),
      10: ['employmentSituations.[].address'],
      11: ['companyOrVesselName', 'flagBaseHomeState', 'companyID', 'typeOfID'].map((part) => `placesOfWork.<CC>.[].${part}`),
      12: ['placesOfWork.<CC>.[].address'],
      13: ['statusConfirmation'],
      14: ['documentID'],
      15: ['institutionID', 'institutionName', 'countryCode'].map((part) => `competentInstitution.${part}`),
      16: ['address', 'officePhoneNumber', 'officeFaxNumber', 'email'].map((part) => `competentInstitution.${part}`),
    })
  })
})

describe('what the envelopes hold', () => {
  test.each([
    ['be-social-statute', {}],
    ['ehic', { jti: 'random', sub: 'random' }],
    ['pda1', { jti: 'random', binding: 'device', attestation_legal_category: 'PuB-EAA' }],
    ['pid', {}],
  ])('%s', (name, envelope) => {
    expect(type(name).envelope).toEqual(envelope)
  })
})

describe('words', () => {
  test('every statute by its name of the list, every period after it', () => {
    const { statutes } = vectors('statutes.json') as { statutes: { code: string; display: Record<string, string> }[] }
    for (const { code, display } of statutes) {
      for (const language of LANGUAGES) {
        expect(label(statute, ['statutes', code], language)).toBe(display[language])
        expect(label(statute, ['periods', code], language)).toContain(display[language])
      }
    }
    expect(label(statute, ['periods', 'companion', 'until'], 'fr')).toBe('Jusqu’au (inclus)')
  })
  test('what an envelope adds has words too, those of the type first', () => {
    expect(LANGUAGES.map((language) => label(pda1, ['binding'], language))).toEqual(['Gebonden aan', 'Lié à', 'Gebunden an', 'Bound to'])
    for (const language of LANGUAGES)
      expect(label(pda1, ['attestation_legal_category'], language)).toBe(label(ehic, ['attestation_legal_category'], language))
    expect(label(pda1, ['toString'], 'en')).toBe(pda1.display.en.name)
  })
  test('every claim that can be hidden says in a sentence what it is', () => {
    for (const brick of [statute, ehic, pda1, pid]) {
      for (const { path } of brick.claims) {
        for (const language of LANGUAGES) expect(brick.display[language].claims.get(JSON.stringify(path))?.description).toMatch(/\S.*\.$/)
      }
    }
  })
  test('type metadata has them all, with null and without stars', () => {
    for (const brick of [statute, ehic, pda1, pid]) {
      const claims = typeMetadata(brick).claims as { path: Json[] }[]
      expect(claims.length).toBe(brick.display.en.claims.size)
      expect(claims.flatMap(({ path }) => path)).not.toContain('*')
    }
  })
})

/** What a check of digits alone can say is beyond a JSON Schema; everything else of the identifiers is in it. */
describe('identifiers', () => {
  const identifiers = vectors('identifiers.json')
  const without = (value: JsonObject, path: string[], set: Json): JsonObject => {
    const [step = '', ...rest] = path
    return { ...value, [step]: rest.length === 0 ? set : without(value[step] as JsonObject, rest, set) }
  }
  const accepts = (brick: CredentialType, path: string[], value: string) => brick.validate(without(brick.sample, path, value)).length === 0
  const checkedByDigits = ({ code, value }: { code: string; value: string }) => code === 'check_digits' && !value.endsWith('00')

  test.each<[string, CredentialType, string[]]>([
    ['insz', statute, ['personal_administrative_number']],
    ['insz', ehic, ['personal_administrative_number']],
    ['insz', pid, ['personal_administrative_number']],
    ['cbe', statute, ['issuing_authority', 'id']],
    ['ehic_card_number', ehic, ['document_number']],
    ['eessi_institution_id', ehic, ['authentic_source', 'id']],
  ])('%s', (kind, brick, path) => {
    for (const { value } of identifiers[kind].valid) expect([value, accepts(brick, path, value)]).toEqual([value, true])
    for (const wrong of identifiers[kind].invalid) {
      expect([wrong.value, accepts(brick, path, wrong.value)]).toEqual([wrong.value, checkedByDigits(wrong)])
    }
  })
  test.each([
    ['postal_code_be', ['residence', 'postal_code']],
    ['municipality_nis', ['residence', 'municipality']],
  ])('%s', (kind, path) => {
    for (const value of identifiers[kind].valid) expect([value, accepts(statute, path, value)]).toEqual([value, true])
    for (const value of identifiers[kind].invalid) expect([value, accepts(statute, path, value)]).toEqual([value, false])
  })
  test('a card of another state has numbers of that state', () => {
    const foreign = without(ehic.sample, ['issuing_authority', 'country'], 'FI')
    expect(ehic.validate({ ...foreign, personal_administrative_number: '131052-308T', document_number: 'A-1234' })).toEqual([])
    expect(ehic.validate({ ...ehic.sample, document_number: 'A-1234' })).toHaveLength(1)
  })
})

describe('rules of the domain', () => {
  const faults = (brick: CredentialType, change: (claims: JsonObject) => void) => {
    const claims = structuredClone(brick.sample)
    change(claims)
    return brick.validate(claims).map(({ code, path }) => `${code} ${path}`)
  }
  const at = (claims: JsonObject, ...path: (string | number)[]): JsonObject =>
    path.reduce<Json>((value, step) => (value as { [step: string | number]: Json })[step] ?? null, claims) as JsonObject
  test.each<[string, CredentialType, (claims: JsonObject) => void, string]>([
    [
      'somebody has at least one name',
      statute,
      (claims) => {
        delete claims.family_name
        delete claims.given_name
      },
      'claim_absent /family_name',
    ],
    [
      'every code of the list is there',
      statute,
      (claims) => {
        delete at(claims, 'statutes').blind
      },
      'claim_absent /statutes/blind',
    ],
    [
      'no code beside the list',
      statute,
      (claims) => {
        at(claims, 'statutes').orphan = 'yes'
      },
      'claim_not_in_schema /statutes/orphan',
    ],
    [
      'an answer is yes, no or unknown',
      statute,
      (claims) => {
        at(claims, 'statutes').blind = 'maybe'
      },
      'claim_against_schema /statutes/blind',
    ],
    [
      'an end has a start',
      statute,
      (claims) => {
        at(claims, 'periods').blind = { until: '2026-12-31' }
      },
      'claim_against_schema /periods/blind',
    ],
    [
      'cover does not end before it starts',
      ehic,
      (claims) => {
        claims.ending_date = '2025-06-30'
      },
      'dates_out_of_order /ending_date',
    ],
    [
      'no open-ended certificate',
      pda1,
      (claims) => {
        delete at(claims, 'memberstateAppliedLegislation').endDate
      },
      'claim_absent /memberstateAppliedLegislation/endDate',
    ],
    [
      'a certificate does not end before it starts',
      pda1,
      (claims) => {
        at(claims, 'memberstateAppliedLegislation').endDate = '2025-12-31'
      },
      'dates_out_of_order /memberstateAppliedLegislation/endDate',
    ],
    [
      'a place of work lies in the state it stands under',
      pda1,
      (claims) => {
        at(claims, 'placesOfWork', 'FR', 0, 'address').countryCode = 'DE'
      },
      'claim_against_schema /placesOfWork/FR/0/address/countryCode',
    ],
    [
      'work is in one of the 32 states',
      pda1,
      (claims) => {
        at(claims, 'placesOfWork').US = []
      },
      'claim_not_in_schema /placesOfWork/US',
    ],
    [
      'an exception is described only when it is one',
      pda1,
      (claims) => {
        at(claims, 'statusConfirmation').exceptionDescription = 'x'
      },
      'claim_against_schema /statusConfirmation/statusConfirmationCode',
    ],
    [
      'a Belgian enterprise has an enterprise number',
      pda1,
      (claims) => {
        at(claims, 'employmentSituations', 0).employerID = '123'
      },
      'claim_against_schema /employmentSituations/0/employerID',
    ],
    [
      'a company number says of which kind it is',
      pda1,
      (claims) => {
        at(claims, 'placesOfWork', 'FR', 0).companyID = '1'
      },
      'claim_against_schema /placesOfWork/FR/0',
    ],
    [
      'somebody lives or stays somewhere',
      pda1,
      (claims) => {
        at(claims, 'subject').address = {}
      },
      'claim_absent /subject/address/stateOfResidence',
    ],
    [
      'a place of birth says at least something',
      pid,
      (claims) => {
        claims.place_of_birth = {}
      },
      'claim_against_schema /place_of_birth',
    ],
    [
      'names of the older data model are not ours',
      ehic,
      (claims) => {
        claims.issuing_country = 'BE'
      },
      'claim_not_in_schema /issuing_country',
    ],
  ])('%s', (_, brick, change, fault) => {
    expect(faults(brick, change)).toContain(fault)
  })
  test('the certificate of another state keeps its own numbers', () => {
    expect(pda1.validate(vectors('third_party/webuild/pda1-sd-jwt-sample.json'))).toEqual([])
  })
})
