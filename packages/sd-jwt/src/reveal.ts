import { SdJwtError } from './errors.ts'
import { isObject, LIMITS, type Limits, ownMember, setMember } from './json.ts'
import type { HashAlgorithm, Json, JsonObject, Primitives } from './primitives.ts'
import type { Disclosure, SdJwt } from './sd_jwt.ts'
import { together } from './together.ts'

const HASHES: readonly HashAlgorithm[] = ['sha-256', 'sha-384', 'sha-512']

/** Where a disclosure belongs. */
export interface Placed {
  /** In the claims as revealed: member names and array indices. */
  readonly path: readonly (string | number)[]
  readonly disclosure: Disclosure
  /** The index of the disclosure whose value refers to this one; none: the payload itself does. */
  readonly parent?: number
}

/** The processed payload of RFC 9901 section 7.1, and how it came about. */
export interface Revealed {
  /** Without `_sd`, `_sd_alg` and `...`. */
  readonly claims: JsonObject
  /** One for each disclosure of the SD-JWT, in the same order. */
  readonly placed: readonly Placed[]
  readonly hash: HashAlgorithm
}

/**
 * Puts every disclosure in its place (RFC 9901 section 7.1, steps 3 to 5); looks at no signature.
 *
 * Throws `hash_not_supported`, `hash_claim_misplaced`, `digests_malformed`, `digest_repeated`, `disclosure_repeated`, `disclosure_misplaced`,
 * `disclosure_not_referenced`, `reserved_name`, `claim_name_taken`, `too_deep`.
 */
export async function reveal(sdJwt: SdJwt, primitives: Pick<Primitives, 'digest'>, limits: Limits = LIMITS): Promise<Revealed> {
  const { payload } = sdJwt.jwt
  const hash = hashAlgorithm(payload)
  const digests = await together(sdJwt.disclosures.map(({ text }) => primitives.digest(hash, text)))
  const byDigest = new Map<string, number>()
  for (const [index, digest] of digests.entries()) {
    if (byDigest.has(digest)) throw new SdJwtError('disclosure_repeated')
    byDigest.set(digest, index)
  }
  const walk: Walk = { disclosures: sdJwt.disclosures, byDigest, met: new Set(), placed: [], count: 0, path: [], depth: limits.depth }
  const claims = revealObject(payload, walk, undefined, true)
  if (walk.count !== sdJwt.disclosures.length) throw new SdJwtError('disclosure_not_referenced')
  return { claims, placed: walk.placed, hash }
}

/** The hash function of `_sd_alg`, by default sha-256 (RFC 9901 section 4.1.1); throws `hash_not_supported`. */
export function hashAlgorithm(payload: JsonObject): HashAlgorithm {
  const name = ownMember(payload, '_sd_alg')
  if (name === undefined) return 'sha-256'
  const found = HASHES.find((hash) => hash === name)
  if (found === undefined) throw new SdJwtError('hash_not_supported')
  return found
}

interface Walk {
  readonly disclosures: readonly Disclosure[]
  readonly byDigest: ReadonlyMap<string, number>
  /** Every digest seen so far, with or without a disclosure. */
  readonly met: Set<string>
  readonly placed: Placed[]
  count: number
  readonly path: (string | number)[]
  /** How much deeper the walk may go: disclosures inside disclosures nest deeper than any one text. */
  depth: number
}

function revealValue(value: Json, walk: Walk, parent: number | undefined): Json {
  if (typeof value !== 'object' || value === null) return value
  if (walk.depth === 0) throw new SdJwtError('too_deep', 'disclosures inside disclosures')
  walk.depth--
  const revealed = Array.isArray(value) ? revealArray(value, walk, parent) : revealObject(value, walk, parent, false)
  walk.depth++
  return revealed
}

function revealObject(object: JsonObject, walk: Walk, parent: number | undefined, top: boolean): JsonObject {
  const claims: JsonObject = {}
  for (const name of Object.keys(object)) {
    if (name === '_sd') continue
    if (name === '...') throw new SdJwtError('digests_malformed')
    if (name === '_sd_alg') {
      if (!top) throw new SdJwtError('hash_claim_misplaced')
      continue
    }
    walk.path.push(name)
    setMember(claims, name, revealValue(object[name] as Json, walk, parent))
    walk.path.pop()
  }
  if (!Object.hasOwn(object, '_sd')) return claims
  const digests = object._sd
  if (!Array.isArray(digests)) throw new SdJwtError('digests_malformed')
  for (const digest of digests) {
    const index = lookUp(digest, walk)
    if (index === undefined) continue
    const { name, value } = walk.disclosures[index] as Disclosure
    if (name === undefined) throw new SdJwtError('disclosure_misplaced')
    if (name === '_sd' || name === '...' || name === '_sd_alg') throw new SdJwtError('reserved_name')
    if (Object.hasOwn(claims, name)) throw new SdJwtError('claim_name_taken')
    walk.path.push(name)
    setMember(claims, name, revealDisclosed(value, index, walk, parent))
    walk.path.pop()
  }
  return claims
}

function revealArray(elements: readonly Json[], walk: Walk, parent: number | undefined): Json[] {
  const claims: Json[] = []
  for (const element of elements) {
    walk.path.push(claims.length)
    if (isObject(element) && Object.hasOwn(element, '...')) {
      if (Object.keys(element).length !== 1) throw new SdJwtError('digests_malformed')
      const index = lookUp(element['...'], walk)
      if (index !== undefined) {
        const { name, value } = walk.disclosures[index] as Disclosure
        if (name !== undefined) throw new SdJwtError('disclosure_misplaced')
        claims.push(revealDisclosed(value, index, walk, parent))
      }
    } else {
      claims.push(revealValue(element, walk, parent))
    }
    walk.path.pop()
  }
  return claims
}

/** The disclosure a digest refers to, if it came along. */
function lookUp(digest: Json | undefined, walk: Walk): number | undefined {
  if (typeof digest !== 'string') throw new SdJwtError('digests_malformed')
  const { size } = walk.met
  if (walk.met.add(digest).size === size) throw new SdJwtError('digest_repeated')
  return walk.byDigest.get(digest)
}

function revealDisclosed(value: Json, index: number, walk: Walk, parent: number | undefined): Json {
  const disclosure = walk.disclosures[index] as Disclosure
  const path = walk.path.slice()
  walk.placed[index] = parent === undefined ? { path, disclosure } : { path, disclosure, parent }
  walk.count++
  return revealValue(value, walk, index)
}
