import type { CredentialType, StatusReference } from '@symbolon/credential'
import { type Notification, type NotificationEvent, ProtocolError } from '@symbolon/openid4vc'
import type { Jwk } from '@symbolon/sd-jwt'
import { numberOf, type Statements, type Store } from '@symbolon/service'
import type { Access, Authorizations, AuthorizedType } from './authorizations.ts'
import { type Claimed, spending } from './once.ts'
import type { Secrets } from './secrets.ts'
import { readSent, type Sent, writeSent } from './sent.ts'
import type { Delivery, StatusLists } from './status_lists.ts'

/** The credentials about to be made for one request. */
export interface Entry {
  readonly access: Access
  readonly authorized: AuthorizedType
  /** The issuance of the credential that this one is for codes of, if the same authorization has it: with it, this one falls. */
  readonly leading: string | undefined
  readonly type: CredentialType
  readonly expires: number
  /** One copy for each; undefined for one that is bound to no key. */
  readonly holders: readonly (Jwk | undefined)[]
  readonly claimed: readonly Claimed[]
}

/** What was recorded: the delivery as the wallet calls it, and an index for each copy if the type has a status. */
export interface Recorded {
  readonly notificationId: string
  readonly statuses: readonly StatusReference[]
}

/** Answers of the credential endpoint, and what became of them. */
export interface Deliveries {
  /**
   * Records a delivery before it is signed: all of it or nothing.
   *
   * A request with a key of an earlier answer that nobody acknowledged says that that answer was lost: its copies are revoked with the same stroke. Throws
   * ProtocolError: that of what was claimed, `invalid_token`, `credential_request_denied` when no further copy is allowed.
   */
  record(entry: Entry): Promise<Recorded>
  /**
   * What the wallet says became of a delivery (OpenID4VCI 1.0 section 11); twice is once. Copies that it does not have are revoked, each by itself.
   *
   * Throws ProtocolError: that of what was claimed, `invalid_notification_id`.
   */
  notify(access: Access, notification: Notification, claimed: readonly Claimed[]): Promise<void>
}

type State = 'sent' | 'accepted' | 'failed' | 'deleted' | 'replaced'

const STATES: Readonly<Record<NotificationEvent, State>> = {
  credential_accepted: 'accepted',
  credential_failure: 'failed',
  credential_deleted: 'deleted',
}

/** Copies of one issuance that are good at the same time, as many times what one access token brings: a wallet renews them before the old ones end. */
const MOST_TIMES = 10
/** Deliveries of one issuance within a day: whoever says again and again that nothing arrived gets no more, or it would use up all indices there are. */
const MOST_A_DAY = 100
const DAY = 86_400

