import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { Json } from '@symbolon/sd-jwt'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import helmet from 'helmet'
import { Refusal, refusal, SERVICE_CODES } from './errors.ts'
import { type HttpAnswer, type HttpRequest, type Method, matchesTag, type Route } from './http_message.ts'
import { type Log, placeOf } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What the door needs besides the routes. */
export interface Door {
  readonly routes: readonly Route[]
  readonly log: Log
  readonly metrics: Metrics
  /** The largest body read, in bytes. */
  readonly maxBody: number
  /** Whether the public address is https: then browsers are told to stay with it. */
  readonly secure: boolean
  /** What a fault of the floors below means to the caller; null: our own fault. */
  explain(error: unknown): Refusal | null
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/**
 * What answers requests by a route table, an Express application inside: the only place that sees Express.
 *
 * Unknown routes are 404, other methods 405 with `Allow`, other bodies 415, larger ones 413; refusals are JSON
 * `{ error, error_description }`; anything unforeseen is 500 `server_error` with a request id that stands in the log.
 */
export function httpApp(door: Door): RequestListener {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.use(observe(door))
  app.use(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
      strictTransportSecurity: door.secure,
    }),
  )
  const read = express.raw({ type: () => true, limit: door.maxBody, inflate: false })
  for (const [path, routes] of Map.groupBy(door.routes, (route) => route.path)) {
    const open = routes.some((route) => route.open)
    if (open) app.all(path, allowOrigins)
    for (const route of routes) register(app, route, read)
    const methods = [...new Set(routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
    app.all(path, named(path), (request, response) => {
      const allow = [...methods, 'OPTIONS'].join(', ')
      if (request.method === 'OPTIONS') return preflight(response, allow, open)
      throw refusal('method_not_allowed', `this address answers ${methods.join(', ')}`, { allow })
    })
  }
  app.use(() => {
    throw refusal('not_found')
  })
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => refuse(error, request, response, door))
  return app
}

/** The route, as the log and the metrics name it: never the address itself, which may hold what nobody should read there. */
const named = (path: string) => (_request: Request, response: Response, next: NextFunction) => {
  response.locals.route = path
  next()
}

function register(app: Express, route: Route, read: express.RequestHandler): void {
  const verbs: Record<Method, 'get' | 'post' | 'delete'> = { GET: 'get', POST: 'post', DELETE: 'delete' }
  app[verbs[route.method]](route.path, named(route.path), read, async (request, response) => {
    const answer = await route.handle(readRequest(request, route))
    send(answer, request, response)
  })
}

function readRequest(request: Request, route: Route): HttpRequest {
  const contentType = request.get('content-type')
  const body: unknown = request.body
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  if (route.consumes !== undefined && contentType?.split(';', 1)[0]?.trim().toLowerCase() !== route.consumes) {
    throw refusal('unsupported_media_type', `the content type must be ${route.consumes}`)
  }
  const parameters = Object.entries(request.params).map(([name, value]) => [name, String(value)])
  // No name has a control character in it, and PostgreSQL does not even want to look for one.
  if (parameters.some(([, value]) => /\p{Cc}/u.test(value ?? ''))) throw refusal('not_found')
  return {
    method: request.method,
    parameters: Object.fromEntries(parameters),
    query: new URL(request.originalUrl, 'http://query.invalid').searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
    contentType,
    body: decode(bytes),
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes)
  } catch {
    throw refusal('invalid_request', 'the body is not UTF-8')
  }
}

function send({ status = 200, headers = {}, json, text }: HttpAnswer, request: Request, response: Response): void {
  setHeaders(response, { 'cache-control': 'no-store', ...headers })
  const tag = headers.etag
  if (tag !== undefined && status === 200 && matchesTag(request.get('if-none-match'), tag)) {
    response.status(304).end()
    return
  }
  response.status(status)
  if (json !== undefined) sendJson(response, json)
  else response.end(text)
}

/** As they are: Express would add a charset to a media type that has none (RFC 8259 section 11). */
function setHeaders(response: Response, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

function sendJson(response: Response, json: Json): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(json))
}

function allowOrigins(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'dpop-nonce, etag, last-modified, www-authenticate, x-request-id',
    'cross-origin-resource-policy': 'cross-origin',
  })
  next()
}

function preflight(response: Response, allow: string, open: boolean): void {
  response.set('allow', allow)
  if (open) {
    response.set({
      'access-control-allow-methods': allow,
      'access-control-allow-headers': 'authorization, content-type, dpop, if-none-match',
      'access-control-max-age': '86400',
    })
  }
  response.status(204).end()
}

function refuse(error: unknown, _request: Request, response: Response, door: Door): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const refused = error instanceof Refusal ? error : (door.explain(error) ?? ofExpress(error))
  response.setHeader('cache-control', 'no-store')
  if (refused) {
    const { status, code, description, headers } = refused
    response.locals.error = code
    setHeaders(response, headers)
    sendJson(response.status(status), { error: code, error_description: description })
    return
  }
  const request_id = String(response.locals.requestId)
  door.log.error({ request_id, route: response.locals.route, ...placeOf(error) }, 'a request failed')
  const { status, hint } = SERVICE_CODES.server_error
  sendJson(response.status(status), { error: 'server_error', error_description: hint, request_id })
}

/** What Express itself found wrong with a request: it says so by a status. */
function ofExpress(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('status' in error)) return null
  if (error.status === 413) return refusal('request_too_large')
  if (error.status === 415) return refusal('unsupported_media_type', 'the content encoding must be identity')
  if (error.status === 400) return refusal('invalid_request', 'the request is cut off or its address is malformed')
  return null
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Gives every request an id, and says afterwards what became of it: method, route, status, time; never an address, a body or a header. */
function observe({ log, metrics }: Door) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const started = performance.now()
    const request_id = randomUUID()
    response.locals.requestId = request_id
    response.set('x-request-id', request_id)
    // The peer's own name for this exchange, told back and kept nowhere (OpenID conformance suite, FAPI resource endpoints).
    const interaction = request.get('x-fapi-interaction-id')
    if (interaction !== undefined && UUID.test(interaction)) response.set('x-fapi-interaction-id', interaction)
    response.once('close', () => {
      const route: string = response.locals.route ?? 'unknown'
      const milliseconds = Math.round((performance.now() - started) * 10) / 10
      const status = response.writableFinished ? response.statusCode : 499
      // Methods are the client's own words; only those of the table may become a label.
      const method = route === 'unknown' ? 'other' : request.method
      metrics.request(method, route, status, milliseconds / 1000)
      log.info({ request_id, method, route, status, milliseconds, error: response.locals.error }, 'request')
    })
    next()
  }
}
