import type { Check, Credential } from '../../model.ts'
import { verdict } from '../check.ts'
import type { Context } from '../policy.ts'

/** Whether the token is within its life, RFC 9901 section 7.1 step 6: from `nbf` on, before `exp`; one that never ends must at least have a status. */
export function checkValidity({ view }: Credential, { now, policy }: Context): Check {
  const { notBefore, expires, issuedAt, envelope } = view
  // A credential for one reader is for no other; step 6 names it beside the times.
  if (envelope.aud !== undefined && ![envelope.aud].flat().some((reader) => reader === policy.audience))
    return verdict('validity', 'fail', 'audience_wrong')
  const begins = Math.max(notBefore ?? 0, issuedAt ?? 0)
  if (begins > now) return verdict('validity', 'fail', 'not_yet_valid', { at: begins })
  if (expires === undefined) {
    const hasStatus = view.status !== undefined || (view.vcdm?.status ?? []).length > 0
    return !hasStatus ? verdict('validity', 'fail', 'validity_unlimited') : verdict('validity', 'pass', 'valid_now')
  }
  if (expires <= now) return verdict('validity', 'fail', 'expired', { at: expires })
  return verdict('validity', 'pass', 'valid_until', { at: expires })
}
