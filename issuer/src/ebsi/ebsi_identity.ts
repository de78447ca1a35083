import type { CredentialType } from '@symbolon/credential'
import { signer } from '@symbolon/primitives/node'
import type { Identity } from '../identities.ts'
import { type Accreditation, accreditationsOf, covers, current, issuanceCertificate } from './accreditations.ts'
import { loadIdentity, type StoredIdentity } from './identity_file.ts'
import { readKey } from './key_files.ts'

/** A legal entity on EBSI that issues: under its DID, by its accreditations. */
export interface EbsiIdentity extends Identity {
  readonly did: string
  /** The DID URL of the key that signs. */
  readonly kid: string
  readonly registry: string
  /** What it is accredited for at a moment, in seconds. */
  currently(now: number): readonly Accreditation[]
}

/**
 * The identity of a folder, ready to sign; null when there is none, or the registry does not have all of it yet.
 *
 * Throws `SettingsError` for a damaged one, and for a key that is not the one of its name.
 */
export function openEbsiIdentity(folder: string): EbsiIdentity | null {
  const stored = loadIdentity(folder)
  if (!stored?.isRegistered) return null
  const { did, registry } = stored
  const kid = kidOf(stored)
  const key = signer(readKey(folder, stored.signingKey, 'P-256'), 'ES256')
  const accreditations = accreditationsOf(stored)
  const currently = (now: number): Accreditation[] => current(accreditations, now)
  return {
    ...{ did, kid, registry, signer: key, currently },
    issuanceOf(type, now) {
      const found = currently(now).find((one) => covers(one, type))
      return found === undefined ? null : { issuer: did, algorithm: key.algorithm, x5c: [], kid, termsOfUse: [issuanceCertificate(found)] }
    },
  }
}

/** The DID URL of the key that signs credentials. */
export const kidOf = ({ did, signingKey }: StoredIdentity): string => `${did}#${signingKey}`

/** Why an identity does not issue a type now; null when it does. For the person who runs the issuer. */
export function whyNot(folder: string, type: CredentialType, now: number): string | null {
  const stored = loadIdentity(folder)
  if (stored === null) return 'this issuer has no identity on EBSI; make one with `symbolon-issuer keys ebsi create`'
  if (!stored.isRegistered)
    return 'the identity on EBSI is not registered yet; go on with `symbolon-issuer keys ebsi create --onboarding FILE`'
  const fitting = accreditationsOf(stored).filter((one) => covers(one, type))
  if (fitting.length === 0) return 'no accreditation covers its types and schema; enter one with `symbolon-issuer keys ebsi accredit FILE`'
  if (current(fitting, now).length === 0) return 'the accreditation that covers it has ended or not begun; enter a new one'
  return null
}
