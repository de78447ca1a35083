import { randomBytes, randomUUID } from 'node:crypto'
import { primitives } from '@symbolon/primitives/node'
import { type Answer, good, type Request, send } from './answer.ts'
import type { Page } from './browser.ts'
import { dpopProof, type JwtChanges, signedJwt } from './dpop.ts'
import { type Holder, newHolder } from './holder.ts'

/** An authorization server, ours or another: where it answers, and how a person signs in and agrees there. */
export interface Server {
  readonly issuer: string
  readonly par: string
  readonly authorize: string
  readonly token: string
  readonly revoke: string
  /** Opens an address in the browser of somebody who agrees to everything; ends at `redirectUri`, or at a page that leads nowhere. */
  agree(address: string, redirectUri: string): Promise<Page>
  /** Seconds since 1970. */
  now(): number
}

/** A client: `key` for one that authenticates with private_key_jwt. */
export interface Client {
  readonly id: string
  readonly redirectUri: string
  readonly key?: Holder
}

/** What a flow changes of a request that an honest client sends. Null: left out. */
export interface Step {
  readonly form?: (form: Record<string, string>) => Record<string, string>
  readonly dpop?: JwtChanges | null
  readonly assertion?: JwtChanges | null
  /** Made with another key. */
  readonly key?: Holder
  /** By another client. */
  readonly client?: Client
  readonly request?: (request: Request) => Request
}

/** One authorization code flow (RFC 6749 section 4.1, RFC 9126, RFC 7636, RFC 9449) on its way: what each step gave for the next. */
export interface CodeFlow {
  readonly server: Server
  readonly client: Client
  readonly dpop: Holder
  readonly verifier: string
  readonly state: string
  readonly ask: Readonly<Record<string, string>>
  requestUri: string
  code: string
  accessToken: string
  refreshToken: string
  /** The newest nonce of the server. */
  nonce?: string | undefined
}

/** A flow that has not begun; `ask` is what the client wants: `scope` or `authorization_details`. */
export const newCodeFlow = (server: Server, client: Client, ask: Record<string, string>): CodeFlow => ({
  ...{ server, client, ask, dpop: newHolder() },
  ...{ verifier: randomBytes(32).toString('base64url'), state: randomBytes(8).toString('base64url') },
  ...{ requestUri: '', code: '', accessToken: '', refreshToken: '' },
})

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const same = <T>(value: T): T => value

/** A form to an endpoint, with the client's authentication and a DPoP proof. */
export async function post(flow: CodeFlow, address: string, form: Record<string, string>, step: Step = {}): Promise<Answer> {
  const { server } = flow
  const { client = flow.client, request = same, form: change = same } = step
  const identified = { client_id: client.id, ...form, ...(step.assertion === null ? {} : await assertion(flow, client, step)) }
  const proven = { method: 'POST', address, now: server.now(), nonce: flow.nonce }
  const dpop = step.dpop === null ? {} : { dpop: await dpopProof(step.key ?? flow.dpop, proven, step.dpop) }
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...dpop }
  const answer = await send(request({ method: 'POST', address, headers, body: new URLSearchParams(change(identified)).toString() }))
  flow.nonce = answer.headers.get('dpop-nonce') ?? flow.nonce
  return answer
}

async function assertion({ server }: CodeFlow, { id, key }: Client, step: Step): Promise<Record<string, string>> {
  if (key === undefined) return {}
  const now = server.now()
  const claims = { iss: id, sub: id, aud: server.issuer, jti: randomUUID(), iat: now, exp: now + 60 }
  const jwt = await signedJwt(key, { alg: 'ES256', typ: 'JWT' }, claims, step.assertion ?? {})
  return { client_assertion_type: ASSERTION, client_assertion: jwt }
}

/** The first step: the request is pushed; before it, the server is asked for its nonce as RFC 9449 section 8 has it. */
export async function push(flow: CodeFlow, step: Step = {}): Promise<Answer> {
  const form = {
    ...{ response_type: 'code', redirect_uri: flow.client.redirectUri, state: flow.state, ...flow.ask },
    ...{ code_challenge: await primitives.digest('sha-256', flow.verifier), code_challenge_method: 'S256' },
  }
  if (flow.nonce === undefined) await post(flow, flow.server.par, form)
  const answer = await post(flow, flow.server.par, form, step)
  if (typeof answer.body.request_uri === 'string') flow.requestUri = answer.body.request_uri
  return answer
}

/** The second step: a person agrees in a browser; answers where the browser ended. */
export async function authorize(flow: CodeFlow, query: (query: Record<string, string>) => Record<string, string> = same): Promise<Page> {
  const { server, client, requestUri } = flow
  const honest = { client_id: client.id, request_uri: requestUri }
  const page = await server.agree(`${server.authorize}?${new URLSearchParams(query(honest))}`, client.redirectUri)
  if (page.address.startsWith(client.redirectUri)) flow.code = new URL(page.address).searchParams.get('code') ?? ''
  return page
}

/** The third step: the code for tokens. */
export async function redeemCode(flow: CodeFlow, step: Step = {}): Promise<Answer> {
  const { server, client, code, verifier } = flow
  const form = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, code_verifier: verifier }
  return keepTokens(flow, await post(flow, server.token, form, step))
}

/** Later: another access token. */
export async function refresh(flow: CodeFlow, step: Step = {}): Promise<Answer> {
  const form = { grant_type: 'refresh_token', refresh_token: flow.refreshToken }
  return keepTokens(flow, await post(flow, flow.server.token, form, step))
}

/** At the end: what is no longer wanted (RFC 7009). */
export const revoke = (flow: CodeFlow, token: string, step: Step = {}): Promise<Answer> => post(flow, flow.server.revoke, { token }, step)

function keepTokens(flow: CodeFlow, answer: Answer): Answer {
  const { access_token, refresh_token } = answer.body
  if (typeof access_token === 'string') flow.accessToken = access_token
  if (typeof refresh_token === 'string') flow.refreshToken = refresh_token
  return answer
}

/** A flow as far as the code. */
export async function withCode(server: Server, client: Client, ask: Record<string, string>): Promise<CodeFlow> {
  const flow = newCodeFlow(server, client, ask)
  good(await push(flow), 201)
  const page = await authorize(flow)
  if (flow.code === '') throw new Error(`no code: ${page.status} at ${new URL(page.address).pathname}`)
  return flow
}

/** A flow as far as the tokens. */
export async function withTokens(server: Server, client: Client, ask: Record<string, string>): Promise<CodeFlow> {
  const flow = await withCode(server, client, ask)
  good(await redeemCode(flow))
  return flow
}
