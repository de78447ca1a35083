import { schemaIdHex, type Vcdm } from '@symbolon/credential'
import type { AccreditedFor } from '../records/accreditation.ts'

/** Why an accreditation does not cover what was done by it. */
export type NotCovered = 'type_not_covered' | 'schema_not_covered' | 'jurisdiction_not_covered' | 'scope_widened'

/** Types that every attestation has: they say nothing of what it is for. */
const GENERAL: readonly string[] = ['VerifiableCredential', 'VerifiableAttestation']

/** Whether these types say nothing of what a credential is for. */
export const isGeneral = (types: readonly string[]): boolean => types.every((type) => GENERAL.includes(type))

/** What a credential is for; one that is for nothing in particular is for just that. */
function specific(types: readonly string[]): readonly string[] {
  const found = types.filter((type) => !GENERAL.includes(type))
  return found.length > 0 ? found : types
}

/**
 * Whether an accreditation covers a credential: each of its types with one of its schemas, and where the verifier asks for
 * one, in that jurisdiction. More schemas only narrow what a credential may say.
 */
export function uncovered({ types, schemas }: Vcdm, by: readonly AccreditedFor[], jurisdiction: string | undefined): NotCovered | null {
  const named = schemas.map(schemaIdHex)
  for (const type of specific(types)) {
    const ofType = by.filter((line) => line.types.includes(type))
    if (ofType.length === 0) return 'type_not_covered'
    const ofSchema = ofType.filter(({ schema }) => schema !== null && named.includes(schema))
    if (ofSchema.length === 0) return 'schema_not_covered'
    if (jurisdiction !== undefined && !ofSchema.some(({ jurisdictions }) => jurisdictions?.includes(jurisdiction) ?? true))
      return 'jurisdiction_not_covered'
  }
  return null
}

/** Whether an accreditor gives no more than it has: every line of the child, type by type, within a line of its own. */
export function widened(child: readonly AccreditedFor[], by: readonly AccreditedFor[]): NotCovered | null {
  for (const line of child) {
    for (const type of specific(line.types)) {
      const above = by.filter((one) => one.schema !== null && one.schema === line.schema && one.types.includes(type))
      if (above.length === 0) return 'scope_widened'
      if (!above.some((one) => isWithin(line, one))) return 'jurisdiction_not_covered'
    }
  }
  return null
}

/** No limit below a limit is more than the limit. */
const isWithin = ({ jurisdictions: below }: AccreditedFor, { jurisdictions: above }: AccreditedFor): boolean =>
  above === undefined || (below?.every((one) => above.includes(one)) ?? false)
