import { RefusedError, UsageError } from '@symbolon/command-line'
import { refused } from './errors.ts'

/** The address as a URL, null when it is the name of a file; https, or http on this machine itself. Throws `UsageError`. */
export function bundleUrl(text: string): URL | null {
  // A letter and a colon is a disk of Windows.
  if (!/^[A-Za-z][A-Za-z0-9+.-]+:/.test(text)) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw new UsageError('bundle fetch: this is no URL', 'give one as https://issuer.example.be/bundle')
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    throw new UsageError('bundle fetch: the URL must be https', 'begin it with https://; http:// is for this machine only', 'not_https')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError('bundle fetch: the URL must have no user, query or fragment')
  return url
}

/** A place below the address of a bundle: `manifest`, `parts/DIGEST`. */
export const below = (url: URL, place: string): URL => new URL(`${url.pathname.replace(/\/$/, '')}/${place}`, url)

/**
 * Gets one text of at most `limit` bytes within `patience` milliseconds and before `stop`, without following redirects; throws `RefusedError` with `download_failed`,
 * `download_not_text`, `download_redirected`, `download_too_large` or `download_too_slow`. `absent` is added to what is said where there is nothing (404).
 */
export async function download(
  url: URL,
  limit: number,
  patience: number,
  { stop, absent = '' }: { readonly stop?: AbortSignal | undefined; readonly absent?: string } = {},
): Promise<string> {
  const { status, content } = await ask(url, { limit, patience, accept: '*/*', ...(stop && { stop }) })
  if (status !== 200)
    throw refused('download_failed', `${url.origin}${url.pathname} answers with status ${status}${status === 404 ? absent : ''}`)
  return content
}

/** How one question is put: at most so many bytes and milliseconds. */
export interface Asking {
  readonly limit: number
  readonly patience: number
  readonly accept: string
  readonly stop?: AbortSignal
}

/** The same, of an answer with whatever status; what does not come with status 200 is not read. */
export async function ask(
  url: URL,
  { limit, patience, accept, stop }: Asking,
): Promise<{ readonly status: number; readonly mediaType: string; readonly content: string }> {
  const place = url.origin + url.pathname
  const signal = AbortSignal.any([AbortSignal.timeout(patience), ...(stop === undefined ? [] : [stop])])
  try {
    const response = await fetch(url, { redirect: 'manual', signal, headers: { accept } })
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      throw refused('download_redirected', `${place} sends on to another address`)
    }
    const { status } = response
    const mediaType = response.headers.get('content-type') ?? ''
    if (status === 200) return { status, mediaType, content: await text(response, limit, place) }
    await response.body?.cancel()
    return { status, mediaType, content: '' }
  } catch (error) {
    if (error instanceof RefusedError) throw error
    if (error instanceof DOMException && error.name === 'TimeoutError')
      throw refused('download_too_slow', `${place} takes longer than ${Math.ceil(patience / 1000)} seconds`)
    throw refused('download_failed', `${place} cannot be reached, or its answer cannot be read`)
  }
}

async function text(response: Response, limit: number, place: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > limit) throw refused('download_too_large', `${place} sends more than ${limit} bytes`)
    chunks.push(chunk)
  }
  // A byte order mark stays: the digest of a part is over all its bytes.
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
  } catch (error) {
    if (error instanceof TypeError) throw refused('download_not_text', `${place} sends what is no text in UTF-8`)
    throw error
  }
}
