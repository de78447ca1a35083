import { CREDENTIAL_CODES, type CredentialCode } from '../errors.ts'
import type { Evidence, Need, Outcome, View } from '../model.ts'
import type { CredentialType } from '../type/index.ts'
import type { StatusContext, StatusFinding, StatusMechanism } from './mechanism.ts'
import { tokenStatusList } from './token_status_list.ts'

/** Every status mechanism we speak. */
export const STATUS_MECHANISMS: readonly StatusMechanism[] = [tokenStatusList]

/** The longest life without a status (ARF 3.0 VCR_01), in seconds. */
const SHORT_LIFE = 24 * 3600

/** What must be brought before `checkStatus` can answer. */
export const statusNeeds = (view: View, known: Evidence): Need[] =>
  STATUS_MECHANISMS.flatMap((mechanism) => mechanism.needs(view, known) ?? [])

/**
 * Whether the credential still holds by the word of its issuer.
 *
 * A credential that names a status is judged by it, whatever its type says. One that names none passes only when its type
 * asks for none, or when it lives at most 24 hours.
 */
export async function checkStatus(view: View, type: CredentialType | undefined, context: StatusContext): Promise<StatusFinding> {
  for (const mechanism of STATUS_MECHANISMS) {
    const finding = await mechanism.check(view, context)
    if (finding !== null) return finding
  }
  // There is a status, and it is of a kind we cannot look up: it might say revoked.
  if (view.envelope.status !== undefined) return without('unknown', 'status_mechanism_unknown')
  const isAsked = type !== undefined && type.status !== null
  return isAsked && !isShortLived(view) ? without('fail', 'status_missing') : without('pass', 'status_not_needed')
}

function isShortLived({ expires, notBefore, issuedAt }: View): boolean {
  const begins = notBefore ?? issuedAt
  return expires !== undefined && begins !== undefined && expires - begins <= SHORT_LIFE
}

const without = (outcome: Outcome, code: CredentialCode): StatusFinding => ({
  check: { id: 'status', outcome, code, spec: CREDENTIAL_CODES[code].spec, facts: {} },
  evidenceAge: null,
})
