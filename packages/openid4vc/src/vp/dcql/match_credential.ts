import type { Path, View } from '@symbolon/credential'
import type { Json } from '@symbolon/sd-jwt'
import { selectClaims } from './claims_path.ts'
import type { ClaimQuery, CredentialQuery } from './query.ts'
import { hasAuthority } from './trusted_authorities/index.ts'

/** What matching reads of a credential: its view, and the key identifiers (base64url) of the authorities that its certificates name. */
export interface Held {
  readonly view: View
  readonly authorityKeys: readonly string[]
}

/** A credential that answers a query, and the claims to show: concrete paths, none when nothing that can be hidden is asked for. */
export interface Match<T> {
  readonly held: T
  readonly paths: readonly Path[]
}

/** Why a credential does not answer a query. `asked` and `found` are names of types, never values of claims. */
export interface Miss {
  readonly code: 'authority_not_asked' | 'binding_missing' | 'claim_missing' | 'format_not_asked' | 'type_not_asked' | 'value_not_asked'
  /** The claim that is missing or has another value. */
  readonly path?: Path
  readonly asked?: readonly string[]
  readonly found?: string
}

/** Holds one credential against one query (OpenID4VP 1.0 sections 6.1, 6.4.1). */
export function matchCredential<T extends Held>(query: CredentialQuery, held: T): Match<T> | Miss {
  const { view } = held
  if (query.types === undefined || query.format !== view.format)
    return { code: 'format_not_asked', asked: [query.format], found: view.format }
  if (!query.isOfType(view)) return { code: 'type_not_asked', asked: query.types, found: view.type }
  if (query.bound && view.holderKey === undefined) return { code: 'binding_missing' }
  if (!hasAuthority(query.authorities, held)) return { code: 'authority_not_asked' }
  const { claims, claimSets } = query
  const first = showAll(claimSets.length === 0 ? claims : claimsOf(query, claimSets[0] ?? []), view)
  if (!isMiss(first)) return { held, paths: first }
  for (const set of claimSets.slice(1)) {
    const paths = showAll(claimsOf(query, set), view)
    if (!isMiss(paths)) return { held, paths }
  }
  // Of several alternatives the preferred one says best what is missing.
  return first
}

const isMiss = (found: readonly Path[] | Miss): found is Miss => 'code' in found

const claimsOf = ({ claims }: CredentialQuery, ids: readonly string[]): ClaimQuery[] =>
  claims.filter(({ id }) => id !== undefined && ids.includes(id))

/** The places of all these claims, each once, or what is missing. */
function showAll(claims: readonly ClaimQuery[], view: View): readonly Path[] | Miss {
  const paths = new Map<string, Path>()
  for (const { path, values } of claims) {
    const selected = selectClaims(view, path)
    if (selected.length === 0) return { code: 'claim_missing', path }
    // A claim with another value is treated as one that is not there (section 6.4.1).
    const wanted = values === undefined ? selected : selected.filter(({ value }) => isOneOf(value, values))
    if (wanted.length === 0) return { code: 'value_not_asked', path }
    for (const { path: place } of wanted) paths.set(JSON.stringify(place), place)
  }
  return [...paths.values()]
}

const isOneOf = (value: Json, values: readonly Json[]): boolean => values.some((one) => one === value)
