import { createHash, randomInt } from 'node:crypto'
import {
  type CredentialType,
  type Format,
  formatOf,
  packedLength,
  type StatusBits,
  type StatusReference,
  setStatus,
} from '@symbolon/credential'
import { numberOf, optionalText, type Row, type Statements, type Store, textOf } from '@symbolon/service'
import { refused } from './errors.ts'
import { STATUSES } from './issuances.ts'
import { randomId } from './secrets.ts'
import type { StatusForm, StatusForms } from './status_forms/index.ts'

/** A signed list, ready to be served. Times are seconds since 1970. */
export interface StatusListToken {
  readonly uri: string
  readonly token: string
  readonly mediaType: string
  readonly issuedAt: number
  /** When it is worth fetching again. */
  readonly staleAt: number
}

/** One answer of the credential endpoint: the number of the delivery within its issuance, and its copies. */
export interface Delivery {
  readonly issuanceId: string
  readonly number: number
  readonly copies: number
}

/** The lists of statuses: which index is whose stands in the store, what is served is made of it. */
export interface StatusLists {
  /** Looks which list for this type is open, before a transaction begins: whoever read it inside would be in the way of every change of a status. */
  prepare(type: CredentialType): Promise<void>
  /** Takes free indices, random within a list for this type, one for each copy of a delivery; none for a type without a status. Inside the caller's transaction. */
  take(tx: Statements, type: CredentialType, delivery: Delivery): Promise<StatusReference[]>
  /** Says that the status of all copies of an issuance, or of one delivery, changed; inside the caller's transaction. */
  touchIssuance(tx: Statements, id: string): Promise<void>
  touchDelivery(tx: Statements, delivery: Omit<Delivery, 'copies'>): Promise<void>
  /** The token of a list, signed anew when a status changed or it grew old. Throws a 404 refusal. */
  token(id: string): Promise<StatusListToken>
  /** The ids of all lists that can be signed. */
  ids(): Promise<string[]>
}

/** A list is closed when so many random indices in a row were taken: it is then about two thirds full, and guessing neighbours pays nothing. */
const TRIES = 16

/** Of two who draw the same index the primary key decides. */
const insertCopies = (count: number): string => {
  const rows = Array.from({ length: count }, (_, at) => `($1, $${at + 4}, $2, $3)`)
  return `insert into copies (list_id, list_index, issuance_id, delivery) values ${rows.join(', ')} on conflict do nothing returning list_index`
}

/** Copies of what the institution revoked or suspended, and those of deliveries that ended by themselves: few, and looked for from that end of a long list. */
const CHANGED = `select list_index, status from issuances cross join copies
  where issuances.status <> 0 and copies.issuance_id = issuances.id and copies.list_id = $1`
const ENDED = `select list_index from deliveries cross join copies where deliveries.state in ('failed', 'deleted', 'replaced')
  and copies.issuance_id = deliveries.issuance_id and copies.delivery = deliveries.number and copies.list_id = $1`

const CONCERNED = `select distinct list_id from list_changes join copies
  on copies.issuance_id = list_changes.issuance_id and (list_changes.delivery is null or copies.delivery = list_changes.delivery)`

/** What lists have in common that one type can use. */
interface Kind {
  readonly form: Format['statusList']
  readonly bits: StatusBits
}

