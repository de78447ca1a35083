import { type Held, type Match, type Miss, matchCredential } from './match_credential.ts'
import type { CredentialQuery, CredentialSet, DcqlQuery } from './query.ts'

/** What is held for one query of a credential, and why the rest is not for it. */
export interface QueryMatches<T> {
  readonly query: CredentialQuery
  readonly matches: readonly Match<T>[]
  readonly misses: readonly { readonly held: T; readonly miss: Miss }[]
}

/** What is held for a whole query. */
export interface DcqlMatches<T> {
  readonly queries: readonly QueryMatches<T>[]
  /** Combinations of query identifiers that answer it, the preferred one first; none: it cannot be answered, and nothing may be shown. */
  readonly selections: readonly (readonly string[])[]
  /** The queries for which nothing is held. */
  readonly unmet: readonly string[]
}

/** A person chooses among a few; a query that multiplies alternatives gets no more of our time. */
const MOST_SELECTIONS = 64

/** Holds everything that is held against a query (OpenID4VP 1.0 section 6.4). Never throws: what does not match has a reason. */
export function matchDcql<T extends Held>(query: DcqlQuery, held: readonly T[]): DcqlMatches<T> {
  const queries = query.credentials.map((credential) => matchAll(credential, held))
  const met = new Set(queries.filter(({ matches }) => matches.length > 0).map(({ query: { id } }) => id))
  return {
    queries,
    selections: selectionsOf(query, met),
    unmet: query.credentials.map(({ id }) => id).filter((id) => !met.has(id)),
  }
}

/** Whether these answers make up a whole one (section 8.6): all that is asked for, or an option of each set that is required. */
export function answersSets({ credentials, credentialSets }: DcqlQuery, answered: ReadonlySet<string>): boolean {
  if (credentialSets.length === 0) return credentials.every(({ id }) => answered.has(id))
  return credentialSets.every(({ options, required }) => !required || options.some((option) => option.every((id) => answered.has(id))))
}

function matchAll<T extends Held>(query: CredentialQuery, held: readonly T[]): QueryMatches<T> {
  const matches: Match<T>[] = []
  const misses: { held: T; miss: Miss }[] = []
  for (const one of held) {
    const found = matchCredential(query, one)
    if ('code' in found) misses.push({ held: one, miss: found })
    else matches.push(found)
  }
  return { query, matches, misses }
}

function selectionsOf({ credentials, credentialSets }: DcqlQuery, met: ReadonlySet<string>): string[][] {
  if (credentialSets.length === 0) return credentials.every(({ id }) => met.has(id)) ? [credentials.map(({ id }) => id)] : []
  let chosen: string[][] = [[]]
  for (const set of credentialSets) {
    const choices = choicesOf(set, met)
    chosen = chosen.flatMap((before) => choices.map((choice) => [...new Set([...before, ...choice])])).slice(0, MOST_SELECTIONS)
  }
  const different = new Map(chosen.map((ids) => [ids.toSorted().join(' '), ids]))
  // Where every set can do without, an answer that shows nothing is none.
  return [...different.values()].filter((ids) => ids.length > 0)
}

/** The options that can be met, and for a set that is not required that nothing is shown for it. */
function choicesOf({ options, required }: CredentialSet, met: ReadonlySet<string>): (readonly string[])[] {
  const possible = options.filter((option) => option.every((id) => met.has(id)))
  return required ? possible : [...possible, []]
}
