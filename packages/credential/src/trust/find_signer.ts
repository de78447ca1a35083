import type { JsonObject } from '@symbolon/sd-jwt'
import { KEY_HINTS } from '../keys/index.ts'
import type { Signed } from '../keys/key_hint.ts'
import type { Evidence, Need, View } from '../model.ts'
import { did } from './did.ts'
import { keyAlgorithm } from './ec_jwk.ts'
import { jwk } from './jwk.ts'
import { type Claim, type SignerVerdict, type TrustContext, type TrustMechanism, verdict } from './verdict.ts'
import { x509 } from './x509.ts'

/** Every way from a key to the trust file. */
export const TRUST_MECHANISMS: readonly TrustMechanism[] = [x509, did, jwk]

/**
 * Finds the key that a signature is said to be made with, and decides whether the trust file stands behind it for this
 * claim (SD-JWT VC section 2.5); the signature itself is not looked at.
 *
 * The first key hint that is used decides, whatever comes of it. `unknown` when something is missing (`chain_missing`,
 * `key_missing`, issuer metadata that says nothing), `fail` for everything else but a path to an anchor of the trust file.
 */
export async function findSigner(
  proof: { readonly header: JsonObject; readonly algorithm: string },
  claim: Claim,
  context: TrustContext,
): Promise<SignerVerdict> {
  const signed = signedBy(proof.header, claim.issuer, claim.purpose === 'credential' ? claim.view : undefined)
  for (const hint of KEY_HINTS) {
    const found = await hint.find(signed, context)
    if (found === null) continue
    if ('code' in found) return verdict(found.outcome, found.code, found.facts, null)
    for (const mechanism of [...(context.mechanisms ?? []), ...TRUST_MECHANISMS]) {
      const judged = await mechanism.judge(found, claim, context)
      if (judged === null) continue
      const algorithm = 'jwk' in found ? keyAlgorithm(found.jwk) : judged.certificate?.keyAlgorithm
      return algorithm === proof.algorithm ? judged : notForKey(judged)
    }
  }
  return verdict('unknown', 'key_missing', claim.issuer === undefined ? {} : { issuer: claim.issuer }, null)
}

/** What must be brought before `findSigner` can answer, by what is known already: nothing for a text that carries its certificates. */
export function signerNeeds(
  proof: { readonly header: JsonObject },
  view: Pick<View, 'issuer'> | View,
  known: Evidence = new Map(),
  mechanisms: readonly TrustMechanism[] = [],
): Need[] {
  const signed = signedBy(proof.header, view.issuer, 'type' in view ? view : undefined)
  const wanted = 'type' in view ? mechanisms.flatMap((mechanism) => mechanism.needs?.(signed, view, known) ?? []) : []
  for (const hint of KEY_HINTS) {
    const needs = hint.needs(signed, known)
    if (needs !== null) return [...needs, ...wanted]
  }
  return wanted
}

/** What a text says of its key; only of a credential we know when it was signed. */
function signedBy(header: JsonObject, issuer: string | undefined, view: View | undefined): Signed {
  const issuedAt = view?.issuedAt ?? view?.notBefore
  return { header, ...(issuer !== undefined && { issuer }), ...(issuedAt !== undefined && { issuedAt }) }
}

/** A key is made ready for the one algorithm of its curve: for another it is no key at all. */
function notForKey({ anchor: _, ...judged }: SignerVerdict): SignerVerdict {
  return judged.outcome === 'pass' ? verdict('fail', 'algorithm_not_for_key', judged.facts, null) : { ...judged, key: null }
}
