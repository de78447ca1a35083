import type { JsonObject } from '@symbolon/sd-jwt'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { isDate } from './calendar.ts'
import { type Fault, pointer } from './fault.ts'

/** Which code to use for what a JSON Schema finds. */
export interface SchemaCodes<Code extends string> {
  readonly missing: Code
  readonly unknown: Code
  readonly malformed: Code
}

let ajv: Ajv2020 | undefined

/** Made when the first schema is compiled: it costs as much as a tenth of the start of a program that may never need it. */
function compiler(): Ajv2020 {
  ajv ??= new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, logger: false, ownProperties: true })
  return ajv.addFormat('date', { type: 'string', validate: isDate })
}

/**
 * Compiles a JSON Schema 2020-12 once; the function it gives finds all faults of a value, by place and rule and never by value.
 *
 * Formats other than `date` are refused. Throws when the schema is not a valid one.
 */
export function compileSchema<Code extends string>(
  schema: JsonObject,
  codes: SchemaCodes<Code>,
): (value: unknown, file: string) => Fault<Code>[] {
  // A schema with an identifier would be registered under it, and could not be compiled twice.
  const { $id, ...anonymous } = schema
  const validate = compiler().compile(anonymous)
  return (value, file) =>
    validate(value) ? [] : (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map((error) => fault(error, file, codes))
}

function fault<Code extends string>(error: ErrorObject, file: string, codes: SchemaCodes<Code>): Fault<Code> {
  const { instancePath, keyword, params, message } = error
  if (keyword === 'required') {
    const name = String(params.missingProperty)
    return { file, path: instancePath + pointer(name), code: codes.missing, message: `"${name}" is missing` }
  }
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty)
    return { file, path: instancePath + pointer(name), code: codes.unknown, message: `"${name}" has no place here` }
  }
  const allowed = keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).slice(0, 12).join(', ')}` : ''
  return { file, path: instancePath, code: codes.malformed, message: `${message ?? keyword}${allowed}` }
}
