import { createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Anchor, type CredentialType, type Draft, formatNamed, parseTrust, parseType } from '@symbolon/credential'
import {
  bearer,
  checkNonce,
  checkTxCodeGiven,
  createNonce,
  credentialOffer,
  credentialResponse,
  errorResponse,
  issuerKeys,
  issuerMetadata,
  NONCE_PURPOSES,
  nonceResponse,
  none,
  offerLink,
  ProtocolError,
  parseAccessToken,
  parseCredentialRequest,
  parseTokenRequest,
  preAuthorizedCode,
  serverMetadata,
  type TxCode,
  tokenResponse,
  verifyProofs,
  wellKnownAddress,
} from '@symbolon/openid4vc'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Json, JsonObject, Jwk } from '@symbolon/sd-jwt'
import { developmentAnchor, developmentAuthority, openSigner } from '@symbolon/service'
import type { HttpAnswer, HttpRequest, Outside } from '../src/index.ts'

export const ISSUER = 'https://issuer.example'
export const NOW = 1_800_000_000
const CODE = 'a-pre-authorized-code'
const TOKEN = 'an-access-token'

const SERVER = {
  grants: [preAuthorizedCode],
  scopes: [],
  authentication: [none],
  dpop: false,
  revocation: false,
  anonymous: true,
  languages: [],
}

const bricks = new URL('../../../specs/credentials/', import.meta.url)

