import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Jwk, Oauth2ResourceServer, Oauth2ResourceUnauthorizedError, Oauth2ServerErrorResponseError } from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { type Anchor, parseTrust } from '@symbolon/credential'
import { developmentAnchor, developmentAuthority, openSigner } from '@symbolon/service'
import { callbacksOf, peerKey } from './openid4vc_peer.ts'
import { type Agreed, type PeerAnswer, peerServer } from './openid4vc_server.ts'

/** A stranger's issuer on a free port of this machine: `@openid4vc` for the protocol, `@sd-jwt` for the credentials. */
export interface PeerIssuer {
  readonly url: string
  /** What a wallet has to trust for its credentials. */
  readonly trust: Anchor[]
  /** What arrived: method and path below the issuer's own. */
  readonly asked: string[]
  /** The bodies of the notifications. */
  readonly notified: object[]
  /** An offer link by the pre-authorized code. */
  offer(wish?: { types?: readonly string[]; txCode?: string }): Promise<string>
  /** An offer link by the authorization code. */
  offerToSignIn(types?: readonly string[]): Promise<string>
  /** Of the keys in one request, gives the credentials in the reverse order. */
  reverse: boolean
  /** Signs the next credentials and then tells nobody. */
  silent: boolean
  close(): Promise<void>
}

export const MEMBER = 'member'
export const VISITOR = 'visitor'
const MOST = 5

/** What this one has or does otherwise. */
export interface PeerWish {
  /** Reads `authorization_details`, and says so. */
  readonly details?: boolean
  readonly batchSize?: number
}

