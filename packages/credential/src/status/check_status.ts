import { isObject } from '@symbolon/sd-jwt'
import { CREDENTIAL_CODES, type CredentialCode } from '../errors.ts'
import type { Evidence, Need, Outcome, Part, View } from '../model.ts'
import type { TrustContext } from '../trust/verdict.ts'
import type { CredentialType } from '../type/index.ts'
import { bitstringStatusList } from './bitstring_status_list.ts'
import type { RightList, StatusContext, StatusEntry, StatusFinding, StatusMechanism } from './mechanism.ts'
import { statusList2021 } from './status_list_2021.ts'
import type { StatusListFault } from './status_list_token.ts'
import { tokenStatusList } from './token_status_list.ts'

/** Every status mechanism we speak. */
export const STATUS_MECHANISMS: readonly StatusMechanism[] = [tokenStatusList, bitstringStatusList, statusList2021]

/** The longest life without a status (ARF 3.0 VCR_01), in seconds. */
const SHORT_LIFE = 24 * 3600

/** What must be brought before `checkStatus` can answer. */
export const statusNeeds = (view: View, known: Evidence): Need[] =>
  entriesOf(view).flatMap((entry) => STATUS_MECHANISMS.flatMap((mechanism) => mechanism.needs(entry, known) ?? []))

/**
 * Whether the credential still holds by the word of its issuer.
 *
 * A credential that names a status is judged by it, whatever its type says; by all of them when it names several, and the worst counts. One that
 * names none passes only when its type asks for none, or when it lives at most 24 hours.
 */
export async function checkStatus(view: View, type: CredentialType | undefined, context: StatusContext): Promise<StatusFinding> {
  const findings: StatusFinding[] = []
  // One after another: a list that several entries name is verified and inflated once, and remembered for the others.
  for (const entry of entriesOf(view)) findings.push(await judge(entry, view, context))
  const [first, ...others] = findings
  if (first !== undefined) {
    const { check } = others.reduce((worst, one) => (RANK[one.check.outcome] > RANK[worst.check.outcome] ? one : worst), first)
    const ages = findings.map(({ evidenceAge }) => evidenceAge).filter((age) => age !== null)
    return { check, evidenceAge: ages.length === 0 ? null : Math.max(...ages) }
  }
  const isAsked = type !== undefined && type.status !== null
  return isAsked && !isShortLived(view) ? without('fail', 'status_missing') : without('pass', 'status_not_needed')
}

/** Judges a list without a credential at hand, by the mechanism whose list it is: for one type, or for all when none is given. */
export async function judgeStatusList(part: Part, type: string | undefined, context: TrustContext): Promise<RightList | StatusListFault> {
  for (const mechanism of STATUS_MECHANISMS) {
    const found = await mechanism.list(part, type, context)
    if (found !== null) return found
  }
  return { code: 'status_list_malformed', facts: { list: part.id } }
}

const RANK: { readonly [outcome in Outcome]: number } = { pass: 0, unknown: 1, fail: 2 }

/** Every place where the credential speaks of its status. */
function entriesOf({ status, envelope, vcdm }: View): readonly StatusEntry[] {
  const claimed = status === undefined ? envelope.status : { status_list: { idx: status.index, uri: status.uri } }
  return [
    ...(claimed === undefined ? [] : [{ from: 'status', members: isObject(claimed) ? claimed : {} } as const]),
    ...(vcdm?.status ?? []).map((members) => ({ from: 'credentialStatus', members }) as const),
  ]
}

async function judge(entry: StatusEntry, view: View, context: StatusContext): Promise<StatusFinding> {
  for (const mechanism of STATUS_MECHANISMS) {
    const finding = await mechanism.check(entry, view, context)
    if (finding !== null) return finding
  }
  // There is a status, and it is of a kind we cannot look up: it might say revoked.
  return without('unknown', 'status_mechanism_unknown')
}

function isShortLived({ expires, notBefore, issuedAt }: View): boolean {
  const begins = notBefore ?? issuedAt
  return expires !== undefined && begins !== undefined && expires - begins <= SHORT_LIFE
}

const without = (outcome: Outcome, code: CredentialCode): StatusFinding => ({
  check: { id: 'status', outcome, code, spec: CREDENTIAL_CODES[code].spec, facts: {} },
  evidenceAge: null,
})
