import { toBase58 } from '@symbolon/credential'
import { base64url, isObject, type Json, type JsonObject, type Primitives, setMember } from '@symbolon/sd-jwt'
import { bundled } from './bundled_schema.ts'
import { canonical } from './canonical.ts'

/** Members that describe a schema and do not decide what it accepts; they are left out at any depth, a property of such a name too. */
const DESCRIBING: readonly string[] = ['title', 'description', 'default', 'deprecated', 'readOnly', 'writeOnly', 'examples']

/** The id of a schema in the Trusted Schemas Registry, in its two spellings. */
export interface SchemaId {
  /** `0x` and hexadecimal. */
  readonly hex: string
  /** `z` and base58btc. */
  readonly multibase: string
}

/**
 * The id that the Trusted Schemas Registry v3 gives a schema: the SHA-256 of its canonical form, written as JSON text once more.
 *
 * `file` is the schema's own name and `load` gives the schemas that it names, by their paths resolved against that name;
 * throws `EbsiError` (`schema_reference_unknown`) for a reference that leads nowhere.
 */
export async function schemaId(
  schema: JsonObject,
  where: { readonly file: string; load(path: string): JsonObject | undefined },
  primitives: Primitives,
): Promise<SchemaId> {
  const text = JSON.stringify(canonical(stripped(bundled(schema, where))))
  const bytes = base64url.decode(await primitives.digest('sha-256', new TextEncoder().encode(text)))
  return { hex: `0x${bytes.toHex()}`, multibase: `z${toBase58(bytes)}` }
}

function stripped(value: Json): Json {
  if (Array.isArray(value)) return value.map(stripped)
  if (!isObject(value)) return value
  const kept: JsonObject = {}
  for (const [name, member] of Object.entries(value)) if (!DESCRIBING.includes(name)) setMember(kept, name, stripped(member))
  return kept
}
