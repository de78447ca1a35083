import {
  type Anchors,
  type Bundle,
  bundleDocument,
  CredentialError,
  type Manifest,
  openBundle,
  readBundleDocument,
  trustedManifest,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { SdJwtError } from '@symbolon/sd-jwt'
import { below, download } from './download.ts'
import { refused } from './errors.ts'

/** The largest bundle that is kept, in bytes. */
export const LARGEST_BUNDLE = 256 * 1024 * 1024
const LARGEST_MANIFEST = 4 * 1024 * 1024
/** How many parts are asked for at the same time. */
const AT_ONCE = 4

/** A bundle as it will be kept: its text, and how much of it was new. */
export interface Renewed {
  readonly text: string
  readonly bundle: Bundle
  readonly fetched: number
  readonly kept: number
}

/**
 * Fetches the manifest, believes it or not, then fetches only the contents whose digest is not held yet.
 *
 * Nothing but the manifest is asked for before its signer is found in the trust file. `held` is the text of the bundle held so
 * far; throws `RefusedError` or `CredentialError`, and then nothing has changed.
 */
export async function renew(url: URL, held: string | null, { anchors, now }: { anchors: Anchors; now: number }): Promise<Renewed> {
  const context = { anchors, primitives, now }
  const signed = (await download(below(url, 'manifest'), LARGEST_MANIFEST)).trim()
  const { manifest } = await trustedManifest(signed, context)
  const before = held === null ? null : await openHeld(held, context)
  compare(manifest, before?.bundle.manifest, now)
  const size = manifest.entries.reduce((sum, entry) => sum + entry.size, 0)
  if (size > LARGEST_BUNDLE) throw refused('bundle_too_large', `the bundle has more than ${LARGEST_BUNDLE} bytes`)

  const parts = new Map<string, string>()
  const missing = new Map<string, number>()
  for (const { digest, size } of manifest.entries) {
    const content = before?.parts.get(digest)
    if (content === undefined) missing.set(digest, size)
    else parts.set(digest, content)
  }
  const kept = parts.size
  const queue = [...missing]
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) parts.set(next[0], await part(url, next[0], next[1]))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const ordered = new Map(manifest.entries.map(({ digest }) => [digest, parts.get(digest) ?? '']))
  const text = bundleDocument(signed, ordered)
  return { text, bundle: await openBundle(text, context), fetched: missing.size, kept }
}

/** One content, which must be just what the manifest says. */
async function part(url: URL, digest: string, size: number): Promise<string> {
  const content = await download(below(url, `parts/${digest}`), size)
  if ((await primitives.digest('sha-256', new TextEncoder().encode(content))) !== digest)
    throw new CredentialError('bundle_altered', 'a content is not the one that was signed for')
  return content
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

/** Whether the offered manifest may replace the one held: of the same issuer, not older, and still of use. */
function compare(offered: Manifest, held: Manifest | undefined, now: number): void {
  if (offered.validUntil <= now) throw new CredentialError('bundle_expired', 'the bundle offered there has ended')
  if (held === undefined) return
  if (held.issuer !== offered.issuer) throw refused('bundle_of_other', 'the file holds the bundle of another issuer')
  if (offered.created < held.created)
    throw refused('bundle_rollback', 'the bundle offered there is older than the one held; the one held stays')
}
