import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type JsonObject, unsignedJws } from '@symbolon/sd-jwt'
import { type Configuration, Provider } from 'oidc-provider'
import { holderKey } from './fixture.ts'

/** An OpenID provider on this machine. */
export interface TestProvider {
  readonly url: string
  close(): Promise<void>
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** A server whose address is known before it is known what it answers. */
export async function newServer(): Promise<TestProvider & { answerWith(listener: Listener): void }> {
  let answer: Listener = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    answerWith(listener) {
      answer = listener
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What a person does at the provider: signs in with these claims, or says no. */
export type Visitor = { readonly claims: JsonObject } | 'cancels'

/**
 * `oidc-provider` at an address that a server listens on, with one client; whoever comes does at once what `visitor` says.
 *
 * `inToken`: whether claims stand in the ID token, not only at the userinfo endpoint.
 */
export function oidcProvider(url: string, client: Record<string, unknown>, visitor: () => Visitor, inToken: boolean): Listener {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const configuration: Configuration = {
    clients: [client as never],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: '1' } as never] },
    cookies: { keys: ['a key of a test'] },
    claims: { openid: ['sub'], profile: ['national_number', 'name'] },
    conformIdTokenClaims: !inToken,
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    findAccount: (_context, id) => {
      const does = visitor()
      return { accountId: id, claims: () => ({ sub: id, ...(does === 'cancels' ? {} : does.claims) }) as never }
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  }
  const provider = new Provider(url, configuration)
  const callback = provider.callback()
  return (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void callback(request, response)
    const does = visitor()
    const result = does === 'cancels' ? { error: 'access_denied' } : { login: { accountId: 'somebody' } }
    void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
}

/** What a stand-in provider answers with: parts of the ID token changed, or all of it. */
export interface TokenChange {
  readonly header?: JsonObject
  readonly payload?: JsonObject
  /** Signed by a key it does not publish. */
  readonly otherKey?: boolean
  /** In place of the whole answer of the token endpoint. */
  readonly answer?: JsonObject
}

/** A provider in a few lines, for answers that no provider should give. The first parameter of `change` is what it was asked for. */
export function standInProvider(url: string, change: () => TokenChange): Listener {
  const key = holderKey()
  const other = holderKey()
  let nonce = ''
  const send = (response: ServerResponse, body: JsonObject): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const token = async (response: ServerResponse): Promise<void> => {
    const { header = {}, payload = {}, otherKey, answer } = change()
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: url, aud: 'issuer', sub: 'somebody', iat: now, exp: now + 60, nonce, national_number: '91641210452', ...payload }
    const unsigned = unsignedJws({ alg: 'ES256', kid: '1', ...header }, claims)
    const id_token = unsigned.seal(await (otherKey ? other : key).signer.sign(unsigned.input))
    send(response, answer ?? { access_token: 'a', token_type: 'Bearer', id_token })
  }
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url)
    if (pathname === '/.well-known/openid-configuration') {
      const of = (path: string): string => `${url}${path}`
      return send(response, {
        ...{ issuer: url, authorization_endpoint: of('/auth'), token_endpoint: of('/token'), jwks_uri: of('/jwks') },
        ...{ response_types_supported: ['code'], id_token_signing_alg_values_supported: ['ES256'], subject_types_supported: ['public'] },
      })
    }
    if (pathname === '/jwks') return send(response, { keys: [{ ...key.jwk, kid: '1', alg: 'ES256', use: 'sig' }] })
    if (pathname === '/token') return void token(response)
    nonce = searchParams.get('nonce') ?? ''
    const back = new URL(searchParams.get('redirect_uri') ?? '')
    back.search = String(new URLSearchParams({ code: 'c', state: searchParams.get('state') ?? '' }))
    response.writeHead(302, { location: back.href }).end()
  }
}
