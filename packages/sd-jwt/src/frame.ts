import { SdJwtError } from './errors.ts'

/** One claim to conceal: member names, array indices, null for every element of an array; it becomes one disclosure per place. */
export interface ConcealedPath {
  readonly path: readonly (string | number | null)[]
  /** The claim may be absent; otherwise its absence is an error. */
  readonly optional?: boolean
}

/** How many digests there are at the object or array at `path`, whatever is behind them: decoys fill it up (RFC 9901 section 4.2.5). */
export interface DigestTotal {
  readonly path: readonly (string | number)[]
  readonly total: number
}

/** What to conceal, as a tree; made once with `compileFrame` and used for every credential of a type. */
export interface Frame {
  /** As text, for messages. */
  readonly path: string
  /** The name as it stands in a disclosure: JSON, with a comma after it. */
  readonly quoted: string
  /** Nothing inside is concealed. */
  readonly leaf: boolean
  readonly concealed: boolean
  readonly optional: boolean
  /** Whether the claims must have something here. */
  readonly required: boolean
  readonly members: ReadonlyMap<string | number, Frame>
  /** What holds for every element of an array, besides those in `members`. */
  readonly every: Frame | undefined
  readonly total: number
}

interface Draft {
  readonly path: string
  readonly quoted: string
  leaf: boolean
  concealed: boolean
  optional: boolean
  required: boolean
  readonly members: Map<string | number, Draft>
  every: Draft | undefined
  total: number
}

/**
 * Compiles a description of what to conceal.
 *
 * Throws `frame_malformed` for an empty or repeated path, a bad index, a total that the claims of that object can exceed, and `reserved_name` for `_sd`, `...`, `_sd_alg`.
 */
export function compileFrame(concealed: readonly ConcealedPath[], totals: readonly DigestTotal[] = []): Frame {
  const root = draft([])
  for (const { path, optional = false } of concealed) {
    const place = descend(root, path)
    if (path.length === 0 || place.concealed) throw new SdJwtError('frame_malformed', JSON.stringify(path))
    place.concealed = true
    place.optional = optional
  }
  for (const { path, total } of totals) {
    const place = descend(root, path)
    const most = [...place.members].filter(([name, member]) => typeof name === 'string' && member.concealed).length
    if (place.total > 0 || !Number.isSafeInteger(total) || total < 1 || most > total) {
      throw new SdJwtError('frame_malformed', `total at ${JSON.stringify(path)}`)
    }
    place.total = total
  }
  settle(root)
  return root
}

function draft(path: readonly (string | number | null)[]): Draft {
  return {
    path: JSON.stringify(path),
    quoted: `${JSON.stringify(path.at(-1) ?? null)},`,
    leaf: true,
    concealed: false,
    optional: false,
    required: false,
    members: new Map(),
    every: undefined,
    total: 0,
  }
}

function descend(root: Draft, path: readonly (string | number | null)[]): Draft {
  let place = root
  for (const [at, step] of path.entries()) {
    if (step === '_sd' || step === '...' || step === '_sd_alg') throw new SdJwtError('reserved_name', JSON.stringify(path))
    if (typeof step === 'number' && !(Number.isSafeInteger(step) && step >= 0)) {
      throw new SdJwtError('frame_malformed', JSON.stringify(path))
    }
    let next = step === null ? place.every : place.members.get(step)
    if (next === undefined) {
      next = draft(path.slice(0, at + 1))
      if (step === null) place.every = next
      else place.members.set(step, next)
    }
    place = next
  }
  return place
}

/** Bottom up. A concealed claim that may be absent excuses everything inside it. */
function settle(place: Draft): void {
  const inside = [...place.members.values()]
  if (place.every !== undefined) {
    // Which rule would hold for an element that both describe?
    if (inside.length > 0) throw new SdJwtError('frame_malformed', `${place.path}: null beside other steps`)
    inside.push(place.every)
  }
  for (const member of inside) settle(member)
  place.leaf = inside.length === 0 && place.total === 0
  place.required = place.concealed ? !place.optional : inside.some((member) => member.required)
}
