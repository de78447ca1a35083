import { formOf, SHOW_LIFE } from '../../code/form.ts'
import type { Binding, Check, Credential } from '../../model.ts'
import type { CredentialType } from '../../type/index.ts'
import { verdict } from '../check.ts'
import { acceptedAlgorithm, type Context } from '../policy.ts'

const fail = (code: Parameters<typeof verdict>[2], facts = {}): Check => verdict('binding', 'fail', code, facts)

/**
 * Whether the one who shows it is the one it was issued to (RFC 9901 section 7.3).
 *
 * What is demanded is decided by the type before looking at what came along: leaving the key binding out must never be
 * a way to go without.
 */
export async function checkBinding(credential: Credential, type: CredentialType | undefined, context: Context): Promise<Check> {
  const { binding, view } = credential
  const demanded = type?.holderBinding ?? 'key'
  if (demanded === 'none') {
    if (view.holderKey !== undefined || binding !== undefined) return fail('holder_key_not_expected')
    return verdict('binding', 'pass', 'no_holder_binding')
  }
  if (view.holderKey === undefined) return fail('holder_key_missing')
  if (binding === undefined) return fail('key_binding_missing')
  return (await signedWrong(binding, credential, context)) ?? madeForOther(binding, context) ?? compared(binding, context)
}

/** Signed by the holder's key, over just these disclosures. */
async function signedWrong(binding: Binding, { view }: Credential, { policy, primitives }: Context): Promise<Check | null> {
  const algorithm = acceptedAlgorithm(policy, binding.algorithm)
  if (algorithm === undefined || view.holderKey === undefined) return fail('algorithm_not_allowed')
  try {
    const key = await primitives.importKey(view.holderKey, algorithm)
    if (!(await primitives.verify(algorithm, key, binding.input, binding.signature))) return fail('key_binding_signature_wrong')
  } catch {
    return fail('key_unusable')
  }
  return binding.covers ? null : fail('key_binding_hash_wrong')
}

/** Made now, for the one who asks; what the verifier did not say cannot be compared. */
function madeForOther(binding: Binding, { policy, now }: Context): Check | null {
  const age = now - binding.issuedAt
  if (age > (isShown(binding, policy) ? SHOW_LIFE : (policy.maxBindingAge ?? 300))) return fail('key_binding_too_old', { age })
  if (-age > (policy.maxBindingAhead ?? 60)) return fail('key_binding_ahead', { ahead: -age })
  if ((binding.expires !== undefined && binding.expires <= now) || (binding.notBefore !== undefined && binding.notBefore > now))
    return fail('key_binding_not_valid_now')
  if (isShown(binding, policy)) return null
  if (policy.showAudience !== undefined && formOf({ binding }) === 'show') return fail('shown_for_other_question')
  if (policy.audience !== undefined && policy.audience !== binding.audience) return fail('key_binding_audience_wrong')
  if (policy.nonce !== undefined && policy.nonce !== binding.nonce) return fail('key_binding_nonce_wrong')
  return null
}

/** Made for whoever looks, where that is enough. Whether it was seen before only the one who looks can tell. */
const isShown = (binding: Binding, { showAudience }: Context['policy']): boolean =>
  showAudience !== undefined && binding.audience === showAudience

function compared(binding: Binding, { policy, now }: Context): Check {
  const facts = { age: now - binding.issuedAt }
  if (isShown(binding, policy)) return verdict('binding', 'pass', 'shown_to_anybody', facts)
  return policy.audience === undefined || policy.nonce === undefined
    ? verdict('binding', 'unknown', 'binding_not_checked')
    : verdict('binding', 'pass', 'shown_by_holder', facts)
}
