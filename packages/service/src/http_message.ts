import type { Json } from '@symbolon/sd-jwt'

/** A request as handlers see it; nothing of Express is in it. */
export interface HttpRequest {
  readonly method: string
  /** What stood in the path for each `:name` of the route. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The content type as it was sent, and the body as UTF-8 text. */
  readonly contentType: string | undefined
  readonly body: string
}

/** An answer: at most one of `json` and `text`; neither is an empty body. Never cached unless `headers` says so. */
export interface HttpAnswer {
  readonly status?: number
  /** Names in small letters. */
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: Json
  /** Served with the `content-type` in `headers`. */
  readonly text?: string
}

export type Method = 'GET' | 'POST' | 'DELETE'

/** One line of a route table. */
export interface Route {
  readonly method: Method
  /** `/offers/:id`, as Express reads it. */
  readonly path: string
  /** The media type a body must have (415 otherwise); absent: the handler judges. */
  readonly consumes?: string
  /** Whether pages of any origin may call it (CORS): what wallets and verifiers in a browser need. */
  readonly open?: boolean
  handle(request: HttpRequest): Promise<HttpAnswer>
}

/** Whether an `If-None-Match` names this entity tag (RFC 9110 section 13.1.2, weak comparison). */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  const strong = (text: string) => text.trim().replace(/^W\//, '')
  return header.split(',').some((one) => strong(one) === strong(tag))
}
