import { jwkThumbprint } from '@symbolon/credential'
import {
  type AuthorizationCodeOffer,
  authorizationAddress,
  authorizationDetails,
  challengeOf,
  createPushedRequest,
  createVerifier,
  none,
  type PushedDraft,
  parseAuthorizationResponse,
  parsePushedResponse,
  type ServerMetadata,
} from '@symbolon/openid4vc'
import { base64url } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import { post } from './exchange.ts'
import type { Inspected } from './inspect.ts'
import { publicPart } from './keys.ts'
import type { FrontChannel, Outside } from './outside.ts'
import { boundTo, codeRequest, type Redeemable } from './redeem.ts'
import { clientForm } from './tokens.ts'

/**
 * Has a person sign in and agree at the authorization server, and brings the code back: pushed request, S256, `state`, `iss`, and the
 * code bound to a DPoP key where the server speaks DPoP (RFC 9126, RFC 7636, RFC 9207, RFC 9449 section 10).
 *
 * Throws WalletError `sign_in_not_supported` before anything is sent, PeerError when the server or the person says no.
 */
export async function authorize(
  inspected: Inspected,
  { issuerState }: AuthorizationCodeOffer,
  { clientId, locales }: { clientId: string; locales: readonly string[] },
  front: FrontChannel,
  outside: Outside,
): Promise<Redeemable> {
  const { primitives } = outside
  const { server } = inspected
  const { authorizationEndpoint, pushedEndpoint } = usable(server)
  const { redirectUri } = front
  const state = base64url.encode(primitives.random(16))
  const codeVerifier = createVerifier(primitives.random)
  const { dpop } = await boundTo(server.dpopAlgorithms, outside)
  const request: PushedDraft = {
    client: clientForm(clientId),
    redirectUri,
    codeChallenge: await challengeOf(codeVerifier, primitives),
    ...wanted(inspected),
    state,
    ...(issuerState !== undefined && { issuerState }),
    ...(dpop && { dpopJkt: await jwkThumbprint(publicPart(dpop), primitives) }),
    locales,
  }
  const { requestUri } = parsePushedResponse(await post(pushedEndpoint, createPushedRequest(request), outside))
  const address = await front.visit(authorizationAddress(authorizationEndpoint, { clientId, requestUri }), (answer) =>
    hasState(answer, state),
  )
  const code = parseAuthorizationResponse(address, { issuer: server.issuer, state, redirectUri, issRequired: server.issInResponse })
  return { clientId, ...(dpop && { dpop }), tokenRequest: codeRequest({ code, codeVerifier, redirectUri }, clientId) }
}

/** What signing in needs of a server; throws WalletError `sign_in_not_supported` naming the member of its metadata that is not there. */
function usable(server: ServerMetadata): { authorizationEndpoint: string; pushedEndpoint: string } {
  const lacking = (what: string): WalletError => new WalletError('sign_in_not_supported', `the authorization server's metadata: ${what}`)
  const { authorizationEndpoint, pushedEndpoint, challengeMethods, authenticationMethods } = server
  if (authorizationEndpoint === undefined) throw lacking('authorization_endpoint is missing (RFC 8414 section 2)')
  if (pushedEndpoint === undefined) throw lacking('pushed_authorization_request_endpoint is missing (RFC 9126 section 5)')
  if (!challengeMethods.includes('S256')) throw lacking('code_challenge_methods_supported does not have S256 (RFC 7636 section 4.2)')
  if (!authenticationMethods.includes(none.id))
    throw lacking('token_endpoint_auth_methods_supported does not have none, so it serves no client without a secret (RFC 8414 section 2)')
  return { authorizationEndpoint, pushedEndpoint }
}

/** Which credentials: by authorization details where the server reads them, else by scopes (OpenID4VCI 1.0 sections 5.1.1 and 5.1.2). */
function wanted({ metadata, server, offered }: Inspected): Pick<PushedDraft, 'details' | 'scopes'> {
  const configurations = offered.map(({ configuration }) => configuration)
  if (server.speaksDetails) {
    const ids = configurations.map(({ id }) => id)
    return { details: authorizationDetails(ids, metadata.namesServers ? metadata.issuer : undefined) }
  }
  const scopes = configurations.map(({ scope }) => scope).filter((scope) => scope !== undefined)
  if (scopes.length === configurations.length) return { scopes: [...new Set(scopes)] }
  throw new WalletError(
    'sign_in_not_supported',
    'the server does not announce authorization_details of type openid_credential, and the credential has no scope (OpenID4VCI 1.0 section 5.1)',
  )
}

/** Whether an address is an answer to this request, good or bad: anybody on this machine can send the browser, or a request of their own, to the redirect address. */
const hasState = (address: string, state: string): boolean => URL.parse(address)?.searchParams.get('state') === state
