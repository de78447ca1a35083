import { createHash, type KeyObject, randomBytes } from 'node:crypto'
import type { Reason } from '@symbolon/question'
import type { JsonObject } from '@symbolon/sd-jwt'
import { numberOf, optionalText, type Row, type Store, seal, textOf, unseal } from '@symbolon/service'

/** A request as it is kept: what is needed to say it again, and what became of it. Times are seconds since 1970. */
export interface StoredRequest {
  readonly id: string
  readonly party: string
  readonly question: string
  readonly given: Readonly<Record<string, string>>
  /** Where the browser goes on; only on the same device. */
  readonly redirectUri?: string
  readonly nonce: string
  readonly stateValue: string
  /** The private JWK that the answer is encrypted to; gone with the answer. */
  readonly key?: JsonObject
  readonly state: 'waiting' | 'answered' | 'refused' | 'expired'
  readonly answer?: 'yes' | 'no' | 'unknown'
  readonly reasons: readonly Reason[]
  /** Whether what came of it may be read: at once, or when the browser that began it has come back. */
  readonly isComplete: boolean
  readonly expires: number
}

/** What is kept of a new request. */
export interface NewRequest extends Pick<StoredRequest, 'party' | 'question' | 'given' | 'redirectUri' | 'nonce' | 'stateValue'> {
  readonly key: JsonObject
  readonly created: number
  readonly expires: number
  /** How long what came of it may be read, in seconds. */
  readonly retention: number
}

/** What came of a request. */
export interface Outcome {
  readonly state: 'answered' | 'refused'
  readonly answer?: 'yes' | 'no' | 'unknown'
  readonly reasons: readonly Reason[]
}

/** The requests in the store. */
export interface Requests {
  /** Answers its id, for the relying party, and its handle, for wallets; neither can be found from the other. */
  create(request: NewRequest): Promise<{ id: string; handle: string }>
  ofParty(id: string, party: string): Promise<StoredRequest | undefined>
  ofHandle(handle: string): Promise<StoredRequest | undefined>
  /** Notes why an answer was not accepted: the request waits on for a better one, or is refused when it was tried too often. */
  note(id: string, reasons: readonly Reason[], retention: number): Promise<void>
  /** Takes what came of a request, once: of two at the same moment one is told true. `code`: what the browser must bring back. */
  settle(id: string, outcome: Outcome, retention: number, code: string | undefined): Promise<boolean>
  /** Lets what came of it be read; once, with the code. */
  complete(id: string, party: string, code: string): Promise<boolean>
  purge(): Promise<void>
}

const MOST_ATTEMPTS = 10
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')
export const randomName = (): string => randomBytes(16).toString('base64url')

export function openRequests(store: Store, sealing: KeyObject, now: () => number): Requests {
  function read(row: Row): StoredRequest {
    const id = textOf(row, 'id')
    const [secret, redirectUri, answer] = [optionalText(row, 'secret'), optionalText(row, 'redirect_uri'), optionalText(row, 'answer')]
    const expires = numberOf(row, 'expires_at')
    const state = textOf(row, 'state') as StoredRequest['state']
    return {
      ...{ id, party: textOf(row, 'party'), question: textOf(row, 'question'), given: JSON.parse(textOf(row, 'given')) },
      ...{ nonce: textOf(row, 'nonce'), stateValue: textOf(row, 'state_value'), expires, reasons: JSON.parse(textOf(row, 'reasons')) },
      state: state === 'waiting' && expires <= now() ? 'expired' : state,
      isComplete: row.is_complete === 1,
      ...(redirectUri !== null && { redirectUri }),
      ...(answer !== null && { answer: answer as 'yes' | 'no' | 'unknown' }),
      ...(secret !== null && { key: JSON.parse(unseal(sealing, id, secret)) }),
    }
  }
  const alive = (row: Row | undefined): StoredRequest | undefined =>
    row === undefined || numberOf(row, 'keep_until') <= now() ? undefined : read(row)

  return {
    async create({ party, question, given, redirectUri, nonce, stateValue, key, created, expires, retention }) {
      const [id, handle] = [randomName(), randomName()]
      await store.run(
        `insert into requests (id, handle_hash, party, question, given, redirect_uri, nonce, state_value, secret, state, reasons, attempts, is_complete,
           created_at, expires_at, keep_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', '[]', 0, $10, $11, $12, $13)`,
        ...[
          id,
          digest(handle),
          party,
          question,
          JSON.stringify(given),
          redirectUri ?? null,
          nonce,
          stateValue,
          seal(sealing, id, JSON.stringify(key)),
        ],
        ...[redirectUri === undefined ? 1 : 0, created, expires, expires + retention],
      )
      return { id, handle }
    },

    ofParty: async (id, party) => alive(await store.get('select * from requests where id = $1 and party = $2', id, party)),
    ofHandle: async (handle) => alive(await store.get('select * from requests where handle_hash = $1', digest(handle))),

    async note(id, reasons, retention) {
      await store.run(
        `update requests set attempts = attempts + 1, reasons = $2,
           state = case when attempts + 1 < $3 then state else 'refused' end,
           secret = case when attempts + 1 < $3 then secret end,
           keep_until = case when attempts + 1 < $3 then keep_until else $4 end
         where id = $1 and state = 'waiting'`,
        ...[id, JSON.stringify(reasons), MOST_ATTEMPTS, now() + retention],
      )
    },

    async settle(id, { state, answer, reasons }, retention, code) {
      const changed = await store.run(
        `update requests set state = $2, answer = $3, reasons = $4, secret = null, nonce = '', state_value = '', code_hash = $5, keep_until = $6
         where id = $1 and state = 'waiting' and expires_at > $7`,
        ...[id, state, answer ?? null, JSON.stringify(reasons), code === undefined ? null : digest(code), now() + retention, now()],
      )
      return changed > 0
    },

    async complete(id, party, code) {
      const sql =
        'update requests set is_complete = 1, code_hash = null where id = $1 and party = $2 and code_hash = $3 and is_complete = 0'
      return (await store.run(sql, id, party, digest(code))) > 0
    },

    async purge() {
      await store.run('delete from requests where keep_until <= $1', now())
      await store.run(`update requests set secret = null where state = 'waiting' and expires_at <= $1 and secret is not null`, now())
    },
  }
}
