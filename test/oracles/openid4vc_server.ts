import { randomBytes } from 'node:crypto'
import {
  type AuthorizationServerMetadata,
  type Jwk,
  type JwtSignerJwk,
  Oauth2AuthorizationServer,
  Oauth2ServerErrorResponseError,
  PkceCodeChallengeMethod,
  type RequestLike,
} from '@openid4vc/oauth2'
import { callbacksOf } from './openid4vc_peer.ts'

/** What an access token of the peer stands for. */
export interface Agreed {
  readonly types: readonly string[]
  readonly clientId?: string
  /** By type; only when the wallet asked with `authorization_details`. */
  readonly identifiers?: Readonly<Record<string, string>>
}

/** An answer: a status, headers, a JSON body. */
export interface PeerAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
}

interface Pushed {
  readonly agreed: Agreed
  readonly challenge: string
  readonly redirectUri: string
  readonly state?: string | undefined
  readonly jkt?: string | undefined
}

const handle = (): string => randomBytes(16).toString('base64url')

/** What the peer leaves to whoever runs it: what was offered, pushed, agreed and used. */
export function peerServer(metadata: AuthorizationServerMetadata, audience: string, signer: JwtSignerJwk) {
  const server = new Oauth2AuthorizationServer({ callbacks: callbacksOf(() => undefined) })
  const offers = new Map<string, { agreed: Agreed; txCode: string | undefined }>()
  const pushed = new Map<string, Pushed>()
  const codes = new Map<string, Pushed>()
  const refreshTokens = new Map<string, Pushed>()
  const nonces = new Set<string>()
  const newNonce = (): string => {
    const nonce = handle()
    nonces.add(nonce)
    return nonce
  }
  const expected = { authorizationServerMetadata: metadata }

  return { offer, newNonce, demandNonce, par, authorize, token }

  /** An offer to be redeemed; answers its code. */
  function offer(types: readonly string[], txCode?: string): string {
    const code = handle()
    offers.set(code, { agreed: { types }, txCode })
    return code
  }

  /** RFC 9449 section 8: the peer verifies a nonce it is told to expect; that there is one, and which, is not its affair. */
  function demandNonce(proof: string): void {
    const { nonce } = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString())
    if (!nonces.has(nonce)) throw new Oauth2ServerErrorResponseError({ error: 'use_dpop_nonce', error_description: 'use this nonce' })
  }

  async function par(form: Record<string, string>, request: RequestLike): Promise<PeerAnswer> {
    const parsed = await server.parsePushedAuthorizationRequest({ authorizationRequest: form, request })
    if (parsed.dpop?.jwt !== undefined) demandNonce(parsed.dpop.jwt)
    const { authorizationRequest } = parsed
    const dpop = { required: true, allowedSigningAlgs: ['ES256'], ...parsed.dpop }
    const verified = await server.verifyPushedAuthorizationRequest({ ...expected, authorizationRequest, request, dpop })
    const requestUri = `urn:ietf:params:oauth:request_uri:${handle()}`
    const { code_challenge: challenge = '', redirect_uri: redirectUri = '', state, client_id: clientId } = authorizationRequest
    pushed.set(requestUri, { ...{ challenge, redirectUri, state, jkt: verified.dpop?.jwkThumbprint }, agreed: wanted(form, clientId) })
    return { status: 201, body: server.createPushedAuthorizationResponse({ requestUri, expiresInSeconds: 60 }).pushedAuthorizationResponse }
  }

  /** Whoever comes agrees at once. */
  function authorize(query: URLSearchParams): PeerAnswer {
    const request = pushed.get(String(query.get('request_uri')))
    if (request === undefined || request.agreed.clientId !== query.get('client_id')) return { status: 400 }
    pushed.delete(String(query.get('request_uri')))
    const code = handle()
    codes.set(code, request)
    const location = new URL(request.redirectUri)
    location.searchParams.set('code', code)
    location.searchParams.set('iss', metadata.issuer)
    if (request.state !== undefined) location.searchParams.set('state', request.state)
    return { status: 303, headers: { location: location.href } }
  }

  async function token(form: Record<string, string>, request: RequestLike): Promise<PeerAnswer> {
    const { accessTokenRequest, grant, dpop, pkceCodeVerifier } = server.parseAccessTokenRequest({ accessTokenRequest: form, request })
    if (dpop !== undefined) demandNonce(dpop.jwt)
    const verify = { ...expected, accessTokenRequest, request }
    const key = { ...dpop, allowedSigningAlgs: ['ES256'] }
    if (grant.grantType === 'urn:ietf:params:oauth:grant-type:pre-authorized_code') {
      const found = offers.get(grant.preAuthorizedCode)
      const { agreed, txCode } = found ?? { agreed: { types: [] }, txCode: undefined }
      const [code, more] = [found && grant.preAuthorizedCode, txCode !== undefined && { expectedTxCode: txCode }]
      const options = { ...verify, grant: { ...grant }, expectedPreAuthorizedCode: code ?? '', ...more, dpop: key }
      const verified = await server.verifyPreAuthorizedCodeAccessTokenRequest(options)
      offers.delete(grant.preAuthorizedCode)
      return answer(agreed, verified.dpop?.jwk)
    }
    const [memory, handed] = grant.grantType === 'authorization_code' ? [codes, grant.code] : [refreshTokens, form.refresh_token ?? '']
    const found = memory.get(handed)
    const bound = { ...key, required: true, ...(found?.jkt !== undefined && { expectedJwkThumbprint: found.jkt }) }
    if (grant.grantType === 'authorization_code') {
      codes.delete(handed)
      if (found?.redirectUri !== form.redirect_uri) return { status: 400, body: { error: 'invalid_grant' } }
      const pkce = {
        ...{ codeChallenge: found?.challenge ?? '', codeChallengeMethod: PkceCodeChallengeMethod.S256 },
        ...(pkceCodeVerifier !== undefined && { codeVerifier: pkceCodeVerifier }),
      }
      const options = { ...verify, grant: { ...grant }, expectedCode: found && handed ? handed : '', pkce, dpop: bound }
      const verified = await server.verifyAuthorizationCodeAccessTokenRequest(options)
      return answer(found?.agreed ?? { types: [] }, verified.dpop?.jwk, found)
    }
    if (grant.grantType !== 'refresh_token') return { status: 400, body: { error: 'unsupported_grant_type' } }
    const options = { ...verify, grant: { ...grant }, expectedRefreshToken: found ? handed : '', dpop: bound }
    const verified = await server.verifyRefreshTokenAccessTokenRequest(options)
    return answer(found?.agreed ?? { types: [] }, verified.dpop?.jwk)
  }

  async function answer(agreed: Agreed, jwk?: Jwk, refreshable?: Pushed): Promise<PeerAnswer> {
    const refreshToken = refreshable && handle()
    if (refreshToken !== undefined && refreshable !== undefined) refreshTokens.set(refreshToken, refreshable)
    const details = agreed.identifiers && {
      authorization_details: Object.entries(agreed.identifiers).map(([type, identifier]) => ({
        ...{ type: 'openid_credential', credential_configuration_id: type, credential_identifiers: [identifier] },
      })),
    }
    const body = await server.createAccessTokenResponse({
      ...{ audience, authorizationServer: metadata.issuer, expiresInSeconds: 300, subject: 'a citizen', signer },
      ...(jwk && { dpop: { jwk } }),
      ...(refreshToken !== undefined && { refreshToken }),
      additionalAccessTokenPayload: { agreed },
      ...(details && { additionalAccessTokenResponsePayload: details }),
    })
    return { status: 200, body }
  }
}

/** Which credentials a pushed request asks for: by `authorization_details`, else by scopes, which have the names of the types here. */
function wanted(form: Record<string, string>, clientId: string): Agreed {
  if (form.authorization_details === undefined) return { types: (form.scope ?? '').split(' '), clientId }
  const details: { credential_configuration_id: string }[] = JSON.parse(form.authorization_details)
  const types = details.map((detail) => detail.credential_configuration_id)
  return { types, clientId, identifiers: Object.fromEntries(types.map((type) => [type, `${type} of a citizen`])) }
}
