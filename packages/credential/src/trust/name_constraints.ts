import type { GeneralName } from '@peculiar/asn1-x509'
import { type DistinguishedName, distinguishedName, isBelow } from './distinguished_name.ts'

/** A name of one of the forms we can compare, or of another form, of which only the kind matters. */
export type SubjectName =
  | { readonly form: 'dns' | 'uri'; readonly text: string }
  | { readonly form: 'directory'; readonly name: DistinguishedName }
  | { readonly form: 'email' | 'ip' | 'other' }

/** What an authority may and may not certify (RFC 5280 section 4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly SubjectName[]
  readonly excluded: readonly SubjectName[]
}

/** Reads one alternative name or the base of one subtree. */
export function subjectName(name: GeneralName): SubjectName {
  if (name.dNSName !== undefined) return { form: 'dns', text: name.dNSName }
  if (name.uniformResourceIdentifier !== undefined) return { form: 'uri', text: name.uniformResourceIdentifier }
  if (name.directoryName !== undefined) return { form: 'directory', name: distinguishedName(name.directoryName) }
  if (name.rfc822Name !== undefined) return { form: 'email' }
  return { form: name.iPAddress !== undefined ? 'ip' : 'other' }
}

/**
 * Whether an authority with these constraints may certify this name.
 *
 * A constraint on a form that we cannot compare refuses every name of that form, as RFC 5280 section 4.2.1.10 demands.
 */
export function permits(constraints: NameConstraints, name: SubjectName): boolean {
  const sameForm = (subtree: SubjectName): boolean => subtree.form === name.form
  const permitted = constraints.permitted.filter(sameForm)
  const excluded = constraints.excluded.filter(sameForm)
  if (permitted.length > 0 && !permitted.some((subtree) => within(name, subtree) === 'inside')) return false
  return excluded.every((subtree) => within(name, subtree) === 'outside')
}

function within(name: SubjectName, subtree: SubjectName): 'inside' | 'outside' | 'cannot say' {
  if (name.form === 'directory' && subtree.form === 'directory') return isBelow(name.name, subtree.name) ? 'inside' : 'outside'
  if (name.form === 'dns' && subtree.form === 'dns') return hostBelow(host(name.text), host(subtree.text))
  if (name.form === 'uri' && subtree.form === 'uri') return uriBelow(name.text, host(subtree.text))
  return 'cannot say'
}

/** dNSName: the base itself and whatever has more labels on its left. */
function hostBelow(name: string, base: string): 'inside' | 'outside' | 'cannot say' {
  // A leading dot has no meaning for this form, though some authorities write it.
  if (base.startsWith('.')) return 'cannot say'
  return base === '' || name === base || name.endsWith(`.${base}`) ? 'inside' : 'outside'
}

/** URI: its host is the base, or is below it when the base begins with a dot; one without a host name cannot be constrained. */
function uriBelow(uri: string, base: string): 'inside' | 'outside' | 'cannot say' {
  if (!URL.canParse(uri)) return 'cannot say'
  const name = host(new URL(uri).hostname)
  if (name === '' || name.includes(':') || /^[\d.]+$/.test(name)) return 'cannot say'
  if (base.startsWith('.')) return name.endsWith(base) ? 'inside' : 'outside'
  return name === base ? 'inside' : 'outside'
}

/** Host names differ neither by case nor by the dot of the root. */
const host = (text: string): string => text.toLowerCase().replace(/\.$/, '')
