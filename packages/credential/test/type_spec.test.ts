import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkMapping, parseMapping, TRANSFORMS } from '../src/claims/index.ts'
import { ATTESTATION } from './attestation_brick.ts'
import { LIBRARY_CARD } from './library_card.ts'

const spec = readFileSync(new URL('../../../specs/credential-type.md', import.meta.url), 'utf8')
const blocks = new Map([...spec.matchAll(/^```json (\S+)\n(.*?)^```$/gms)].map(([, file = '', text = '']) => [file, text]))

test.each(['credential.json', 'schema.json', 'display/en.json', 'sample.json'])(
  'the example of the specification is the tested one: %s',
  (file) => {
    expect(JSON.parse(blocks.get(file) ?? 'null')).toEqual(LIBRARY_CARD[file])
  },
)

test('its mapping fits its schema', () => {
  const { mapping = [], faults } = parseMapping(blocks.get('claims.json') ?? '')
  expect(faults).toEqual([])
  expect(checkMapping(mapping, { schema: LIBRARY_CARD['schema.json'] ?? {} })).toEqual([])
})

test('its table of transforms is the whole table', () => {
  const table = spec.slice(spec.indexOf('| `as` |'))
  expect([...table.matchAll(/^\| `(\w+)` \| (?!column)/gm)].map(([, name]) => name)).toEqual(Object.keys(TRANSFORMS))
})

test('it names every member of credential.json', () => {
  const members = [LIBRARY_CARD['credential.json'], ATTESTATION['credential.json']].flatMap((json) => Object.keys(json ?? {}))
  for (const member of members) expect(spec).toContain(`| \`${member}\` |`)
})

test('its example for W3C credentials is the tested one', () => {
  const text = /^```json\n(.*?)^```$/ms.exec(spec.slice(spec.indexOf('### W3C credentials')))?.[1] ?? 'null'
  expect(ATTESTATION['credential.json']).toMatchObject(JSON.parse(text))
})
