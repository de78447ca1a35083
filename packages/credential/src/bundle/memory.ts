import { isObject, type Json, LIMITS, parseJson, SdJwtError } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Check } from '../model.ts'
import { verdict } from '../verify/check.ts'
import type { Manifest, Source } from './manifest.ts'

/** When the newest bundle that was seen of each issuer was made, seconds since 1970. */
export type SeenBundles = ReadonlyMap<string, number>

/** What is known of earlier bundles: null where nothing is kept, `malformed` where it cannot be read. */
export type Memory = SeenBundles | 'malformed' | null

/** A clock that was right when it saw a bundle is not behind it later; clocks differ a little, as elsewhere. */
const CLOCK_SKEW = 60
const LIMITS_OF_MEMORY = { ...LIMITS, size: 4 * 1024 * 1024 }

/** Whose word a bundle is, and of when: its own, and that of each bundle which was merged into it. */
export const sourcesOf = ({ issuer, created, sources = [] }: Manifest): readonly Source[] => [{ issuer, created }, ...sources]

/** When the oldest of what a bundle holds was put together: merging makes nothing younger. Seconds since 1970. */
export const gatheredAt = (manifest: Manifest): number => Math.min(...sourcesOf(manifest).map(({ created }) => created))

/** The memory with this bundle in it: the same object when it says nothing new, or when it is from the future and would stand in the way of all that follow. */
export function withSeen(seen: SeenBundles, manifest: Manifest, now: number): SeenBundles {
  if (manifest.created > now + CLOCK_SKEW) return seen
  const news = sourcesOf(manifest).filter(({ issuer, created }) => created > (seen.get(issuer) ?? -1))
  return news.length === 0 ? seen : new Map([...seen, ...news.map(({ issuer, created }) => [issuer, created] as const)])
}

/** The first of its sources of which a newer bundle was seen, and when that one was made. */
export function olderThanSeen(manifest: Manifest, seen: SeenBundles): (Source & { readonly seen: number }) | undefined {
  for (const source of sourcesOf(manifest)) {
    const newest = seen.get(source.issuer)
    if (newest !== undefined && newest > source.created) return { ...source, seen: newest }
  }
  return undefined
}

/**
 * Whether it is the newest bundle that was seen here (specs/bundle.md): an older one in its place may hide a revocation, and so may a clock that was
 * turned back. `unknown` for both; where nothing is kept it passes and says so.
 */
export function checkMemory(manifest: Manifest, memory: Memory, now: number): Check {
  if (memory === null) return verdict('rollback', 'pass', 'bundle_memory_missing')
  if (memory === 'malformed') return verdict('rollback', 'unknown', 'bundle_memory_malformed')
  const older = olderThanSeen(manifest, memory)
  if (older !== undefined) {
    return verdict('rollback', 'unknown', 'bundle_older_than_seen', { issuer: older.issuer, at: older.created, seen: older.seen })
  }
  const newest = Math.max(...memory.values())
  if (newest > now + CLOCK_SKEW) return verdict('rollback', 'unknown', 'bundle_clock_behind', { at: now, seen: newest })
  return verdict('rollback', 'pass', 'bundle_newest_seen')
}

/** The text in which a memory is kept. */
export const serializeSeen = (seen: SeenBundles): string =>
  `${JSON.stringify({ seen: [...seen].map(([iss, iat]) => ({ iss, iat })) }, null, 2)}\n`

/** Whether a memory can be kept: what could not be read again must not be written. */
export const isKeepable = (text: string): boolean => text.length <= LIMITS_OF_MEMORY.size

/** Reads it strictly; throws `CredentialError` (`bundle_memory_malformed`): a memory that is read halfway would forget in silence. */
export function parseSeen(text: string): SeenBundles {
  const entries = listIn(text)
  const seen = new Map<string, number>()
  for (const entry of entries) {
    const { iss, iat } = isObject(entry) ? entry : {}
    if (typeof iss !== 'string' || iss === '' || seen.has(iss)) throw malformed()
    if (typeof iat !== 'number' || !Number.isSafeInteger(iat) || iat < 0) throw malformed()
    seen.set(iss, iat)
  }
  return seen
}

function listIn(text: string): readonly Json[] {
  try {
    const document = parseJson(text, LIMITS_OF_MEMORY)
    if (isObject(document) && Array.isArray(document.seen)) return document.seen
  } catch (error) {
    if (!(error instanceof SdJwtError)) throw error
  }
  throw malformed()
}

const malformed = (): CredentialError => new CredentialError('bundle_memory_malformed')
