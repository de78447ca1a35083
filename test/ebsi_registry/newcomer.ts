import { randomUUID } from 'node:crypto'
import {
  BASE_DOCUMENT,
  methodParameters,
  presentationClaims,
  type SignedTransaction,
  signPresentation,
  signTransaction,
  submissionFor,
} from './hand_made.ts'
import { createIdentity, type Identity, type KeyPair } from './identity.ts'
import { AUTHORISATION, BESU } from './state.ts'
import type { UnsignedTransaction } from './transactions.ts'

export const DIDR_RPC = '/did-registry/v5/jsonrpc'
export const TIR_RPC = '/trusted-issuers-registry/v5/jsonrpc'
export const TSR_RPC = '/trusted-schemas-registry/v3/jsonrpc'

/** An HTTP answer; `json` is null where the body is none. */
export interface HttpResult {
  readonly status: number
  readonly type: string | null
  readonly text: string
  readonly json: Readonly<Record<string, unknown>> | null
}

/** How a token request differs from the right one: the happy flow with one step changed. */
export interface TokenChange {
  readonly key?: KeyPair
  readonly credentials?: readonly string[]
  readonly claims?: (claims: ReturnType<typeof presentationClaims>) => object
  readonly header?: object
  readonly submission?: (submission: ReturnType<typeof submissionFor>) => unknown
  readonly form?: Readonly<Record<string, string>>
  /** Unix seconds; default the machine's. */
  readonly now?: number
}

/** Somebody outside who talks to the double by hand-made messages over HTTP. */
export interface Newcomer {
  readonly identity: Identity
  request(path: string, init?: RequestInit): Promise<HttpResult>
  askToken(scope: string, change?: TokenChange): Promise<HttpResult>
  /** The access token; throws with the answer when there is none. */
  token(scope: string, change?: TokenChange): Promise<string>
  rpc(path: string, token: string, method: string, params: unknown): Promise<HttpResult>
  /** Builds, signs; `alter` changes what was built before it is signed. */
  signed(
    path: string,
    token: string,
    method: string,
    params: object,
    alter?: (unsigned: UnsignedTransaction) => UnsignedTransaction,
  ): Promise<SignedTransaction>
  receipt(hash: string): Promise<Readonly<Record<string, unknown>> | null>
  /** Builds, signs, sends; answers the receipt. Throws with the answer when one step is refused. */
  write(path: string, token: string, method: string, params: object): Promise<Readonly<Record<string, unknown>> | null>
  /** Facts 4.1 from (a) to (e) with an onboarding credential. */
  onboard(credential: string): Promise<void>
}

const TEN_YEARS = 10 * 365 * 24 * 60 * 60

export function newcomer(origin: string, identity: Identity = createIdentity()): Newcomer {
  const request = async (path: string, init?: RequestInit): Promise<HttpResult> => {
    const response = await fetch(`${origin}${path}`, init)
    const text = await response.text()
    let json: HttpResult['json'] = null
    try {
      json = JSON.parse(text)
    } catch {
      // A text that is no JSON stays a text.
    }
    return { status: response.status, type: response.headers.get('content-type'), text, json }
  }
  const rpc: Newcomer['rpc'] = (path, token, method, params) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [params] }),
    })
  const result = (answer: HttpResult): unknown => {
    if (answer.json === null || !('result' in answer.json)) throw new TypeError(`refused: ${answer.status} ${answer.text}`)
    return answer.json.result
  }

  const self: Newcomer = {
    identity,
    request,
    rpc,
    askToken(scope, change = {}) {
      const { credentials = [], now = Math.floor(Date.now() / 1000) } = change
      const isDidr = scope.startsWith('didr_')
      const key = change.key ?? (isDidr && scope !== 'didr_invite' ? identity.ledgerKey : identity.signingKey)
      const claims = presentationClaims(identity.did, `${origin}${AUTHORISATION}`, now, credentials, randomUUID())
      const submission = submissionFor(scope, credentials.length > 0)
      const form = {
        grant_type: 'vp_token',
        scope: `openid ${scope}`,
        vp_token: signPresentation(identity, key, change.claims?.(claims) ?? claims, change.header),
        presentation_submission: JSON.stringify(change.submission?.(submission) ?? submission),
        ...change.form,
      }
      return request(`${AUTHORISATION}/token`, { method: 'POST', body: new URLSearchParams(form) })
    },
    async token(scope, change) {
      const answer = await self.askToken(scope, change)
      const token = answer.json?.access_token
      if (typeof token !== 'string') throw new TypeError(`no token: ${answer.status} ${answer.text}`)
      return token
    },
    async signed(path, token, method, params, alter = (unsigned) => unsigned) {
      const built = result(await rpc(path, token, method, { from: identity.address, ...params })) as UnsignedTransaction
      return signTransaction(alter(built), identity.ledgerKey)
    },
    async receipt(hash) {
      const answer = await rpc(BESU, '', 'eth_getTransactionReceipt', hash)
      return result(answer) as Record<string, unknown> | null
    },
    async write(path, token, method, params) {
      const { params: sent } = await self.signed(path, token, method, params)
      return self.receipt(String(result(await rpc(path, token, 'sendSignedTransaction', sent))))
    },
    async onboard(credential) {
      const { did, ledgerKey, signingKey, publicKey } = identity
      const notBefore = Math.floor(Date.now() / 1000)
      const times = { notBefore, notAfter: notBefore + TEN_YEARS }
      const invited = await self.token('didr_invite', { credentials: [credential] })
      const first = { did, baseDocument: BASE_DOCUMENT, ...methodParameters(ledgerKey, publicKey), ...times }
      await self.write(DIDR_RPC, invited, 'insertDidDocument', first)
      const token = await self.token('didr_write')
      await self.write(DIDR_RPC, token, 'addVerificationMethod', { did, ...methodParameters(signingKey, '') })
      for (const name of ['authentication', 'assertionMethod']) {
        await self.write(DIDR_RPC, token, 'addVerificationRelationship', { did, name, vMethodId: signingKey.kid, ...times })
      }
    },
  }
  return self
}
