import type { Json, JsonObject } from '@symbolon/sd-jwt'
import type { CredentialCode } from '../errors.ts'
import { type Check, type Need, type Outcome, type Part, partKey, type View } from '../model.ts'
import type { TrustContext } from '../trust/verdict.ts'
import { type ListCredential, type ListKind, readListCredential } from './list_credential.ts'
import { listSays } from './list_says.ts'
import type { RightList, StatusContext, StatusFinding, StatusMechanism } from './mechanism.ts'
import { listSignerNeeds, type StatusListFault } from './status_list_token.ts'

/** What sets one mechanism of W3C status lists apart: the type of its entries, and its lists. */
export interface EntryKind extends ListKind {
  readonly id: string
  readonly spec: string
  readonly entryType: string
}

/** One bit for one purpose, in a list that is a credential itself. */
interface Entry {
  readonly list: string
  readonly index: number
  readonly purpose: string
}

/** What a bit that is set means, by its purpose; others are told to people and mean nothing here. */
const MEANINGS: ReadonlyMap<string, CredentialCode> = new Map([
  ['revocation', 'revoked'],
  ['suspension', 'suspended'],
] as const)

/** A mechanism of entries that name a bit of a list. */
export function listMechanism(kind: EntryKind): StatusMechanism {
  const found = (outcome: Outcome, code: CredentialCode, facts: JsonObject = {}, evidenceAge: number | null = null): StatusFinding => {
    const check: Check = { id: 'status', outcome, code, spec: kind.spec, facts }
    return { check, evidenceAge }
  }

  async function look({ list, index, purpose }: Entry, code: CredentialCode, view: View, context: StatusContext): Promise<StatusFinding> {
    const facts = { list, index }
    const part = context.evidence.get(partKey(need(list)))
    if (part === undefined) return found('unknown', 'status_list_missing', facts)
    const read = await readListCredential(part, view, kind, context)
    if ('code' in read) return found('unknown', read.code, { ...read.facts, index })
    if (!read.purposes.includes(purpose)) return found('unknown', 'status_list_purpose_wrong', facts)
    const age = Math.max(0, context.now - read.issuedAt)
    const bit = read.bit(index)
    if (bit === undefined) return found('fail', 'status_index_wrong', { ...facts, age }, age)
    // A revocation is final, so an old list still tells of it; that somebody was not revoked then says little about now.
    if (bit && code === 'revoked') return found('fail', code, { ...facts, age }, age)
    if (read.expires !== undefined && read.expires <= context.now)
      return found('unknown', 'status_list_expired', { ...facts, age, at: read.expires }, age)
    const limit = context.policy.maxStatusAge
    if (age > limit || isStale(read, part.fetchedAt, context.now)) return found('unknown', 'status_too_old', { ...facts, age, limit }, age)
    return bit ? found('fail', code, { ...facts, age }, age) : found('pass', 'status_valid', { ...facts, age }, age)
  }

  async function alone(part: Part, type: string | undefined, context: TrustContext): Promise<RightList | StatusListFault> {
    const read = await readListCredential(part, { issuer: null, type }, kind, context)
    if ('code' in read) return read
    const { issuer, issuedAt, expires } = read
    const isOver = expires !== undefined && expires <= context.now
    return isOver ? { code: 'status_list_expired', facts: { list: part.id, at: expires } } : { issuer, issuedAt }
  }

  return {
    id: kind.id,
    spec: kind.spec,
    needs({ from, members }, known) {
      if (from !== 'credentialStatus' || members.type !== kind.entryType) return null
      const entry = readEntry(members)
      if (typeof entry === 'string') return null
      const part = known.get(partKey(need(entry.list)))
      return [need(entry.list), ...(part === undefined ? [] : listSignerNeeds(part))]
    },
    check({ from, members }, view, context) {
      if (from !== 'credentialStatus' || members.type !== kind.entryType) return null
      const entry = readEntry(members)
      if (typeof entry === 'string') return Promise.resolve(found(entry === 'status_reference_malformed' ? 'fail' : 'unknown', entry))
      const code = MEANINGS.get(entry.purpose)
      return code === undefined ? Promise.resolve(found('unknown', 'status_purpose_not_known')) : look(entry, code, view, context)
    },
    list(part, type, context) {
      return listSays(part.content)?.types.includes(kind.credentialType) ? alone(part, type, context) : null
    },
  }
}

const need = (list: string): Need => ({ kind: 'status_list', id: list })

/** A list may not be used for longer than it says after it was fetched; when that was is not always known. */
const isStale = ({ ttl, issuedAt }: ListCredential, fetchedAt: number | undefined, now: number): boolean =>
  ttl !== undefined && now - (fetchedAt ?? issuedAt) > ttl

/** Section 2.1: decimal text, a URL, and one bit unless `statusSize` says more. */
function readEntry({ id, statusListIndex, statusListCredential: list, statusPurpose: purpose, statusSize = 1 }: JsonObject) {
  if (!isIndex(statusListIndex) || typeof list !== 'string' || !URL.canParse(list) || id === list || typeof purpose !== 'string')
    return 'status_reference_malformed'
  if (statusSize !== 1) return typeof statusSize === 'number' && statusSize > 1 ? 'status_size_not_known' : 'status_reference_malformed'
  return { list, purpose, index: Number(statusListIndex) }
}

const isIndex = (value: Json | undefined): value is string => typeof value === 'string' && /^(?:0|[1-9]\d{0,14})$/.test(value)
