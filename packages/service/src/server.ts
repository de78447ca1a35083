import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { SettingsError } from './errors.ts'

/** A listening server; until `answerWith` is called it answers 503. */
export interface Server {
  /** The port it listens on, also when 0 was asked for. */
  readonly port: number
  answerWith(listener: RequestListener): void
  /** Accepts nothing new, lets running requests finish for at most `patience` milliseconds, then closes what is left. */
  close(patience?: number): Promise<void>
}

/** The private key and the certificate of an https server, PEM. */
export interface ServerCertificate {
  readonly key: string
  readonly cert: string
}

const PATIENCE = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }

/** How many turns of the event loop a request may wait for others to come in: a flood of connections must not hold it up. */
const MOST_TURNS = 1000

/**
 * Lets all who stand at the door in before anybody is served.
 *
 * In one turn of the event loop the runtime accepts one connection and serves all that are open: under load those outside would wait until those
 * inside have nothing more to ask. So as long as somebody came in, requests wait one turn more.
 */
function openDoors() {
  let cameIn = false
  let turns = 0
  let waiting: (() => void)[] = []
  const turn = (): void => {
    turns++
    if (cameIn && turns < MOST_TURNS) {
      cameIn = false
      setImmediate(turn)
      return
    }
    const served = waiting
    waiting = []
    turns = 0
    for (const serve of served) serve()
  }
  return {
    accepted(): void {
      cameIn = true
    },
    enter(serve: () => void): void {
      if (waiting.push(serve) === 1) setImmediate(turn)
    },
  }
}

/** Listens on a port, with a certificate for https; throws `SettingsError` when it cannot, with the setting that names the port. The address is known before the first request is answered, so that what depends on it can be made. */
export async function listen(host: string, port: number, certificate?: ServerCertificate, setting?: string): Promise<Server> {
  let listener: RequestListener = (_request, response) => {
    response.writeHead(503, { 'retry-after': '1' }).end()
  }
  const doors = openDoors()
  const answer: RequestListener = (request, response) => doors.enter(() => listener(request, response))
  const server = certificate ? createSecureServer({ ...PATIENCE, ...certificate }, answer) : createServer(PATIENCE, answer)
  server.on('connection', doors.accepted)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.name
      const where = setting === undefined ? '' : `${setting}: `
      reject(
        new SettingsError([`${where}cannot listen on ${host} port ${port} (${code}): choose another port, or stop what listens there`]),
      )
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port')
  return {
    port: address.port,
    answerWith(next) {
      listener = next
    },
    async close(patience = 10_000) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // A connection that answered its last request would otherwise be kept alive for a next one that is not accepted.
      const idle = setInterval(() => server.closeIdleConnections(), 20)
      const end = setTimeout(() => server.closeAllConnections(), patience)
      await closed
      clearInterval(idle)
      clearTimeout(end)
    },
  }
}
