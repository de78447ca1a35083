import { bundleDocument, entryOf, type Manifest, type Part, parseManifest, unsignedManifest } from '@symbolon/credential'
import { EbsiError, isDidEbsi } from '@symbolon/ebsi'
import { primitives } from '@symbolon/primitives/node'
import type { CertifiedSigner } from '@symbolon/service'
import { LARGEST_BUNDLE } from '../bundle_file.ts'
import { ask } from '../download.ts'
import { refused } from '../errors.ts'
import { type Crawled, crawl } from './crawl.ts'
import type { Crawling, RegistryAnswer } from './lists.ts'
import type { Skipped } from './skipped.ts'

const LARGEST_ANSWER = 256 * 1024
/** How long one answer may take, in milliseconds: live registries were seen to take four seconds. */
const PATIENCE = 10_000
/** How long all of them together may take: a registry with thousands of issuers takes hours. */
const WHOLE_PATIENCE = 6 * 3600_000
/** How long the records are good, and when they are worth fetching again, in seconds. */
const GOOD_FOR = 7 * 86_400
const WORTH_AGAIN = 86_400

const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json(?:;|$)/i

/** From which registries, of which root, and who signs. */
export interface FetchingRegistry {
  readonly registry: URL
  readonly root: string
  readonly signer: CertifiedSigner
  readonly stop?: AbortSignal
  now(): number
  talk(line: string): void
}

/** Where the paths of the registries hang, as text without `/` at its end. */
export const rootUrl = ({ href }: URL): string => href.replace(/\/$/, '')

/** Who makes such a bundle: the list of the records of this root. */
export const registryIssuer = (registry: URL, root: string): string => `${rootUrl(registry)}/trusted-issuers-registry/v5/issuers/${root}`

/**
 * Reads the records of all who chain to a root, and makes a signed bundle of them; nothing is read but below that address. Who was left out is told.
 *
 * Throws `RefusedError`: `registry_answer_wrong`, `registry_root_unknown`, `registry_too_large`, `download_...`.
 */
export async function fetchRegistry({
  registry,
  root,
  signer,
  stop,
  now,
  talk,
}: FetchingRegistry): Promise<{ readonly text: string; readonly manifest: Manifest; readonly skipped: readonly Skipped[] }> {
  if (!isDidEbsi(root)) throw refused('registry_root_unknown', 'the root is no did:ebsi')
  const end = performance.now() + WHOLE_PATIENCE
  const began = now()
  let told = performance.now()
  const crawling: Crawling = {
    now,
    async ask({ url, accept }) {
      const patience = Math.max(0, Math.min(PATIENCE, end - performance.now()))
      return answerOf(await ask(new URL(url), { limit: LARGEST_ANSWER, patience, accept, ...(stop && { stop }) }), new URL(url).pathname)
    },
    progress(done, all) {
      if (performance.now() - told < 10_000) return
      told = performance.now()
      talk(`${done} of ${all} issuers`)
    },
  }
  const { parts, skipped } = await gathered(rootUrl(registry), root, crawling)
  return { ...(await signed(parts, { issuer: registryIssuer(registry, root), began, created: now() }, signer)), skipped }
}

async function gathered(registry: string, root: string, crawling: Crawling): Promise<Crawled> {
  try {
    return await crawl(registry, root, crawling)
  } catch (error) {
    if (error instanceof EbsiError) throw refused('registry_answer_wrong', error.message)
    throw error
  }
}

/** Too many questions, and unavailable (RFC 6585 section 4, RFC 9110 section 15.6.4). */
const NOT_NOW: readonly number[] = [429, 503]

function answerOf(answer: RegistryAnswer, path: string): RegistryAnswer {
  if (answer.status === 404) return answer
  // It says so of itself, whatever was asked for.
  if (NOT_NOW.includes(answer.status)) throw refused('download_failed', `${path} answers with status ${answer.status}: not now`)
  if (answer.status !== 200) throw refused('registry_answer_wrong', `${path} answers with status ${answer.status}`)
  if (!JSON_TYPE.test(answer.mediaType)) throw refused('registry_answer_wrong', `${path} does not answer with JSON`)
  return answer
}

/** Read back before anybody gets it: no bundle is written that nobody can open. */
async function signed(
  parts: readonly Part[],
  { issuer, began, created }: { issuer: string; began: number; created: number },
  { signer, x5c }: CertifiedSigner,
) {
  const entries = await Promise.all(parts.map((part) => entryOf(part, primitives)))
  // The oldest record may be hours older than the last: how long they are good counts from the first.
  const manifest: Manifest = { issuer, created, validUntil: began + GOOD_FOR, nextUpdate: began + WORTH_AGAIN, entries }
  const unsigned = unsignedManifest(manifest, { algorithm: signer.algorithm, x5c })
  const sealed = unsigned.seal(await signer.sign(unsigned.input))
  const text = bundleDocument(sealed, new Map(parts.map(({ content }, index) => [entries[index]?.digest ?? '', content])))
  if (Buffer.byteLength(text) > LARGEST_BUNDLE) throw refused('bundle_too_large', `the bundle has more than ${LARGEST_BUNDLE} bytes`)
  return { text, manifest: parseManifest(sealed).manifest }
}
