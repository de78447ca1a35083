import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Anchors, parseTrust, prepareAnchors } from '@symbolon/credential'
import { createResponse, type PresentationRequest, parsePresentationRequest } from '@symbolon/openid4vc'
import { primitives, signer } from '@symbolon/primitives/node'
import { type JsonObject, parseJws, unsignedJws } from '@symbolon/sd-jwt'
import { type CertifiedSigner, openLog, openSigner } from '@symbolon/service'
import { type RunningVerifier, startVerifier, verifierSettings } from '@symbolon/verifier/service'
import {
  complete,
  EMPTY_STATE,
  HEADERS_READ,
  type HeldCredential,
  type HttpAnswer,
  type HttpRequest,
  inspectOffer,
  type Outside,
  openRequest,
  preAuthorized,
  readOffer,
  redeem,
  type Store,
  type WalletState,
  wayOf,
} from '@symbolon/wallet'
import { type Answer, good, send } from './answer.ts'
import { presentation } from './forgery.ts'
import { newHolder } from './holder.ts'
import type { Setting } from './setting.ts'

export const QUESTION = 'museum-reduced-price'
export const BACK = 'http://localhost:4002/return'

/** What is changed on the way of a request to the wallet: the link, the request object before it is signed anew, who signs, the text after, the whole answer. */
export interface RequestChange {
  readonly link?: (link: URL) => void
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject) => JsonObject
  readonly by?: CertifiedSigner
  readonly text?: (jwt: string) => string
  readonly answer?: (answer: HttpAnswer) => HttpAnswer
}

/** Asked by the relying party: its identifier, the link for the wallet, and the request as it stands behind the link. */
export interface Asked {
  readonly id: string
  readonly uri: string
  readonly request: PresentationRequest
}

