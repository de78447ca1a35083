import type { Route } from './http_message.ts'
import type { Metrics } from './metrics.ts'

/** `/healthz` (the process answers), `/readyz` (and can do its work; 503 otherwise), `/metrics`. */
export const operations = (metrics: Metrics, ready: () => Promise<boolean>): Route[] => [
  { method: 'GET', path: '/healthz', handle: async () => ({ json: { status: 'ok' } }) },
  {
    method: 'GET',
    path: '/readyz',
    // Whatever keeps us from finding out keeps us from working.
    handle: async () =>
      (await ready().catch(() => false)) ? { json: { status: 'ready' } } : { status: 503, json: { status: 'not ready' } },
  },
  {
    method: 'GET',
    path: '/metrics',
    handle: async () => {
      const { contentType, body } = await metrics.text()
      return { headers: { 'content-type': contentType }, text: body }
    },
  },
]
