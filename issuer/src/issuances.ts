import { numberOf, type Row, refusal, type Statements, type Store, textOf } from '@symbolon/service'
import { type Authorizations, readTypes } from './authorizations.ts'
import { refused } from './errors.ts'
import { codesOf, type IssuedType } from './issue.ts'
import type { Secrets } from './secrets.ts'
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

export interface Page {
  readonly issuances: readonly Issuance[]
  /** Where the next page begins; null at the end. */
  readonly cursor: string | null
}

/** An issuance after a change, and those for codes that changed with it. */
export interface Changed {
  readonly issuance: Issuance
  readonly along: readonly Issuance[]
}

/** What was issued, all copies for one authorization and type together, and whether it still holds. */
export interface Issuances {
  search(query: { subject?: string; type?: string; cursor?: string }): Promise<Page>
  /**
   * Changes the status of every copy, and of what was issued for codes by the same authorization; what nobody can fetch any more ends.
   *
   * Throws a refusal, and nothing has changed then: 404, 409 `revocation_final`, 409 `suspension_not_allowed`, 409 `status_not_published`.
   */
  setStatus(id: string, status: Status, reason: string, types: Types): Promise<Changed>
}

type Types = ReadonlyMap<string, IssuedType>

const PAGE = 50
const COLUMNS = 'id, type, status, copies, issued_at, expires_at'

/** Issuances in the store; `now` gives seconds. */
export function openIssuances(
  store: Store,
  lists: StatusLists,
  authorizations: Authorizations,
  secrets: Secrets,
  now: () => number,
): Issuances {
  return {
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
        const isSame = issuance.status === status
        if (!isSame) {
          if (issuance.status === 'revoked') throw refused('revocation_final')
          if (types.get(issuance.type)?.type.status === null) throw refused('status_not_published')
          await change(tx, issuance, { status, reason }, types)
        }
        // Revoked or suspended again reaches what was left behind; valid again must not restore what was suspended by itself.
        const along = isSame && status === 'valid' ? [] : await followersOf(tx, issuance, status, types)
        for (const one of along) await change(tx, one, { status, reason }, types)
        if (status === 'revoked') await endAuthorization(tx, id, types)
        return { issuance: { ...issuance, status }, along: along.map((one) => ({ ...one, status })) }
      })
    },
  }

  async function change(tx: Statements, { id, type }: Issuance, wish: { status: Status; reason: string }, types: Types): Promise<void> {
    const { status, reason } = wish
    if (status === 'suspended' && !types.get(type)?.type.status?.suspension) {
      throw refused('suspension_not_allowed', `credentials of the type ${type} are valid or revoked, never suspended`)
    }
    const changed = await tx.run('update issuances set status = $2 where id = $1 and status <> $3', id, STATUSES[status], STATUSES.revoked)
    if (changed === 0) throw refused('revocation_final')
    await lists.touchIssuance(tx, id)
    await tx.run(
      'insert into status_changes (issuance_id, status, reason, changed_at) values ($1, $2, $3, $4)',
      id,
      STATUSES[status],
      reason,
      now(),
    )
  }

  /** What the same authorization brought for codes of this issuance and has another status; its row may be gone by now, so it is sought by the person. */
  async function followersOf(tx: Statements, { id, type }: Issuance, status: Status, types: Types): Promise<Issuance[]> {
    const names = codesOf(types, type).flatMap((one) => (one.type.status === null ? [] : [one.type.name]))
    if (names.length === 0) return []
    const rows = await tx.all(
      `select ${COLUMNS} from issuances
       where subject = (select subject from issuances where id = $1) and authorization_id = (select authorization_id from issuances where id = $1)
       order by type`,
      id,
    )
    return rows.map(issuanceFrom).filter((one) => names.includes(one.type) && one.status !== status && one.status !== 'revoked')
  }

  /** The tokens of an authorization whose every type was revoked, or is for codes of one that was, bring nothing any more. */
  async function endAuthorization(tx: Statements, issuanceId: string, types: Types): Promise<void> {
    const row = await tx.get(
      'select authorizations.id as id, types from issuances join authorizations on authorizations.id = authorization_id where issuances.id = $1',
      issuanceId,
    )
    if (row === undefined) return
    const over = new Set<string>()
    const granted = readTypes(row)
    for (const { type, issuanceId } of granted) {
      const revoked = await tx.get('select id from issuances where id = $1 and status = $2', issuanceId, STATUSES.revoked)
      if (revoked !== undefined) for (const name of [type, ...codesOf(types, type).map((one) => one.type.name)]) over.add(name)
    }
    if (granted.every(({ type }) => over.has(type))) await authorizations.end(tx, textOf(row, 'id'))
  }
}

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
