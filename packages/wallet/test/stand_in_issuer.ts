import { createHmac, createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Anchor, type CredentialType, type Draft, formatNamed, parseTrust, parseType } from '@symbolon/credential'
import {
  type AuthorizationCodeOffer,
  authorizationCode,
  challenged,
  checkNonce,
  createNonce,
  credentialOffer,
  credentialResponse,
  errorResponse,
  issuerKeys,
  issuerMetadata,
  NONCE_PURPOSES,
  type NotificationEvent,
  nonceResponse,
  none,
  offerLink,
  ProtocolError,
  parseAccessToken,
  parseCredentialRequest,
  parseNotification,
  preAuthorizedCode,
  refreshToken,
  type ServerDescription,
  serverMetadata,
  type TxCode,
  verifyPresented,
  verifyProofs,
  wellKnownAddress,
} from '@symbolon/openid4vc'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Json, JsonObject, Jwk } from '@symbolon/sd-jwt'
import { developmentAnchor, developmentAuthority, openSigner } from '@symbolon/service'
import type { HttpAnswer, HttpRequest, Outside } from '../src/index.ts'
import { CODE, standInServer } from './stand_in_server.ts'

export const ISSUER = 'https://issuer.example'
export const NOW = 1_800_000_000

/** Everything our own issuer has. */
const SERVER: ServerDescription = {
  grants: [preAuthorizedCode, authorizationCode, refreshToken],
  scopes: [],
  authentication: [none],
  dpop: true,
  revocation: true,
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
  /** Where the salts of a credential come from. */
  readonly random?: () => (bytes: number) => Uint8Array
  readonly signer?: Authority['signer']
  readonly txCode?: TxCode
  readonly batchSize?: number
  readonly server?: Partial<ServerDescription>
  /** Throws to cut the connection before (no answer yet) or after an answer. */
  readonly line?: (request: HttpRequest, answer?: HttpAnswer) => void
}

/** One answer with credentials, as the issuer remembers it. */
export interface Sent {
  readonly id: string
  readonly type: string
  readonly indices: readonly number[]
  readonly keys: readonly string[]
  state: 'sent' | 'replaced' | NotificationEvent
}

const STATUS_LIST = `${ISSUER}/status-lists/1`

