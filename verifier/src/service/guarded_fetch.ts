import { type LookupAddress, lookup } from 'node:dns'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isAllowed, type PrivateNetworks } from './networks.ts'

/** What was fetched. */
export interface Fetched {
  readonly mediaType: string
  readonly content: string
}

/** How far a fetch may go. `patience` in milliseconds, `limit` in bytes. */
export interface Bounds {
  readonly networks: PrivateNetworks
  readonly limit: number
  readonly patience: number
  /** The media type that is wanted; absent: any. */
  readonly accept?: string
}

/** Why something was not fetched; the message holds no more of the address than its host. */
export class FetchRefused extends Error {}

/** How names become addresses; a test puts its own in place of the system's. */
export type Resolve = (name: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void

const systemResolve: Resolve = (name, done) => lookup(name, { all: true }, done)

/**
 * Fetches one text from an address that a stranger named: the name is resolved here, every address it has must be allowed, and the connection goes to one that
 * was checked. No redirect is followed; slow and endless answers are cut off. Throws `FetchRefused`.
 */
export async function fetchGuarded(
  address: string,
  { networks, limit, patience, accept = '*/*' }: Bounds,
  resolve = systemResolve,
): Promise<Fetched> {
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new FetchRefused('no http address')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'https:'
  if (!secure && networks === 'none') throw new FetchRefused(`${host}: only https`)
  if (url.username !== '' || url.password !== '') throw new FetchRefused(`${host}: a user name in the address`)
  const isOpen = (found: string): boolean => isAllowed(found, networks, secure)
  // Not every version of Node asks a resolver for what is an address already.
  if (isIP(host) !== 0 && !isOpen(host)) throw new FetchRefused(`${host}: not a network that may be asked`)
  const signal = AbortSignal.timeout(patience)
  try {
    const response = await ask(secure ? requestHttps : requestHttp, url, {
      ...{ lookup: checkedLookup(resolve, isOpen), agent: false, signal },
      headers: { accept, 'accept-encoding': 'identity' },
    })
    if (response.statusCode !== 200) {
      response.destroy()
      throw new FetchRefused(`${host}: status ${response.statusCode}`)
    }
    return { mediaType: response.headers['content-type'] ?? '', content: await read(response, limit, host) }
  } catch (error) {
    if (error instanceof FetchRefused) throw error
    if (signal.aborted) throw new FetchRefused(`${host}: no whole answer within ${patience} ms`)
    const cause = error instanceof Error && error.cause instanceof FetchRefused ? error.cause : undefined
    throw cause ?? new FetchRefused(`${host}: cannot be reached, or what it sends is no text`)
  }
}

const ask = (request: typeof requestHttp, url: URL, options: RequestOptions): Promise<IncomingMessage> =>
  new Promise((done, failed) => {
    const asked = request(url, options, done)
    asked.once('error', failed)
    asked.end()
  })

async function read(response: IncomingMessage, limit: number, host: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += (chunk as Buffer).length
    if (size > limit) {
      response.destroy()
      throw new FetchRefused(`${host}: more than ${limit} bytes`)
    }
    chunks.push(chunk as Buffer)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}

/** Resolves a name once, and hands on only what was checked: a name that answers something else the next time changes nothing. */
const checkedLookup =
  (resolve: Resolve, isOpen: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) =>
    resolve(hostname, (error, addresses) => {
      const refuse = (why: Error) => callback(why as NodeJS.ErrnoException, '', 4)
      if (error) return refuse(error)
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isOpen(address)))
        return refuse(new Error('refused', { cause: new FetchRefused(`${hostname}: not a network that may be asked`) }))
      return options.all ? callback(null, [...addresses]) : callback(null, first.address, first.family)
    })
