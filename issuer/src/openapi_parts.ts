import type { JsonObject } from '@symbolon/sd-jwt'

/** A schema of the description, by its name. */
export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })

/** An answer in JSON. */
export const json = (schema: JsonObject, description: string): JsonObject => ({ description, content: { 'application/json': { schema } } })

/** An answer with validators, made for caches. */
export const text = (mediaTypes: string | readonly string[], description: string): JsonObject => ({
  description,
  headers: { ETag: { schema: { type: 'string' } } },
  content: Object.fromEntries([mediaTypes].flat().map((mediaType) => [mediaType, { schema: { type: 'string' } }])),
})

/** A body in JSON, with an example that works with the synthetic persons. */
export const body = (schema: string, example: JsonObject, required = true): JsonObject => ({
  required,
  content: { 'application/json': { schema: ref(schema), example } },
})

/** A form as OAuth sends it. */
export const form = (required: readonly string[], names: readonly string[], example: string): JsonObject => ({
  required: true,
  content: {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        required: [...required],
        properties: Object.fromEntries([...required, ...names].map((name) => [name, { type: 'string' }])),
      },
      example,
    },
  },
})

/** A refusal: the codes it may have. */
export const fault = (description: string): JsonObject => json(ref('Error'), description)

/** A parameter in the path. */
export const path = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string' } })

/** An object with these members; `closed`: and no others. */
export const object = (required: readonly string[], properties: JsonObject, closed = false): JsonObject => ({
  type: 'object',
  required: [...required],
  properties,
  ...(closed && { additionalProperties: false }),
})
