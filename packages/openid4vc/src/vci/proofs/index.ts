import type { Unsigned } from '@symbolon/credential'
import type { Awaitable, Json, Jwk, Primitives, SignatureAlgorithm } from '@symbolon/sd-jwt'
import { ProtocolError } from '../../errors.ts'
import { jwt } from './jwt.ts'

/** What a wallet puts into a proof: for which issuer, which key, when (seconds since 1970), over which `c_nonce` if the issuer gives any. */
export interface ProofDraft {
  readonly issuer: string
  readonly jwk: Jwk
  readonly algorithm: SignatureAlgorithm
  readonly nonce?: string
  readonly issuedAt: number
}

/** What an issuer demands of a proof. Times in seconds. */
export interface ProofRule {
  /** The credential issuer identifier. */
  readonly audience: string
  /** Those the configuration announces. */
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly now: number
  readonly maxAge: number
  readonly maxAhead: number
  /** Throws ProtocolError `invalid_nonce`, else tells until when the nonce has to be remembered as used; see `checkNonce`. */
  checkNonce(nonce: string): Awaitable<{ expires: number }>
  readonly primitives: Primitives
}

/** A key whose possession is proven, and the nonce that the issuer's store must now accept only once. */
export interface ProvenKey {
  readonly jwk: Jwk
  readonly nonce: { readonly value: string; readonly expires: number }
}

/** A kind of key proof (OpenID4VCI 1.0 appendix F). */
export interface ProofType {
  readonly id: string
  readonly spec: string
  create(draft: ProofDraft): Unsigned
  /** Throws ProtocolError `invalid_proof` or `invalid_nonce`. */
  verify(proof: Json, rule: ProofRule): Promise<ProvenKey>
}

/** Every proof type we speak. */
export const PROOF_TYPES: readonly ProofType[] = [jwt]

/** The proof type of that identifier, or undefined. */
export const proofTypeNamed = (id: string): ProofType | undefined => PROOF_TYPES.find((type) => type.id === id)

/** Verifies all proofs of a request (appendix F.4) and that each proves another key; throws ProtocolError `invalid_proof` or `invalid_nonce`. */
export async function verifyProofs(
  proofs: { readonly type: ProofType; readonly values: readonly Json[] },
  rule: ProofRule,
): Promise<ProvenKey[]> {
  const keys = await Promise.all(proofs.values.map((proof) => proofs.type.verify(proof, rule)))
  const names = new Set(keys.map(({ jwk }) => `${jwk.crv} ${jwk.x} ${jwk.y}`))
  if (names.size !== keys.length) throw new ProtocolError('invalid_proof', 'two proofs are made with the same key')
  return keys
}
