import { checkTxCodeGiven, type PreAuthorizedRequest, ProtocolError } from '@symbolon/openid4vc'
import { numberOf, optionalText, type Row, type Store, sameSecret, textOf } from '@symbolon/service'
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

/** A new offer with what must be told once: the code goes into the link, the transaction code another way. */
export interface NewOffer extends Offer {
  readonly code: string
  readonly txCode?: string
}

/** What an access token stands for. */
export interface Grant {
  readonly offerId: string
  readonly type: string
  readonly subject: string
}

/** Offers and the tokens they are redeemed for. */
export interface Offers {
  create(wish: { type: string; subject: string; txCode: boolean }): Promise<NewOffer>
  /** Throws a 404 refusal. */
  find(id: string): Promise<Offer>
  /** Twice is once. Throws a refusal: 404, or 409 when a credential was issued already. */
  withdraw(id: string): Promise<void>
  /** Answers an access token. Throws ProtocolError `invalid_grant` or `invalid_request`. */
  redeem(request: PreAuthorizedRequest): Promise<string>
  /** Throws ProtocolError `invalid_token`. */
  grantOf(token: string): Promise<Grant>
  /** Forgets subjects that are no longer needed, and what has expired. */
  purge(): Promise<void>
}

/** Wrong transaction codes before the offer is dead (OpenID4VCI 1.0 section 13.6.3). */
const MOST_ATTEMPTS = 5
/** Seconds; a bearer token must not live longer (OpenID4VCI 1.0 section 13.10). */
export const TOKEN_LIFE = 300
/** How long an institution can ask what became of an offer. */
const MEMORY = 30 * 86_400

const invalidGrant = (description: string): ProtocolError => new ProtocolError('invalid_grant', description)
const DEAD = 'the code is unknown, used, withdrawn or expired'

/** Offers in the store; `now` gives seconds. */
export function openOffers(store: Store, secrets: Secrets, settings: { offerLife: number }, now: () => number): Offers {
  return {
    async create({ type, subject, txCode }) {
      const id = randomId()
      const code = randomHandle()
      const digits = txCode ? randomTxCode() : undefined
      const createdAt = now()
      const expiresAt = createdAt + settings.offerLife
      await store.run(
        `insert into offers (id, type, subject, code_hash, tx_code_hash, attempts, state, copies, created_at, expires_at)
         values ($1, $2, $3, $4, $5, 0, 'open', 0, $6, $7)`,
        id,
        type,
        secrets.seal(id, subject),
        digestOf(code),
        digits === undefined ? null : secrets.txCode(id, digits),
        createdAt,
        expiresAt,
      )
      const offer = { id, type, state: 'open', createdAt, expiresAt, issuanceId: null, code } as const
      return digits === undefined ? offer : { ...offer, txCode: digits }
    },

    find,

    async withdraw(id) {
      const withdrawn = await store.run("update offers set state = 'withdrawn', subject = null where id = $1 and state <> 'issued'", id)
      if (withdrawn > 0) return
      await find(id)
      throw refused('offer_used')
    },

    async redeem(request) {
      const offer = await store.get(
        "select id, tx_code_hash from offers where code_hash = $1 and state = 'open' and expires_at > $2",
        digestOf(request.code),
        now(),
      )
      if (offer === undefined) throw invalidGrant(DEAD)
      const id = textOf(offer, 'id')
      const expected = optionalText(offer, 'tx_code_hash')
      checkTxCodeGiven(request, expected !== null)
      if (expected !== null && request.txCode !== undefined) await checkTxCode(id, expected, request.txCode)
      const token = randomHandle()
      await store.transaction(async (tx) => {
        // Whoever changes the row first has redeemed it; of several at once, one.
        const redeemed = await tx.run(
          "update offers set state = 'redeemed' where id = $1 and state = 'open' and expires_at > $2",
          id,
          now(),
        )
        if (redeemed === 0) throw invalidGrant(DEAD)
        await tx.run('insert into tokens (hash, offer_id, expires_at) values ($1, $2, $3)', digestOf(token), id, now() + TOKEN_LIFE)
      })
      return token
    },

    async grantOf(token) {
      const row = await store.get(
        `select offers.id as id, offers.type as type, offers.subject as subject from tokens join offers on offers.id = tokens.offer_id
         where tokens.hash = $1 and tokens.expires_at > $2 and offers.subject is not null`,
        digestOf(token),
        now(),
      )
      if (row === undefined) throw new ProtocolError('invalid_token', 'the access token is unknown, expired or withdrawn')
      const offerId = textOf(row, 'id')
      return { offerId, type: textOf(row, 'type'), subject: secrets.unseal(offerId, textOf(row, 'subject')) }
    },

    async purge() {
      const at = now()
      await store.transaction(async (tx) => {
        await tx.run('delete from tokens where expires_at <= $1', at)
        // A nonce is still good in the second in which it expires.
        await tx.run('delete from used_nonces where expires_at < $1', at)
        await tx.run(
          `update offers set subject = null where subject is not null and case when state = 'open' then expires_at <= $1
           else not exists (select 1 from tokens where tokens.offer_id = offers.id) end`,
          at,
        )
        await tx.run('delete from offers where expires_at <= $1', at - MEMORY)
      })
    },
  }

  async function find(id: string): Promise<Offer> {
    const row = await store.get('select id, type, state, created_at, expires_at, issuance_id from offers where id = $1', id)
    if (row === undefined) throw refused('offer_not_found')
    return offerOf(row, now())
  }

  /** A try is counted before it is compared, so that many at once are not more than one after another. */
  async function checkTxCode(id: string, expected: string, given: string): Promise<void> {
    const counted = await store.get(
      "update offers set attempts = attempts + 1 where id = $1 and state = 'open' and attempts < $2 returning attempts",
      id,
      MOST_ATTEMPTS,
    )
    if (counted === undefined) throw invalidGrant(DEAD)
    if (sameSecret(secrets.txCode(id, given), expected)) return
    const left = MOST_ATTEMPTS - numberOf(counted, 'attempts')
    if (left > 0) throw invalidGrant(`the transaction code is wrong; tries left: ${left}`)
    await store.run("update offers set state = 'blocked', subject = null where id = $1 and state = 'open'", id)
    throw invalidGrant('the transaction code was wrong too often; the offer is dead, ask for a new one')
  }
}

function offerOf(row: Row, now: number): Offer {
  const state = textOf(row, 'state') as OfferState
  const expiresAt = numberOf(row, 'expires_at')
  return {
    id: textOf(row, 'id'),
    type: textOf(row, 'type'),
    state: state === 'open' && expiresAt <= now ? 'expired' : state,
    createdAt: numberOf(row, 'created_at'),
    expiresAt,
    issuanceId: optionalText(row, 'issuance_id'),
  }
}
