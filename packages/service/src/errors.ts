/** Settings, keys or certificates a process cannot start with: every fault at once, each saying which setting and what to do. Exit code 78. */
export class SettingsError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'SettingsError'
    this.faults = faults
  }
}

/**
 * A request that is refused: `code` and `description` are what the caller reads, `status` and `headers` how HTTP says it.
 *
 * Neither holds claim values, keys, tokens or national numbers.
 */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly description: string
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, code: string, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${code}: ${description}`)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.description = description
    this.headers = headers
  }
}

/** Every code with which the door itself refuses: HTTP status, the section that asks for it, what the caller can do. Rows sorted by code. */
export const SERVICE_CODES = {
  invalid_request: { status: 400, spec: 'RFC 9110 section 15.5.1', hint: 'correct the request as described' },
  invalid_token: { status: 401, spec: 'RFC 6750 section 3.1', hint: 'this token is not known here; look whether it was replaced' },
  method_not_allowed: { status: 405, spec: 'RFC 9110 section 15.5.6', hint: 'use one of the methods that Allow names' },
  not_found: { status: 404, spec: 'RFC 9110 section 15.5.5', hint: 'there is nothing at this address; openapi.json lists what there is' },
  request_too_large: { status: 413, spec: 'RFC 9110 section 15.5.14', hint: 'send less: the body is larger than this service reads' },
  server_error: { status: 500, spec: 'RFC 9110 section 15.6.1', hint: 'something failed here; the request id helps us to find it' },
  token_missing: { status: 401, spec: 'RFC 6750 section 3', hint: 'send the token as Authorization: Bearer ...' },
  unsupported_media_type: { status: 415, spec: 'RFC 9110 section 15.5.16', hint: 'send the media type that is asked for, not encoded' },
} as const satisfies Record<string, { status: number; spec: string; hint: string }>

export type ServiceCode = keyof typeof SERVICE_CODES

/** A refusal with a code of the table; without a description of its own it says the hint. */
export const refusal = (
  code: ServiceCode,
  description: string = SERVICE_CODES[code].hint,
  headers: Readonly<Record<string, string>> = {},
): Refusal => new Refusal(SERVICE_CODES[code].status, code, description, headers)