/** Lists in the store. `url` is the issuer's; `now` gives seconds. */
export function openStatusLists(
  store: Store,
  forms: StatusForms,
  settings: { url: string; statusListSize: number; statusTtl: number; evidenceLife: number },
  now: () => number,
): StatusLists {
  /** Signings under way: many who ask at once wait for one. */
  const making = new Map<string, Promise<StatusListToken>>()
  const place = `${settings.url}/status-lists/`
  /** The open list of each kind; it may be full by now, which whoever draws from it finds out. */
  const open = new Map<string, Row>()

  return {
    async prepare(type) {
      const kind = kindOf(type)
      if (kind === null || open.has(nameOf(kind))) return
      const found = await findOpen(store, kind)
      if (found !== undefined) open.set(nameOf(kind), found)
    },

    async take(tx, type, { issuanceId, number, copies }) {
      const taken: StatusReference[] = []
      const kind = kindOf(type)
      if (kind === null) return taken
      for (;;) {
        const list = open.get(nameOf(kind)) ?? (await findOpen(tx, kind)) ?? (await newList(tx, kind))
        const [id, uri, size] = [textOf(list, 'id'), textOf(list, 'uri'), numberOf(list, 'size')]
        for (let attempt = 0; attempt < TRIES; attempt++) {
          const drawn = new Set(Array.from({ length: copies - taken.length }, () => randomInt(size)))
          const rows = await tx.all(insertCopies(drawn.size), id, issuanceId, number, ...drawn)
          taken.push(...rows.map((row) => ({ uri, index: numberOf(row, 'list_index') })))
          if (taken.length === copies) return taken
        }
        open.delete(nameOf(kind))
        await tx.run('update status_lists set is_open = 0 where id = $1', id)
      }
    },

    touchIssuance: (tx, id) => note(tx, id, null),
    touchDelivery: (tx, { issuanceId, number }) => note(tx, issuanceId, number),

    async token(id) {
      await countChanges()
      const list = await store.get(
        'select id, uri, form, issuer, bits, size, version, token, token_version, token_issued_at from status_lists where id = $1',
        id,
      )
      const form = list && formOfList(list)
      if (list === undefined || form === undefined) throw refused('status_list_not_found')
      const token = optionalText(list, 'token')
      if (token !== null && list.token_version === list.version) {
        const known = served(list, form, token, numberOf(list, 'token_issued_at'))
        if (known.staleAt > now()) return known
      }
      const key = `${id} ${numberOf(list, 'version')}`
      const running = making.get(key) ?? make(list, form).finally(() => making.delete(key))
      making.set(key, running)
      return running
    },

    async ids() {
      const rows = await store.all('select id, form, issuer from status_lists order by created_at, id')
      return rows.flatMap((row) => (formOfList(row) === undefined ? [] : [textOf(row, 'id')]))
    },
  }

  async function note(tx: Statements, issuanceId: string, delivery: number | null): Promise<void> {
    await tx.run('insert into list_changes (id, issuance_id, delivery) values ($1, $2, $3)', randomId(), issuanceId, delivery)
  }

  /**
   * Counts up the version of every list that a change concerns, and only then forgets the change; counted twice by two at once is no harm.
   *
   * List by list, so that nobody holds one and waits for another.
   */
  async function countChanges(): Promise<void> {
    const changes = await store.all('select id from list_changes')
    if (changes.length === 0) return
    for (const list of await store.all(CONCERNED)) {
      await store.run('update status_lists set version = version + 1 where id = $1', textOf(list, 'list_id'))
    }
    for (const change of changes) await store.run('delete from list_changes where id = $1', textOf(change, 'id'))
  }

  function served(list: Row, { mediaType }: StatusForm, token: string, issuedAt: number): StatusListToken {
    return { uri: textOf(list, 'uri'), token, mediaType, issuedAt, staleAt: issuedAt + settings.statusTtl }
  }

  /** The form that signs a list; none for that of an identity which was there before: whoever signed it now would put another's name under its address. */
  function formOfList(list: Row): StatusForm | undefined {
    const form = Object.entries(forms).find(([known]) => known === list.form)?.[1]
    return form !== undefined && ['', form.issuer].includes(textOf(list, 'issuer')) ? form : undefined
  }

  function issuerOf({ form }: Kind): string {
    return forms[form]?.issuer ?? ''
  }

  function findOpen(statements: Statements, kind: Kind): Promise<Row | undefined> {
    return statements.get(
      `select id, uri, size from status_lists
       where form = $1 and bits = $2 and is_open = 1 and uri = $3 || id and issuer = $4 order by created_at, id limit 1`,
      kind.form,
      kind.bits,
      place,
      issuerOf(kind),
    )
  }

  async function newList(tx: Statements, kind: Kind): Promise<Row> {
    const { form, bits } = kind
    const size = Math.max(settings.statusListSize, forms[form]?.least ?? 0)
    const id = randomId()
    // Kept as credentials say it: an issuer that moves to another address still speaks of its old lists, and begins new ones.
    const uri = place + id
    await tx.run(
      'insert into status_lists (id, uri, form, issuer, bits, size, is_open, version, created_at) values ($1, $2, $3, $4, $5, $6, 1, 0, $7)',
      id,
      uri,
      form,
      issuerOf(kind),
      bits,
      size,
      now(),
    )
    return { id, uri, size }
  }

  /** Reads the statuses after the version: a change in between is in the list already and makes the next reader sign once more. */
  async function make(list: Row, form: StatusForm): Promise<StatusListToken> {
    const id = textOf(list, 'id')
    const uri = textOf(list, 'uri')
    const bits = bitsOf(list)
    const issuedAt = now()
    const packed = new Uint8Array(packedLength(numberOf(list, 'size'), bits))
    for (const row of await store.all(CHANGED, id)) setStatus(packed, bits, numberOf(row, 'list_index'), numberOf(row, 'status'))
    for (const row of await store.all(ENDED, id)) setStatus(packed, bits, numberOf(row, 'list_index'), STATUSES.revoked)
    const token = await form.sign({ uri, issuedAt, expires: issuedAt + settings.evidenceLife, ttl: settings.statusTtl, bits, packed })
    await store.run(
      `update status_lists set token = $2, token_version = $3, token_issued_at = $4
       where id = $1 and (token_version is null or token_version <= $3)`,
      id,
      token,
      numberOf(list, 'version'),
      issuedAt,
    )
    return served(list, form, token, issuedAt)
  }
}

/** Null for a type without a status. */
function kindOf(type: CredentialType): Kind | null {
  return type.status && { form: formatOf(type).statusList, bits: type.status.bits }
}

const nameOf = ({ form, bits }: Kind): string => `${form} ${bits}`

function bitsOf(row: Row): StatusBits {
  const bits = numberOf(row, 'bits')
  if (bits === 1 || bits === 2 || bits === 4 || bits === 8) return bits
  throw new TypeError('a status list has a number of bits that does not exist')
}

/** An entity tag: the digest of what is served. */
export const entityTag = (content: string): string => `"${createHash('sha256').update(content).digest('base64url')}"`
