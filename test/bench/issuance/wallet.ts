import { generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from 'node:crypto'
import { Agent, request } from 'node:http'

/** A key as a wallet makes it. */
export interface Key {
  readonly privateKey: KeyObject
  readonly jwk: object
}

export function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) }
}

/** What a wallet asks for: a credential of this type for each key, with DPoP if it has a key for that. */
export interface Wish {
  readonly type: string
  readonly keys: readonly Key[]
  readonly dpopKey?: Key
}

/** The way to a server, over connections that stay open. */
export interface Way {
  readonly url: string
  readonly agent: Agent
}

export const wayTo = (url: string): Way => ({ url, agent: new Agent({ keepAlive: true, maxSockets: 256 }) })

const GRANT = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
const FORM = 'application/x-www-form-urlencoded'
const JSON_BODY = 'application/json'

/** A token and a nonce, ready to be used. */
export interface Redeemed {
  readonly token: string
  readonly nonce: unknown
  readonly dpopNonce: string
}

/** One complete pre-authorized issuance (OpenID4VCI 1.0 sections 6 to 8) in three requests. Throws when an answer is not a good one. */
export async function flow(way: Way, wish: Wish, code: string): Promise<void> {
  await fetchCredentials(way, wish, await redeem(way, wish, code))
}

/** The first two requests: nonce and token; the DPoP nonce comes with the answer before. */
export async function redeem(way: Way, { dpopKey }: Wish, code: string): Promise<Redeemed> {
  const first = await post(way, '/nonce', {}, '')
  const form = new URLSearchParams({ grant_type: GRANT, 'pre-authorized_code': code }).toString()
  const { body, dpopNonce } = await post(way, '/token', { 'content-type': FORM, ...dpop(way, '/token', dpopKey, first.dpopNonce) }, form)
  return { token: String(body.access_token), nonce: first.body.c_nonce, dpopNonce }
}

/** The third request: a credential for each key. */
export async function fetchCredentials(way: Way, { type, keys, dpopKey }: Wish, { token, nonce, dpopNonce }: Redeemed): Promise<void> {
  const proofs = { jwt: keys.map((key) => proofOf(key, way.url, nonce)) }
  const authorization = `${dpopKey === undefined ? 'Bearer' : 'DPoP'} ${token}`
  const headers = { 'content-type': JSON_BODY, authorization, ...dpop(way, '/credential', dpopKey, dpopNonce, token) }
  const { body } = await post(way, '/credential', headers, JSON.stringify({ credential_configuration_id: type, proofs }))
  if (!Array.isArray(body.credentials) || body.credentials.length !== keys.length) throw new Error('not as many credentials as keys')
}

/** The proof that a wallet has a key (OpenID4VCI 1.0 appendix F.1). */
export const proofOf = (key: Key, audience: string, nonce: unknown): string =>
  jwt(key, 'openid4vci-proof+jwt', { aud: audience, iat: now(), nonce })

function dpop({ url }: Way, path: string, key: Key | undefined, nonce: string, token?: string): Record<string, string> {
  if (key === undefined) return {}
  const ath = token === undefined ? {} : { ath: hash('sha256', token, 'base64url') }
  return { dpop: jwt(key, 'dpop+jwt', { jti: randomUUID(), htm: 'POST', htu: url + path, iat: now(), nonce, ...ath }) }
}

const now = (): number => Math.floor(Date.now() / 1000)
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function jwt({ privateKey, jwk }: Key, typ: string, claims: object): string {
  const input = `${encoded({ alg: 'ES256', typ, jwk })}.${encoded(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

interface Answer {
  readonly body: Record<string, unknown>
  readonly dpopNonce: string
}

function post({ url, agent }: Way, path: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((done, failed) => {
    const sent = request(url + path, { method: 'POST', agent, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } })
    sent.once('error', failed)
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', failed)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (response.statusCode !== 200) failed(new Error(`${path} answers ${response.statusCode}: ${text.slice(0, 200)}`))
        else done({ body: JSON.parse(text), dpopNonce: String(response.headers['dpop-nonce'] ?? '') })
      })
    })
    sent.end(body)
  })
}
