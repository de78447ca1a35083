import { type CredentialType, type Draft, type Format, formatOf } from '@symbolon/credential'
import type { Signer } from '@symbolon/sd-jwt'
import type { CertifiedSigner } from '@symbolon/service'

/** What a draft of a credential says of who issues it. */
export type Issuance = Pick<Draft, 'issuer' | 'algorithm' | 'x5c' | 'kid' | 'termsOfUse'>

/** As whom an issuer signs credentials. */
export interface Identity {
  readonly signer: Signer
  /** What credentials of a type say of it; null when it may not issue them. `now` in seconds since 1970. */
  issuanceOf(type: CredentialType, now: number): Issuance | null
}

/** The identities of an issuer, by which of them a format is signed with. */
export type Identities = Readonly<Partial<Record<Format['signedBy'], Identity>>>

/** The identity that certificates stand behind: it may issue whatever the institution has a source for. `url` is the credential issuer identifier. */
export function certifiedIdentity({ signer, x5c }: CertifiedSigner, url: string): Identity {
  const issuance = { issuer: url, algorithm: signer.algorithm, x5c }
  return { signer, issuanceOf: () => issuance }
}

/** The identity that may issue a type now, or undefined. */
export function identityFor(identities: Identities, type: CredentialType, now: number): Identity | undefined {
  const identity = identities[formatOf(type).signedBy]
  return identity?.issuanceOf(type, now) ? identity : undefined
}
