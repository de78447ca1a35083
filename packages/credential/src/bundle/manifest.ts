import {
  isObject,
  type Json,
  type JsonObject,
  LIMITS,
  type Primitives,
  parseJws,
  type SignatureAlgorithm,
  unsignedJws,
} from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { type Need, type Part, partKey, type Unsigned } from '../model.ts'

/** The `typ` of a manifest: what is signed for another purpose can never pass for one. */
const TYP = 'symbolon-bundle+jwt'

/** One line of a manifest: what the part answers, and the SHA-256 (base64url) and size in bytes of its content in UTF-8. */
export interface Entry extends Need {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  /** In a merged bundle: the only `vct`s that those it came from may speak of; absent, all that the signer may speak of. */
  readonly types?: readonly string[]
  /** When it was fetched, seconds since 1970, of what says nothing of its own age. */
  readonly fetchedAt?: number
}

/** A bundle that went into a merged one: whose it was and when it was made. */
export interface Source {
  readonly issuer: string
  readonly created: number
}

/** The signed list of what a bundle holds (specs/bundle.md). Times are seconds since 1970. */
export interface Manifest {
  readonly issuer: string
  readonly created: number
  /** After this time the bundle says nothing any more. */
  readonly validUntil: number
  /** When a newer one is worth fetching. */
  readonly nextUpdate: number
  readonly entries: readonly Entry[]
  /** What a merged bundle was made of, each issuer once; absent, it was merged of none. */
  readonly sources?: readonly Source[]
}

/** A manifest and whose key is said to have signed it; nothing is verified yet. */
export interface SignedManifest {
  readonly manifest: Manifest
  readonly header: JsonObject
  readonly algorithm: string
  readonly input: string
  readonly signature: Uint8Array
}

const KINDS: readonly Need['kind'][] = [
  'accreditation',
  'code_dictionary',
  'did_document',
  'issuer_metadata',
  'question',
  'status_list',
  'type_metadata',
]
/** The records of a registry with ten thousand issuers, and room for twice as many. */
const MOST_ENTRIES = 50_000
/** Characters of a signed manifest with so many lines. */
export const LARGEST_MANIFEST = 32 * 1024 * 1024
const MOST_SOURCES = 1_000

/** The line of a manifest for a part. */
export async function entryOf(part: Part, primitives: Primitives): Promise<Entry> {
  const bytes = new TextEncoder().encode(part.content)
  const digest = await primitives.digest('sha-256', bytes)
  const { kind, id, mediaType, fetchedAt } = part
  return { kind, id, mediaType, digest, size: bytes.length, ...(fetchedAt !== undefined && { fetchedAt }) }
}

/** A manifest that lacks its signature; `x5c` as in a credential: leaf first, without the anchor. */
export function unsignedManifest(manifest: Manifest, signer: { algorithm: SignatureAlgorithm; x5c: readonly string[] }): Unsigned {
  const parts = manifest.entries.map(({ kind, id, mediaType, digest, size, types, fetchedAt }) => ({
    ...{ kind, id, media_type: mediaType, digest, size },
    ...(fetchedAt !== undefined && { fetched_at: fetchedAt }),
    ...(types && { types: [...types] }),
  }))
  const sources = manifest.sources?.map(({ issuer, created }) => ({ iss: issuer, iat: created }))
  const { issuer, created, validUntil, nextUpdate } = manifest
  const payload = { iss: issuer, iat: created, exp: validUntil, next_update: nextUpdate, ...(sources && { sources }), parts }
  const jws = unsignedJws({ alg: signer.algorithm, typ: TYP, x5c: [...signer.x5c] }, payload)
  return { algorithm: signer.algorithm, input: jws.input, seal: (signature) => jws.seal(signature) }
}

/** Reads a manifest strictly; throws `CredentialError` (`bundle_malformed`) or `SdJwtError`. */
export function parseManifest(text: string): SignedManifest {
  const { header, payload, input, signature } = parseJws(text, { ...LIMITS, size: LARGEST_MANIFEST })
  if (header.typ !== TYP) throw malformed('typ')
  const { parts, sources } = payload
  if (!Array.isArray(parts) || parts.length > MOST_ENTRIES) throw malformed('parts')
  const entries = parts.map((part, index) => entryFrom(part, `parts[${index}]`))
  if (new Set(entries.map(partKey)).size !== entries.length) throw malformed('parts: the same part twice')
  const created = time(payload.iat, 'iat')
  if (entries.some(({ fetchedAt = 0 }) => fetchedAt > created)) throw malformed('parts: one that is newer than the bundle')
  const manifest = {
    issuer: string(payload.iss, 'iss'),
    created,
    validUntil: time(payload.exp, 'exp'),
    nextUpdate: time(payload.next_update, 'next_update'),
    entries,
    ...(sources !== undefined && { sources: sourcesFrom(sources, created, string(payload.iss, 'iss')) }),
  }
  return { manifest, header, algorithm: string(header.alg, 'alg'), input, signature }
}

function entryFrom(value: Json, at: string): Entry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(at)
  const kind = KINDS.find((name) => name === value.kind)
  if (kind === undefined) throw malformed(`${at}.kind`)
  const digest = string(value.digest, `${at}.digest`)
  if (!/^[A-Za-z0-9_-]{43}$/.test(digest)) throw malformed(`${at}.digest`)
  const { size } = value
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw malformed(`${at}.size`)
  const types = value.types === undefined ? {} : { types: typesFrom(value.types, `${at}.types`) }
  const fetched = value.fetched_at === undefined ? {} : { fetchedAt: time(value.fetched_at, `${at}.fetched_at`) }
  return {
    kind,
    id: string(value.id, `${at}.id`),
    mediaType: string(value.media_type, `${at}.media_type`),
    digest,
    size,
    ...types,
    ...fetched,
  }
}

/** An empty list would be a part that nobody may use. */
function typesFrom(value: Json, at: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw malformed(at)
  return value.map((type) => string(type, at))
}

/** Nothing can have gone into a bundle before it was there, and one of an issuer says more than two. */
function sourcesFrom(value: Json, created: number, own: string): Source[] {
  if (!Array.isArray(value) || value.length > MOST_SOURCES) throw malformed('sources')
  const sources = value.map((source) => {
    if (!isObject(source)) throw malformed('sources')
    return { issuer: string(source.iss, 'sources: iss'), created: time(source.iat, 'sources: iat') }
  })
  if (sources.some((source) => source.created > created)) throw malformed('sources: one that is newer than the bundle')
  if (new Set([own, ...sources.map(({ issuer }) => issuer)]).size !== sources.length + 1) throw malformed('sources: the same issuer twice')
  return sources
}

/** No URL that anybody serves is longer. */
const LONGEST_NAME = 2048

function string(value: Json | undefined, at: string): string {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_NAME) throw malformed(at)
  return value
}

function time(value: Json | undefined, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed(at)
  return value
}

const malformed = (at: string): CredentialError => new CredentialError('bundle_malformed', at)
