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
