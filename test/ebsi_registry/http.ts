import type { RequestListener } from 'node:http'
import express, { type NextFunction, type Request, type Response } from 'express'
import { type Answer, problem, Refusal, type RegistryRequest, type Route } from './answer.ts'
import type { Faults } from './faults.ts'

const LARGEST_BODY = 2 ** 20

/** What answers requests by a route table; before each, `before` is called. Errors are problem details. */
export function httpApp(routes: readonly Route[], faults: Faults, before: () => void): RequestListener {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  const read = express.text({ type: () => true, limit: LARGEST_BODY })
  for (const { method, path, handle } of routes) {
    app[method === 'GET' ? 'get' : 'post'](path, read, async (incoming: Request, response: Response) => {
      before()
      const request = readRequest(incoming)
      send(await faults.spoil(request, () => answerOf(() => handle(request))), response)
    })
  }
  app.use(() => {
    throw problem(404, 'Not Found', 'there is nothing at this address')
  })
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
    if (response.headersSent) response.destroy()
    else send(error instanceof Refusal ? error.answer : problem(status, 'Error', 'the request was not understood').answer, response)
  })
  return app
}

async function answerOf(handle: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await handle()
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    console.error(error)
    return problem(500, 'Internal Server Error', 'the double has a fault of its own').answer
  }
}

function readRequest(request: Request): RegistryRequest {
  const parameters = Object.entries(request.params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value])
  const headers = Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])
  return {
    method: request.method,
    path: request.path,
    parameters: Object.fromEntries(parameters),
    query: new URL(request.originalUrl, 'http://query.invalid').searchParams,
    headers: Object.fromEntries(headers),
    body: typeof request.body === 'string' ? request.body : '',
  }
}

function send({ status = 200, headers = {}, type, json, text }: Answer, response: Response): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.statusCode = status
  if (text === undefined) response.setHeader('content-type', type ?? 'application/json; charset=utf-8').end(JSON.stringify(json))
  else response.setHeader('content-type', type ?? 'application/json; charset=utf-8').end(text)
}