/** Deliveries in the store; `now` gives seconds. */
export function openDeliveries(
  store: Store,
  lists: StatusLists,
  authorizations: Authorizations,
  secrets: Secrets,
  now: () => number,
): Deliveries {
  return {
    async record(entry) {
      const { access, authorized, type, holders, expires } = entry
      const { issuanceId } = authorized
      await lists.prepare(type)
      return spending(store, entry.claimed, async (tx) => {
        const row = await tx.get('select accesses, sent from authorizations where access_hash = $1', access.tokenHash)
        if (row === undefined) throw new ProtocolError('invalid_token', 'the access token was withdrawn')
        await checkLeading(tx, entry)
        const accesses = numberOf(row, 'accesses')
        const sent = readSent(row)
        const marks = holders.flatMap((jwk) => (jwk ? [secrets.holderMark(access.authorizationId, jwk)] : []))
        const isFirst = await begin(tx, entry)
        const kept = isFirst ? [] : await makeRoom(tx, entry, { accesses, sent, marks })
        const delivery = { issuanceId, number: isFirst ? 1 : await grow(tx, entry), copies: holders.length }
        await tx.run(
          `insert into deliveries (issuance_id, number, access, state, copies, created_at, expires_at) values ($1, $2, $3, 'sent', $4, $5, $6)`,
          ...[issuanceId, delivery.number, accesses, delivery.copies, now(), expires],
        )
        const open = sent.filter((one) => one.issuanceId !== issuanceId || kept.some((other) => isSame(one, other)))
        const text = writeSent(marks.length > 0 ? [...open, { ...delivery, marks }] : open)
        await tx.run('update authorizations set sent = $2 where id = $1', access.authorizationId, text)
        const statuses = await lists.take(tx, type, delivery)
        return { notificationId: `${issuanceId}.${delivery.number}`, statuses }
      })
    },

    notify: (access, { id, event }, claimed) =>
      spending(store, claimed, async (tx) => {
        const named = parseNotificationId(id)
        if (named === null || !access.types.some(({ issuanceId }) => issuanceId === named.issuanceId)) throw unknownId()
        const state = STATES[event]
        if (!(await endOrAccept(tx, named, state))) {
          const known = await tx.get(
            'select state from deliveries where issuance_id = $1 and number = $2',
            ...[named.issuanceId, named.number],
          )
          // What a wallet has accepted and we have revoked it must not believe to be good.
          if (known === undefined || (state === 'accepted' && known.state !== state)) throw unknownId()
          return
        }
        const row = await tx.get('select sent from authorizations where id = $1', access.authorizationId)
        const sent = row === undefined ? [] : readSent(row)
        const open = sent.filter((one) => !isSame(one, named))
        if (open.length < sent.length) {
          await tx.run('update authorizations set sent = $2 where id = $1', access.authorizationId, writeSent(open))
        }
        if (state === 'deleted' && !(await hasLive(tx, access))) await authorizations.endRefresh(tx, access.authorizationId)
      }),
  }

  /** Revokes what the new delivery takes the place of, if there is room for it then; answers what stays good beside it. */
  async function makeRoom(tx: Statements, entry: Entry, turn: Turn): Promise<Live[]> {
    const { type, authorized, holders } = entry
    const issuance = await tx.get('select status from issuances where id = $1', authorized.issuanceId)
    if (issuance?.status !== 0) throw denied('what was issued is suspended or revoked')
    await checkPace(tx, authorized.issuanceId)
    const live = await liveOf(tx, authorized.issuanceId)
    const isLost = (one: Delivered) =>
      turn.sent.some((other) => isSame(one, other) && other.marks.some((mark) => turn.marks.includes(mark)))
    const isReplaced = (one: Live) => isLost(one) || (type.reissuance === 'replace' && one.access < turn.accesses)
    const kept = live.filter((one) => !isReplaced(one))
    if (countCopies(kept.filter(({ access }) => access === turn.accesses)) + holders.length > type.copies) {
      throw denied('all copies that one access token brings were issued; refresh it for more')
    }
    if (countCopies(kept) + holders.length > type.copies * MOST_TIMES) {
      throw denied('as many copies were issued as may be good at the same time')
    }
    for (const one of live.filter(isReplaced)) await endOrAccept(tx, one, 'replaced')
    return kept
  }

  /** What went along would otherwise outlive what it is taken from: its first copy may be asked for only now, and a type without a status knows no other end. */
  async function checkLeading(tx: Statements, { leading }: Entry): Promise<void> {
    if (leading === undefined) return
    const issuance = await tx.get('select status from issuances where id = $1', leading)
    if (issuance !== undefined && issuance.status !== 0) throw denied('what this one goes along with is suspended or revoked')
  }

  async function checkPace(tx: Statements, issuanceId: string): Promise<void> {
    const row = await tx.get(
      'select count(*) as recent from deliveries where issuance_id = $1 and created_at > $2',
      issuanceId,
      now() - DAY,
    )
    if (row === undefined || numberOf(row, 'recent') >= MOST_A_DAY)
      throw denied('too many copies were issued within a day; try again later')
  }

  /** Whether this is the first delivery of its issuance, which is then made: without looking first, so that nobody who makes another is in the way. */
  async function begin(tx: Statements, { access, authorized, type, holders, expires }: Entry): Promise<boolean> {
    const made = await tx.run(
      `insert into issuances (id, type, subject, status, copies, issued_at, expires_at, authorization_id, deliveries)
       values ($1, $2, $3, 0, $4, $5, $6, $7, 1) on conflict (id) do nothing`,
      ...[authorized.issuanceId, type.name, secrets.pseudonym(access.subject), holders.length, now(), expires, access.authorizationId],
    )
    return made > 0
  }

  /** One delivery more; answers its number. */
  async function grow(tx: Statements, { authorized, holders, expires }: Entry): Promise<number> {
    const row = await tx.get(
      `update issuances set copies = copies + $2, deliveries = deliveries + 1, expires_at = case when expires_at < $3 then $3 else expires_at end
       where id = $1 returning deliveries`,
      ...[authorized.issuanceId, holders.length, expires],
    )
    if (row === undefined) throw new TypeError('an issuance is gone')
    return numberOf(row, 'deliveries')
  }

  /** Answers whether anything changed; what has ended has ended. */
  async function endOrAccept(tx: Statements, delivery: Delivered, state: State): Promise<boolean> {
    const changed = await tx.run(
      `update deliveries set state = $3 where issuance_id = $1 and number = $2 and state in ('sent', 'accepted') and state <> $3`,
      ...[delivery.issuanceId, delivery.number, state],
    )
    if (changed > 0 && state !== 'accepted') await lists.touchDelivery(tx, delivery)
    return changed > 0
  }

  async function liveOf(tx: Statements, issuanceId: string): Promise<Live[]> {
    const rows = await tx.all(
      `select number, access, copies from deliveries where issuance_id = $1 and state in ('sent', 'accepted') and expires_at > $2`,
      issuanceId,
      now(),
    )
    return rows.map((row) => ({
      issuanceId,
      ...{ number: numberOf(row, 'number'), access: numberOf(row, 'access'), copies: numberOf(row, 'copies') },
    }))
  }

  async function hasLive(tx: Statements, { types }: Access): Promise<boolean> {
    for (const { issuanceId } of types) if ((await liveOf(tx, issuanceId)).length > 0) return true
    return false
  }
}

type Delivered = Omit<Delivery, 'copies'>
type Live = Delivery & { readonly access: number }

/** The request that is answered now: by the how manieth access token, what is unacknowledged so far, and the marks of its keys. */
interface Turn {
  readonly accesses: number
  readonly sent: readonly Sent[]
  readonly marks: readonly string[]
}

const isSame = (one: Delivered, other: Delivered): boolean => one.issuanceId === other.issuanceId && one.number === other.number
const countCopies = (deliveries: readonly Live[]): number => deliveries.reduce((sum, { copies }) => sum + copies, 0)
const denied = (description: string): ProtocolError => new ProtocolError('credential_request_denied', description)
const unknownId = (): ProtocolError =>
  new ProtocolError('invalid_notification_id', 'no credentials that are still good were sent under this notification_id with this token')

function parseNotificationId(id: string): Delivered | null {
  const [, issuanceId, number] = /^([A-Za-z0-9_-]{22})\.([0-9]{1,9})$/.exec(id) ?? []
  return issuanceId === undefined || number === undefined ? null : { issuanceId, number: Number(number) }
}
