import type { CredentialType } from '@symbolon/credential'
import { type AccreditedFor, attributeUrl, readAccreditation, uncovered } from '@symbolon/ebsi'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { StoredIdentity } from './identity_file.ts'

/** What an issuer was accredited for, by whom and until when. Times are seconds since 1970. */
export interface Accreditation {
  /** The URL of its attribute in the Trusted Issuers Registry. */
  readonly url: string
  readonly by: string
  readonly covers: readonly AccreditedFor[]
  readonly notBefore: number
  readonly expires: number
}

/** The accreditations of an identity that can be read. */
export const accreditationsOf = (identity: StoredIdentity): Accreditation[] =>
  identity.accreditations.flatMap(({ attributeId, credential }) => {
    const read = readAccreditation(credential)
    if (typeof read === 'string') return []
    const { vc, accreditedFor } = read
    return {
      url: attributeUrl(identity.registry, { did: identity.did, attributeId }),
      by: vc.issuer,
      covers: accreditedFor,
      notBefore: vc.notBefore ?? 0,
      expires: vc.expires ?? 0,
    }
  })

/** Those that hold at a moment, the one that was entered last first: it may stand for one that was taken back. */
export const current = (accreditations: readonly Accreditation[], now: number): Accreditation[] =>
  accreditations.filter(({ notBefore, expires }) => notBefore <= now && now < expires).toReversed()

/** Whether an accreditation is for credentials of this type: for each of its types with one of its schemas. */
export function covers({ covers: lines }: Accreditation, { vcdm }: CredentialType): boolean {
  if (vcdm === undefined) return false
  const asked = { types: vcdm.types, schemas: vcdm.schemas.map(({ id }) => id), termsOfUse: [], status: [] }
  return uncovered(asked, lines, undefined) === null
}

/** How a credential says by which accreditation it was issued (EBSI, `IssuanceCertificate`). */
export const issuanceCertificate = ({ url }: Accreditation): JsonObject => ({ id: url, type: 'IssuanceCertificate' })
