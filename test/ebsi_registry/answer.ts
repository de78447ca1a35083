/** What a handler of the double sees of a request; the body is text. */
export interface RegistryRequest {
  readonly method: string
  /** The path without the query. */
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** An answer, with no `Cache-Control` and no `ETag`, as the live service gives none (facts, 2.5). */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly type?: string
  readonly json?: unknown
  readonly text?: string
}

export interface Route {
  readonly method: 'GET' | 'POST'
  /** As Express reads it. */
  readonly path: string
  handle(request: RegistryRequest): Answer | Promise<Answer>
}

/** A refusal that carries its own answer. */
export class Refusal extends Error {
  readonly answer: Answer
  constructor(message: string, answer: Answer) {
    super(message)
    this.answer = answer
  }
}

/** A problem detail (RFC 7807), the form of every error of the registries. */
export function problem(status: number, title: string, detail: string): Refusal {
  return new Refusal(detail, { status, type: 'application/problem+json', json: { type: 'about:blank', title, status, detail } })
}

/** An error of the token endpoint (RFC 6749 section 5.2). */
export function oauthError(error: 'invalid_request' | 'server_error', description: string): Refusal {
  return new Refusal(description, { status: error === 'server_error' ? 500 : 400, json: { error, error_description: description } })
}
