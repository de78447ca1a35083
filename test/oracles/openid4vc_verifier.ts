import { createHash, createPublicKey, type KeyObject, randomBytes, verify, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JwtSigner } from '@openid4vc/oauth2'
import { Openid4vpVerifier } from '@openid4vc/openid4vp'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { type Anchor, parseTrust } from '@symbolon/credential'
import { developmentAnchor, developmentRelyingParty } from '@symbolon/service'
import { DcqlPresentationResult, DcqlQuery } from 'dcql'
import { callbacks, certifiedKey, didKey, peerKey } from './openid4vc_peer.ts'

/** How a stranger's verifier is called (OpenID4VP 1.0 section 5.9.3). */
export type Prefix = 'x509_hash' | 'x509_san_dns' | 'redirect_uri' | 'decentralized_identifier'

/** What this one asks, and how. */
export interface Asking {
  readonly prefix?: Prefix
  /** How the wallet gets the request; `value` for one that is not signed, too. */
  readonly by?: 'value' | 'get' | 'post'
  readonly contentEncryption?: readonly string[] | 'none'
  readonly query: object
  readonly redirectUri?: string
  /** Members that are set before it is signed. */
  readonly change?: object
  /** Repeats this nonce instead of the wallet's. */
  readonly walletNonce?: string
  /** Changes the request object on its way. */
  readonly sent?: (jwt: string) => string
}

/** What came of a request: the claims of what was shown by query, or the error that the wallet told; nothing yet. */
export interface Outcome {
  readonly shown?: Record<string, Record<string, unknown>[]>
  readonly error?: string
  readonly description?: string | undefined
}

/** A stranger's verifier on a free port of this machine: `@openid4vc/openid4vp` for the protocol, `dcql` and `@sd-jwt/sd-jwt-vc` for what is shown. */
export interface PeerVerifier {
  readonly url: string
  /** What a wallet has to trust to know who it is. */
  readonly trust: Anchor[]
  /** Its key under the certificate. */
  readonly certificate: JwtSigner
  ask(asking: Asking): Promise<{ readonly link: string; outcome(): Outcome }>
  /** What arrived: method and path, and the body. */
  readonly asked: { readonly line: string; readonly body: string }[]
  /** Says no to what it is shown. */
  strict: boolean
  close(): Promise<void>
}

interface Asked extends Asking {
  readonly payload: Record<string, unknown>
  readonly signer: JwtSigner | undefined
  outcome: Outcome
}

