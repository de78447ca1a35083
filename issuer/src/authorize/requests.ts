import { type AuthorizationRequest, requestUri } from '@symbolon/openid4vc'
import { numberOf, optionalText, type Row, type Statements, type Store, textOf } from '@symbolon/service'
import { typesOf } from '../offers.ts'
import { type Claimed, spending } from '../once.ts'
import { digestOf, randomHandle, randomId, type Secrets } from '../secrets.ts'
import type { Person } from '../sign_in/index.ts'
import { PageFault } from './faults.ts'

/** A pushed request that still waits for its answer. */
export interface Waiting {
  readonly id: string
  readonly request: AuthorizationRequest
  /** Who signed in, in the browser that asks; undefined: nobody yet. */
  readonly person: { readonly name: string | undefined; readonly seal: string; readonly subject: string } | undefined
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** An offer whose wallet sends the person here. */
export interface Offered {
  readonly id: string
  readonly types: readonly string[]
  readonly subject: string
}

/**
 * Pushed requests and their codes (RFC 9126, RFC 6749 section 4.1).
 *
 * A request is `open`, then `signed_in` by one browser, then `granted` a code or `refused`; a code is `redeemed` once. Each step is one statement that
 * changes the row by its state, so of several at once one happens. Opening the page changes nothing.
 */
export interface Requests {
  /** Keeps a request; answers its `request_uri`. Throws ProtocolError when something that it brought was used before. */
  push(request: AuthorizationRequest, claimed: readonly Claimed[]): Promise<string>
  /** The offer that an `issuer_state` came from, as long as it is open; undefined: there is none. */
  offered(issuerState: string): Promise<Offered | undefined>
  /** The request of a `request_uri`, as a browser comes with it. Throws PageFault `link_ended`. */
  open(uri: string, clientId: string, browser: string | undefined): Promise<Waiting>
  /** The request of an id, for the pages after the first. Throws PageFault `link_ended` or `already_answered`. */
  find(id: string, browser: string): Promise<Waiting>
  /** Somebody signed in, in this browser; `offerId` when an offer led here. Throws PageFault `already_answered`. */
  signedIn(id: string, browser: string, person: Person, offerId: string | undefined): Promise<void>
  /** Answers a code for what the person agreed to, which may be less than was asked for. Throws PageFault `already_answered`. */
  grant(id: string, browser: string, agreed: AuthorizationRequest): Promise<string>
  /** Nothing comes of it. Throws PageFault `already_answered`. */
  refuse(id: string): Promise<void>
  /** Forgets what has ended, in the caller's transaction. */
  purge(tx: Statements): Promise<void>
}

/** Seconds: to open the page (FAPI 2.0 section 5.3.2.2: less than 600), to answer it, to redeem the code (at most 60). */
export const REQUEST_LIFE = 300
const ANSWER_LIFE = 900
export const CODE_LIFE = 60
/** How long a used code is remembered, so that a second use ends what the first one gave (RFC 6749 section 4.1.2). */
const MEMORY = 86_400

/** The public name of a pushed request in the addresses of its pages. */
export const requestId = (uri: string): string => digestOf(uri)

/** Requests in the store; `now` gives seconds. */
export function openRequests(store: Store, secrets: Secrets, now: () => number): Requests {
  const waitingStates = "state in ('open', 'signed_in')"
  return {
    async push(request, claimed) {
      const uri = requestUri(randomHandle())
      const id = requestId(uri)
      await spending(store, claimed, async (tx) => {
        await tx.run(
          `insert into pushed_requests (id, client_id, request, state, opens_until, expires_at) values ($1, $2, $3, 'open', $4, $5)`,
          id,
          request.clientId,
          secrets.seal(id, JSON.stringify(request)),
          now() + REQUEST_LIFE,
          now() + ANSWER_LIFE,
        )
      })
      return uri
    },

    async offered(issuerState) {
      const row = await store.get(
        "select id, type, codes, subject from offers where state_hash = $1 and state = 'open' and expires_at > $2",
        digestOf(issuerState),
        now(),
      )
      if (row === undefined) return undefined
      const id = textOf(row, 'id')
      return { id, types: typesOf(row), subject: secrets.unseal(id, textOf(row, 'subject')) }
    },

    async open(uri, clientId, browser) {
      const row = await store.get(
        `select * from pushed_requests where id = $1 and client_id = $2 and ${waitingStates} and opens_until > $3`,
        requestId(uri),
        clientId,
        now(),
      )
      if (row === undefined) throw new PageFault('link_ended')
      return waiting(row, browser)
    },

    async find(id, browser) {
      const row = await store.get('select * from pushed_requests where id = $1 and expires_at > $2', id, now())
      if (row === undefined) throw new PageFault('link_ended')
      if (row.request === null || !['open', 'signed_in'].includes(textOf(row, 'state'))) throw new PageFault('already_answered')
      return waiting(row, browser)
    },

    async signedIn(id, browser, { subject, name }, offerId) {
      const authorizationId = offerId ?? randomId()
      await step(
        `update pushed_requests set state = 'signed_in', browser_hash = $2, authorization_id = $3, subject = $4, name = $5
         where id = $1 and ${waitingStates} and expires_at > $6`,
        id,
        digestOf(browser),
        authorizationId,
        secrets.seal(authorizationId, subject),
        name === undefined ? null : secrets.seal(id, name),
        now(),
      )
    },

    async grant(id, browser, agreed) {
      const code = randomHandle()
      await step(
        `update pushed_requests set state = 'granted', code_hash = $3, request = $4, name = null, expires_at = $5
         where id = $1 and browser_hash = $2 and state = 'signed_in' and expires_at > $6`,
        id,
        digestOf(browser),
        digestOf(code),
        secrets.seal(id, JSON.stringify(agreed)),
        now() + CODE_LIFE,
        now(),
      )
      return code
    },

    refuse: (id) =>
      step(
        `update pushed_requests set state = 'refused', request = null, subject = null, name = null where id = $1 and ${waitingStates}`,
        id,
      ),

    async purge(tx) {
      await tx.run(
        "delete from pushed_requests where expires_at <= $1 and (state <> 'redeemed' or expires_at <= $2)",
        now(),
        now() - MEMORY,
      )
    },
  }

  async function step(sql: string, ...values: (string | number | null)[]): Promise<void> {
    if ((await store.run(sql, ...values)) === 0) throw new PageFault('already_answered')
  }

  function waiting(row: Row, browser: string | undefined): Waiting {
    const id = textOf(row, 'id')
    const request: AuthorizationRequest = JSON.parse(secrets.unseal(id, textOf(row, 'request')))
    const isHere = browser !== undefined && textOf(row, 'state') === 'signed_in' && row.browser_hash === digestOf(browser)
    return { id, request, person: isHere ? personOf(row, id) : undefined, expiresAt: numberOf(row, 'expires_at') }
  }

  function personOf(row: Row, id: string): NonNullable<Waiting['person']> {
    const seal = textOf(row, 'subject')
    const name = optionalText(row, 'name')
    return {
      name: name === null ? undefined : secrets.unseal(id, name),
      seal,
      subject: secrets.unseal(textOf(row, 'authorization_id'), seal),
    }
  }
}
