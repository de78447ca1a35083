import { createTokenRequest, type Message, parseTokenResponse, refreshToken, type TokenResponse } from '@symbolon/openid4vc'
import { WalletError } from './errors.ts'
import { isRefusedWith, type Proof, post } from './exchange.ts'
import type { Outside, Store } from './outside.ts'
import { type AccessToken, type Authorization, authorizationOf, withAuthorization, withEnded } from './state/index.ts'

const FORM = 'application/x-www-form-urlencoded'
/** A token that ends within this many seconds may have ended when it arrives. */
const MARGIN = 5

/** Sends a token request, with a proof of the key the tokens shall be bound to. Throws PeerError. */
export async function askToken({ tokenEndpoint, dpop }: Authorization, body: string, outside: Outside): Promise<TokenResponse> {
  const message: Message = { contentType: FORM, body }
  return parseTokenResponse(await post(tokenEndpoint, message, outside, dpop ? { proof: { key: dpop } } : {}), { dpop: dpop !== undefined })
}

/** What a token response adds to an authorization; a refresh token that it does not name stays (RFC 6749 section 6). */
export const withTokens = ({ tokenRequest: _, ...authorization }: Authorization, token: TokenResponse, now: number): Authorization => ({
  ...authorization,
  access: {
    scheme: token.scheme.id,
    token: token.accessToken,
    ...(token.expiresIn !== undefined && { expires: now + token.expiresIn }),
  },
  ...(token.refreshToken !== undefined && { refreshToken: token.refreshToken }),
})

/** The access token while it is good; what the server left unsaid it will say when the token has ended. */
export function goodToken({ access }: Authorization, now: number): AccessToken | undefined {
  return access !== undefined && (access.expires === undefined || access.expires > now + MARGIN) ? access : undefined
}

/** What a request to a resource carries: the token, and a proof for one that is bound to a key. */
export function presented({ dpop }: Authorization, { scheme, token }: AccessToken): { headers: { authorization: string }; proof?: Proof } {
  const headers = { authorization: `${scheme} ${token}` }
  return dpop === undefined ? { headers } : { headers, proof: { key: dpop, accessToken: token } }
}

/**
 * A new access token by the refresh token, written down before it is used.
 *
 * Throws WalletError `authorization_ended` when there is none or the server refuses it for good; the wallet then forgets it.
 */
export async function renew(authorizationId: string, store: Store, outside: Outside): Promise<TokenResponse> {
  const authorization = authorizationOf(store.state, authorizationId)
  if (authorization.refreshToken === undefined)
    throw new WalletError('authorization_ended', 'its access token has ended and there is no refresh token')
  const { clientId, refreshToken: token } = authorization
  const request = createTokenRequest({ grant: refreshToken, refreshToken: token }, clientForm(clientId))
  try {
    const answer = await askToken(authorization, request.body, outside)
    await store.change((state) => ({
      state: withAuthorization(state, withTokens(authorization, answer, outside.now())),
      result: undefined,
    }))
    return answer
  } catch (error) {
    if (!isRefusedWith(error, 'invalid_grant', 'invalid_client', 'unauthorized_client')) throw error
    await store.change((state) => ({ state: withEnded(state, authorizationId), result: undefined }))
    throw new WalletError('authorization_ended', error.detail, error)
  }
}

/** Whether nothing more can be had by an authorization. */
export const isEnded = (error: unknown): boolean => error instanceof WalletError && error.code === 'authorization_ended'

/** The parameters by which a wallet says who it is; an anonymous one says nothing. */
export const clientForm = (clientId: string | undefined): Record<string, string> => (clientId === undefined ? {} : { client_id: clientId })
