import type { Held } from '../match_credential.ts'
import type { TrustedAuthority } from '../query.ts'
import { aki } from './aki.ts'

/** One kind of statement about who stands above an issuer (OpenID4VP 1.0 section 6.1.1). */
export interface AuthorityKind {
  readonly type: string
  readonly spec: string
  matches(values: readonly string[], held: Pick<Held, 'authorityKeys'>): boolean
}

/** Every kind we speak; a credential never matches another. */
export const AUTHORITY_KINDS: readonly AuthorityKind[] = [aki]

/** Whether one of the authorities stands above the credential; nobody asked for: yes. */
export const hasAuthority = (authorities: readonly TrustedAuthority[], held: Pick<Held, 'authorityKeys'>): boolean =>
  authorities.length === 0 ||
  authorities.some(({ type, values }) => AUTHORITY_KINDS.find((kind) => kind.type === type)?.matches(values, held) ?? false)
