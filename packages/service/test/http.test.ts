import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { bearerCheck } from '../src/bearer.ts'
import { Refusal } from '../src/errors.ts'
import { httpApp } from '../src/http.ts'
import type { Route } from '../src/http_message.ts'
import { openLog } from '../src/log.ts'
import { openMetrics } from '../src/metrics.ts'
import { operations } from '../src/operations.ts'
import { listen, type Server } from '../src/server.ts'

class PeerFault extends Error {}

const TOKEN = 'a-token-that-nobody-guesses'
let server: Server | undefined
let lines: string[] = []

afterEach(async () => {
  await server?.close(100)
  server = undefined
})

async function start(routes: Route[]): Promise<string> {
  lines = []
  const log = openLog('test', 'info', { write: (line) => void lines.push(line) })
  const metrics = openMetrics()
  server = await listen('127.0.0.1', 0)
  const explain = (error: unknown) => (error instanceof PeerFault ? new Refusal(400, 'peer_fault', 'you did wrong') : null)
  server.answerWith(
    httpApp({ routes: [...routes, ...operations(metrics, async () => true)], log, metrics, maxBody: 1000, secure: false, explain }),
  )
  return `http://127.0.0.1:${server.port}`
}

const echo: Route = {
  method: 'POST',
  path: '/echo/:name',
  consumes: 'application/json',
  handle: async ({ parameters, body, query }) => ({ status: 201, json: { ...parameters, body, asked: query.get('q') } }),
}
const list: Route = {
  method: 'GET',
  path: '/list',
  open: true,
  handle: async () => ({ headers: { 'content-type': 'text/plain', etag: '"abc"', 'cache-control': 'max-age=60' }, text: 'list' }),
}
const failing = (error: unknown): Route => ({
  method: 'GET',
  path: '/fail',
  handle: async () => {
    throw error
  },
})

const post = (url: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': type } })

async function told(response: Response): Promise<[number, string]> {
  const body = await response.json()
  expect(typeof body.error_description).toBe('string')
  return [response.status, body.error]
}

test('a handler gets the request as plain data and answers the same way', async () => {
  const url = await start([echo])
  const response = await post(`${url}/echo/m%C3%BCller?q=1`, '{"é":1}')
  expect(response.status).toBe(201)
  expect(await response.json()).toEqual({ name: 'müller', body: '{"é":1}', asked: '1' })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(response.headers.has('x-powered-by')).toBe(false)
})

test('what HTTP itself forbids is told with a code', async () => {
  const url = await start([echo, list])
  expect(await told(await fetch(`${url}/nothing`))).toEqual([404, 'not_found'])
  expect(await told(await fetch(`${url}/list/`))).toEqual([404, 'not_found'])
  const wrong = await fetch(`${url}/echo/x`)
  expect(wrong.headers.get('allow')).toBe('POST, OPTIONS')
  expect(await told(wrong)).toEqual([405, 'method_not_allowed'])
  expect(await told(await post(`${url}/echo/x`, '{}', 'text/plain'))).toEqual([415, 'unsupported_media_type'])
  expect(await told(await post(`${url}/echo/x`, 'x'.repeat(1001)))).toEqual([413, 'request_too_large'])
  expect(await told(await post(`${url}/echo/x`, new Uint8Array([0x22, 0xff, 0x22])))).toEqual([400, 'invalid_request'])
  expect(await told(await post(`${url}/echo/%ff`, '{}'))).toEqual([400, 'invalid_request'])
  const packed = await fetch(`${url}/echo/x`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  })
  expect(await told(packed)).toEqual([415, 'unsupported_media_type'])
})

test('a fault of a lower floor becomes what the service says it means', async () => {
  const url = await start([failing(new PeerFault())])
  expect(await told(await fetch(`${url}/fail`))).toEqual([400, 'peer_fault'])
})

test('x-fapi-interaction-id is told back as it came, also with a refusal, unless it is no UUID; the log has none of it', async () => {
  const url = await start([list, failing(new PeerFault())])
  const told = async (path: string, sent?: string) =>
    (await fetch(url + path, { headers: sent === undefined ? {} : { 'x-fapi-interaction-id': sent } })).headers.get('x-fapi-interaction-id')
  const id = 'c770aef3-6784-41F7-8e0e-ff5f97bddb3a'
  expect([await told('/list', id), await told('/fail', id), await told('/nowhere', id)]).toEqual([id, id, id])
  expect(await told('/list')).toBeNull()
  for (const other of ['', '1', `${id}0`, `${id}, ${id}`, '<script>', '"']) expect(await told('/list', other)).toBeNull()
  await sleep(20)
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.join('')).not.toContain(id)
})

