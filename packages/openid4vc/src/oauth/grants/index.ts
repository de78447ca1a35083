import { authorizationCode } from './authorization_code.ts'
import { preAuthorizedCode } from './pre_authorized_code.ts'
import { refreshToken } from './refresh_token.ts'

/** A way to get an access token: how it stands in an offer, if it does, and in a token request. */
export type Grant = typeof preAuthorizedCode | typeof authorizationCode | typeof refreshToken

/** Every grant we speak. */
export const GRANTS: readonly Grant[] = [preAuthorizedCode, authorizationCode, refreshToken]

export { authorizationCode, preAuthorizedCode, refreshToken }

/** The grant of that identifier, or undefined. */
export const grantNamed = (id: string): Grant | undefined => GRANTS.find((grant) => grant.id === id)
