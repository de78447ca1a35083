import type { Json } from '@symbolon/sd-jwt'
import { afterAll, describe, expect, test } from 'vitest'
import { parseType, TYPE_FAULTS, type TypeFaultCode, type TypeFolder } from '../src/type/index.ts'
import { ATTESTATION_FAULTS } from './attestation_faults.ts'
import { edit } from './brick_edit.ts'
import { CARD, libraryCard } from './library_card.ts'

const without =
  (file: string) =>
  (folder: TypeFolder): TypeFolder => ({
    ...folder,
    files: Object.fromEntries(Object.entries(folder.files).filter(([name]) => name !== file)),
  })

const withFile = (file: string, text: string): TypeFolder => ({ ...libraryCard(), files: { ...libraryCard().files, [file]: text } })

const credential = (path: (string | number)[], value: Json | undefined): TypeFolder => libraryCard(edit('credential.json', path, value))
const schema = (path: (string | number)[], value: Json | undefined): TypeFolder => libraryCard(edit('schema.json', path, value))
const nl = (path: (string | number)[], value: Json | undefined): TypeFolder => libraryCard(edit('display/nl.json', path, value))
const sample = (path: (string | number)[], value: Json | undefined): TypeFolder => libraryCard(edit('sample.json', path, value))
const card = (from: string, to: string): TypeFolder => withFile('card.svg', CARD.replace(from, to))

test('the brick without a fault is a type', () => {
  const { type, faults } = parseType(libraryCard())
  expect(faults).toEqual([])
  expect(type?.vct).toBe('urn:example:library-card:1')
})

/** A claim that has all it needs, but a name of the envelope. */
const reserved = libraryCard((files) => {
  edit('schema.json', ['properties', 'exp'], { type: 'integer' })(files)
  edit('credential.json', ['claims', '+'], { path: ['exp'], sd: 'never' })(files)
  for (const language of ['nl', 'fr', 'de', 'en']) edit(`display/${language}.json`, ['claims', '+'], { path: ['exp'], label: 'exp' })(files)
})

/** A day without a status, and copies that nobody can revoke. */
const irreplaceable = libraryCard((files) => {
  edit('credential.json', ['status'], null)(files)
  edit('credential.json', ['lifetime', 'profile'], 'daily')(files)
  edit('credential.json', ['reissuance'], 'replace')(files)
})

type Row = [what: string, folder: TypeFolder, code: TypeFaultCode, file: string, path: string]