/** An issuer that answers in memory, through the messages of openid4vc; `asked` says what it was sent, `deliveries` what it gave. */
export function standInIssuer(owner: Authority, types: readonly CredentialType[], lie: Lie = {}) {
  const clock = { now: NOW }
  const now = () => clock.now
  const asked: HttpRequest[] = []
  const deliveries: Sent[] = []
  const usedNonces = new Set<string>()
  const certified = lie.signer ?? owner.signer
  const macKey = Buffer.alloc(32, 1)
  const mac = (data: Uint8Array) => createHmac('sha256', macKey).update(data).digest()
  const kid = 'key-1'
  const jwk = certified.certificate.publicKey.export({ format: 'jwk' }) as Jwk
  const { batchSize = 10, txCode } = lie
  const description = { ...SERVER, ...lie.server }
  const server = standInServer({ issuer: ISSUER, types, description, ...(txCode && { txCode }), mac, now })
  const announced = { issuer: ISSUER, names: { en: 'The issuer' }, types, signingAlgorithm: () => 'ES256' as const } as const
  const documents: Record<string, JsonObject> = {
    [wellKnownAddress(ISSUER, 'openid-credential-issuer')]: issuerMetadata({ ...announced, batchSize, notification: true }),
    [wellKnownAddress(ISSUER, 'oauth-authorization-server')]: serverMetadata(ISSUER, description),
    [wellKnownAddress(ISSUER, 'jwt-vc-issuer')]: issuerKeys(ISSUER, [{ jwk, kid, x5c: owner.signer.x5c }]),
  }
  let indices = 0

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    asked.push(request)
    lie.line?.(request)
    const answer = await respond(request)
    lie.line?.(request, answer)
    return answer
  }

  async function respond(request: HttpRequest): Promise<HttpAnswer> {
    const nonce = request.headers.dpop !== undefined || request.address === `${ISSUER}/nonce` ? { 'dpop-nonce': await server.nonce() } : {}
    try {
      return changed(request, await handle(request), description.dpop ? nonce : {})
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const { status, headers, body } = errorResponse(challenged(error, request.headers.authorization))
      const challenge = headers['www-authenticate'] === undefined ? {} : { 'www-authenticate': headers['www-authenticate'] }
      return { status, contentType: 'application/json', headers: { ...nonce, ...challenge }, body: JSON.stringify(body) }
    }
  }

  function changed({ address }: HttpRequest, body: JsonObject | null, headers: HttpAnswer['headers']): HttpAnswer {
    const change = lie.answer?.[address.split('/').at(-1) ?? '']
    const told = body !== null && change !== undefined ? change(body) : body
    if (told === null) return { status: 404, contentType: 'text/plain', headers, body: 'not found' }
    return { status: 200, contentType: 'application/json; charset=utf-8', headers, body: JSON.stringify(told) }
  }

  async function handle(request: HttpRequest): Promise<JsonObject | null> {
    const { method, address, headers, body = '' } = request
    const message = { contentType: headers['content-type'], body }
    if (method === 'GET') return documents[address] ?? null
    if (address === `${ISSUER}/par`) return server.push(message)
    if (address === `${ISSUER}/token`) return server.token(request, message)
    if (address === `${ISSUER}/revoke`) return server.revoke(message)
    if (address === `${ISSUER}/nonce`) return nonceResponse(await createNonce(NONCE_PURPOSES.credential, now(), primitives.random, mac))
    if (address === `${ISSUER}/credential`) return deliver(request)
    if (address === `${ISSUER}/notification`) return hear(request)
    return null
  }

  async function present(request: HttpRequest) {
    const presented = parseAccessToken(request.headers.authorization)
    const agreed = server.agreedWith(presented.token)
    const once = await verifyPresented(presented, agreed.jkt, request.headers.dpop, server.dpopRule(request))
    if (once) server.useOnce(once.value)
    return agreed
  }

  async function deliver(request: HttpRequest): Promise<JsonObject> {
    const agreed = await present(request)
    const wanted = parseCredentialRequest(
      { contentType: request.headers['content-type'], body: request.body ?? '' },
      {
        configuration: (id) => types.find(({ name }) => name === id),
        identifier: (id) => agreed.identifiers.get(id),
        identifiersGiven: agreed.byDetails,
        batchSize,
      },
    )
    const { type, proofs } = wanted
    const proven = proofs && (await verifyProofs(proofs, proofRule(type, agreed.clientId)))
    for (const { value } of proven?.nonces ?? []) {
      if (usedNonces.has(value)) throw new ProtocolError('invalid_nonce', 'the nonce was used before')
      usedNonces.add(value)
    }
    const keys = proven?.keys ?? [undefined]
    const marks = keys.map((key) => `${key?.x}`)
    // Asked for again with a key of an answer that nobody acknowledged: that answer never arrived.
    for (const lost of deliveries.filter((sent) => sent.state === 'sent' && sent.keys.some((mark) => marks.includes(mark))))
      lost.state = 'replaced'
    const sent: Sent = { id: randomUUID(), type: type.name, indices: keys.map(() => indices++), keys: marks, state: 'sent' }
    deliveries.push(sent)
    const credentials = await Promise.all(keys.map((key, index) => issue(type, key, sent.indices[index] ?? 0)))
    return credentialResponse(credentials.reverse(), sent.id)
  }

  const proofRule = (type: CredentialType, clientId: string | undefined) => ({
    ...{ audience: ISSUER, algorithms: type.proofAlgorithms, now: now(), maxAge: 300, maxAhead: 60, primitives },
    ...(clientId !== undefined && { clientId }),
    checkNonce: (nonce: string) => checkNonce(nonce, { purpose: NONCE_PURPOSES.credential, now: now(), maxAge: 300, mac }),
  })

  async function hear(request: HttpRequest): Promise<JsonObject> {
    const agreed = await present(request)
    const { id, event } = parseNotification({ contentType: request.headers['content-type'], body: request.body ?? '' })
    const sent = deliveries.find((delivery) => delivery.id === id)
    if (sent === undefined) throw new ProtocolError('invalid_notification_id', 'it is not known')
    sent.state = event
    if (event === 'credential_deleted' && live().length === 0) server.end(agreed)
    return {}
  }

  async function issue(type: CredentialType, holderKey: Jwk | undefined, index: number): Promise<string> {
    const times = { issuedAt: now() - 60, notBefore: now() - 60, expires: now() + 86_400 }
    const honest: Draft = {
      type,
      claims: type.sample,
      issuer: ISSUER,
      algorithm: 'ES256',
      x5c: certified.x5c,
      ...times,
      status: { uri: STATUS_LIST, index },
      ...(holderKey && { holderKey }),
    }
    const draft = lie.draft?.(honest) ?? honest
    const format = formatNamed(type.formats[0] ?? '')
    if (format === undefined) throw new Error('the type has no format')
    const unsigned = await format.build(draft, lie.random ? { ...primitives, random: lie.random() } : primitives)
    const text = unsigned.seal(await certified.signer.sign(unsigned.input))
    return lie.text ? lie.text(text, draft) : text
  }

  const link = (...names: string[]): string => {
    const preAuthorized = { code: CODE, ...(txCode && { txCode }) }
    return offerLink(credentialOffer({ issuer: ISSUER, configurationIds: names, grants: { preAuthorized } }))
  }
  const signInLink = (offer: AuthorizationCodeOffer, ...names: string[]): string =>
    offerLink(credentialOffer({ issuer: ISSUER, configurationIds: names, grants: { authorizationCode: offer } }))
  const posts = () => asked.filter(({ method }) => method === 'POST')
  const posted = (): string[] => posts().map(({ address }) => address.slice(ISSUER.length))
  /** The status indices of what is neither lost, refused nor deleted. */
  const live = (): number[] =>
    deliveries.filter(({ state }) => state === 'sent' || state === 'credential_accepted').flatMap((sent) => sent.indices)
  const outside: Outside = { send, primitives, now, keys: holderKeys, dpopNonces: new Map() }
  return { outside, clock, link, signInLink, signIn: server.signIn, agreed: server.agreed, asked, posts, posted, deliveries, live }
}

/** Holder keys as the wallet in a terminal makes them. */
export const holderKeys: Outside['keys'] = {
  make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JsonObject,
  signer: (jwk, algorithm) => signer(createPrivateKey({ key: jwk, format: 'jwk' }), algorithm),
}
