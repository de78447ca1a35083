import { randomUUID } from 'node:crypto'
import {
  authorizationDetails,
  createCredentialRequest,
  createDpopProof,
  createNotification,
  createTokenRequest,
  type DpopDraft,
  type NotificationEvent,
  preAuthorizedCode,
  proofTypeNamed,
  refreshToken,
} from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { type Called, FORM, holderKey, nonce, type OfferMade, offer, proof, STATUTE, seconds } from './fixture.ts'

/** An answer with all that a wallet reads of it. */
export interface Answered {
  readonly status: number
  readonly json: JsonObject
  readonly headers: Headers
}

/** What is changed of a DPoP proof; a null nonce is none. */
type ProofChange = Omit<Partial<DpopDraft>, 'nonce'> & { readonly nonce?: string | null }

/** How a request is sent: with which access token, with a changed DPoP proof or none (null), or with this very proof. */
export interface Sending {
  readonly token?: string
  readonly change?: ProofChange | null
  readonly proof?: string
}

/** A wallet that proves a key of its own with each request (RFC 9449). */
export type DpopWallet = ReturnType<typeof dpopWallet>

/** Makes such a wallet, with a key or a new one. */
export function dpopWallet(issuer: Called, key = holderKey()) {
  /** The last one the issuer gave. */
  let last: string | undefined

  async function proofFor(path: string, { nonce: given, ...change }: ProofChange = {}): Promise<string> {
    last ??= (await fetch(`${issuer.url}/nonce`, { method: 'POST' })).headers.get('dpop-nonce') ?? undefined
    const draft: DpopDraft = {
      ...{ jwk: key.jwk, algorithm: 'ES256', method: 'POST', address: issuer.url + path, id: randomUUID() },
      ...{ issuedAt: seconds() + issuer.clock.ahead, ...(given !== null && { nonce: given ?? last ?? '' }) },
      ...change,
    }
    const unsigned = await createDpopProof(draft, primitives)
    return unsigned.seal(await key.signer.sign(unsigned.input))
  }

  async function send(path: string, body: string, contentType: string, { token, change = {}, proof }: Sending = {}): Promise<Answered> {
    const bound = { ...(token !== undefined && { accessToken: token }), ...change }
    const made = proof ?? (change === null ? undefined : await proofFor(path, bound))
    const headers = {
      'content-type': contentType,
      ...(token !== undefined && { authorization: `DPoP ${token}` }),
      ...(made !== undefined && { dpop: made }),
    }
    const response = await fetch(issuer.url + path, { method: 'POST', headers, body })
    last = response.headers.get('dpop-nonce') ?? last
    const text = await response.text()
    return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers }
  }

  function redeem({ code, txCode }: Pick<OfferMade, 'code' | 'txCode'>, more: Record<string, string> = {}, sending: Sending = {}) {
    const request = { grant: preAuthorizedCode, code, ...(txCode !== undefined && { txCode }) }
    return send('/token', createTokenRequest(request, more).body, FORM, sending)
  }

  return {
    ...{ key, proofFor, send, redeem },

    refresh: (token: unknown, more: Record<string, string> = {}, sending: Sending = {}) =>
      send('/token', createTokenRequest({ grant: refreshToken, refreshToken: String(token) }, more).body, FORM, sending),

    /** Tokens for a new offer. */
    async tokens(wish: JsonObject = {}, more: Record<string, string> = {}) {
      const made = await offer(issuer, wish)
      const { status, json } = await redeem(made, more)
      if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(json)}`)
      return { id: made.id, access: String(json.access_token), refresh: String(json.refresh_token), json }
    },

    /** Asks for a copy for each key; `named` replaces the configuration identifier. */
    async credential(
      token: string,
      keys = [holderKey()],
      named: JsonObject = { credential_configuration_id: STATUTE },
      sending: Sending = {},
    ) {
      return send('/credential', await requestBody(issuer, keys, named), 'application/json', { token, ...sending })
    },

    notify: (token: string, id: unknown, event: NotificationEvent, sending: Sending = {}) =>
      send('/notification', createNotification({ id: String(id), event }).body, 'application/json', { token, ...sending }),
  }
}

/** A credential request with a proof for each key, all over one nonce. */
export async function requestBody(issuer: Called, keys: readonly ReturnType<typeof holderKey>[], named: JsonObject): Promise<string> {
  const jwt = proofTypeNamed('jwt')
  if (jwt === undefined) throw new Error('the proof type jwt is not spoken')
  const shared = await nonce(issuer)
  const values = await Promise.all(keys.map((key) => proof(issuer, { nonce: shared }, key)))
  const { proofs } = JSON.parse(createCredentialRequest({ configurationId: STATUTE }, { type: jwt, values }).body)
  return JSON.stringify({ ...named, proofs })
}

/** The parameter by which a wallet asks for identifiers. */
export const details = (...types: string[]): Record<string, string> => ({ authorization_details: authorizationDetails(types) })

/** The credentials of an answer, as text. */
export function textsIn({ status, json }: Pick<Answered, 'status' | 'json'>): string[] {
  if (status !== 200 || !Array.isArray(json.credentials)) throw new Error(`no credentials: ${status} ${JSON.stringify(json)}`)
  return json.credentials.map((entry) => String((entry as JsonObject).credential))
}

/** Status and code of a refusal; what it says keeps to the characters the standards allow. */
export function refusalOf({ status, json }: Pick<Answered, 'status' | 'json'>): [number, unknown] {
  if (!/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(String(json.error_description))) throw new Error('a refusal without words')
  return [status, json.error]
}
