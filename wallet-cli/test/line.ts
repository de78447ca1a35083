import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** Where a message is stopped: before it reaches the issuer, or before its answer reaches the wallet. */
export type Place = 'request' | 'answer'

/** The line between a wallet and an issuer, at the issuer's public address; it can be cut. */
export interface Line {
  readonly url: string
  /** The paths of the POSTs since `begin`. */
  readonly posts: readonly string[]
  /** Forgets what went over it; at the POST of that number (from 0) it calls `cut`, and brings nothing further of that message. */
  begin(number?: number, place?: Place, cut?: () => void): void
  /** Leads to the issuer behind it. */
  leadTo(port: number): void
  close(): void
}

const OF_CONNECTION = ['connection', 'host', 'keep-alive', 'transfer-encoding', 'content-length']

/** Opens a line on a free port of this machine. */
export async function openLine(): Promise<Line> {
  const posts: string[] = []
  let behind = 0
  let wanted: { number: number; place: Place; cut: () => void } | undefined
  const server = createServer((request, response) => {
    bring(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the line has no port')

  async function bring(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    const number = method === 'POST' ? posts.push(url) - 1 : -1
    const stops = (place: Place): boolean => {
      if (wanted?.number !== number || wanted.place !== place) return false
      wanted.cut()
      response.destroy()
      return true
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (stops('request')) return
    const headers = Object.entries(request.headers).filter(([name]) => !OF_CONNECTION.includes(name))
    const answer = await fetch(`http://127.0.0.1:${behind}${url}`, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      redirect: 'manual',
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    const text = await answer.text()
    if (stops('answer')) return
    for (const [name, value] of answer.headers) if (!OF_CONNECTION.includes(name)) response.appendHeader(name, value)
    response.writeHead(answer.status).end(text)
  }

  return {
    url: `http://localhost:${address.port}`,
    posts,
    begin(number, place = 'request', cut = () => undefined) {
      posts.length = 0
      wanted = number === undefined ? undefined : { number, place, cut }
    },
    leadTo: (port) => {
      behind = port
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
