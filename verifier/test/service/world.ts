import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Part, Path } from '@symbolon/credential'
import {
  createRegistration,
  createResponse,
  type PresentationRequest,
  parsePresentationRequest,
  type Registration,
} from '@symbolon/openid4vc'
import { type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { developmentRelyingParty, openLog, openSigner } from '@symbolon/service'
import { type RunningVerifier, startVerifier, tokenHash, verifierSettings } from '../../src/service/index.ts'
import { authority, brick, type Holder, holder, issue, NOW, type Party, show, statusList } from '../artefacts.ts'

export const STATUTE = brick('be-social-statute').type
export const EHIC = brick('ehic').type
export const MUSEUM = 'museum-reduced-price'
/** What the museum asks for first. */
export const ASKED: readonly Path[] = [['statutes', 'limited_income_any']]
export const YES: JsonObject = withStatutes({ limited_income_any: 'yes', disability_recognised: 'no', parking_card: 'no' })
export const NO: JsonObject = withStatutes({ limited_income_any: 'no', disability_recognised: 'no', parking_card: 'no' })

function withStatutes(statutes: JsonObject): JsonObject {
  return { ...STATUTE.sample, statutes: { ...(STATUTE.sample.statutes as JsonObject), ...statutes } }
}

/** A server of this machine at which an issuer publishes its lists, and those who sign for it. */
export interface Sources {
  readonly url: string
  readonly issuer: Party
  readonly lists: Party
  readonly stranger: Party
  readonly trust: readonly JsonObject[]
  /** Publishes a list of that name from now on; answers its address. */
  publish(name: string, statuses?: Readonly<Record<number, number>>, issuedAt?: number): Promise<string>
  readonly asked: string[]
  issue(type?: typeof STATUTE, over?: Parameters<typeof issue>[2], by?: Party): Promise<{ text: string; me: Holder }>
  close(): void
}

export async function sources(): Promise<Sources> {
  const asked: string[] = []
  const published = new Map<string, Part>()
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const list = published.get(request.url ?? '')
    if (list === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': list.mediaType }).end(list.content)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  const url = `http://localhost:${port}`
  const [credentials, status] = [await authority('credentials', url), await authority('status', url)]
  const [issuer, lists, stranger] = [
    await credentials.certify(),
    await status.certify(),
    await (await authority('strangers', url)).certify(),
  ]
  const publish: Sources['publish'] = async (name, statuses = {}, issuedAt = NOW - 3600) => {
    const address = `${url}/status-lists/${name}`
    published.set(`/status-lists/${name}`, await statusList(lists, statuses, issuedAt, address))
    return address
  }
  const list = await publish('one')
  return {
    ...{ url, issuer, lists, stranger, asked, publish },
    trust: [
      { name: 'Test credentials', for: 'credential', certificate: credentials.pem },
      { name: 'Test status', for: 'status', certificate: status.pem },
    ],
    async issue(type = STATUTE, over = {}, by = issuer) {
      const me = holder()
      return {
        text: await issue(by, type, { holder: me, issuer: url, list, claims: type === STATUTE ? YES : type.sample, ...over }),
        me,
      }
    },
    close: () => server.close(),
  }
}

/** A relying party as a folder: what a test changes of one. */
export interface PartyFiles {
  readonly questions?: readonly string[]
  readonly redirectUris?: readonly string[]
  readonly responseMode?: string
  readonly registration?: ((registration: Registration) => Registration) | null
  readonly more?: JsonObject
}

export const NUMBER = 'NTRBE-0999999724'
export const BACK = 'https://museum.example/back'

/** Makes the folder of a relying party in `folder`, with an access certificate and a registration of the development authorities in `home`; answers its token. */
export async function writeParty(home: string, folder: string, id: string, files: PartyFiles = {}): Promise<string> {
  const { questions = [MUSEUM], redirectUris = [BACK], responseMode, registration = (same) => same, more = {} } = files
  const path = join(folder, id)
  mkdirSync(path, { recursive: true })
  const url = 'http://localhost:4001'
  const made = await developmentRelyingParty(home, join(path, 'access.pem'), { name: `Party ${id}`, organisation: NUMBER, url }, NOW)
  const token = `token-of-${id}`
  const file = {
    ...{
      name: `Party ${id}`,
      enterprise_number: NUMBER,
      questions: [...questions],
      redirect_uris: [...redirectUris],
      token_hash: tokenHash(token),
    },
    ...(responseMode !== undefined && { response_mode: responseMode }),
    ...more,
  }
  writeFileSync(join(path, 'relying_party.json'), JSON.stringify(file))
  if (registration === null) return token
  const { signer, x5c } = openSigner({ key: made.registrar, chain: made.registrar }, () => NOW)
  const honest: Registration = {
    ...{ name: `Party ${id}`, identifier: NUMBER, purpose: { en: 'To test' }, issuedAt: NOW - 60, expires: NOW + 86_400 },
    credentials: [{ format: 'dc+sd-jwt', types: [STATUTE.vct], claims: [['statutes']] }],
  }
  const unsigned = createRegistration(registration(honest), { algorithm: signer.algorithm, x5c })
  writeFileSync(join(path, 'registration.jwt'), unsigned.seal(await signer.sign(unsigned.input)))
  return token
}

/** What a call answered. */
export interface Called {
  readonly status: number
  readonly json: JsonObject
}

/** A verifier of its own with a clock that can be moved, and everything it logged. */
export interface TestVerifier extends RunningVerifier {
  readonly home: string
  readonly clock: { now: number }
  readonly lines: string[]
  /** A call with the token of a relying party; GET without a body. */
  call(path: string, body?: unknown, token?: string, headers?: Record<string, string>): Promise<Called>
  ask(question?: string, more?: object, token?: string): Promise<Asked>
  state(id: string, token?: string): Promise<JsonObject>
}

/** A request that was made, as the relying party has it and as a wallet reads it. */
export interface Asked {
  readonly id: string
  readonly uri: string
  readonly request: PresentationRequest
}

const folders: string[] = []
export const newHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-verifier-'))
  folders.push(home)
  return home
}
export const removeHomes = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Starts a verifier that trusts these sources, with its relying party of development unless others are named. */
export async function startTest(
  { trust }: Pick<Sources, 'trust'>,
  environment: Record<string, string> = {},
  clock = { now: NOW },
): Promise<TestVerifier> {
  const home = environment.SYMBOLON_HOME ?? newHome()
  const trustFile = join(home, 'trusted.json')
  writeFileSync(trustFile, JSON.stringify(trust))
  const lines: string[] = []
  const log = openLog('verifier', 'debug', { write: (line) => void lines.push(line) })
  const settings = verifierSettings({ VERIFIER_PORT: '0', SYMBOLON_TRUST: trustFile, ...environment, SYMBOLON_HOME: home })
  const running = await startVerifier(settings, { now: () => clock.now, log })
  const own = environment.VERIFIER_RELYING_PARTIES === undefined ? readFileSync(join(home, 'verifier', 'token'), 'utf8').trim() : ''
  const call: TestVerifier['call'] = async (path, body, token = own, headers = {}) => {
    const sent = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers }
    const answer = await fetch(running.url + path, {
      headers: sent,
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, json: text === '' ? {} : JSON.parse(text) }
  }
  return {
    ...running,
    ...{ home, clock, lines, call },
    async ask(question = MUSEUM, more = {}, token = own) {
      const { status, json } = await call('/requests', { question, ...more }, token)
      if (status !== 201) throw new Error(`${status}: ${JSON.stringify(json)}`)
      return { id: String(json.id), uri: String(json.uri), request: await fetchRequest(String(json.request_uri)) }
    },
    state: async (id, token = own) => (await call(`/requests/${id}`, undefined, token)).json,
  }
}

/** The request at an address, as a wallet reads it. */
export async function fetchRequest(address: string): Promise<PresentationRequest> {
  const answer = await fetch(address)
  return parsePresentationRequest(parseJws(await answer.text()).payload)
}

export type Credential = Awaited<ReturnType<Sources['issue']>>

/** What a wallet shows of a credential for a request; `to` changes whom it is for. */
export const shown = (
  { text, me }: Credential,
  { clientId, nonce }: PresentationRequest,
  paths = ASKED,
  to: Parameters<typeof show>[3] = {},
) => show(text, paths, me, { audience: clientId, nonce, ...to })

/** The body that a wallet posts with these presentations. */
export async function answerOf(request: PresentationRequest, tokens: Readonly<Record<string, readonly string[]>>): Promise<string> {
  return (await createResponse(request, new Map(Object.entries(tokens)))).body
}

/** Posts what a wallet answers. */
export async function post({ responseUri }: PresentationRequest, body: string, headers: Record<string, string> = {}): Promise<Called> {
  const sent = { 'content-type': 'application/x-www-form-urlencoded', ...headers }
  const answer = await fetch(responseUri, { method: 'POST', headers: sent, body })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? {} : JSON.parse(text) }
}

/** An honest answer to a request for `limited-income`. */
export const answer = async (
  credential: Credential,
  request: PresentationRequest,
  queryId = 'limited-income',
  paths = ASKED,
): Promise<Called> => post(request, await answerOf(request, { [queryId]: [await shown(credential, request, paths)] }))
