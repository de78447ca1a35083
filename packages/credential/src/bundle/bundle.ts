import { LIMITS, type Primitives, parseJson } from '@symbolon/sd-jwt'
import { type Dictionaries, type Dictionary, dictionaryOf } from '../code/dictionary.ts'
import { CredentialError } from '../errors.ts'
import { type Check, type Part, partKey } from '../model.ts'
import { type Anchor, type Anchors, findSigner } from '../trust/index.ts'
import { verdict } from '../verify/check.ts'
import type { Lookup } from '../verify/needs.ts'
import { acceptedAlgorithm } from '../verify/policy.ts'
import { type Entry, type Manifest, parseManifest } from './manifest.ts'
import { gatheredAt } from './memory.ts'

/** Media types of the whole document, of the manifest alone (specs/bundle.md). */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.symbolon.bundle+json'
export const MANIFEST_MEDIA_TYPE = 'application/vnd.symbolon.bundle-manifest+jwt'

/** Evidence, saved: answers to needs, signed as a whole by somebody whom the trust file names. */
export interface Bundle {
  readonly manifest: Manifest
  /** Who vouches for it. */
  readonly anchor: Anchor
  /** Answers needs about credentials of the types its signer may speak of, and of no others. */
  readonly lookup: Lookup
  /** For unpacking codes (specs/code.md); they decide nothing: what a code holds is judged afterwards. */
  readonly dictionaries: Dictionaries
  /** A part that is asked for by its hash, SHA-256 in base64url: whoever pinned it has decided already, and its signer has no say in it. */
  pinned(kind: Part['kind'], digest: string): Part | undefined
}

const MOST_BYTES = 256 * 1024 * 1024

/** The whole bundle as one text: the signed manifest and the contents by their digest. */
export const bundleDocument = (manifest: string, parts: ReadonlyMap<string, string>): string =>
  JSON.stringify({ manifest, parts: Object.fromEntries(parts) })

/** Splits a bundle into its signed manifest and its contents by digest; nothing is verified. Throws `bundle_malformed`. */
export function readBundleDocument(text: string): { manifest: string; parts: Map<string, string> } {
  const document = parseJson(text, { ...LIMITS, size: MOST_BYTES })
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw malformed('not an object')
  const { manifest, parts } = document
  if (typeof manifest !== 'string') throw malformed('manifest')
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) throw malformed('parts')
  const contents = new Map<string, string>()
  for (const [digest, content] of Object.entries(parts)) {
    // Half of a surrogate pair has no UTF-8: it would have the digest of another text.
    if (typeof content !== 'string' || !content.isWellFormed()) throw malformed('parts: a content that is not text')
    contents.set(digest, content)
  }
  return { manifest, parts: contents }
}

/**
 * Opens a bundle: first who signed it, then whether every content is the one that was signed for.
 *
 * A part of the manifest whose content is not there stays unanswered. Throws `CredentialError`: `bundle_not_trusted`,
 * `bundle_altered`, `bundle_malformed`.
 */
export async function openBundle(text: string, context: { anchors: Anchors; primitives: Primitives; now: number }): Promise<Bundle> {
  const document = readBundleDocument(text)
  const { manifest, anchor } = await trustedManifest(document.manifest, context)
  const listed = new Map(manifest.entries.map((entry) => [entry.digest, entry]))
  for (const [digest, content] of document.parts) {
    const entry = listed.get(digest)
    if (entry === undefined) throw malformed('parts: a content that the manifest does not list')
    const bytes = new TextEncoder().encode(content)
    if ((await context.primitives.digest('sha-256', bytes)) !== digest || bytes.length !== entry.size)
      throw new CredentialError('bundle_altered')
  }
  const answers = new Map<string, { part: Part; types: readonly string[] | undefined }>()
  for (const entry of manifest.entries) {
    const content = document.parts.get(entry.digest)
    const { kind, id, mediaType, fetchedAt } = entry
    const part = { kind, id, mediaType, ...(fetchedAt !== undefined && { fetchedAt }) }
    if (content !== undefined) answers.set(partKey(entry), { part: { ...part, content }, types: typesOf(entry, anchor) })
  }
  const lookup: Lookup = (need, view) => {
    const found = answers.get(partKey(need))
    return found === undefined || found.types?.includes(view.type) === false ? undefined : found.part
  }
  const brought = [...answers.values()].map(({ part }) => part)
  const pinned: Bundle['pinned'] = (kind, digest) => {
    const entry = manifest.entries.find((one) => one.kind === kind && one.digest === digest)
    return entry && answers.get(partKey(entry))?.part
  }
  return { manifest, anchor, lookup, dictionaries: await dictionariesIn(brought, context.primitives), pinned }
}

/** The dictionaries among the parts; each has the number under which it stands. */
async function dictionariesIn(parts: readonly Part[], primitives: Primitives): Promise<Dictionaries> {
  const dictionaries = new Map<number, Dictionary>()
  for (const { kind, id, content } of parts) {
    if (kind !== 'code_dictionary') continue
    const dictionary = await dictionaryOf(content, primitives).catch((error: unknown) => {
      throw error instanceof CredentialError ? malformed(`parts: ${error.message}`) : error
    })
    if (String(dictionary.number) !== id) throw malformed('parts: a dictionary of another number')
    dictionaries.set(dictionary.number, dictionary)
  }
  return dictionaries
}

/** The `vct`s that a part may be used for: what its line says, within what the signer may speak for; undefined for all. */
export const typesOf = ({ types }: Entry, anchor: Anchor): readonly string[] | undefined =>
  types === undefined || anchor.types === undefined ? (types ?? anchor.types) : types.filter((type) => anchor.types?.includes(type))

/** Reads a manifest and decides whether a `bundle` entry of the trust file stands behind it; throws `bundle_not_trusted` when none does. */
export async function trustedManifest(
  text: string,
  context: { anchors: Anchors; primitives: Primitives; now: number },
): Promise<{ manifest: Manifest; anchor: Anchor }> {
  const signed = parseManifest(text)
  const algorithm = acceptedAlgorithm({ types: new Map(), maxStatusAge: 0 }, signed.algorithm)
  if (algorithm === undefined) throw new CredentialError('bundle_not_trusted', 'its signature algorithm is not accepted')
  const signer = await findSigner(signed, { purpose: 'bundle' }, { ...context, evidence: new Map() })
  if (signer.outcome !== 'pass' || signer.key === null || signer.anchor === undefined)
    throw new CredentialError('bundle_not_trusted', signer.code)
  if (!(await context.primitives.verify(algorithm, signer.key, signed.input, signed.signature))) {
    throw new CredentialError('bundle_not_trusted', 'its signature is wrong')
  }
  return { manifest: signed.manifest, anchor: signer.anchor }
}

/** Whether the bundle may still be relied on at `now`, in seconds: past its end it is only known what once was. */
export function checkBundle({ manifest, anchor }: Bundle, now: number): Check {
  const facts = { anchor: anchor.name, age: now - gatheredAt(manifest), at: manifest.validUntil }
  if (manifest.created > now + 60) return verdict('bundle', 'unknown', 'bundle_from_the_future', facts)
  if (manifest.validUntil <= now) return verdict('bundle', 'unknown', 'bundle_expired', facts)
  return verdict('bundle', 'pass', 'bundle_trusted', facts)
}

const malformed = (at: string): CredentialError => new CredentialError('bundle_malformed', at)
