import type { JsonObject } from '@symbolon/sd-jwt'

const TEXT = { type: 'string', minLength: 1, maxLength: 500 }
const LENGTH = { type: 'string', pattern: '^[1-9][0-9]{0,3}[mhd]$' }
const PLACE = { type: 'array', minItems: 2, items: { type: ['string', 'integer', 'null'] } }
const SCALAR = { type: ['string', 'number', 'boolean'] }
const closed = (properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject => ({
  ...{ type: 'object', properties, additionalProperties: false },
  required: [...required],
})
const one = (name: string, schema: JsonObject): JsonObject => closed({ [name]: schema })
const pair = (name: string): JsonObject => one(name, { type: 'array', minItems: 2, maxItems: 2, items: { $ref: '#/$defs/operand' } })
const several = { type: 'array', minItems: 1, maxItems: 100, items: { $ref: '#/$defs/rule' } }

/** question.json as specs/question.md describes it. */
export const QUESTION: JsonObject = {
  ...closed(
    {
      revision: { type: 'integer', minimum: 1 },
      dcql_query: { type: 'object' },
      code_query: { type: 'object' },
      rule: { $ref: '#/$defs/rule' },
      form: { enum: ['answer', 'show', 'paper'] },
      max_status_age: LENGTH,
      retention: LENGTH,
      means: {
        type: 'object',
        additionalProperties: { const: 'no' },
        propertyNames: { enum: ['revoked', 'suspended', 'period_ended', 'period_not_begun'] },
      },
      given: { type: 'object', minProperties: 1, propertyNames: { pattern: '^[a-z_]+$' }, additionalProperties: TEXT },
      time_zone: TEXT,
      legal: closed({ basis: TEXT }),
      authorisation: closed({ reference: TEXT, url: { type: 'string', pattern: '^https://' } }),
    },
    ['revision', 'dcql_query', 'rule', 'form', 'max_status_age', 'retention', 'time_zone', 'legal', 'authorisation'],
  ),
  $defs: {
    rule: {
      oneOf: [
        one('all', several),
        one('any', several),
        one('not', { $ref: '#/$defs/rule' }),
        pair('equals'),
        pair('in'),
        pair('before'),
        pair('after'),
      ],
    },
    operand: {
      oneOf: [
        SCALAR,
        { type: 'array', minItems: 1, items: SCALAR },
        one('value', PLACE),
        one('members', PLACE),
        one('given', TEXT),
        one('either', { type: 'array', minItems: 2, items: { oneOf: [one('value', PLACE), one('members', PLACE)] } }),
        one('today', { const: true }),
      ],
    },
  },
}

/** display/<language>.json. */
export const DISPLAY: JsonObject = closed({ question: TEXT, purpose: TEXT, yes: TEXT, no: TEXT, unknown: TEXT, otherwise: TEXT })

/** samples.json: claims by the short name of their type, and the answer. */
export const SAMPLES: JsonObject = {
  type: 'array',
  minItems: 3,
  items: closed(
    {
      name: TEXT,
      claims: { type: 'object', additionalProperties: { type: 'object' } },
      given: { type: 'object', additionalProperties: { type: 'string' } },
      today: { type: 'string', format: 'date' },
      answer: { enum: ['yes', 'no', 'unknown'] },
    },
    ['name', 'claims', 'today', 'answer'],
  ),
}
