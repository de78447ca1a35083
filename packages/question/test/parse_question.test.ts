import { readdirSync, readFileSync } from 'node:fs'
import { type CredentialType, parseType } from '@symbolon/credential'
import type { Json } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { givenFault, parseQuestion } from '../src/index.ts'

const specs = new URL('../../../specs/', import.meta.url)

function folder(path: string): Record<string, string> {
  const names = readdirSync(new URL(path, specs), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(json|svg)$/.test(name))
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(`${path}${name}`, specs), 'utf8')]))
}

const types = new Map(
  readdirSync(new URL('credentials/', specs)).map((name): [string, CredentialType] => {
    const { type } = parseType({ name, files: folder(`credentials/${name}/`) })
    if (type === undefined) throw new Error(`${name} cannot be read`)
    return [type.vct, type]
  }),
)

type Files = Record<string, string>
/** The faults of a question after a change, as `code path`. */
function faults(name: string, change: (files: Files) => void): string[] {
  const files = folder(`questions/${name}/`)
  change(files)
  const { question, faults } = parseQuestion({ name, files }, types)
  if (faults.length > 0) expect(question).toBeUndefined()
  return faults.map(({ code, file, path }) => `${code} ${file} ${path}`)
}
const write = (file: string, text: string) => (files: Files) => {
  files[file] = text
}
/** Other members of a JSON file, or without one. */
const edit = (file: string, members: Readonly<Record<string, Json | undefined>>) => (files: Files) =>
  write(file, JSON.stringify({ ...JSON.parse(files[file] ?? ''), ...members }))(files)
const question = (members: Readonly<Record<string, Json | undefined>>) => edit('question.json', members)

describe('specs/question.md: the questions of this repository', () => {
  it.each(readdirSync(new URL('questions/', specs)))('%s is one, and its samples are answered as they say', (name) => {
    expect(parseQuestion({ name, files: folder(`questions/${name}/`) }, types)).toMatchObject({ faults: [], question: { name } })
  })

  it('the six of the first issue are there, and the one that the PDA1 of EBSI answers', () => {
    expect(readdirSync(new URL('questions/', specs)).sort()).toEqual([
      'ebsi-legislation-applies',
      'health-cover-abroad',
      'legislation-applies',
      'museum-reduced-price',
      'parking-space',
      'social-energy-tariff',
      'train-reduction',
    ])
  })
})

describe('specs/question.md: what is wrong is said, all of it at once', () => {
  const cases: [string, (files: Files) => void, string][] = [
    ['a file that is missing', (files) => void delete files['display/fr.json'], 'file_missing display/fr.json '],
    ['a file that is no part', write('notes.txt', ''), 'file_unknown notes.txt '],
    ['JSON with a member twice', write('samples.json', '[{"name":"a","name":"b"}]'), 'file_not_json samples.json '],
    ['a member that is missing', question({ retention: undefined }), 'member_missing question.json /retention'],
    ['a member that is unknown', question({ amount: 1 }), 'member_unknown question.json /amount'],
    ['a length of time without unit', question({ retention: '15' }), 'member_malformed question.json /retention'],
    ['a rule that is none', question({ rule: { equals: [1] } }), 'member_malformed question.json /rule/equals'],
    ['an operator that there is not', question({ rule: { matches: ['a', 'b'] } }), 'member_malformed question.json /rule'],
    ['a verdict that cannot mean no', question({ means: { signature_wrong: 'no' } }), 'member_malformed question.json /means'],
    [
      'a query without meta',
      question({ dcql_query: { credentials: [{ id: 'a', format: 'dc+sd-jwt' }] } }),
      'query_malformed question.json /dcql_query/credentials/0/meta',
    ],
    [
      'a type that nobody knows',
      question({ dcql_query: { credentials: [{ id: 'a', format: 'dc+sd-jwt', meta: { vct_values: ['urn:x:1'] } }] } }),
      'type_unknown question.json /dcql_query/credentials/0/meta',
    ],
    [
      'a rule on a type that is not asked for',
      question({ rule: { equals: [{ value: ['ehic', 'starting_date'] }, 'a'] } }),
      'type_unknown question.json /rule',
    ],
    [
      'a rule on a claim that the type does not have',
      question({ rule: { equals: [{ value: ['be-social-statute', 'statutes', 'rich'] }, 'yes'] } }),
      'place_not_in_type question.json /rule',
    ],
    [
      'a rule on a claim that is not asked for',
      question({ rule: { equals: [{ value: ['be-social-statute', 'statutes', 'companion'] }, 'yes'] } }),
      'value_not_asked question.json /rule',
    ],
    [
      'members of a place where some may be hidden',
      question({ rule: { in: ['companion', { members: ['be-social-statute', 'statutes'] }] } }),
      'place_may_be_hidden question.json /rule',
    ],
    ['a given value that the rule does not use', question({ given: { country: '[A-Z]{2}' } }), 'given_unused question.json /given/country'],
    [
      'a given value that is not declared',
      question({ rule: { equals: [{ given: 'country' }, 'DE'] } }),
      'member_missing question.json /given',
    ],
    ['a text that is empty', edit('display/de.json', { no: '' }), 'member_malformed display/de.json /no'],
    [
      'a sample whose answer is another',
      (files) => write('samples.json', (files['samples.json'] ?? '').replace('"answer": "yes"', '"answer": "no"'))(files),
      'sample_wrong samples.json /0/answer',
    ],
  ]
  it.each(cases)('%s', (_name, change, expected) => expect(faults('parking-space', change)).toContain(expected))

  it('a pattern of a given value that is none', () => {
    expect(faults('legislation-applies', question({ given: { country: '[', employer: '.' } }))).toContain(
      'member_malformed question.json /given/country',
    )
  })

  it('several at once', () => {
    const found = faults('parking-space', (files) => {
      delete files['display/nl.json']
      question({ form: 'song' })(files)
    })
    expect(found).toEqual(expect.arrayContaining(['file_missing display/nl.json ', 'member_malformed question.json /form']))
  })
})

describe('specs/question.md: what the relying party fixes', () => {
  const { question: asked } = parseQuestion({ name: 'legislation-applies', files: folder('questions/legislation-applies/') }, types)
  it('is named when it is missing, has another form, or was not asked for', () => {
    if (asked === undefined) throw new Error('the question cannot be read')
    expect(givenFault(asked, { country: 'DE', employer: '0999999922' })).toBeUndefined()
    expect(givenFault(asked, { country: 'DE' })).toEqual({ name: 'employer', what: 'missing' })
    expect(givenFault(asked, { country: 'Germany', employer: '1' })).toEqual({ name: 'country', what: 'malformed' })
    expect(givenFault(asked, { country: 'DE\n', employer: '1' })).toEqual({ name: 'country', what: 'malformed' })
    expect(givenFault(asked, { country: 'DE', employer: '1', constructor: 'x' })).toEqual({ name: 'constructor', what: 'not_asked' })
  })
})