/** Starts it. `home`: a folder whose authority certifies it; absent: an authority of its own. */
export async function startPeerVerifier(home?: string): Promise<PeerVerifier> {
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, type = 'application/json', text }) => response.writeHead(status, { 'content-type': type }).end(text),
      (error: Error) => refuse(response, error),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the peer has no port')
  const url = `http://localhost:${address.port}`
  const { certificate, trust } = await certified(url, home)
  const did = didKey()
  const verifier = new Openid4vpVerifier({ callbacks })
  const requests: Asked[] = []

  const peer: PeerVerifier = {
    ...{ url, trust, certificate, asked: [], strict: false },
    async ask(asking) {
      const { prefix = 'x509_hash', by = 'get', contentEncryption = ['A128GCM', 'A256GCM'] } = asking
      const at = requests.length
      const responseUri = `${url}/responses/${at}`
      const key = peerKey().publicJwk
      const payload = {
        ...{ response_type: 'vp_token', client_id: clientIds(responseUri)[prefix], response_uri: responseUri },
        response_mode: contentEncryption === 'none' ? 'direct_post' : 'direct_post.jwt',
        ...{ nonce: randomBytes(16).toString('base64url'), state: randomBytes(16).toString('base64url'), dcql_query: asking.query },
        client_metadata: {
          vp_formats_supported: { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } },
          ...(contentEncryption !== 'none' && {
            jwks: { keys: [{ ...key, kid: `key-${at}`, use: 'enc', alg: 'ECDH-ES' }] },
            encrypted_response_enc_values_supported: contentEncryption,
          }),
        },
        ...asking.change,
      }
      const signer = { x509_hash: certificate, x509_san_dns: certificate, decentralized_identifier: did, redirect_uri: undefined }[prefix]
      const request: Asked = { ...asking, payload, signer, outcome: {} }
      requests.push(request)
      const made = await authorizationRequest(request, by === 'value' ? {} : { requestUri: `${url}/requests/${at}` })
      // The peer knows no request_uri_method of its own, but keeps what its scheme has.
      const link = by === 'post' ? `${made.authorizationRequest}&request_uri_method=post` : made.authorizationRequest
      return { link, outcome: () => request.outcome }
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
  return peer

  function clientIds(responseUri: string): Record<Prefix, string> {
    const [leaf = ''] = certificate.x5c
    return {
      x509_hash: `x509_hash:${createHash('sha256').update(Buffer.from(leaf, 'base64')).digest('base64url')}`,
      x509_san_dns: 'x509_san_dns:localhost',
      redirect_uri: `redirect_uri:${responseUri}`,
      decentralized_identifier: `decentralized_identifier:${did.didUrl.split('#')[0]}`,
    }
  }

  /** Section 5.8: `aud` is said here; left to itself the peer takes the address of the request. */
  function authorizationRequest({ payload, signer }: Asked, { requestUri, walletNonce }: { requestUri?: string; walletNonce?: string }) {
    const nonce = walletNonce === undefined ? {} : { wallet_nonce: walletNonce }
    const jar = { jwtSigner: signer, expiresInSeconds: 300, additionalJwtPayload: { aud: 'https://self-issued.me/v2' } }
    return verifier.createOpenId4vpAuthorizationRequest({
      authorizationRequestPayload: { ...payload, ...nonce } as never,
      ...(signer !== undefined && { jar: { ...jar, ...(requestUri !== undefined && { requestUri }) } as never }),
      ...(walletNonce !== undefined && { wallet: { expectedNonce: walletNonce } }),
    })
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; type?: string; text: string }> {
    const { method = 'GET', url: target = '/' } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    peer.asked.push({ line: `${method} ${target}`, body })
    const [, kind, at] = target.split('/')
    const asked = requests[Number(at)]
    const form = Object.fromEntries(new URLSearchParams(body))
    if (asked === undefined) return { status: 404, text: '{}' }
    if (kind === 'requests') {
      const requestUri = url + target
      const walletNonce = asked.walletNonce ?? form.wallet_nonce
      const more = walletNonce === undefined ? {} : { walletNonce }
      const made = await authorizationRequest(asked, { requestUri, ...more })
      const jwt = made.jar?.authorizationRequestJwt ?? ''
      return { status: 200, type: 'application/oauth-authz-req+jwt', text: asked.sent?.(jwt) ?? jwt }
    }
    // Section 8.5: that there may be an error the peer does not know.
    asked.outcome =
      form.error === undefined ? { shown: await shown(asked, form) } : { error: form.error, description: form.error_description }
    return { status: 200, text: JSON.stringify(asked.redirectUri === undefined ? {} : { redirect_uri: asked.redirectUri }) }
  }

  /** Section 8.6: what the peer leaves to whoever runs it. */
  async function shown({ payload }: Asked, form: Record<string, string>): Promise<Record<string, Record<string, unknown>[]>> {
    if (peer.strict) throw new Error('not good enough')
    const parsed = await verifier.parseOpenid4vpAuthorizationResponse({
      authorizationResponse: form,
      authorizationRequestPayload: payload as never,
      callbacks,
    })
    if (parsed.type !== 'dcql') throw new Error('an answer to another query')
    const expected = { audience: String(payload.client_id), nonce: String(payload.nonce) }
    const verified = Object.entries(parsed.dcql.presentations).map(async ([id, texts]) => {
      const claims = await Promise.all(texts.map((text) => claimsOf(String(text), expected)))
      return [id, claims] as const
    })
    const claims = Object.fromEntries(await Promise.all(verified))
    const cards = Object.entries(claims).map(([id, list]) => [id, list.map(cardOf)])
    const dcqlQuery = DcqlQuery.parse(payload.dcql_query as never)
    const result = DcqlPresentationResult.fromDcqlPresentation(Object.fromEntries(cards), { dcqlQuery })
    if (!result.can_be_satisfied) throw new Error('not what was asked for')
    return claims
  }
}

function refuse(response: ServerResponse, { message }: Error): void {
  const body = { error: 'invalid_request', error_description: message.split('\n')[0] }
  response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const cardOf = (claims: Record<string, unknown>) => ({
  ...{ credential_format: 'dc+sd-jwt', vct: claims.vct, claims, cryptographic_holder_binding: claims.cnf !== undefined },
})

async function certified(url: string, home = mkdtempSync(join(tmpdir(), 'symbolon-peer-'))) {
  const now = Math.floor(Date.now() / 1000)
  const party = { name: 'The peer', organisation: 'NTRBE-0999999922', url }
  const { access } = await developmentRelyingParty(home, join(home, 'peer.pem'), party, now)
  const certificate = certifiedKey(access)
  const authority = developmentAnchor(home, 'access').raw.toString('base64')
  rmSync(access)
  return { certificate, trust: parseTrust(JSON.stringify([{ name: 'The authority', for: 'access', certificate: authority }])) }
}

const check = (key: KeyObject, data: string, signature: string): boolean =>
  verify('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))

/** `@sd-jwt` with the key of whatever certificate came along: whether that one is trusted is not what is asked here. */
const vc = new SDJwtVcInstance({
  hasher: (data: string | ArrayBuffer, algorithm: string) =>
    createHash(algorithm.replace('-', ''))
      .update(typeof data === 'string' ? data : new Uint8Array(data))
      .digest(),
  verifier(data: string, signature: string) {
    const { x5c } = JSON.parse(Buffer.from(data.split('.')[0] ?? '', 'base64url').toString())
    return check(new X509Certificate(Buffer.from(x5c[0], 'base64')).publicKey, data, signature)
  },
  kbVerifier: (data: string, signature: string, { cnf }: { cnf?: { jwk: object } }) =>
    check(createPublicKey({ key: { ...cnf?.jwk }, format: 'jwk' }), data, signature),
})

/** Its nonce the package compares, its audience it does not. */
async function claimsOf(text: string, { audience, nonce }: { audience: string; nonce: string }): Promise<Record<string, unknown>> {
  const { payload, kb } = await vc.verify(text, { keyBindingNonce: nonce })
  if (kb?.payload.aud !== audience) throw new Error('shown to somebody else')
  return { ...payload }
}