test('our own fault is a 500 with a request id that stands in the log; its message stands nowhere', async () => {
  const url = await start([failing(new Error('the number of Ms Proefstuk is 91641210452'))])
  const response = await fetch(`${url}/fail`)
  const body = await response.json()
  expect([response.status, body.error]).toEqual([500, 'server_error'])
  expect(body.request_id).toBe(response.headers.get('x-request-id'))
  await sleep(20)
  const log = lines.join('')
  expect(log).toContain(body.request_id)
  expect(log).toContain('http.test.ts')
  expect(log + JSON.stringify(body)).not.toMatch(/91641210452|Proefstuk/)
})

test('the log names the route, never the address, the body or a header', async () => {
  const url = await start([echo])
  await fetch(`${url}/echo/secret-in-path?secret-in-query=1`, {
    method: 'POST',
    body: '"secret-in-body"',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret-in-header' },
  })
  await fetch(`${url}/secret-elsewhere`)
  await sleep(20)
  expect(lines.map((line) => JSON.parse(line)).map(({ method, route, status }) => [method, route, status])).toEqual([
    ['POST', '/echo/:name', 201],
    ['other', 'unknown', 404],
  ])
  expect(lines.join('')).not.toContain('secret')
})

test('validators and lifetimes: a known entity tag is answered 304 (RFC 9110 section 13.1.2)', async () => {
  const url = await start([list])
  for (const tag of ['"abc"', 'W/"abc"', '"x", "abc"', '*']) {
    const known = await fetch(`${url}/list`, { headers: { 'if-none-match': tag } })
    expect([known.status, await known.text()]).toEqual([304, ''])
  }
  const changed = await fetch(`${url}/list`, { headers: { 'if-none-match': '"abcd"' } })
  expect([changed.status, await changed.text(), changed.headers.get('cache-control')]).toEqual([200, 'list', 'max-age=60'])
})

test('pages of other origins may read what is open, and nothing else', async () => {
  const url = await start([list, echo])
  const { headers } = await fetch(`${url}/list`)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  // What a wallet in a page has to read of an answer (RFC 9449 section 8, RFC 6750 section 3).
  expect(headers.get('access-control-expose-headers')).toBe('dpop-nonce, etag, last-modified, www-authenticate, x-request-id')
  const asked = await fetch(`${url}/list`, { method: 'OPTIONS' })
  expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'authorization, content-type, dpop, if-none-match',
  ])
  expect((await fetch(`${url}/echo/x`, { method: 'OPTIONS' })).headers.has('access-control-allow-origin')).toBe(false)
})

test('a bearer token is compared whole; in an address it is refused', async () => {
  const check = bearerCheck(TOKEN, 'test')
  const guarded: Route = {
    method: 'GET',
    path: '/guarded',
    handle: async (request) => {
      check(request)
      return { json: {} }
    },
  }
  const url = await start([guarded])
  const get = (authorization?: string, query = '') =>
    fetch(`${url}/guarded${query}`, authorization === undefined ? {} : { headers: { authorization } })
  expect((await get(`Bearer ${TOKEN}`)).status).toBe(200)
  expect((await get(`bearer ${TOKEN}`)).status).toBe(200)
  const none = await get()
  expect(none.headers.get('www-authenticate')).toBe('Bearer realm="test"')
  expect(await told(none)).toEqual([401, 'token_missing'])
  for (const wrong of [TOKEN.slice(0, -1), `${TOKEN}x`, TOKEN.toUpperCase()]) {
    const refused = await get(`Bearer ${wrong}`)
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(await told(refused)).toEqual([401, 'invalid_token'])
  }
  expect(await told(await get(`Basic ${TOKEN}`))).toEqual([401, 'token_missing'])
  expect(await told(await get(`Bearer ${TOKEN}`, `?access_token=${TOKEN}`))).toEqual([400, 'invalid_request'])
})

test('liveness, readiness and counts by route', async () => {
  const url = await start([echo])
  await post(`${url}/echo/x`, '{}')
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' })
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('symbolon_http_requests_total{method="POST",route="/echo/:name",status="201"} 1')
})

test('a request that runs is finished before the server closes; a new one is not accepted', async () => {
  let finish: () => void = () => undefined
  const running = new Promise<void>((resolve) => {
    finish = resolve
  })
  const slow: Route = {
    method: 'GET',
    path: '/slow',
    handle: async () => {
      await running
      return { json: { done: true } }
    },
  }
  const url = await start([slow])
  const answer = fetch(`${url}/slow`)
  await sleep(50)
  const closed = server?.close(5000)
  await sleep(20)
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  finish()
  expect(await (await answer).json()).toEqual({ done: true })
  await closed
})

test('a request that never ends does not keep the server open', async () => {
  const url = new URL(await start([echo]))
  const socket = connect(Number(url.port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('POST /echo/x HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{')
  await sleep(50)
  // It would wait for the rest of the body for ever: that this comes back is the test.
  await server?.close(200)
})

test('a port that is taken is a fault of the settings', async () => {
  await start([])
  await expect(listen('127.0.0.1', server?.port ?? 0)).rejects.toThrow(/cannot listen .*EADDRINUSE/)
})
