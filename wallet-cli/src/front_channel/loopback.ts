import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { FrontChannel } from '@symbolon/wallet'
import { refused } from '../errors.ts'
import { answerPage, type Page } from './page.ts'

/** A person signs in elsewhere, perhaps with a card and a reader: ten minutes. */
const PATIENCE = 600_000
const PATH = '/answer'
const HOST = '127.0.0.1'

/** A way back that listens on this machine, until it is closed. */
export interface Loopback extends FrontChannel {
  close(): void
}

/** How a person gets to the server, and how the page they come back to speaks. */
export interface Visit {
  open(address: string): Promise<unknown>
  readonly languages: readonly string[]
  /** Milliseconds; ten minutes when absent. */
  readonly patience?: number
}

/**
 * Listens on a free port of 127.0.0.1 for the one answer to the wallet's request (RFC 8252 section 7.3), answers it with a plain page and closes.
 *
 * Whatever else is asked there, by whomever, is refused and changes nothing. `visit` throws RefusedError `sign_in_timed_out`.
 */
export async function loopback({ open, languages, patience = PATIENCE }: Visit): Promise<Loopback> {
  let judge: ((address: string) => boolean) | undefined
  let settle: ((address: string) => void) | undefined
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const address = answerAddress(request, origin)
    if (address === undefined) return send(response, 404, answerPage('elsewhere', languages))
    if (judge?.(address) !== true) return send(response, 400, answerPage('foreign', languages))
    // Once: whoever has seen the address cannot bring another answer.
    judge = undefined
    send(response, 200, answerPage('done', languages))
    response.once('close', () => settle?.(address))
  })
  server.maxConnections = 32
  const origin = await listen(server)
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return {
    redirectUri: origin + PATH,
    close,
    async visit(address, isOurs) {
      const answer = new Promise<string>((resolve, reject) => {
        settle = resolve
        judge = isOurs
        const timer = setTimeout(() => reject(refused('sign_in_timed_out', 'nobody came back from the sign-in')), patience)
        server.once('close', () => clearTimeout(timer))
      })
      try {
        // Both at once: a quick browser is back before whoever started it says so.
        return (await Promise.all([answer, open(address)]))[0]
      } finally {
        close()
      }
    },
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, HOST, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server listens at no port')
  return `http://${HOST}:${address.port}`
}

/** The whole address of a request that can be an answer. One that a page of another name sends here through the name system is none. */
function answerAddress({ method, url = '', headers }: IncomingMessage, origin: string): string | undefined {
  const isOurs = method === 'GET' && `http://${headers.host}` === origin && url.split('?', 1)[0] === PATH
  return isOurs ? origin + url : undefined
}

function send(response: ServerResponse, status: number, { headers, body }: Page): void {
  response.writeHead(status, { ...headers, connection: 'close' }).end(body)
}
