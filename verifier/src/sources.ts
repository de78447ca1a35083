import type { Readable } from 'node:stream'
import { type Anchors, CredentialError, LARGEST_MANIFEST, openBundle, readBundleDocument } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { SdJwtError } from '@symbolon/sd-jwt'
import { readBundle } from './bundle_file.ts'
import { below, download } from './download.ts'
import type { BundleSource } from './renew.ts'

/** How long one answer, and how long all of them together, may take, in milliseconds. */
const PATIENCE = 30_000
const WHOLE_PATIENCE = 15 * 60_000

/** The server of somebody who makes bundles (specs/bundle.md); given up when the signal says so. */
export function fromNetwork(url: URL, signal?: AbortSignal): BundleSource {
  const end = performance.now() + WHOLE_PATIENCE
  const get = (place: string, limit: number, absent = '') =>
    download(below(url, place), limit, Math.max(0, Math.min(PATIENCE, end - performance.now())), { stop: signal, absent })
  return {
    manifest: async () => (await get('manifest', LARGEST_MANIFEST, elsewhere(url))).trim(),
    part: (digest, size) => get(`parts/${digest}`, size),
  }
}

/** Where an issuer has its bundle, for whoever gave the address of the issuer itself. */
const elsewhere = (url: URL): string =>
  /\/bundle\/?$/.test(url.pathname) ? '' : `; an issuer has its bundle at /bundle: try ${below(url, 'bundle')}`

/**
 * One file, as a stick brings it: the whole document, or only what is new in it.
 *
 * Opened as for a check before anything of it is taken: throws what `openBundle` throws; `UsageError` when the file cannot be read.
 */
export async function fromFile(path: string, stdin: Readable, context: { anchors: Anchors; now: number }): Promise<BundleSource> {
  const text = await readBundle(path, stdin)
  try {
    await openBundle(text, { ...context, primitives })
  } catch (error) {
    if (error instanceof SdJwtError) throw new CredentialError('bundle_malformed', error.code)
    throw error
  }
  const { manifest, parts } = readBundleDocument(text)
  return {
    manifest: async () => manifest,
    async part(digest) {
      const content = parts.get(digest)
      if (content === undefined) throw new CredentialError('bundle_incomplete', 'a part is neither in the file nor in the bundle held')
      return content
    },
  }
}