/** A running verifier beside the issuer of the setting, its relying party, and a citizen whose wallet speaks real HTTP. */
export interface Online {
  readonly verifier: RunningVerifier
  /** The key that the relying party signs its requests with. */
  readonly party: CertifiedSigner
  readonly store: Store
  readonly anchors: Anchors
  /** Everything the wallet sent to the verifier since it was last emptied. */
  readonly sent: HttpRequest[]
  call(path: string, body?: object, token?: string): Promise<Answer>
  ask(more?: object): Promise<Asked>
  state(id: string): Promise<JsonObject>
  /** Opens a request in the wallet; what comes from the verifier is changed on the way. */
  open(uri: string, change?: RequestChange): ReturnType<typeof openRequest>
  readonly outside: Outside
  /** The credential, and the private key of its first copy. */
  held(): { readonly credential: HeldCredential; readonly text: string; readonly key: JsonObject }
  close(): Promise<void>
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

export async function startOnline(setting: Setting): Promise<Online> {
  const settings = verifierSettings({ SYMBOLON_HOME: setting.home, VERIFIER_PORT: '0' })
  const log: string[] = []
  const verifier = await startVerifier(settings, {
    now: setting.now,
    log: openLog('verifier', 'debug', { write: (line) => void log.push(line) }),
  })
  const token = readFileSync(join(setting.home, 'verifier', 'token'), 'utf8').trim()
  const access = join(setting.home, 'verifier', 'relying-parties', 'development', 'access.pem')
  const party = openSigner({ key: access, chain: access }, setting.now)
  const anchors = await prepareAnchors(parseTrust(readFileSync(setting.trustFile, 'utf8')), primitives)
  const sent: HttpRequest[] = []
  let change: RequestChange = {}

  const call: Online['call'] = (path, body, bearer = token) =>
    send({
      method: body === undefined ? 'GET' : 'POST',
      address: verifier.url + path,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  const outside: Outside = {
    ...{ primitives, now: setting.now, dpopNonces: new Map() },
    keys: {
      make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JsonObject,
      signer: (jwk, algorithm) => signer(createPrivateKey({ key: jwk, format: 'jwk' }), algorithm),
    },
    async send(request) {
      if (request.address.startsWith(verifier.url)) sent.push(request)
      const { method, address, headers, body } = request
      const response = await fetch(address, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })
      const answer: HttpAnswer = {
        ...{ status: response.status, contentType: response.headers.get('content-type') ?? undefined, headers: headersRead(response) },
        body: await response.text(),
      }
      return address.includes('/request-objects/') ? changed(answer, change, party) : answer
    },
  }
  const store = memory()
  const offer = await readOffer((await setting.offer()).uri, outside)
  const way = wayOf(offer, false)
  const inspected = await inspectOffer(offer, way, anchors, outside)
  if (!('code' in way.offer)) throw new Error('the offer has no code')
  const redeemable = await preAuthorized(inspected, way.offer, { txCode: undefined, clientId: 'wallet' }, outside)
  for (const id of await redeem(inspected, redeemable, 5, store, outside)) await complete(id, inspected, anchors, store, outside)

  return {
    ...{ verifier, party, store, anchors, sent, call, outside },
    async ask(more = {}) {
      const made = good(await call('/requests', { question: QUESTION, ...more }), 201)
      const object = await (await fetch(String(made.request_uri))).text()
      return { id: String(made.id), uri: String(made.uri), request: parsePresentationRequest(parseJws(object).payload) }
    },
    state: async (id) => good(await call(`/requests/${id}`)),
    async open(uri, next = {}) {
      change = next
      const link = new URL(uri)
      next.link?.(link)
      return openRequest(link.href, store, anchors, outside)
    },
    held() {
      const [credential] = store.state.credentials
      const [copy] = credential?.copies ?? []
      const key = store.state.keys.find(({ id }) => id === copy?.keyId)?.jwk
      if (credential === undefined || copy === undefined || key === undefined) throw new Error('nothing is held')
      return { credential, text: copy.text, key }
    },
    async close() {
      await verifier.close()
      const text = log.join('')
      if (text === '' || [...setting.secrets].some((secret) => text.includes(secret)))
        throw new Error('the log of the verifier is empty, or holds a secret')
    },
  }
}

const headersRead = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries(
    HEADERS_READ.flatMap((name) => [[name, headers.get(name)] as const].filter((pair): pair is [typeof name, string] => pair[1] !== null)),
  )

/** The wallet's state, in memory. */
function memory(): Store {
  let state: WalletState = EMPTY_STATE
  return {
    get state() {
      return state
    },
    async change(edit) {
      const edited = edit(state)
      state = edited.state
      return edited.result
    },
  }
}

async function changed(
  answer: HttpAnswer,
  { header, payload, by, text, answer: whole }: RequestChange,
  party: CertifiedSigner,
): Promise<HttpAnswer> {
  let { body } = answer
  if (header !== undefined || payload !== undefined || by !== undefined) {
    const read = parseJws(body)
    const { signer: key, x5c } = by ?? party
    const unsigned = unsignedJws(
      header?.({ ...read.header, x5c: [...x5c] }) ?? { ...read.header, x5c: [...x5c] },
      payload?.(read.payload) ?? read.payload,
    )
    body = unsigned.seal(await key.sign(unsigned.input))
  }
  const told = { ...answer, body: text?.(body) ?? body }
  return whole?.(told) ?? told
}

/** What a wallet without manners shows: any credential, key, audience, nonce, time, claims. */
export interface Shown {
  readonly text?: string
  readonly key?: JsonObject
  readonly audience?: string
  readonly nonce?: string
  readonly ahead?: number
  readonly paths?: readonly (readonly string[])[]
}

export const ASKED = [['statutes', 'limited_income_any']] as const

/** A presentation for a request, honest but for what is named. */
export function show({ held, outside }: Online, { clientId, nonce }: PresentationRequest, change: Shown = {}): Promise<string> {
  const { text, key } = held()
  const by = { ...newHolder(), signer: signer(createPrivateKey({ key: change.key ?? key, format: 'jwk' }), 'ES256') }
  const { paths = ASKED, audience = clientId, nonce: other = nonce, ahead = 0 } = change
  return presentation(change.text ?? text, by, { paths, audience, nonce: other, issuedAt: outside.now() + ahead })
}

/** Posts a body to the verifier as a wallet would. */
export const post = (
  { responseUri }: PresentationRequest,
  body: string,
  headers: Readonly<Record<string, string>> = form,
): Promise<Answer> => send({ method: 'POST', address: responseUri, headers, body })

/** The body with these presentations, encrypted as the request asks. */
export const bodyOf = async (request: PresentationRequest, tokens: Readonly<Record<string, readonly string[]>>): Promise<string> =>
  (await createResponse(request, new Map(Object.entries(tokens)))).body
