import { base58 } from '../../did/base58.ts'
import type { Vcdm } from '../../model.ts'
import type { TypeVcdm } from '../../type/index.ts'

/** An identifier of the EBSI schema registry: SHA-256 in base58btc or in hexadecimal. */
const LONGEST_ID = 66

/**
 * Whether a W3C credential is of a type by all that it says: the same types in the same order, all schemas of the type, and none that the type
 * does not know. A schema that is not known asks for something that cannot be checked, so then it is not known either.
 */
export function checkVcdm(vcdm: Vcdm, type: TypeVcdm): 'types_not_of_type' | 'schema_not_of_type' | 'schema_not_known' | null {
  if (JSON.stringify(vcdm.types) !== JSON.stringify(type.types)) return 'types_not_of_type'
  const named = new Set(vcdm.schemas.map(schemaId))
  const wanted = new Set(type.schemas.map(({ id }) => schemaId(id)))
  if (!wanted.isSubsetOf(named)) return 'schema_not_of_type'
  return named.isSubsetOf(wanted) ? null : 'schema_not_known'
}

/** What the last segment of an address or EBSI URI stands for: `z...` and `0x...` of the same bytes are the same schema, whatever registry gives it out. */
export function schemaId(id: string): string {
  const segment = id.slice(id.lastIndexOf('/') + 1)
  const bytes = segment.startsWith('z') && segment.length <= LONGEST_ID ? base58(segment.slice(1)) : null
  if (bytes?.length === 32) return bytes.toHex()
  return /^0x[0-9a-f]{64}$/i.test(segment) ? segment.slice(2).toLowerCase() : id
}
