import { jwkThumbprint } from './anchors.ts'
import { keyAlgorithm } from './ec_jwk.ts'
import { usable } from './path.ts'
import { authorise, type TrustMechanism, verdict } from './verdict.ts'

/** A bare key that stands in the trust file, compared by its thumbprint (RFC 7638). */
export const jwk: TrustMechanism = {
  id: 'jwk',
  spec: 'RFC 7638 section 3',
  async judge(found, claim, { anchors, primitives }) {
    if (!('jwk' in found)) return null
    const thumbprint = await jwkThumbprint(found.jwk, primitives)
    const facts = { thumbprint, ...(found.issuer !== undefined && { issuer: found.issuer }) }
    const trusted = anchors.keys.find((known) => known.thumbprint === thumbprint)
    if (trusted !== undefined) return authorise(trusted.entries, claim, facts, trusted.key)
    const algorithm = keyAlgorithm(found.jwk)
    const key = algorithm && (await usable(() => primitives.importKey(found.jwk, algorithm)))
    return verdict('fail', 'issuer_not_trusted', facts, key)
  },
}
