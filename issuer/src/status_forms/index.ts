import type { Format } from '@symbolon/credential'
import type { CertifiedSigner } from '@symbolon/service'
import type { EbsiIdentity } from '../ebsi/ebsi_identity.ts'
import { bitstringForm } from './bitstring.ts'
import type { StatusForm } from './form.ts'
import { tokenForm } from './token.ts'

export type { StatusForm } from './form.ts'

/** The forms of status lists that an issuer can sign, as formats name them. */
export type StatusForms = Readonly<Partial<Record<Format['statusList'], StatusForm>>>

/** Both forms; the second only for an issuer that has an identity on EBSI. `now` gives seconds. */
export const statusForms = (signer: CertifiedSigner, ebsi: EbsiIdentity | null, now: () => number): StatusForms => ({
  token: tokenForm(signer),
  ...(ebsi !== null && { bitstring: bitstringForm(ebsi, now) }),
})
