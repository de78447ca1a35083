import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { getStatus, type StatusBits } from '@symbolon/credential'
import {
  createCredentialRequest,
  createTokenRequest,
  type ProofDraft,
  parseOfferLink,
  preAuthorizedCode,
  proofTypeNamed,
} from '@symbolon/openid4vc'
import { signer } from '@symbolon/primitives/node'
import { type JsonObject, type Jwk, parseJws, type Signer } from '@symbolon/sd-jwt'
import { openLog } from '@symbolon/service'
import { issuerSettings, type RunningIssuer, startIssuer } from '../src/index.ts'

/** Lotte Proefstuk: statutes and a card. */
export const LOTTE = '91641210452'
/** Andrei Monteur: posted to Germany. */
export const ANDREI = '83630705576'
/** Nobody: the check digits are right, the register does not know it. */
export const NOBODY = '00000000097'
export const STATUTE = 'be-social-statute'

/** An issuer of its own, with its log and a clock that can be moved. */
export interface TestIssuer extends RunningIssuer {
  readonly home: string
  readonly token: string
  /** Every line it has logged. */
  readonly lines: string[]
  /** Seconds to add to the clock. */
  readonly clock: { ahead: number }
  /** The milliseconds it would have waited. */
  readonly slept: number[]
  admin(method: string, path: string, body?: unknown): Promise<{ status: number; json: JsonObject }>
}

/** What it takes to call an issuer, in whatever process it runs. */
export type Called = Pick<TestIssuer, 'url' | 'clock' | 'admin'>

/** A credential type made from `ehic`: members of its credential.json, and its query, changed. */
export interface Variant {
  readonly change?: object
  readonly query?: (sql: string) => string
}

/** Settings for folders with bricks of this repository, and variants of `ehic` beside them. */
export function variants(names: readonly string[], made: Record<string, Variant>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-bricks-'))
  const root = join(import.meta.dirname, '../..')
  const copy = (from: string, to: string): void => {
    cpSync(join(root, 'specs/credentials', from), join(folder, 'types', to), { recursive: true })
    cpSync(join(root, 'issuer/sources', from), join(folder, 'sources', to), { recursive: true })
  }
  for (const name of names) copy(name, name)
  for (const [name, { change = {}, query = (sql: string) => sql }] of Object.entries(made)) {
    copy('ehic', name)
    const type = join(folder, 'types', name, 'credential.json')
    const source = join(folder, 'sources', name, 'query.sql')
    writeFileSync(type, JSON.stringify({ ...JSON.parse(readFileSync(type, 'utf8')), vct: `urn:test:${name}:1`, ...change }))
    writeFileSync(source, query(readFileSync(source, 'utf8')))
  }
  return { ISSUER_TYPES: join(folder, 'types'), ISSUER_SOURCES: join(folder, 'sources') }
}

export const newHome = (): string => mkdtempSync(join(tmpdir(), 'symbolon-issuer-'))
export const seconds = (): number => Math.floor(Date.now() / 1000)

