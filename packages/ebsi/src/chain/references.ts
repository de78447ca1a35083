import { memo, type Need, partKey, type Vcdm } from '@symbolon/credential'
import { type AttributeReference, parseAttributeReference, type Registry } from '../identifiers/index.ts'

/** Nobody has more accreditations for one type; each costs a verification. */
const MOST = 4

/** How many records are asked for, or looked at, for one credential: several references a step would multiply. */
export const MOST_RECORDS = 32

/** An attribute that is named, and how evidence calls it. */
export interface NamedAttribute extends AttributeReference {
  readonly need: Need
  readonly key: string
}

/** What a credential says of one accreditation of its issuer, and the attribute that it names; null when that is none of these registries. */
export interface Reference {
  readonly text: string
  readonly attribute: NamedAttribute | null
}

/** Gathering asks for it in each round, and the walk once more, with the same list of registries. */
const read = memo<Vcdm, { readonly registries: readonly Registry[]; readonly references: readonly Reference[] | null }>()

/** What a credential says of the accreditations that its issuer has. Null when it says too much. */
export function referencesIn(vcdm: Vcdm, registries: readonly Registry[]): readonly Reference[] | null {
  const known = read.get(vcdm)
  if (known?.registries === registries) return known.references
  const references = readReferences(vcdm, registries)
  read.set(vcdm, { registries, references })
  return references
}

function readReferences({ termsOfUse }: Vcdm, registries: readonly Registry[]): readonly Reference[] | null {
  const named = termsOfUse.filter(
    ({ type }) => type === 'IssuanceCertificate' || (Array.isArray(type) && type.includes('IssuanceCertificate')),
  )
  if (named.length > MOST) return null
  return named.map(({ id }) => {
    const text = typeof id === 'string' ? id : ''
    const attribute = parseAttributeReference(text, registries)
    return { text, attribute: attribute && called(attribute) }
  })
}

/** The name under which an attribute is kept as evidence. */
export const needOf = ({ did, attributeId }: AttributeReference) => ({ kind: 'accreditation', id: `${did} ${attributeId}` }) as const

function called(attribute: AttributeReference): NamedAttribute {
  const need = needOf(attribute)
  return { ...attribute, need, key: partKey(need) }
}
