import { isObject, type JsonObject } from '@symbolon/sd-jwt'
import { CREDENTIAL_CODES, type CredentialCode } from '../errors.ts'
import { type Check, type Need, type Outcome, partKey, type StatusReference, type View } from '../model.ts'
import type { StatusContext, StatusEntry, StatusFinding, StatusMechanism } from './mechanism.ts'
import { isStatusListToken, listSignerNeeds, readStatusList } from './status_list_token.ts'

const VALID = 0
const REVOKED = 1
const SUSPENDED = 2

/** Token Status List, draft 21: one bit or a few for each credential, in a list that the issuer signs. */
export const tokenStatusList: StatusMechanism = {
  id: 'status_list',
  spec: 'draft-ietf-oauth-status-list-21',
  needs(entry, known) {
    const reference = referenceOf(entry)
    if (reference === null || reference === 'malformed') return null
    const part = known.get(partKey(need(reference)))
    return [need(reference), ...(part === undefined ? [] : listSignerNeeds(part))]
  },
  check(entry, view, context) {
    const reference = referenceOf(entry)
    if (reference === null) return null
    return reference === 'malformed' ? Promise.resolve(found('fail', 'status_reference_malformed')) : look(reference, view, context)
  },
  list({ id: uri, content }, type, context) {
    return isStatusListToken(content) ? readStatusList(content, { uri, ...(type !== undefined && { type }) }, context) : null
  },
}

const need = ({ uri }: StatusReference): Need => ({ kind: 'status_list', id: uri })

/** Section 6.2: `status.status_list` with `idx`, a non-negative integer, and `uri`. Null: the entry refers to no such list. */
function referenceOf({ from, members }: StatusEntry): StatusReference | 'malformed' | null {
  if (from !== 'status' || !Object.hasOwn(members, 'status_list')) return null
  const { idx: index, uri } = isObject(members.status_list) ? members.status_list : {}
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return 'malformed'
  if (typeof uri !== 'string' || !URL.canParse(uri)) return 'malformed'
  return { index, uri }
}

async function look({ uri, index }: StatusReference, view: View, context: StatusContext): Promise<StatusFinding> {
  const part = context.evidence.get(partKey(need({ uri, index })))
  if (part === undefined) return found('unknown', 'status_list_missing', { list: uri, index })
  const { type, issuer } = view
  const list = await readStatusList(part.content, { uri, type, ...(issuer !== undefined && { credentialIssuer: issuer }) }, context)
  if ('code' in list) return found('unknown', list.code, { ...list.facts, index })
  const age = Math.max(0, context.now - list.issuedAt)
  const value = list.status(index)
  const facts = { list: uri, index, age, ...(value !== undefined && { value }) }
  if (value === undefined) return found('fail', 'status_index_wrong', facts, age)
  // A revocation is final, so an old list still tells of it; that somebody was not revoked then says little about now.
  if (value === REVOKED) return found('fail', 'revoked', facts, age)
  if (age > context.policy.maxStatusAge) return found('unknown', 'status_too_old', { ...facts, limit: context.policy.maxStatusAge }, age)
  if (value === SUSPENDED) return found('fail', 'suspended', facts, age)
  return value === VALID ? found('pass', 'status_valid', facts, age) : found('fail', 'status_not_valid', facts, age)
}

function found(outcome: Outcome, code: CredentialCode, facts: JsonObject = {}, evidenceAge: number | null = null): StatusFinding {
  const check: Check = { id: 'status', outcome, code, spec: CREDENTIAL_CODES[code].spec, facts }
  return { check, evidenceAge }
}
