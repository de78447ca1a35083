import type { CredentialType, StatusReference } from '@symbolon/credential'
import { ProtocolError } from '@symbolon/openid4vc'
import { numberOf, optionalText, type Row, refusal, type Statements, type Store, textOf } from '@symbolon/service'
import { refused } from './errors.ts'
import type { Grant } from './offers.ts'
import { randomId, type Secrets } from './secrets.ts'
import type { StatusLists } from './status_lists.ts'

/** The statuses by the words of the admin calls, with their values (Token Status List section 7.1). */
export const STATUSES = { valid: 0, revoked: 1, suspended: 2 } as const
export type Status = keyof typeof STATUSES

/** What is remembered of an issuance. Times are seconds since 1970. */
export interface Issuance {
  readonly id: string
  readonly type: string
  readonly status: Status
  readonly copies: number
  readonly issuedAt: number
  readonly expiresAt: number
}

/** One credential about to be made, for `record`. */
export interface Entry {
  readonly grant: Grant
  readonly type: CredentialType
  readonly expires: number
  /** One copy for each. */
  readonly nonces: readonly { readonly value: string; readonly expires: number }[]
  readonly copies: number
}

export interface Page {
  readonly issuances: readonly Issuance[]
  /** Where the next page begins; null at the end. */
  readonly cursor: string | null
}

/** What was issued, and whether it still holds. */
export interface Issuances {
  /**
   * Records copies of an issuance, with an index for each if the type has a status: all of it or nothing.
   *
   * Throws ProtocolError: `invalid_nonce` for one used before, `credential_request_denied` when the offer allows no further copy.
   */
  record(entry: Entry): Promise<{ id: string; statuses: (StatusReference | undefined)[] }>
  search(query: { subject?: string; type?: string; cursor?: string }): Promise<Page>
  /** Changes the status of every copy. Throws a refusal: 404, 409 `revocation_final`, 409 `suspension_not_allowed`, 409 `status_not_published`. */
  setStatus(id: string, status: Status, reason: string, types: ReadonlyMap<string, CredentialType>): Promise<Issuance>
}

const PAGE = 50
const COLUMNS = 'id, type, status, copies, issued_at, expires_at'

/** Issuances in the store; `now` gives seconds. */
export function openIssuances(store: Store, lists: StatusLists, secrets: Secrets, now: () => number): Issuances {
  return {
    record: (entry) =>
      store.transaction(async (tx) => {
        for (const nonce of entry.nonces) await useNonce(tx, nonce)
        const id = await issuanceOf(tx, entry)
        const { status } = entry.type
        const statuses: (StatusReference | undefined)[] = []
        for (let copy = 0; copy < entry.copies; copy++) statuses.push(status ? await lists.take(tx, status.bits, id) : undefined)
        return { id, statuses }
      }),

    async search({ subject, type, cursor }) {
      const from = cursor === undefined ? null : parseCursor(cursor)
      const rows = await store.all(
        `select ${COLUMNS} from issuances
         where ($1 = '' or subject = $1) and ($2 = '' or type = $2) and (cast($3 as bigint) < 0 or issued_at < $3 or (issued_at = $3 and id < $4))
         order by issued_at desc, id desc limit ${PAGE + 1}`,
        subject === undefined ? '' : secrets.pseudonym(subject),
        type ?? '',
        from?.issuedAt ?? -1,
        from?.id ?? '',
      )
      const issuances = rows.slice(0, PAGE).map(issuanceFrom)
      const last = issuances.at(-1)
      return { issuances, cursor: rows.length > PAGE && last ? cursorAt(last) : null }
    },

    async setStatus(id, status, reason, types) {
      return store.transaction(async (tx) => {
        const row = await tx.get(`select ${COLUMNS} from issuances where id = $1`, id)
        if (row === undefined) throw refused('issuance_not_found')
        const issuance = issuanceFrom(row)
        if (issuance.status === status) return issuance
        if (issuance.status === 'revoked') throw refused('revocation_final')
        const type = types.get(issuance.type)
        if (type?.status === null) throw refused('status_not_published')
        if (status === 'suspended' && !type?.status?.suspension) throw refused('suspension_not_allowed')
        const changed = await tx.run(
          'update issuances set status = $2 where id = $1 and status <> $3',
          id,
          STATUSES[status],
          STATUSES.revoked,
        )
        if (changed === 0) throw refused('revocation_final')
        await lists.touch(tx, id)
        await tx.run(
          'insert into status_changes (issuance_id, status, reason, changed_at) values ($1, $2, $3, $4)',
          id,
          STATUSES[status],
          reason,
          now(),
        )
        return { ...issuance, status }
      })
    },
  }

  /** The primary key decides between two who use the same nonce at once. */
  async function useNonce(tx: Statements, { value, expires }: Entry['nonces'][number]): Promise<void> {
    const used = await tx.run('insert into used_nonces (nonce, expires_at) values ($1, $2) on conflict do nothing', value, expires)
    if (used === 0) throw new ProtocolError('invalid_nonce', 'the nonce was used before; fetch a new one from the nonce endpoint')
  }

  /** The issuance of an offer: made with its first copy, one more copy in it afterwards. */
  async function issuanceOf(tx: Statements, { grant, type, copies, expires }: Entry): Promise<string> {
    const offer = await tx.get(
      `update offers set copies = copies + $2, state = 'issued' where id = $1 and state in ('redeemed', 'issued') and copies + $2 <= $3
       returning issuance_id`,
      grant.offerId,
      copies,
      type.copies,
    )
    if (offer === undefined) throw denied('the offer was withdrawn, or all copies it allows were issued')
    const known = optionalText(offer, 'issuance_id')
    if (known !== null) {
      const added = await tx.run(
        `update issuances set copies = copies + $2, expires_at = case when expires_at < $3 then $3 else expires_at end
         where id = $1 and status = 0`,
        known,
        copies,
        expires,
      )
      if (added === 0) throw denied('what was issued for this offer is no longer valid')
      return known
    }
    const id = randomId()
    await tx.run(
      'insert into issuances (id, type, subject, status, copies, issued_at, expires_at) values ($1, $2, $3, 0, $4, $5, $6)',
      id,
      type.name,
      secrets.pseudonym(grant.subject),
      copies,
      now(),
      expires,
    )
    await tx.run('update offers set issuance_id = $2 where id = $1', grant.offerId, id)
    return id
  }
}

const denied = (description: string): ProtocolError => new ProtocolError('credential_request_denied', description)

function issuanceFrom(row: Row): Issuance {
  const value = numberOf(row, 'status')
  const status = (Object.keys(STATUSES) as Status[]).find((name) => STATUSES[name] === value)
  if (status === undefined) throw new TypeError('an issuance has a status that does not exist')
  return {
    id: textOf(row, 'id'),
    type: textOf(row, 'type'),
    status,
    copies: numberOf(row, 'copies'),
    issuedAt: numberOf(row, 'issued_at'),
    expiresAt: numberOf(row, 'expires_at'),
  }
}

/** Newest first; a cursor is the last one seen. */
const cursorAt = ({ issuedAt, id }: Issuance): string => Buffer.from(`${issuedAt}.${id}`).toString('base64url')

function parseCursor(cursor: string): { issuedAt: number; id: string } {
  const [, issuedAt, id] = /^([0-9]{1,12})\.([A-Za-z0-9_-]{22})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (issuedAt === undefined || id === undefined) throw refusal('invalid_request', 'cursor: not one that an earlier answer gave')
  return { issuedAt: Number(issuedAt), id }
}
