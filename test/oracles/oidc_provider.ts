import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import Provider, { type Configuration, type JWK } from 'oidc-provider'
import { newBrowser } from '../flows/browser.ts'
import type { Client, Server } from '../flows/code_flow.ts'

/** The version of the peer that is installed. */
export function providerVersion(): string {
  const manifest = new URL('../package.json', import.meta.resolve('oidc-provider'))
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
}

/** `oidc-provider` as an authorization server that anybody signs in to at once. */
export interface PeerProvider extends Server {
  close(): Promise<void>
}

/** Starts it with the profile that ours has: FAPI 2.0, pushed requests, S256, DPoP with a nonce of the server, refresh tokens that are not rotated. */
export async function startProvider(clients: readonly Client[], scope: string): Promise<PeerProvider> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the peer has no port')
  const issuer = `http://localhost:${address.port}`
  const provider = new Provider(issuer, configuration(clients, scope))
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
    agreed(provider, request, response).catch(() => response.writeHead(500).end())
  })
  return {
    ...{ issuer, par: `${issuer}/request`, authorize: `${issuer}/auth`, token: `${issuer}/token`, revoke: `${issuer}/token/revocation` },
    now: () => Math.floor(Date.now() / 1000),
    agree: (address, redirectUri) => newBrowser().open(address, (next) => next.startsWith(redirectUri)),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** Whoever comes is signed in and agrees. */
async function agreed(provider: Provider, ...[request, response]: Parameters<Provider['interactionDetails']>): Promise<void> {
  const { params, prompt, grantId } = await provider.interactionDetails(request, response)
  const accountId = 'a citizen'
  if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId } })
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId, clientId: String(params.client_id) })
  grant.addOIDCScope(String(params.scope))
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true })
}

function configuration(clients: readonly Client[], scope: string): Configuration {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  return {
    clients: clients.map(({ id, redirectUri, key }) => ({
      ...{ client_id: id, redirect_uris: [redirectUri], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] },
      ...{ id_token_signed_response_alg: 'ES256', dpop_bound_access_tokens: true, application_type: 'native' },
      ...(key === undefined
        ? { token_endpoint_auth_method: 'none' }
        : {
            ...{ token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' },
            jwks: { keys: [{ ...key.jwk, use: 'sig', alg: 'ES256' } as JWK] },
          }),
    })),
    jwks: { keys: [{ ...key, use: 'sig', alg: 'ES256' } as JWK] },
    cookies: { keys: [randomBytes(16).toString('base64url')] },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      revocation: { enabled: true, allowedPolicy: async (_context, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: async () => true,
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    renderError: (context, out) => {
      context.body = out
    },
    responseTypes: ['code'],
    rotateRefreshToken: false,
    scopes: [scope],
    clientAuthMethods: ['private_key_jwt', 'none'],
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 86_400, Interaction: 900, RefreshToken: 86_400, Session: 900 },
  }
}