const ROWS: Row[] = [
  ['a file is not there', without('display/de.json')(libraryCard()), 'file_missing', 'display/de.json', ''],
  ['a file that is no part of a brick', withFile('README.md', ''), 'file_unknown', 'README.md', ''],
  ['JSON cut off', withFile('sample.json', '{"name":'), 'file_not_json', 'sample.json', ''],
  ['a member twice', withFile('sample.json', '{"name":"a","name":"b"}'), 'file_not_json', 'sample.json', ''],
  ['no vct', credential(['vct'], undefined), 'member_missing', 'credential.json', '/vct'],
  ['a vct without a version', credential(['vct'], 'urn:example:library-card'), 'member_malformed', 'credential.json', '/vct'],
  ['a member nobody knows', credential(['extends'], 'x'), 'member_unknown', 'credential.json', '/extends'],
  ['an unknown member deep down', credential(['lifetime', 'days'], 3), 'member_unknown', 'credential.json', '/lifetime/days'],
  ['a profile nobody knows', credential(['lifetime', 'profile'], 'year'), 'member_malformed', 'credential.json', '/lifetime/profile'],
  [
    'a time zone nobody knows',
    credential(['lifetime', 'time_zone'], 'Europe/Eupen'),
    'member_malformed',
    'credential.json',
    '/lifetime/time_zone',
  ],
  ['no copies', credential(['copies'], 0), 'member_malformed', 'credential.json', '/copies'],
  ['more copies than one answer can hold', credential(['copies'], 101), 'member_malformed', 'credential.json', '/copies'],
  ['no grant', credential(['grants'], []), 'member_malformed', 'credential.json', '/grants'],
  ['a grant nobody knows', credential(['grants', 0], 'password'), 'member_malformed', 'credential.json', '/grants/0'],
  ['a grant by half its name', credential(['grants', 0], 'pre-authorized_code'), 'member_malformed', 'credential.json', '/grants/0'],
  ['a grant twice', credential(['grants'], ['authorization_code', 'authorization_code']), 'member_malformed', 'credential.json', '/grants'],
  ['only to be renewed', credential(['grants'], ['refresh_token']), 'refresh_needs_grant', 'credential.json', '/grants'],
  ['no word on wallets', credential(['clients'], undefined), 'member_missing', 'credential.json', '/clients'],
  ['a type for no wallet', credential(['clients'], []), 'member_malformed', 'credential.json', '/clients'],
  ['wallets nobody has heard of', credential(['clients', '+'], 'trusted'), 'member_malformed', 'credential.json', '/clients/2'],
  ['wallets as text', credential(['clients'], 'anonymous'), 'member_malformed', 'credential.json', '/clients'],
  ['no word on renewal', credential(['reissuance'], undefined), 'member_missing', 'credential.json', '/reissuance'],
  ['a renewal nobody knows', credential(['reissuance'], 'suspend'), 'member_malformed', 'credential.json', '/reissuance'],
  ['copies to be replaced that have no status', irreplaceable, 'replacement_needs_status', 'credential.json', '/reissuance'],
  ['a revision below 1', credential(['revision'], 0), 'member_malformed', 'credential.json', '/revision'],
  ['no format', credential(['formats'], []), 'member_malformed', 'credential.json', '/formats'],
  ['bound to a key without a proof', credential(['proof_algorithms'], undefined), 'member_missing', 'credential.json', '/proof_algorithms'],
  ['a proof for a key that is not bound', credential(['holder_binding'], 'none'), 'member_unknown', 'credential.json', '/proof_algorithms'],
  [
    'an algorithm we do not verify',
    credential(['proof_algorithms'], ['HS256']),
    'member_malformed',
    'credential.json',
    '/proof_algorithms/0',
  ],
  ['an identifier that is not random', credential(['envelope', 'jti'], 'P01'), 'member_malformed', 'credential.json', '/envelope/jti'],
  ['bits that do not exist', credential(['status', 'bits'], 3), 'member_malformed', 'credential.json', '/status/bits'],
  ['no status for a long life', credential(['status'], null), 'status_missing', 'credential.json', '/status'],
  ['suspension in one bit', credential(['status', 'bits'], 1), 'suspension_needs_bits', 'credential.json', '/status/bits'],
  [
    'a claim the schema does not have',
    credential(['claims', '+'], { path: ['surname'], sd: 'never' }),
    'claim_path_not_in_schema',
    'credential.json',
    '/claims/5/path',
  ],
  [
    'an element of something that is no list',
    credential(['claims', '+'], { path: ['name', null], sd: 'never' }),
    'claim_path_not_in_schema',
    'credential.json',
    '/claims/5/path',
  ],
  [
    'an inherited member name',
    credential(['claims', '+'], { path: ['constructor'], sd: 'never' }),
    'claim_path_not_in_schema',
    'credential.json',
    '/claims/5/path',
  ],
  [
    'two rules for one claim',
    credential(['claims', '+'], { path: ['rooms', 'music'], sd: 'never' }),
    'claim_path_repeated',
    'credential.json',
    '/claims/5/path',
  ],
  [
    'a claim that no rule reaches',
    credential(['claims', 1], { path: ['rooms'], sd: 'never' }),
    'claim_without_rule',
    'credential.json',
    '/claims',
  ],
  ['a claim with a name of the envelope', reserved, 'claim_reserved', 'schema.json', '/properties/exp'],
  [
    'a disclosure that may be anything',
    credential(['claims', 1, 'sd'], 'sometimes'),
    'member_malformed',
    'credential.json',
    '/claims/1/sd',
  ],
  [
    'a life that ends by something else than a date',
    credential(['lifetime', 'ends_by'], [['name']]),
    'date_path_not_a_date',
    'credential.json',
    '/lifetime/ends_by/0',
  ],
  [
    'a period that begins nowhere',
    credential(['periods', 'right', 'from'], ['valid', 'begin']),
    'date_path_not_a_date',
    'credential.json',
    '/periods/right/from',
  ],
  [
    'a total at something that is not an object',
    credential(['totals', 0, 'path'], ['name']),
    'total_path_not_an_object',
    'credential.json',
    '/totals/0/path',
  ],
  [
    'a total where nothing is hidden',
    credential(['totals', 0, 'path'], ['valid']),
    'total_path_not_an_object',
    'credential.json',
    '/totals/0/path',
  ],
  [
    'two totals for one object',
    credential(['totals', '+'], { path: ['rooms'], total: 8 }),
    'total_path_repeated',
    'credential.json',
    '/totals/1/path',
  ],
  [
    'a claim named like a digest',
    schema(['properties', 'rooms', 'properties', '_sd'], { type: 'string' }),
    'claim_reserved',
    'schema.json',
    '/properties/rooms/properties/_sd',
  ],
  ['a claim named like every claim', schema(['properties', '*'], { type: 'string' }), 'claim_reserved', 'schema.json', '/properties/*'],
  ['a total that gives the number away', credential(['totals', 0, 'total'], 1), 'total_too_small', 'credential.json', '/totals/0/total'],
  ['a schema that is none', schema(['properties', 'name', 'minLength'], 'one'), 'schema_malformed', 'schema.json', ''],
  ['a format other than date', schema(['properties', 'name', 'format'], 'email'), 'schema_malformed', 'schema.json', ''],
  [
    'an object that is open',
    schema(['properties', 'rooms', 'additionalProperties'], undefined),
    'schema_not_strict',
    'schema.json',
    '/properties/rooms',
  ],
  [
    'names by pattern',
    schema(['properties', 'rooms', 'patternProperties'], { '^x': { type: 'string' } }),
    'schema_not_strict',
    'schema.json',
    '/properties/rooms',
  ],
  ['a place without a type', schema(['properties', 'name'], {}), 'schema_not_strict', 'schema.json', '/properties/name'],
  [
    'a place of two types',
    schema(['properties', 'name', 'type'], ['string', 'null']),
    'schema_not_strict',
    'schema.json',
    '/properties/name',
  ],
  ['a list of anything', schema(['properties', 'loans', 'items'], undefined), 'schema_not_strict', 'schema.json', '/properties/loans'],
  [
    'a reference to the outside',
    schema(['properties', 'name'], { $ref: 'https://example.org/name.json' }),
    'schema_reference_unknown',
    'schema.json',
    '/properties/name',
  ],
  [
    'a reference to nothing',
    schema(['properties', 'name'], { $ref: '#/$defs/name' }),
    'schema_reference_unknown',
    'schema.json',
    '/properties/name',
  ],
  [
    'a reference to itself',
    schema(['$defs', 'day'], { $ref: '#/$defs/day' }),
    'schema_reference_unknown',
    'schema.json',
    '/properties/valid/properties/from',
  ],
  [
    'a claim without a label',
    nl(['claims', 3], { path: ['name'], description: 'Wie het is.' }),
    'label_missing',
    'display/nl.json',
    '/claims',
  ],
  ['an empty label', nl(['claims', 3, 'label'], ''), 'member_malformed', 'display/nl.json', '/claims/3/label'],
  [
    'a label for nothing',
    nl(['claims', '+'], { path: ['surname'], label: 'Naam' }),
    'label_path_not_in_schema',
    'display/nl.json',
    '/claims/11/path',
  ],
  [
    'two labels for one claim',
    nl(['claims', '+'], { path: ['name'], label: 'Naam' }),
    'label_path_repeated',
    'display/nl.json',
    '/claims/11/path',
  ],
  [
    'words for a value that cannot occur',
    nl(['claims', 10, 'values', 'maybe'], 'Misschien'),
    'label_value_unknown',
    'display/nl.json',
    '/claims/10/values/maybe',
  ],
  ['no name', nl(['name'], undefined), 'member_missing', 'display/nl.json', '/name'],
  ['a sample that lacks a claim', sample(['rooms'], undefined), 'sample_malformed', 'sample.json', '/rooms'],
  ['a sample with a claim too many', sample(['age'], 8), 'sample_malformed', 'sample.json', '/age'],
  ['a sample with a day that does not exist', sample(['valid', 'until'], '2026-02-30'), 'sample_malformed', 'sample.json', '/valid/until'],
  ['a sample that runs backwards', sample(['valid', 'until'], '2025-12-31'), 'sample_malformed', 'sample.json', '/valid/until'],
  ['a face that nobody can name', card(' role="img"', ''), 'card_not_accessible', 'card.svg', ''],
  ['a face without a title', card('<title>Library card</title>', ''), 'card_not_accessible', 'card.svg', ''],
  ['a script in the face', card('<rect', '<script>alert(1)</script><rect'), 'card_not_safe', 'card.svg', ''],
  ['a handler in the face', card('<rect', '<rect onload="alert(1)"'), 'card_not_safe', 'card.svg', ''],
  ['a face that loads', card('<rect', '<image href="https://example.org/a.png" />\n<rect'), 'card_not_safe', 'card.svg', ''],
  ['a face that links', card('<rect', '<a href="#x"></a><rect'), 'card_not_safe', 'card.svg', ''],
  ['a face painted from the outside', card('#14303b', 'url(https://example.org/a.svg#b)'), 'card_not_safe', 'card.svg', ''],
  ['a face with styles', card('<rect', '<style>@import "https://example.org/a.css"</style><rect'), 'card_not_safe', 'card.svg', ''],
  ['foreign content in the face', card('<rect', '<foreignObject></foreignObject><rect'), 'card_not_safe', 'card.svg', ''],
  [
    'a document type in the face',
    withFile('card.svg', `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${CARD}`),
    'card_not_safe',
    'card.svg',
    '',
  ],
  ['a placeholder in the face', card('Library card', '{{name}}'), 'card_not_safe', 'card.svg', ''],
  ['a face that is not closed', card('</svg>', ''), 'card_not_safe', 'card.svg', ''],
  ['a comment in the face', card('<rect', '<!-- --><rect'), 'card_not_safe', 'card.svg', ''],
  ...ATTESTATION_FAULTS,
]

