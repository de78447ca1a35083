import type { Unsigned } from '@symbolon/credential'
import type { Awaitable, Json, Jwk, Primitives, SignatureAlgorithm } from '@symbolon/sd-jwt'
import { ProtocolError } from '../../errors.ts'
import type { Once } from '../../oauth/once.ts'
import { jwt } from './jwt.ts'

/** What a wallet puts into a proof: for which issuer, which key, when (seconds since 1970), over which `c_nonce` if the issuer gives any. */
export interface ProofDraft {
  readonly issuer: string
  /** Absent when the access token was obtained without one. */
  readonly clientId?: string
  readonly jwk: Jwk
  readonly algorithm: SignatureAlgorithm
  readonly nonce?: string
  readonly issuedAt: number
}

/** What an issuer demands of a proof. Times in seconds. */
export interface ProofRule {
  /** The credential issuer identifier. */
  readonly audience: string
  /** The client the access token was given to: `iss` must be it or be left out; absent for an anonymous wallet, whose proofs must not have `iss`. */
  readonly clientId?: string
  /** Those the configuration announces. */
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly now: number
  readonly maxAge: number
  readonly maxAhead: number
  /** Throws ProtocolError `invalid_nonce`, else tells until when the nonce has to be remembered as used; see `checkNonce`. */
  checkNonce(nonce: string): Awaitable<{ expires: number }>
  readonly primitives: Primitives
}

/** A key whose possession is proven, and the nonce of its proof. */
export interface ProvenKey {
  readonly jwk: Jwk
  readonly nonce: Once
}

/** The keys of a request, in the order of its proofs, and the nonces that the issuer's store must now accept only once, each named once. */
export interface ProvenKeys {
  readonly keys: readonly Jwk[]
  readonly nonces: readonly Once[]
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

/**
 * Verifies all proofs of a request (appendix F.4) and that each proves another key, however it is given.
 *
 * One nonce may stand in several proofs of one request. Throws ProtocolError `invalid_proof` or `invalid_nonce`.
 */
export async function verifyProofs(
  proofs: { readonly type: ProofType; readonly values: readonly Json[] },
  rule: ProofRule,
): Promise<ProvenKeys> {
  // The proofs of one request may share a nonce, and mostly do.
  const checked = new Map<string, ReturnType<ProofRule['checkNonce']>>()
  const checkNonce = (nonce: string) => {
    const known = checked.get(nonce) ?? rule.checkNonce(nonce)
    checked.set(nonce, known)
    return known
  }
  const proven = await Promise.all(proofs.values.map((proof) => proofs.type.verify(proof, { ...rule, checkNonce })))
  const names = new Set(proven.map(({ jwk }) => `${jwk.crv} ${jwk.x} ${jwk.y}`))
  if (names.size !== proven.length) throw new ProtocolError('invalid_proof', 'two proofs are made with the same key')
  const nonces = new Map(proven.map(({ nonce }) => [nonce.value, nonce]))
  return { keys: proven.map(({ jwk }) => jwk), nonces: [...nonces.values()] }
}
