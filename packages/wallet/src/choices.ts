import { authorityKeys, type Path, parseCredential } from '@symbolon/credential'
import { type DcqlQuery, type Held, type Miss, matchDcql } from '@symbolon/openid4vc'
import type { JsonObject, Primitives } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import { type Exposure, exposureOf } from './exposure.ts'
import { withGroups } from './present.ts'
import { type HeldCredential, hasEnded, unusedCopies } from './state/index.ts'

/** One credential that would be shown for one query, and what becomes of each of its claims then. */
export interface Choice extends Exposure {
  readonly queryId: string
  readonly held: HeldCredential
  /** What is asked for, with the groups it belongs to. */
  readonly paths: readonly Path[]
  /** What the whole credential says. */
  readonly claims: JsonObject
}

/** A combination of queries that answers a request, and for each of them the credentials that may be shown, the best first. */
export type Selection = readonly (readonly [Choice, ...Choice[]])[]

/** Why a credential that is held does not answer a query. */
export interface Missed {
  readonly queryId: string
  readonly credentialId: string
  readonly code: Miss['code'] | 'credential_unreadable'
}

/** What a wallet could show for a query: combinations as the verifier prefers them (OpenID4VP 1.0 section 6.4.2), none when nothing that is held answers. */
export interface Choices {
  readonly selections: readonly Selection[]
  readonly misses: readonly Missed[]
}

interface HeldView extends Held {
  readonly credential: HeldCredential
}

/** Holds all credentials against a query; one that cannot be read does not keep the others from being shown. `now` in seconds since 1970. */
export async function choicesFor(
  query: DcqlQuery,
  credentials: readonly HeldCredential[],
  primitives: Primitives,
  now: number,
): Promise<Choices> {
  const { views, unreadable } = await viewsOf(credentials, primitives)
  const { queries, selections } = matchDcql(query, views)
  const candidates = new Map(
    queries.map(({ query: { id }, matches }) => [
      id,
      matches
        .map(({ held, paths }) => choiceOf(id, held, paths))
        .sort((one, other) => worth(other, now) - worth(one, now) || age(one) - age(other)),
    ]),
  )
  return {
    selections: selections.map((ids) =>
      ids.map((id) => {
        const [best, ...others] = candidates.get(id) ?? []
        if (best === undefined) throw new TypeError('a selection has a query that nothing answers')
        return [best, ...others] as const
      }),
    ),
    misses: queries.flatMap(({ query: { id: queryId }, misses }) => [
      ...misses.map(({ held, miss }) => ({ queryId, credentialId: held.credential.id, code: miss.code })),
      ...unreadable.map((credentialId) => ({ queryId, credentialId, code: 'credential_unreadable' as const })),
    ]),
  }
}

/**
 * What to show: of the combinations in which every credential that the person named has a place, the first that needs no copy twice, or else the first.
 *
 * Throws WalletError `nothing_to_show` when nothing answers, `credential_not_asked` when a named one has no place.
 */
export function choose({ selections, misses }: Choices, named: readonly string[], now: number): readonly Choice[] {
  if (selections.length === 0) throw new WalletError('nothing_to_show', missing(misses))
  const picks = selections.map((selection) =>
    selection.map((candidates) => candidates.find(({ held }) => named.includes(held.id)) ?? candidates[0]),
  )
  const fitting = picks.filter((pick) => named.every((id) => pick.some(({ held }) => held.id === id)))
  const chosen = fitting.find((pick) => pick.every(({ held }) => unusedCopies(held, now).length > 0)) ?? fitting[0]
  if (chosen === undefined) throw new WalletError('credential_not_asked', named.join(', '))
  return chosen
}

const missing = (misses: readonly Missed[]): string | undefined =>
  misses.length === 0 ? undefined : misses.map(({ queryId, credentialId, code }) => `${queryId}: ${credentialId} ${code}`).join('; ')

async function viewsOf(credentials: readonly HeldCredential[], primitives: Primitives) {
  const views: HeldView[] = []
  const unreadable: string[] = []
  for (const credential of credentials) {
    try {
      const { view, proof } = await parseCredential(credential.copies[0]?.text ?? '', primitives)
      views.push({ credential, view, authorityKeys: authorityKeys(proof.header) })
    } catch {
      unreadable.push(credential.id)
    }
  }
  return { views, unreadable }
}

function choiceOf(queryId: string, { credential, view }: HeldView, asked: readonly Path[]): Choice {
  const paths = withGroups(asked, credential.claims, view)
  return { queryId, held: credential, paths, claims: view.claims, ...exposureOf(view, paths) }
}

/** A credential with unused copies before one without; what has ended comes last. */
function worth({ held }: Choice, now: number): number {
  if (unusedCopies(held, now).length > 0) return 1
  return held.copies.every((copy) => hasEnded(copy, now)) ? -1 : 0
}

/** Of two that are worth the same the later one is what the institution knows now. */
const age = ({ held }: Choice): number => -Math.max(...held.copies.map(({ received }) => received))