describe('one fault, named with its place', () => {
  test.each(ROWS)('%s', (_, folder, code, file, path) => {
    const { type, faults } = parseType(folder)
    expect(type).toBeUndefined()
    expect(faults.map((fault) => [fault.code, fault.file, fault.path])).toContainEqual([code, file, path])
    expect(new Set(faults.map((fault) => fault.code))).toEqual(new Set([code]))
    for (const { message } of faults) expect(message).toContain(TYPE_FAULTS[code])
  })
  afterAll(() => {
    expect(new Set(ROWS.map(([, , code]) => code))).toEqual(new Set(Object.keys(TYPE_FAULTS)))
  })
})

test('all faults come at once', () => {
  const folder = libraryCard((files) => {
    edit('credential.json', ['copies'], 0)(files)
    edit('credential.json', ['vct'], undefined)(files)
    edit('display/fr.json', ['name'], '')(files)
    edit('sample.json', ['rooms', 'music'], 'maybe')(files)
    edit('schema.json', ['properties', 'name'], {})(files)
    delete files['display/en.json']
  })
  const { faults } = parseType({ ...folder, files: { ...folder.files, 'card.svg': '<svg>' } })
  expect(new Set(faults.map(({ file }) => file))).toEqual(
    new Set(['credential.json', 'display/fr.json', 'schema.json', 'display/en.json', 'card.svg']),
  )
})

test('no value of a sample appears in a fault', () => {
  const { faults } = parseType(sample(['rooms', 'music'], 'Lotte Proefstuk'))
  expect(faults).toHaveLength(1)
  expect(JSON.stringify(faults)).not.toContain('Proefstuk')
})
