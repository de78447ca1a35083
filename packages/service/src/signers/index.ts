import type { X509Certificate } from 'node:crypto'
import type { Signer } from '@symbolon/sd-jwt'
import { fileSigner } from './file.ts'

/** Somebody who can sign, and the certificates that say so. */
export interface CertifiedSigner {
  readonly signer: Signer
  /** Leaf first, DER in standard base64, without a self-signed anchor (HAIP section 6.1.1). */
  readonly x5c: readonly string[]
  /** The certificate of the key. */
  readonly certificate: X509Certificate
}

/** Where a key is, and where its certificates are. */
export interface SignerPlace {
  readonly key: string
  readonly chain: string
}

/** One kind of place where a signing key can be. */
export interface SignerKind {
  readonly id: string
  /** Null when the key is not in a place of this kind; throws an Error that says what is wrong when it is, and cannot be used. */
  open(place: SignerPlace, now: () => number): CertifiedSigner | null
}

/** Every kind of place we know. */
export const SIGNERS: readonly SignerKind[] = [fileSigner]

/** Opens a signing key and checks that its certificate fits it and is valid now. Throws an Error that says what is wrong. `now` gives seconds. */
export function openSigner(place: SignerPlace, now: () => number): CertifiedSigner {
  for (const kind of SIGNERS) {
    const signer = kind.open(place, now)
    if (signer !== null) return signer
  }
  throw new Error('names no place of a key that this version knows')
}
