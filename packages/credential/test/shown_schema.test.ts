import { expect, test } from 'vitest'
import { shownSchema } from '../src/type/shown_schema.ts'

const TEXT = { type: 'string' }

test('asks for the form of what is there, not for its being there', () => {
  const schema = {
    type: 'object',
    required: ['name'],
    minProperties: 2,
    anyOf: [{ required: ['name'] }, { required: ['number'] }],
    dependentRequired: { name: ['number'] },
    additionalProperties: false,
    properties: { name: { type: 'string', pattern: '^[A-Z]' }, list: { type: 'array', minItems: 1, items: { ...TEXT, maxLength: 3 } } },
  }
  expect(shownSchema(schema)).toEqual({
    type: 'object',
    properties: { name: { type: 'string', pattern: '^[A-Z]' }, list: { type: 'array', items: { ...TEXT, maxLength: 3 } } },
  })
})

test('keeps claims that are called like a keyword, and values that look like schemas', () => {
  const schema = {
    properties: { required: TEXT, if: TEXT, minItems: TEXT },
    $defs: { not: TEXT },
    const: { required: ['x'] },
    enum: [{ not: 1 }],
  }
  expect(shownSchema(schema)).toEqual(schema)
})

test('keeps what is said of members by any name', () => {
  const schema = { additionalProperties: { type: 'array', minItems: 1, items: TEXT } }
  expect(shownSchema(schema)).toEqual({ additionalProperties: { type: 'array', items: TEXT } })
})
