import { randomBytes } from 'node:crypto'
import {
  authorizationAddress,
  authorizationDetails,
  challengeOf,
  clientMembers,
  createDpopProof,
  createPushedRequest,
  createVerifier,
  type OurClient,
} from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { browser } from './browser.ts'
import { type Called, FORM, holderKey, LOTTE, STATUTE, seconds } from './fixture.ts'

/** A wallet that nobody registered, and where it listens. */
export const PUBLIC = 'wallet on this laptop'
export const LOOPBACK = 'http://127.0.0.1:5555/back'

export const fresh = (): string => randomBytes(16).toString('base64url')
const clock = (issuer: Called): number => seconds() + issuer.clock.ahead

type Members = Record<string, string | undefined>

/** What a wallet made for one request, to redeem its code with. */
export interface Asked {
  readonly verifier: string
  readonly redirectUri: string
  readonly state: string
}

/** The form of a good request, with members changed; an undefined one is left out. */
export async function requestForm(change: Members = {}): Promise<{ form: Members; asked: Asked }> {
  const asked = { verifier: createVerifier(primitives.random), redirectUri: LOOPBACK, state: fresh() }
  const { body } = createPushedRequest({
    client: { client_id: PUBLIC },
    redirectUri: asked.redirectUri,
    codeChallenge: await challengeOf(asked.verifier, primitives),
    details: authorizationDetails([STATUTE]),
    state: asked.state,
    locales: ['en'],
  })
  return { form: { ...Object.fromEntries(new URLSearchParams(body)), ...change }, asked }
}

export interface Answered {
  readonly status: number
  readonly json: JsonObject
  readonly headers: Headers
}

/** Sends a form to an endpoint. */
export async function send(issuer: Called, endpoint: string, form: Members, headers: Record<string, string> = {}): Promise<Answered> {
  const there = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const body = new URLSearchParams(there).toString()
  const response = await fetch(`${issuer.url}${endpoint}`, { method: 'POST', headers: { 'content-type': FORM, ...headers }, body })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers }
}

/** Pushes a good request, with members changed; answers the address for the browser too. */
export async function push(issuer: Called, change: Members = {}, headers: Record<string, string> = {}) {
  const { form, asked } = await requestForm(change)
  const pushed = await send(issuer, '/par', form, headers)
  const requestUri = String(pushed.json.request_uri)
  const clientId = form.client_id ?? PUBLIC
  return { ...pushed, asked, requestUri, address: authorizationAddress(`${issuer.url}/authorize`, { clientId, requestUri }) }
}

/** A DPoP proof for an endpoint of the issuer, with members of its draft changed. */
export async function dpopProof(
  issuer: Called,
  endpoint: string,
  key: ReturnType<typeof holderKey>,
  nonce?: string,
  change: JsonObject = {},
): Promise<string> {
  const draft = {
    jwk: key.jwk,
    algorithm: 'ES256',
    method: 'POST',
    address: `${issuer.url}${endpoint}`,
    issuedAt: clock(issuer),
    id: fresh(),
  } as const
  const unsigned = await createDpopProof({ ...draft, ...(nonce !== undefined && { nonce }), ...change }, primitives)
  return unsigned.seal(await key.signer.sign(unsigned.input))
}

/** A nonce for DPoP proofs, as a wallet gets one: by being told. */
export async function dpopNonce(issuer: Called, endpoint = '/par'): Promise<string> {
  const { headers } = await send(issuer, endpoint, {}, { dpop: await dpopProof(issuer, endpoint, holderKey()) })
  return headers.get('dpop-nonce') ?? ''
}

/** A person who signs in and agrees, in a browser of their own; answers the address with which the browser goes back to the wallet. */
export async function agree(issuer: Called, address: string, person = LOTTE, answer = 'yes'): Promise<URL> {
  const visitor = browser(issuer.url)
  const question = await visitor.press(await visitor.open(address), 'person', person)
  const back = question.html === '' ? question : await visitor.press(question, 'answer', answer)
  return new URL(back.address)
}

/** The parameters by which a client that authenticates says who it is. */
export const assertion = (issuer: Called, client: OurClient, change: { audience?: string; issuedAt?: number; id?: string } = {}) =>
  clientMembers(client, { audience: issuer.url, issuedAt: clock(issuer), id: fresh(), ...change })
