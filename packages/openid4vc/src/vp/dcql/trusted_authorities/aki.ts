import type { AuthorityKind } from './index.ts'

/** The key identifier of an authority above the issuer, as one of the credential's certificates names it (OpenID4VP 1.0 section 6.1.1.1). */
export const aki: AuthorityKind = {
  type: 'aki',
  spec: 'OpenID4VP 1.0 section 6.1.1.1',
  matches: (values, { authorityKeys }) => authorityKeys.some((key) => values.includes(key)),
}
