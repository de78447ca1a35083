import { readyKey } from './ready_key.ts'
import { authorise, type TrustMechanism, verdict } from './verdict.ts'

/** A DID that stands in the trust file: whichever keys its document gives it for signing. */
export const did: TrustMechanism = {
  id: 'did',
  spec: 'DID Core section 5.3.2',
  async judge(found, claim, { anchors, primitives }) {
    if (!('jwk' in found) || found.did === undefined) return null
    const trusted = anchors.dids.get(found.did)
    if (trusted === undefined) return null
    const facts = { did: found.did }
    const key = await readyKey(found.jwk, primitives)
    if (key === null) return verdict('fail', 'document_key_not_readable', facts, null)
    const judged = authorise(trusted, claim, facts, key)
    // Its bare key may stand there as well, for something else.
    return judged.outcome !== 'pass' && anchors.keys.some(({ jwk }) => jwk.x === found.jwk.x && jwk.y === found.jwk.y) ? null : judged
  },
}
