import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What arrived at the public address of the issuer. */
export interface Asked {
  readonly method: string
  readonly path: string
}

/** What leaves it: the issuer's own answer, or what a test made of it. */
export interface Told {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** A path, and what becomes of the issuer's answers there. */
export type Lies = Readonly<Record<string, (told: Told) => Told | Promise<Told>>>

/** The public address of an issuer, in front of the real one: it remembers what it is asked and lies where a test says so. */
export interface Front {
  readonly url: string
  readonly asked: readonly Asked[]
  /** The requests that change something: they tell the issuer who holds an offer, or use it up. */
  posted(): string[]
  /** Forgets what was asked, and tells these lies from now on. */
  begin(lies?: Lies): void
  /** Leads to the issuer behind it. */
  leadTo(port: number): void
  close(): Promise<void>
}

/** Opens the front on a free port of this machine. */
export async function openFront(): Promise<Front> {
  let behind = 0
  let lies: Lies = {}
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.writeHead(502).end())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the front has no port')

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    const path = url.split('?', 1)[0] ?? url
    asked.push({ method, path })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = Object.entries(request.headers).filter(([name]) => !OF_CONNECTION.includes(name))
    const answer = await fetch(`http://127.0.0.1:${behind}${url}`, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      redirect: 'manual',
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    const told = { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() }
    const { status, type, text } = (await lies[path]?.(told)) ?? told
    for (const [name, value] of answer.headers) if (KEPT.test(name)) response.appendHeader(name, value)
    response.writeHead(status, type === '' ? {} : { 'content-type': type }).end(text)
  }

  return {
    url: `http://localhost:${address.port}`,
    asked,
    posted: () => asked.filter(({ method }) => method === 'POST').map(({ path }) => path),
    begin(next = {}) {
      lies = next
      asked.length = 0
    },
    leadTo: (port) => {
      behind = port
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** Headers that are about a connection, not about a request. */
const OF_CONNECTION = ['connection', 'content-length', 'host', 'transfer-encoding']
/** Headers that clients act on. */
const KEPT = /^(access-control-.*|allow|cache-control|content-security-policy|dpop-nonce|etag|location|set-cookie|www-authenticate)$/

/** A lie: the same answer with the JSON in it changed. */
export const saying =
  (change: (body: Record<string, unknown>) => unknown) =>
  (told: Told): Told => ({ ...told, text: JSON.stringify(change(JSON.parse(told.text))) })