/** Starts an issuer on a free port, its clock ahead by so many seconds; a home that is given again is the same issuer again. */
export async function start(environment: Record<string, string> = {}, ahead = 0): Promise<TestIssuer> {
  const home = environment.SYMBOLON_HOME ?? newHome()
  const lines: string[] = []
  const clock = { ahead }
  const slept: number[] = []
  const sleep = async (milliseconds: number) => void slept.push(milliseconds)
  const log = openLog('issuer', 'info', { write: (line) => void lines.push(line) })
  const settings = issuerSettings({ ISSUER_PORT: '0', ISSUER_STATUS_LIST_SIZE: '4096', ...environment, SYMBOLON_HOME: home })
  const issuer = await startIssuer(settings, { log, sleep, now: () => seconds() + clock.ahead })
  const token = readFileSync(join(home, 'issuer', 'admin-token'), 'utf8').trim()
  return {
    ...issuer,
    ...{ home, token, lines, clock, slept },
    async admin(method, path, body) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await fetch(`${issuer.url}/admin${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: text === '' ? {} : JSON.parse(text) }
    },
  }
}

/** A key as a wallet makes one. */
export function holderKey(): { jwk: Jwk; signer: Signer } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { jwk: { kty, crv, x, y }, signer: signer(privateKey, 'ES256') }
}

export async function post(
  url: string,
  body: string,
  contentType: string,
  authorization?: string,
): Promise<{ status: number; json: JsonObject; headers: Headers }> {
  const headers = { 'content-type': contentType, ...(authorization !== undefined && { authorization }) }
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, json: (await response.json()) as JsonObject, headers: response.headers }
}

export const form = (members: Record<string, string>): string => new URLSearchParams(members).toString()
export const FORM = 'application/x-www-form-urlencoded'

/** What an offer link holds, and the answer of the call that made it. */
export interface OfferMade {
  readonly id: string
  readonly code: string
  readonly txCode: string | undefined
  /** The configurations that it brings. */
  readonly types: readonly string[]
}

export async function offer(issuer: Called, wish: JsonObject = {}): Promise<OfferMade> {
  const { status, json } = await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE, ...wish })
  if (status !== 201) throw new Error(`no offer: ${status} ${JSON.stringify(json)}`)
  const link = parseOfferLink(String(json.uri))
  if (!('offer' in link)) throw new Error('an offer by value was expected')
  const { code = '' } = link.offer.grants.preAuthorized ?? {}
  return {
    id: String(json.id),
    code,
    txCode: json.tx_code === undefined ? undefined : String(json.tx_code),
    types: link.offer.configurationIds,
  }
}

/** Redeems an offer. */
export async function redeem(issuer: Called, { code, txCode }: Pick<OfferMade, 'code' | 'txCode'>) {
  const request = createTokenRequest({ grant: preAuthorizedCode, code, ...(txCode !== undefined && { txCode }) })
  return post(`${issuer.url}/token`, request.body, FORM)
}

export async function accessToken(issuer: Called, wish: JsonObject = {}): Promise<string> {
  const { status, json } = await redeem(issuer, await offer(issuer, wish))
  if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(json)}`)
  return String(json.access_token)
}

export async function nonce(issuer: Called): Promise<string> {
  const response = await fetch(`${issuer.url}/nonce`, { method: 'POST' })
  return String(((await response.json()) as JsonObject).c_nonce)
}

/** A proof of a key, with members of its draft changed; a null nonce is none. */
export async function proof(
  issuer: Called,
  { nonce: given, ...change }: Omit<Partial<ProofDraft>, 'nonce'> & { nonce?: string | null } = {},
  key = holderKey(),
): Promise<string> {
  const type = proofTypeNamed('jwt')
  if (type === undefined) throw new Error('the proof type jwt is not spoken')
  const over = given === null ? {} : { nonce: given ?? (await nonce(issuer)) }
  const draft = {
    issuer: issuer.url,
    jwk: key.jwk,
    algorithm: 'ES256',
    issuedAt: seconds() + issuer.clock.ahead,
    ...over,
    ...change,
  } as const
  const unsigned = type.create(draft)
  return unsigned.seal(await key.signer.sign(unsigned.input))
}

/** Asks for a credential as a wallet does; `body` replaces the one a wallet would send. */
export async function request(issuer: Called, token: string, type = STATUTE, proofs?: string[], body?: unknown) {
  const jwt = proofTypeNamed('jwt')
  if (jwt === undefined) throw new Error('the proof type jwt is not spoken')
  const values = proofs ?? [await proof(issuer)]
  const message = body === undefined ? createCredentialRequest({ configurationId: type }, { type: jwt, values }).body : JSON.stringify(body)
  return post(`${issuer.url}/credential`, message, 'application/json', `Bearer ${token}`)
}

/** A credential, from the offer on. */
export async function issued(issuer: Called, wish: JsonObject = {}): Promise<string> {
  const answer = await request(issuer, await accessToken(issuer, wish), String(wish.type ?? STATUTE))
  return credentialIn(answer)
}

/** Copies of one issuance, with its id. */
export async function issuance(issuer: Called, wish: JsonObject = {}, copies = 1): Promise<{ id: string; texts: string[] }> {
  const made = await offer(issuer, wish)
  const token = String((await redeem(issuer, made)).json.access_token)
  const texts: string[] = []
  for (let copy = 0; copy < copies; copy++) texts.push(credentialIn(await request(issuer, token, String(wish.type ?? STATUTE))))
  return { id: String((await issuer.admin('GET', `/offers/${made.id}`)).json.issuance), texts }
}

export function credentialIn({ status, json }: { status: number; json: JsonObject }): string {
  const [first] = status === 200 && Array.isArray(json.credentials) ? json.credentials : []
  if (typeof first !== 'object' || first === null || Array.isArray(first))
    throw new Error(`no credential: ${status} ${JSON.stringify(json)}`)
  return String(first.credential)
}

/** What a status list token says at an index (Token Status List section 4.1). */
export function statusIn(token: string, index: number | undefined): number | undefined {
  const { bits, lst } = parseJws(token).payload.status_list as { bits: StatusBits; lst: string }
  return getStatus(inflateSync(Buffer.from(lst, 'base64url')), bits, index ?? -1)
}

export const randomText = (): string => randomBytes(32).toString('base64url')
