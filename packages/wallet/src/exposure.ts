import type { Path, View } from '@symbolon/credential'
import { leaves, placesOf } from './claims_path.ts'

/** What becomes of every claim of a credential when it is shown: each path leads to one value, and stands in exactly one list. */
export interface Exposure {
  /** What could stay hidden and is shown. */
  readonly shown: readonly Path[]
  /** What nobody can hide. */
  readonly always: readonly Path[]
  readonly hidden: readonly Path[]
}

/**
 * What a verifier gets to see when these paths are disclosed, told before anything is made.
 *
 * A disclosure shows what lies in it and around it too (RFC 9901 section 4.2.6). `view` is that of the whole credential.
 */
export function exposureOf({ claims, disclosable }: Pick<View, 'claims' | 'disclosable'>, paths: readonly Path[]): Exposure {
  const places = paths.flatMap((path) => placesOf(path, claims))
  const veils = new Map(disclosable.map((veil) => [JSON.stringify(veil), places.some((place) => sameBranch(place, veil))]))
  const exposure = { shown: [] as Path[], always: [] as Path[], hidden: [] as Path[] }
  for (const { path } of leaves(claims)) {
    const around = path.map((_, index) => veils.get(JSON.stringify(path.slice(0, index + 1)))).filter((lifted) => lifted !== undefined)
    exposure[around.length === 0 ? 'always' : around.includes(false) ? 'hidden' : 'shown'].push(path)
  }
  return exposure
}

/** Whether all of it is shown because nothing of it can be hidden. */
export const isBare = ({ shown, always, hidden }: Exposure): boolean => always.length > 0 && shown.length === 0 && hidden.length === 0

/** Whether one place contains the other. */
const sameBranch = (one: Path, other: Path): boolean => one.every((part, index) => index >= other.length || part === other[index])