/** A brick of the repository. */
export function brick(name: string): CredentialType {
  const folder = new URL(`${name}/`, bricks)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(json|svg)$/.test(file))
  const { type } = parseType({ name, files: Object.fromEntries(names.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')])) })
  if (type === undefined) throw new Error(`the brick ${name} has faults`)
  return type
}

/** An authority with a signer for one address, and its entry in a trust file. */
export async function authority(url = ISSUER, types?: readonly string[]) {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-wallet-'))
  const files = await developmentAuthority(home, url, NOW)
  const open = (purpose: 'credential' | 'status') => openSigner({ key: files[purpose], chain: files[purpose] }, () => NOW)
  const certificate = developmentAnchor(home, 'credential').raw.toString('base64')
  const signers = { signer: open('credential'), statusSigner: open('status') }
  rmSync(home, { recursive: true })
  const trust: Anchor[] = parseTrust(JSON.stringify([{ name: 'The authority', certificate, for: 'credential', ...(types && { types }) }]))
  return { ...signers, trust }
}

export type Authority = Awaited<ReturnType<typeof authority>>

/** What a test changes of an otherwise honest issuer: any document or answer, any member of a draft. */
export interface Lie {
  /** Changes an answer by the last part of its path: `credential`, `openid-credential-issuer` ... Null: 404. */
  readonly answer?: { readonly [path: string]: (body: JsonObject) => Json | null }
  readonly draft?: (draft: Draft) => Draft
  /** Changes the text of the credential at last. */
  readonly text?: (text: string, draft: Draft) => string | Promise<string>
  readonly signer?: Authority['signer']
  readonly txCode?: TxCode
}

/** An issuer that answers in memory, through the messages of openid4vc; `asked` says what it was sent. */
export function standInIssuer(owner: Authority, types: readonly CredentialType[], lie: Lie = {}) {
  const asked: HttpRequest[] = []
  const certified = lie.signer ?? owner.signer
  const macKey = Buffer.alloc(32, 1)
  const mac = (data: Uint8Array) => createHmac('sha256', macKey).update(data).digest()
  const kid = 'key-1'
  const jwk = certified.certificate.publicKey.export({ format: 'jwk' }) as Jwk
  const documents: Record<string, JsonObject> = {
    [wellKnownAddress(ISSUER, 'openid-credential-issuer')]: issuerMetadata({
      issuer: ISSUER,
      names: { en: 'The issuer' },
      types,
      signingAlgorithms: ['ES256'],
    }),
    [wellKnownAddress(ISSUER, 'oauth-authorization-server')]: serverMetadata(ISSUER, SERVER),
    [wellKnownAddress(ISSUER, 'jwt-vc-issuer')]: issuerKeys(ISSUER, [{ jwk, kid, x5c: owner.signer.x5c }]),
  }

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    asked.push(request)
    try {
      return answer(200, request, await handle(request))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const { status, body } = errorResponse(error)
      return { status, contentType: 'application/json', body: JSON.stringify(body) }
    }
  }

  function answer(status: number, { address }: HttpRequest, body: JsonObject | null): HttpAnswer {
    const change = lie.answer?.[address.split('/').at(-1) ?? '']
    const changed = body !== null && change !== undefined ? change(body) : body
    if (changed === null) return { status: 404, contentType: 'text/plain', body: 'not found' }
    return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(changed) }
  }

  async function handle(request: HttpRequest): Promise<JsonObject | null> {
    const { method, address, headers, body = '' } = request
    const message = { contentType: headers['content-type'], body }
    if (method === 'GET') return documents[address] ?? null
    if (address === `${ISSUER}/nonce`) return nonceResponse(await createNonce(NONCE_PURPOSES.credential, NOW, primitives.random, mac))
    if (address === `${ISSUER}/token`) {
      const token = preAuthorizedCode.parseRequest(parseTokenRequest(message).form)
      checkTxCodeGiven(token, lie.txCode !== undefined)
      if (token.code !== CODE || (lie.txCode && token.txCode !== '1234')) throw new ProtocolError('invalid_grant', 'the code is not known')
      return tokenResponse({ accessToken: TOKEN, scheme: bearer, lifetime: 300 })
    }
    if (address !== `${ISSUER}/credential`) return null
    if (parseAccessToken(headers.authorization).token !== TOKEN) throw new ProtocolError('invalid_token', 'the token is not known')
    const offering = { identifier: () => undefined, identifiersGiven: false, batchSize: 1 }
    const wanted = parseCredentialRequest(message, { ...offering, configuration: (id) => types.find(({ name }) => name === id) })
    const checks = { audience: ISSUER, algorithms: wanted.type.proofAlgorithms, now: NOW, maxAge: 300, maxAhead: 60, primitives }
    const rule = {
      ...checks,
      checkNonce: (nonce: string) => checkNonce(nonce, { purpose: NONCE_PURPOSES.credential, now: NOW, maxAge: 300, mac }),
    }
    const keys = wanted.proofs ? (await verifyProofs(wanted.proofs, rule)).keys : [undefined]
    return credentialResponse(await Promise.all(keys.map((key) => issue(wanted.type, key))))
  }

  async function issue(type: CredentialType, holderKey: Jwk | undefined): Promise<string> {
    const times = { issuedAt: NOW - 60, notBefore: NOW - 60, expires: NOW + 86_400 }
    const honest: Draft = {
      type,
      claims: type.sample,
      issuer: ISSUER,
      algorithm: 'ES256',
      x5c: certified.x5c,
      ...times,
      ...(holderKey && { holderKey }),
    }
    const draft = lie.draft?.(honest) ?? honest
    const format = formatNamed(type.formats[0] ?? '')
    if (format === undefined) throw new Error('the type has no format')
    const unsigned = await format.build(draft, primitives)
    const text = unsigned.seal(await certified.signer.sign(unsigned.input))
    return lie.text ? lie.text(text, draft) : text
  }

  const link = (...names: string[]): string => {
    const preAuthorized = { code: CODE, ...(lie.txCode && { txCode: lie.txCode }) }
    return offerLink(credentialOffer({ issuer: ISSUER, configurationIds: names, grants: { preAuthorized } }))
  }
  const posted = (): string[] => asked.filter(({ method }) => method === 'POST').map(({ address }) => address.slice(ISSUER.length))
  const outside: Outside = { send, primitives, now: () => NOW, keys: holderKeys }
  return { outside, link, asked, posted }
}

/** Holder keys as the wallet in a terminal makes them. */
export const holderKeys: Outside['keys'] = {
  make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JsonObject,
  signer: (jwk, algorithm) => signer(createPrivateKey({ key: jwk, format: 'jwk' }), algorithm),
}
