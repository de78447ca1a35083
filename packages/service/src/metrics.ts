import { Counter, Histogram, Registry } from 'prom-client'

/** Counts for Prometheus; labels are routes, statuses and types, never anything about a person. */
export interface Metrics {
  request(method: string, route: string, status: number, seconds: number): void
  /** A counter of the service's own; `labels` are their names. */
  counter(name: string, help: string, labels: readonly string[]): (...values: string[]) => void
  /** The exposition text and its media type. */
  text(): Promise<{ contentType: string; body: string }>
}

/** A registry of its own, so that several services in one process count apart. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'symbolon_http_requests_total',
    help: 'Requests by route and outcome',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'symbolon_http_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  })
  return {
    request(method, route, status, seconds) {
      requests.inc({ method, route, status: String(status) })
      duration.observe({ method, route }, seconds)
    },
    counter(name, help, labels) {
      const counter = new Counter({ name, help, labelNames: [...labels], registers })
      return (...values) => counter.labels(...values).inc()
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}
