import { isObject, type Json, type JsonObject } from '@symbolon/sd-jwt'

/** What a schema says of claims that must be there, or be there together: a holder may have left out any of them. */
const OF_PRESENCE: ReadonlySet<string> = new Set([
  ...['required', 'dependentRequired', 'dependentSchemas', 'minProperties', 'minItems', 'contains', 'minContains', 'maxContains'],
  ...['anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
])
/** Keywords whose members are schemas by a name of the claims' own; one may be called `required`. */
const BY_NAME: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs'])
/** Keywords that hold values, not schemas. */
const OF_VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples'])

/**
 * The schema that whatever a holder shows must satisfy: every value that is there has the form the type gives it.
 *
 * It does not ask for what is absent, and not against members it does not know: a later revision may add optional claims
 * under the same `vct` (specs/credential-type.md), and who knows the earlier one can read on.
 */
export function shownSchema(schema: JsonObject): JsonObject {
  const shown: JsonObject = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (OF_PRESENCE.has(keyword) || (keyword === 'additionalProperties' && value === false)) continue
    shown[keyword] = OF_VALUES.has(keyword) ? value : below(value, BY_NAME.has(keyword))
  }
  return shown
}

function below(value: Json, isByName: boolean): Json {
  if (Array.isArray(value)) return value.map((element) => below(element, false))
  if (!isObject(value)) return value
  return isByName ? Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, below(schema, false)])) : shownSchema(value)
}
