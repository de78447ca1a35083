import { authorizationCode, preAuthorizedCode } from '@symbolon/openid4vc'
import { numberOf, optionalText, type Row, type Statements, type Store, textOf } from '@symbolon/service'
import type { Authorizations } from './authorizations.ts'
import { refused } from './errors.ts'
import { digestOf, randomHandle, randomId, randomTxCode, type Secrets } from './secrets.ts'

/** What becomes of an offer: open until it is redeemed for a token, issued once a credential was made; the others are dead ends. */
export type OfferState = 'open' | 'redeemed' | 'issued' | 'withdrawn' | 'blocked' | 'expired'

/** An offer as the institution sees it. Times are seconds since 1970. */
export interface Offer {
  readonly id: string
  readonly type: string
  readonly state: OfferState
  readonly createdAt: number
  readonly expiresAt: number
  readonly issuanceId: string | null
}

/** What a wallet may do with an offer. */
export type OfferGrant = typeof preAuthorizedCode | typeof authorizationCode

/** What is offered, to whom, and how. */
export interface Wish {
  readonly type: string
  readonly subject: string
  readonly grant: OfferGrant
  /** Whether a transaction code goes to the person another way. */
  readonly txCode: boolean
  /** Whether the wallet fetches the offer under a handle. */
  readonly byReference: boolean
  /** The types for codes that go along, each from the same row of the source; undefined: none were wanted. */
  readonly codes: readonly string[] | undefined
}

/** An offer that can still be used, with its secret: the pre-authorized code, or the `issuer_state`. */
export interface OpenOffer {
  /** All that it brings, first the type it was made for. */
  readonly types: readonly string[]
  readonly grant: OfferGrant
  readonly secret: string
  readonly asksTxCode: boolean
}

/** A new offer with what must be told once: the secret or the handle goes into the link, the transaction code another way. */
export interface NewOffer extends OpenOffer {
  readonly id: string
  readonly expiresAt: number
  readonly handle: string | undefined
  readonly txCode: string | undefined
}

/** What the institution offers, and what becomes of it. */
export interface Offers {
  create(wish: Wish): Promise<NewOffer>
  /** Throws a 404 refusal. */
  find(id: string): Promise<Offer>
  /** The offer behind a handle (OpenID4VCI 1.0 section 4.1.3). Throws a 404 refusal. */
  fetch(handle: string): Promise<OpenOffer>
  /** Twice is once. Throws a refusal: 404, or 409 when a credential was issued already. */
  withdraw(id: string): Promise<void>
  /** What an offer was made with, so that it can be made anew. Throws a refusal: 404, 409 when it was used or its subject is wiped. */
  wishOf(id: string): Promise<Omit<Wish, 'byReference'>>
  /** Withdraws an offer and makes another in its place; of several at once, one. Throws like `wishOf`. */
  renew(id: string, wish: Wish): Promise<NewOffer>
  /** Forgets subjects that are no longer needed, and what has expired; in the caller's transaction. */
  purge(tx: Statements): Promise<void>
}

/** How long after its end an offer can be made anew without saying again for whom, in seconds. */
const RENEWABLE = 86_400
/** How long an institution can ask what became of an offer, in seconds. */
const MEMORY = 30 * 86_400

const OVERLAP = 3600

/** What was issued for an offer has its id; `issuance_id` is from before that was so. */
const ISSUANCE = 'coalesce(issuance_id, (select issuances.id from issuances where issuances.id = offers.id))'

