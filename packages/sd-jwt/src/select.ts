import { SdJwtError } from './errors.ts'
import { isObject } from './json.ts'
import type { Json } from './primitives.ts'
import type { Revealed } from './reveal.ts'
import type { Disclosure } from './sd_jwt.ts'

/** A claims path pointer (OpenID4VCI 1.0 appendix C): a member name, an array index, or null for every element. */
export type ClaimsPath = readonly (string | number | null)[]

type Place = readonly (string | number)[]

/**
 * The disclosures that show these claims, in the order of the SD-JWT: what hides a claim or anything around it (RFC 9901 section 4.2.6), and what is hidden inside it.
 *
 * A path to what stands there in clear needs none. Throws `claim_not_there` for a path that leads nowhere.
 */
export function select(revealed: Revealed, paths: readonly ClaimsPath[]): Disclosure[] {
  const wanted = paths.flatMap((path) => {
    const places = resolve(revealed.claims, path)
    if (places.length === 0) throw new SdJwtError('claim_not_there', JSON.stringify(path))
    return places
  })
  return revealed.placed.filter(({ path }) => wanted.some((place) => sameBranch(place, path))).map(({ disclosure }) => disclosure)
}

/** The places a path means: resolved element by element, so that `null` never shows an element without the rest of the path. */
function resolve(value: Json, path: ClaimsPath, from = 0): Place[] {
  if (from === path.length) return [[]]
  const step = path[from]
  if (Array.isArray(value)) {
    const indices = step === null ? [...value.keys()] : typeof step === 'number' ? [step] : []
    return indices.flatMap((index) => below(value[index], path, from, index))
  }
  if (isObject(value) && typeof step === 'string' && Object.hasOwn(value, step)) return below(value[step], path, from, step)
  return []
}

function below(value: Json | undefined, path: ClaimsPath, from: number, step: string | number): Place[] {
  return value === undefined ? [] : resolve(value, path, from + 1).map((rest) => [step, ...rest])
}

/** Whether one place contains the other. */
function sameBranch(a: Place, b: Place): boolean {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return false
  return true
}
