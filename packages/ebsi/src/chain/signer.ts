import { type FoundKey, keyOfDidUrl, readyKey, type TrustContext } from '@symbolon/credential'
import type { Jwk } from '@symbolon/sd-jwt'
import type { Accreditation } from '../records/accreditation.ts'
import { ageOf, foundOut, type Link } from './link.ts'

/** A key, and the seconds since the document that has it was fetched. */
interface Signer {
  readonly jwk: Jwk
  readonly age: number
}

type NoSigner = 'accreditation_signature' | 'accreditation_key_purpose' | 'accreditation_key_unknown' | 'evidence_stale'

/** The key that an accreditation says it is signed with. Found, not used: whether it is signed with it is for later. */
export function signerOf({ vc }: Accreditation, context: TrustContext, maxAge: number): Signer | NoSigner {
  const { proof, issuer, issuedAt } = vc
  const { kid } = proof.header
  if (proof.algorithm !== 'ES256' || typeof kid !== 'string') return 'accreditation_signature'
  const found = keyOfDidUrl({ did: issuer, url: kid, ...(issuedAt !== undefined && { at: issuedAt }) }, 'assertionMethod', context.evidence)
  if (!('jwk' in found))
    return 'code' in found && found.code === 'document_key_for_other_use' ? 'accreditation_key_purpose' : 'accreditation_key_unknown'
  const age = documentAge(found, context)
  if (age === null || age > maxAge) return 'evidence_stale'
  return found.jwk.crv === 'P-256' ? { jwk: found.jwk, age } : 'accreditation_signature'
}

/** Whether an accreditation is signed with this key; once it was, it is. */
export async function isSigned(link: Link, { vc }: Accreditation, signer: Jwk, { primitives }: TrustContext): Promise<boolean> {
  const key = await readyKey(signer, primitives)
  if (key === null) return false
  const known = foundOut(link, primitives)
  if (known.signedWith === key) return true
  if (!(await primitives.verify('ES256', key, vc.proof.input, vc.proof.signature))) return false
  known.signedWith = key
  return true
}

/** Seconds since the document was fetched by which a key of a DID is judged; of a moment that is past it does not change any more. Null: unknown. */
export function documentAge({ did, document }: KeyOfDid, { now }: TrustContext): number | null {
  if (document === undefined) return null
  return document.id === did ? ageOf(document, now) : 0
}

/** A key that was found by its DID. */
export type KeyOfDid = Extract<FoundKey, { readonly jwk: unknown }>