/** Offers in the store; `now` gives seconds. */
export function openOffers(
  store: Store,
  secrets: Secrets,
  authorizations: Authorizations,
  settings: { offerLife: number },
  now: () => number,
): Offers {
  /** Up to which end of an offer the last wiping came, or a little less, should it have failed. */
  let wiped = 0

  return {
    create: (wish) => create(store, wish),
    find: async (id) => offerOf(await rowOf(id, store), now()),

    async fetch(handle) {
      const row = await store.get(
        "select type, codes, code_hash, tx_code_hash from offers where handle_hash = $1 and state = 'open' and expires_at > $2",
        digestOf(handle),
        now(),
      )
      if (row === undefined) throw refused('offer_not_found')
      return { types: typesOf(row), grant: grantOf(row), secret: secrets.offerSecret(handle), asksTxCode: row.tx_code_hash !== null }
    },

    withdraw: (id) => store.transaction((tx) => withdraw(tx, id)),

    async wishOf(id) {
      const row = await rowOf(id, store)
      if (row.issuance_id !== null) throw refused('offer_used')
      const sealed = optionalText(row, 'subject')
      if (sealed === null) throw refused('offer_forgotten')
      return {
        type: textOf(row, 'type'),
        subject: secrets.unseal(id, sealed),
        grant: grantOf(row),
        txCode: row.tx_code_hash !== null,
        codes: row.codes === null ? undefined : typesOf(row).slice(1),
      }
    },

    renew: (id, wish) =>
      store.transaction(async (tx) => {
        const row = await rowOf(id, tx)
        if (row.issuance_id === null && row.subject === null) throw refused('offer_forgotten')
        await withdraw(tx, id)
        return create(tx, wish)
      }),

    async purge(tx) {
      const until = now() - RENEWABLE
      // No index on what is wiped: it would cost every redemption. What ended long ago was wiped the last times.
      await tx.run('update offers set subject = null where expires_at > $1 and expires_at <= $2 and subject is not null', wiped, until)
      wiped = until - OVERLAP
      await tx.run('delete from offers where expires_at <= $1', now() - MEMORY)
    },
  }

  async function create(statements: Statements, { type, subject, grant, txCode, byReference, codes }: Wish): Promise<NewOffer> {
    const id = randomId()
    const handle = byReference ? randomId() : undefined
    const secret = handle === undefined ? randomHandle() : secrets.offerSecret(handle)
    const isCode = grant === preAuthorizedCode
    const digits = txCode ? randomTxCode() : undefined
    const createdAt = now()
    const expiresAt = createdAt + settings.offerLife
    await statements.run(
      `insert into offers (id, type, subject, code_hash, state_hash, handle_hash, tx_code_hash, attempts, state, created_at, expires_at, codes)
       values ($1, $2, $3, $4, $5, $6, $7, 0, 'open', $8, $9, $10)`,
      id,
      type,
      secrets.seal(id, subject),
      isCode ? digestOf(secret) : null,
      isCode ? null : digestOf(secret),
      handle === undefined ? null : digestOf(handle),
      digits === undefined ? null : secrets.txCode(id, digits),
      createdAt,
      expiresAt,
      codes?.join(' ') ?? null,
    )
    return { id, types: [type, ...(codes ?? [])], grant, secret, asksTxCode: txCode, expiresAt, handle, txCode: digits }
  }

  async function withdraw(tx: Statements, id: string): Promise<void> {
    const withdrawn = await tx.run(`update offers set state = 'withdrawn', subject = null where id = $1 and ${ISSUANCE} is null`, id)
    if (withdrawn > 0) return authorizations.end(tx, id)
    await rowOf(id, tx)
    throw refused('offer_used')
  }

  /** Until it is redeemed, an offer keeps its subject itself; then its authorization does. */
  async function rowOf(id: string, statements: Statements): Promise<Row> {
    const row = await statements.get(
      `select id, type, codes, state, code_hash, tx_code_hash, created_at, expires_at, ${ISSUANCE} as issuance_id,
       coalesce(subject, (select authorizations.subject from authorizations where authorizations.id = offers.id)) as subject
       from offers where id = $1`,
      id,
    )
    if (row === undefined) throw refused('offer_not_found')
    return row
  }
}

/** What an offer brings, first the type it was made for. */
export const typesOf = (row: Row): string[] =>
  [textOf(row, 'type'), ...(optionalText(row, 'codes')?.split(' ') ?? [])].filter((name) => name !== '')

const grantOf = (row: Row): OfferGrant => (row.code_hash === null ? authorizationCode : preAuthorizedCode)

function offerOf(row: Row, now: number): Offer {
  const state = textOf(row, 'state') as OfferState
  const expiresAt = numberOf(row, 'expires_at')
  const issuanceId = optionalText(row, 'issuance_id')
  return {
    id: textOf(row, 'id'),
    type: textOf(row, 'type'),
    state: issuanceId !== null ? 'issued' : state === 'open' && expiresAt <= now ? 'expired' : state,
    createdAt: numberOf(row, 'created_at'),
    expiresAt,
    issuanceId,
  }
}
