import type { Vcdm } from '../../model.ts'
import { schemaIdHex, type TypeVcdm } from '../../type/index.ts'

/**
 * Whether a W3C credential is of a type by all that it says: the same types in the same order, all schemas of the type, and none that the type
 * does not know. A schema that is not known asks for something that cannot be checked, so then it is not known either.
 */
export function checkVcdm(vcdm: Vcdm, type: TypeVcdm): 'types_not_of_type' | 'schema_not_of_type' | 'schema_not_known' | null {
  if (JSON.stringify(vcdm.types) !== JSON.stringify(type.types)) return 'types_not_of_type'
  const named = new Set(vcdm.schemas.map(nameOf))
  const wanted = new Set(type.schemas.map(({ id }) => nameOf(id)))
  if (!wanted.isSubsetOf(named)) return 'schema_not_of_type'
  return named.isSubsetOf(wanted) ? null : 'schema_not_known'
}

/** Where a registry of EBSI gives a schema out says nothing about it; any other identifier is compared as it is written. */
const nameOf = (id: string): string => schemaIdHex(id) ?? id
