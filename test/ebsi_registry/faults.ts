import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, RegistryRequest } from './answer.ts'

/** What can go wrong with an answer, by name: how the true answer is spoilt. `value` means what the kind says. */
const KINDS = {
  /** `value` milliseconds too late. */
  async delay(answer: Answer, value: number): Promise<Answer> {
    await sleep(value)
    return answer
  },
  /** An HTTP status `value` with a problem. */
  status: (_: Answer, value: number): Answer => ({
    status: value,
    type: 'application/problem+json',
    json: { type: 'about:blank', title: 'Fault On Demand', status: value, detail: 'asked for by a test' },
  }),
  /** A JSON object of about `value` bytes in place of the answer. */
  huge: (answer: Answer, value: number): Answer => ({ ...answer, json: { ...(answer.json as object), padding: 'x'.repeat(value) } }),
  /** Text that is no JSON. */
  garbage: (answer: Answer): Answer => {
    const { json: _, ...others } = answer
    return { ...others, text: '{"truncated":' }
  },
  /** The right body as `text/html`. */
  content_type: (answer: Answer): Answer => ({ ...answer, type: 'text/html' }),
  /** The document, or the record, of another DID: every did:ebsi that the answer names at its top is replaced. */
  other_did(answer: Answer): Answer {
    const json = answer.json as Record<string, unknown>
    const other = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
    return { ...answer, json: { ...json, ...('id' in json ? { id: other } : {}), ...('did' in json ? { did: other } : {}) } }
  },
  /** Every address of this origin in the answer leads elsewhere. */
  off_origin: (answer: Answer, _: number, origin: string): Answer => ({
    ...answer,
    json: JSON.parse(JSON.stringify(answer.json ?? null).replaceAll(origin, 'https://elsewhere.example')),
  }),
  /** A redirect to another origin. */
  redirect: (): Answer => ({ status: 302, headers: { location: 'https://elsewhere.example/' }, text: '' }),
} satisfies Record<string, (answer: Answer, value: number, origin: string) => Answer | Promise<Answer>>

export interface Fault {
  readonly kind: keyof typeof KINDS | 'stale'
  /** Beginning of the path, or a pattern of it; absent: everything but `/double`. */
  readonly path?: string | RegExp
  /** See the kind. */
  readonly value?: number
  /** How many requests it meets; absent: all. */
  readonly times?: number
}

export interface Faults {
  /** Arms a fault; calling what comes back takes it away. */
  add(fault: Fault): () => void
  clear(): void
  /** The answer to a request, spoilt by whatever is armed for it. */
  spoil(request: RegistryRequest, answer: () => Promise<Answer>): Promise<Answer>
}

const MOST_REMEMBERED = 10_000

export function openFaults(origin: string): Faults {
  let armed: { fault: Fault; left: number }[] = []
  /** What was last answered to each address, for `stale`. */
  const last = new Map<string, Answer>()
  const meets = ({ fault: { path }, left }: { fault: Fault; left: number }, asked: string): boolean => {
    if (left <= 0 || asked.startsWith('/double/')) return false
    return path === undefined || (typeof path === 'string' ? asked.startsWith(path) : path.test(asked))
  }
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
      armed.push(entry)
      return () => {
        armed = armed.filter((one) => one !== entry)
      }
    },
    clear() {
      armed = []
    },
    async spoil(request, answer) {
      const met = armed.filter((entry) => meets(entry, request.path))
      for (const entry of met) entry.left--
      const address = `${request.path}?${request.query}`
      const old = met.some(({ fault }) => fault.kind === 'stale') ? last.get(address) : undefined
      let result = old ?? (await answer())
      if (old === undefined && request.method === 'GET' && last.size < MOST_REMEMBERED) last.set(address, result)
      for (const { fault } of met) if (fault.kind !== 'stale') result = await KINDS[fault.kind](result, fault.value ?? 0, origin)
      return result
    },
  }
}
