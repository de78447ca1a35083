import { readyKey } from './ready_key.ts'
import { type TrustMechanism, verdict } from './verdict.ts'

/**
 * Whoever signs a status list as the DID that the list names, by the document of that DID.
 *
 * It is no way to the trust file: it says that two lists are of one and the same, never that anybody should believe it. For merging only.
 */
export const asItself: TrustMechanism = {
  id: 'as_itself',
  spec: 'DID Core section 5.3.2',
  async judge(found, { purpose, issuer }, { primitives }) {
    if (purpose !== 'status' || !('jwk' in found) || found.did === undefined || found.did !== issuer) return null
    const key = await readyKey(found.jwk, primitives)
    return key && verdict('pass', 'signature_valid', { did: found.did }, key)
  },
}
