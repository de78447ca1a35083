import { refreshToken } from '@symbolon/openid4vc'
import { type Authorizations, walletAs } from '../authorizations.ts'
import type { Redemption } from './index.ts'

/** Gives another access token for a refresh token, which stays the same (RFC 6749 section 6, FAPI 2.0 section 5.3.2.1). */
export const redeemRefreshToken = (authorizations: Authorizations): Redemption => ({
  grant: refreshToken,
  read(form, { caller, jkt }) {
    const { refreshToken: token, scopes } = refreshToken.parseRequest(form)
    return (tx) => authorizations.renew(tx, token, walletAs(caller, jkt), scopes)
  },
})
