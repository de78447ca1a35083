import {
  type Anchors,
  type Bundle,
  bundleDocument,
  CredentialError,
  type Manifest,
  type Memory,
  olderThanSeen,
  openBundle,
  printable,
  readBundleDocument,
  trustedManifest,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { SdJwtError } from '@symbolon/sd-jwt'
import { LARGEST_BUNDLE } from './bundle_file.ts'
import { refused } from './errors.ts'
import { inTurns } from './in_turns.ts'

/** As elsewhere: clocks differ a little. */
const CLOCK_SKEW = 60

/** Where a bundle comes from; nothing that it answers is believed. */
export interface BundleSource {
  /** The signed manifest. */
  manifest(): Promise<string>
  /** One content, of so many bytes. */
  part(digest: string, size: number): Promise<string>
}

/** A bundle as it will be kept: its text, and how much of it was new. */
export interface Renewed {
  readonly text: string
  readonly bundle: Bundle
  readonly fetched: number
  readonly kept: number
}

/** By what an offered bundle is judged: the trust file, the clock in seconds, and which bundles were seen before. */
export interface Renewing {
  readonly anchors: Anchors
  readonly now: number
  readonly memory: Memory
}

/**
 * Gets the manifest, believes it or not, then gets only the contents whose digest is not held yet.
 *
 * Nothing but the manifest is asked for before its signer is found in the trust file. `heldText` is the text of the bundle held so
 * far; throws `RefusedError` or `CredentialError`, and then nothing has changed.
 */
export async function renew(source: BundleSource, heldText: string | null, { anchors, now, memory }: Renewing): Promise<Renewed> {
  const context = { anchors, primitives, now }
  const signed = await source.manifest()
  const { manifest } = await trustedManifest(signed, context)
  const before = heldText === null ? null : await openHeld(heldText, context)
  compare(manifest, before?.bundle.manifest, memory, now)
  const size = manifest.entries.reduce((sum, entry) => sum + entry.size, 0)
  if (size > LARGEST_BUNDLE) throw refused('bundle_too_large', `the bundle has more than ${LARGEST_BUNDLE} bytes`)

  const sizes = new Map(manifest.entries.map(({ digest, size }) => [digest, size]))
  const held = before?.parts ?? new Map<string, string>()
  const missing = [...sizes].filter(([digest]) => !held.has(digest))
  const fetched = new Map<string, string>()
  await inTurns(missing, async ([digest, size]) => {
    const content = await source.part(digest, size)
    if ((await primitives.digest('sha-256', new TextEncoder().encode(content))) !== digest)
      throw new CredentialError('bundle_altered', 'a content is not the one that was signed for')
    fetched.set(digest, content)
  })
  const parts = new Map([...sizes.keys()].map((digest) => [digest, held.get(digest) ?? fetched.get(digest) ?? '']))
  const text = bundleDocument(signed, parts)
  return { text, bundle: await openBundle(text, context), fetched: fetched.size, kept: parts.size - fetched.size }
}

/** The bundle held so far; one that can no longer be opened is as good as none. */
async function openHeld(
  text: string,
  context: Parameters<typeof openBundle>[1],
): Promise<{ bundle: Bundle; parts: ReadonlyMap<string, string> } | null> {
  try {
    return { bundle: await openBundle(text, context), parts: readBundleDocument(text).parts }
  } catch (error) {
    if (error instanceof CredentialError || error instanceof SdJwtError) return null
    throw error
  }
}

/** Whether the offered manifest may replace the one held: of the same issuer, not older than it or than any that was seen, and still of use. */
function compare(offered: Manifest, held: Manifest | undefined, memory: Memory, now: number): void {
  if (offered.validUntil <= now) throw new CredentialError('bundle_expired', 'the bundle offered there has ended')
  if (offered.created > now + CLOCK_SKEW) throw new CredentialError('bundle_from_the_future', 'the bundle offered there was not made yet')
  if (memory === 'malformed') throw new CredentialError('bundle_memory_malformed', 'what is kept about earlier bundles cannot be read')
  if (held !== undefined && held.issuer !== offered.issuer)
    throw refused(
      'bundle_of_other',
      `the file holds the bundle of ${printable(held.issuer)}, and this is the one of ${printable(offered.issuer)}`,
    )
  if (held !== undefined && offered.created < held.created)
    throw refused('bundle_rollback', 'the bundle offered there is older than the one held; the one held stays')
  const older = memory === null ? undefined : olderThanSeen(offered, memory)
  if (older !== undefined)
    throw refused(
      'bundle_rollback',
      `the bundle offered there is older than one of ${older.issuer} that was seen here; nothing was changed`,
    )
}