/** Starts it. Its identifier has a path, so that well-known addresses have to be inserted. */
export async function startPeerIssuer({ details = false, batchSize = MOST }: PeerWish = {}): Promise<PeerIssuer> {
  const asked: string[] = []
  const notified: object[] = []
  const server = createServer((request, response) => {
    answer(request).then(
      (told) => send(told, response),
      () => send({ status: 500 }, response),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the peer has no port')
  const origin = `http://localhost:${address.port}`
  const url = `${origin}/tenant`

  const { instance, trust } = await credentials(url)
  const serverKey = peerKey()
  const metadata = {
    ...{ issuer: url, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks`, authorization_endpoint: `${url}/authorize` },
    ...{ pushed_authorization_request_endpoint: `${url}/par`, require_pushed_authorization_requests: true },
    ...{ code_challenge_methods_supported: ['S256'], authorization_response_iss_parameter_supported: true },
    ...{ dpop_signing_alg_values_supported: ['ES256'], token_endpoint_auth_methods_supported: ['none'] },
    'pre-authorized_grant_anonymous_access_supported': true,
    ...(details && { authorization_details_types_supported: ['openid_credential'] }),
    grant_types_supported: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:pre-authorized_code'],
  }
  const authorization = peerServer(metadata, url, serverKey)
  const callbacks = callbacksOf(() => undefined)
  const resources = new Oauth2ResourceServer({ callbacks })
  const issuer = new Openid4vciIssuer({ callbacks })
  const credentialIssuer = issuer.createCredentialIssuerMetadata({
    ...{ credential_issuer: url, credential_endpoint: `${url}/credential`, nonce_endpoint: `${url}/nonce` },
    ...{ notification_endpoint: `${url}/notification`, batch_credential_issuance: { batch_size: batchSize } },
    credential_configurations_supported: Object.fromEntries([MEMBER, VISITOR].map((type) => [type, configuration(type)])),
  })
  const known = {
    ...{ originalDraftVersion: 'V1' as never, credentialIssuer, authorizationServers: [metadata] },
    knownCredentialConfigurations: issuer.getKnownCredentialConfigurationsSupported(credentialIssuer),
  }
  const proofNonces = new Set<string>()

  const offerOf = async (types: readonly string[], grants: object): Promise<string> =>
    (await issuer.createCredentialOffer({ issuerMetadata: known, credentialConfigurationIds: [...types], grants: { ...grants } }))
      .credentialOffer

  const peer: PeerIssuer = {
    ...{ url, trust, asked, notified, reverse: false, silent: false },
    offer({ types = [MEMBER], txCode } = {}) {
      const code = authorization.offer(types, txCode)
      const grant = {
        'pre-authorized_code': code,
        ...(txCode !== undefined && { tx_code: { input_mode: 'numeric', length: txCode.length } }),
      }
      return offerOf(types, { 'urn:ietf:params:oauth:grant-type:pre-authorized_code': grant })
    },
    offerToSignIn: (types = [MEMBER]) => offerOf(types, { authorization_code: { issuer_state: 'a state of the issuer' } }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
  return peer

  async function answer(request: IncomingMessage): Promise<PeerAnswer> {
    const { method = 'GET', url: target = '/' } = request
    const { pathname, searchParams } = new URL(target, origin)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    asked.push(`${method} ${pathname.replace('/tenant/', '/')}`)
    const headers = new Headers(Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]))
    const asking = { method: method as 'POST', url: origin + target, headers }
    const form = () => Object.fromEntries(new URLSearchParams(body))
    try {
      switch (`${method} ${pathname}`) {
        case 'GET /.well-known/openid-credential-issuer/tenant':
          return { status: 200, body: credentialIssuer }
        case 'GET /.well-known/oauth-authorization-server/tenant':
          return { status: 200, body: metadata }
        case 'GET /tenant/jwks':
          return { status: 200, body: { keys: [{ ...serverKey.publicJwk, use: 'sig' }] } }
        case 'POST /tenant/par':
          return await authorization.par(form(), asking)
        case 'GET /tenant/authorize':
          return authorization.authorize(searchParams)
        case 'POST /tenant/token':
          return await authorization.token(form(), asking)
        case 'POST /tenant/nonce': {
          const cNonce = randomBytes(16).toString('base64url')
          proofNonces.add(cNonce)
          return { status: 200, body: issuer.createNonceResponse({ cNonce }) }
        }
        case 'POST /tenant/credential':
          return await credential(JSON.parse(body), await agreedFor(asking))
        case 'POST /tenant/notification':
          await agreedFor(asking)
          notified.push(JSON.parse(body))
          return { status: 204 }
        default:
          return { status: 404 }
      }
    } catch (error) {
      return refusal(error)
    }
  }

  /** What the access token of a request is good for. */
  async function agreedFor(request: { method: 'POST'; url: string; headers: Headers }): Promise<Agreed> {
    const verified = await resources.verifyResourceRequest({ request, resourceServer: url, authorizationServers: [metadata] })
    const proof = request.headers.get('dpop')
    if (verified.dpop !== undefined && proof !== null) {
      try {
        authorization.demandNonce(proof)
      } catch {
        throw new Oauth2ResourceUnauthorizedError(undefined, { scheme: verified.scheme, error: 'use_dpop_nonce' })
      }
    }
    return (verified.tokenPayload as unknown as { agreed: Agreed }).agreed
  }

  async function credential(asking: Record<string, unknown>, { types, clientId, identifiers }: Agreed): Promise<PeerAnswer> {
    const credentialRequest = issuer.parseCredentialRequest({ issuerMetadata: known, credentialRequest: asking })
    const { credentialIdentifier, credentialConfigurationId, proofs } = credentialRequest
    const type = identifiers
      ? types.find((one) => identifiers[one] === credentialIdentifier)
      : types.find((one) => one === credentialConfigurationId)
    if (type === undefined) return { status: 400, body: { error: 'invalid_credential_request' } }
    const given = await Promise.all(
      (proofs?.jwt ?? []).map(async (jwt) => {
        const expected = { issuerMetadata: known, jwt, ...(clientId !== undefined && { clientId }) }
        const { payload, signer } = await issuer.verifyCredentialRequestJwtProof(expected)
        if (!proofNonces.has(String(payload.nonce))) throw new Oauth2ServerErrorResponseError({ error: 'invalid_nonce' })
        return { credential: await issue(type, signer.publicJwk) }
      }),
    )
    proofNonces.clear()
    if (peer.silent) return { status: 503 }
    const options = {
      credentialRequest,
      credentials: peer.reverse ? given.reverse() : given,
      notificationId: randomBytes(8).toString('hex'),
    }
    return { status: 200, body: issuer.createCredentialResponse(options) }
  }

  function issue(type: string, jwk: Jwk): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const { kty, crv, x, y } = jwk
    const payload = { iss: url, vct: vctOf(type), iat: now - 60, exp: now + 86_400, cnf: { jwk: { kty, crv, x, y } } }
    return instance({ ...payload, given_name: 'Zoë', address: { locality: 'Namur', street: 'Rue 1' }, groups: ['a', 'b'] })
  }

  /** The peer says in an error what it would answer; a nonce that it wants stands beside that. */
  function refusal(error: unknown): PeerAnswer {
    const nonce = { 'dpop-nonce': authorization.newNonce() }
    if (error instanceof Oauth2ServerErrorResponseError) return { status: error.status, headers: nonce, body: error.errorResponse }
    if (!(error instanceof Oauth2ResourceUnauthorizedError)) throw error
    return { status: 401, headers: { ...nonce, 'www-authenticate': error.toHeaderValue() } }
  }
}

const vctOf = (type: string): string => `urn:peer:${type}:1`

function configuration(type: string) {
  return {
    ...{ format: 'dc+sd-jwt', vct: vctOf(type), scope: type, cryptographic_binding_methods_supported: ['jwk'] },
    credential_signing_alg_values_supported: ['ES256'],
    proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
    credential_metadata: { display: [{ name: type, locale: 'en' }], claims: [{ path: ['given_name'] }] },
  }
}

/** How the peer signs credentials: with `@sd-jwt`, under an authority of its own. */
async function credentials(url: string) {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-peer-'))
  const now = Math.floor(Date.now() / 1000)
  const { credential: file } = await developmentAuthority(home, url, now - 3600)
  const { x5c } = openSigner({ key: file, chain: file }, () => now)
  const key = createPrivateKey(readFileSync(file))
  const certificate = developmentAnchor(home, 'credential').raw.toString('base64')
  rmSync(home, { recursive: true })
  const vc = new SDJwtVcInstance({
    hasher: (data: string | ArrayBuffer) =>
      createHash('sha256')
        .update(typeof data === 'string' ? data : new Uint8Array(data))
        .digest(),
    ...{ hashAlg: 'sha-256', signAlg: 'ES256', saltGenerator: () => randomBytes(16).toString('base64url') },
    signer: (data: string) => sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  })
  const frame: object = { _sd: ['given_name', 'address'], address: { _sd: ['locality', 'street'] }, groups: { _sd: [0, 1] } }
  const instance = (payload: { iss: string; vct: string; [name: string]: unknown }): Promise<string> =>
    vc.issue(payload, frame as never, { header: { x5c: [...x5c] } })
  return { instance, trust: parseTrust(JSON.stringify([{ name: 'The peer', certificate, for: 'credential' }])) }
}

function send({ status, headers = {}, body }: PeerAnswer, response: ServerResponse): void {
  response.writeHead(status, { ...headers, ...(body && { 'content-type': 'application/json' }) })
  response.end(body && JSON.stringify(body))
}
