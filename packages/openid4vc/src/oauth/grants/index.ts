import { preAuthorizedCode } from './pre_authorized_code.ts'

/** A way to get an access token: how it stands in an offer and in a token request. */
export type Grant = typeof preAuthorizedCode

/** Every grant we speak. */
export const GRANTS: readonly Grant[] = [preAuthorizedCode]

/** The grant of that identifier, or undefined. */
export const grantNamed = (id: string): Grant | undefined => GRANTS.find((grant) => grant.id === id)
