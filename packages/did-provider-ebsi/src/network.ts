import { type Answer, EbsiError, type WritableRegistry } from '@symbolon/ebsi'

/** Where the registries are and how they are talked to; all but `registry` has a default. */
export interface NetworkSettings {
  /** The root that the registries' paths hang off: `https://api-pilot.ebsi.eu`; http on this machine only. */
  readonly registry: string
  /** The ledger's number. A transaction for another one is not signed; without it any ledger's is. */
  readonly chainId?: number | undefined
  /** The addresses of the registries' contracts, where they are known. A transaction to another one is not signed. */
  readonly contracts?: Readonly<Partial<Record<WritableRegistry, string>>> | undefined
  readonly fetch?: typeof fetch | undefined
  /** Unix seconds. */
  readonly now?: (() => number) | undefined
  readonly random?: ((bytes: number) => Uint8Array) | undefined
  readonly patience?: Partial<Patience> | undefined
}

/** How long is waited, in milliseconds: for an answer, for a transaction to be in a block, and between two looks. */
export interface Patience {
  readonly answer: number
  readonly receipt: number
  readonly pause: number
}

/** The registries, ready to be asked. */
export interface Network {
  /** Without `/` at its end. */
  readonly root: string
  readonly chainId: bigint | undefined
  readonly contracts: Readonly<Partial<Record<WritableRegistry, string>>>
  readonly fetch: typeof fetch
  readonly now: () => number
  readonly random: (bytes: number) => Uint8Array
  readonly patience: Patience
}

const PATIENCE: Patience = { answer: 10_000, receipt: 60_000, pause: 1_000 }
/** No answer of a registry that we ask is larger, in bytes: the largest holds one credential. */
const LARGEST = 1_048_576

/** Makes the registries of one root ready; nothing is asked yet. Throws `registry_address_malformed`. */
export function openNetwork(settings: NetworkSettings): Network {
  const url = URL.parse(settings.registry)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '')
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)))
    throw new EbsiError('registry_address_malformed', 'not https')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new EbsiError('registry_address_malformed', 'user, query or fragment')
  return {
    root: url.href.replace(/\/+$/, ''),
    chainId: settings.chainId === undefined ? undefined : BigInt(settings.chainId),
    contracts: settings.contracts ?? {},
    fetch: settings.fetch ?? fetch,
    now: settings.now ?? (() => Math.floor(Date.now() / 1000)),
    random: settings.random ?? ((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
    patience: { ...PATIENCE, ...settings.patience },
  }
}

export interface Request {
  readonly url: string
  readonly accept: string
  /** What is sent, and of which media type; without it the request is a GET. */
  readonly body?: { readonly type: string; readonly text: string }
  readonly token?: string | undefined
}

/**
 * Asks a registry: one answer, bounded in size and time, no redirect followed.
 *
 * Throws `registry_too_slow`, `registry_too_large`, `registry_redirected`, `registry_unreachable`, `registry_answer_malformed` for a
 * body that is not UTF-8.
 */
export async function ask(network: Network, { url, accept, body, token }: Request): Promise<Answer> {
  // As a function of its own: a browser's refuses to be called as a member.
  const { fetch: send } = network
  const { host, pathname } = new URL(url)
  const place = `${host}${pathname}`
  const headers = {
    accept,
    ...(body === undefined ? {} : { 'content-type': body.type }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const sent = body === undefined ? { method: 'GET' } : { method: 'POST', body: body.text }
  try {
    const signal = AbortSignal.timeout(network.patience.answer)
    const response = await send(url, { ...sent, headers, redirect: 'manual', signal })
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel()
      throw new EbsiError('registry_redirected', place)
    }
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? undefined,
      body: await text(response, place),
    }
  } catch (error) {
    if (error instanceof EbsiError) throw error
    if (error instanceof DOMException && error.name === 'TimeoutError') throw new EbsiError('registry_too_slow', place)
    // The cause is left out: it may hold the request, and with it the token.
    throw new EbsiError('registry_unreachable', place)
  }
}

async function text(response: Response, place: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > LARGEST) throw new EbsiError('registry_too_large', `${place}: limit ${LARGEST} bytes`)
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer())
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new EbsiError('registry_answer_malformed', `${place}: not UTF-8`)
  }
}

/** Asks a question anew, with pauses, until it is answered with other than null or the patience for a receipt is at its end: then null. */
export async function until<T>({ patience }: Network, question: () => Promise<T | null>): Promise<T | null> {
  for (let waited = 0; ; waited += patience.pause) {
    const found = await question()
    if (found !== null || waited >= patience.receipt) return found
    await new Promise((resume) => setTimeout(resume, patience.pause))
  }
}
