import { createHmac } from 'node:crypto'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { Answer } from '../flows/answer.ts'
import type { Page } from '../flows/browser.ts'
import {
  authorize,
  type Client,
  type CodeFlow,
  newCodeFlow,
  push,
  redeemCode,
  refresh,
  revoke,
  type Server,
  type Step,
  withCode,
  withTokens,
} from '../flows/code_flow.ts'
import { newHolder } from '../flows/holder.ts'

/** A server and who asks it: the client that authenticates, and another one that does too. */
export interface Asking {
  readonly server: Server
  readonly client: Client
  readonly other: Client
  readonly ask: Record<string, string>
}

/** What both servers are told, word for word; it ends in one answer, which is compared. */
export interface Case {
  readonly name: string
  /** How the answer is put: `status` or `status code`. */
  run(asking: Asking): Promise<string>
}

const told = ({ status, body }: Answer): string => (typeof body.error === 'string' ? `${status} ${body.error}` : String(status))

/** How a browser ended: at the client, with a code or an error, or at a page of the server. */
function ended({ status, address }: Page, { client }: Asking): string {
  if (!address.startsWith(client.redirectUri)) return `page ${status}`
  const { searchParams } = new URL(address)
  return `client ${searchParams.get('error') ?? (searchParams.has('code') ? 'code' : 'nothing')}`
}

const adding =
  (more: Record<string, string>): NonNullable<Step['form']> =>
  (form) => ({ ...form, ...more })
const without =
  (name: string): NonNullable<Step['form']> =>
  ({ [name]: _, ...form }) =>
    form
const claim = (more: JsonObject) => ({ payload: (honest: JsonObject): JsonObject => ({ ...honest, ...more }) })
const header = (more: JsonObject) => ({ header: (honest: JsonObject): JsonObject => ({ ...honest, ...more }) })
const lacking = (name: string) => ({ payload: ({ [name]: _, ...rest }: JsonObject): JsonObject => rest })
const begun = ({ server, client, ask }: Asking): CodeFlow => newCodeFlow(server, client, ask)

const pushed = (name: string, step: Step): Case => ({ name, run: async (asking) => told(await push(begun(asking), step)) })
const redeemed = (name: string, step: Step): Case => ({
  name,
  run: async (asking) => told(await redeemCode(await withCode(asking.server, asking.client, asking.ask), step)),
})
const refreshed = (name: string, step: (asking: Asking) => Step): Case => ({
  name,
  run: async (asking) => told(await refresh(await withTokens(asking.server, asking.client, asking.ask), step(asking))),
})
const revoked = (name: string, step: Step): Case => ({
  name,
  async run(asking) {
    const flow = await withTokens(asking.server, asking.client, asking.ask)
    return told(await revoke(flow, flow.refreshToken, { dpop: null, ...step }))
  },
})
/** A page opened at the authorization endpoint, with another query than the honest one. */
const opened = (name: string, query: (honest: Record<string, string>, asking: Asking) => Record<string, string>): Case => ({
  name,
  async run(asking) {
    const flow = begun(asking)
    await push(flow)
    return ended(await authorize(flow, (honest) => query(honest, asking)), asking)
  },
})

const otherPort = (address = ''): string => address.replace(/:\d+/, ':49999')
const hmac = (input: string): Uint8Array => createHmac('sha256', 'secret').update(input).digest()
const random = 'bm90LW91cnMtYnV0LWxvbmctZW5vdWdo'

/** DPoP proofs with one thing changed, the same at every endpoint (RFC 9449 section 4.3). */
const PROOFS: [string, Step['dpop']][] = [
  ['none', null],
  ['of another typ', header({ typ: 'JWT' })],
  ['of alg none', { ...header({ alg: 'none' }), sign: () => new Uint8Array() }],
  ['of a symmetric alg', { ...header({ alg: 'HS256' }), sign: hmac }],
  ['without a key', { header: ({ jwk: _, ...rest }) => rest }],
  ['with a private key', header({ jwk: newHolder().secret })],
  ['of another key than it names', header({ jwk: newHolder().jwk })],
  ['for another method', claim({ htm: 'GET' })],
  ['for another address', claim({ htu: 'https://other.example/token' })],
  ['with a query in the address', { payload: (claims) => ({ ...claims, htu: `${claims.htu}?x=1#y` }) }],
  ['without htm', lacking('htm')],
  ['without htu', lacking('htu')],
  ['without iat', lacking('iat')],
  ['without jti', lacking('jti')],
  ['with a number as jti', claim({ jti: 7 })],
  ['without a nonce', lacking('nonce')],
  ['with a nonce of somebody else', claim({ nonce: random })],
  ['ten seconds old', { payload: (claims) => ({ ...claims, iat: Number(claims.iat) - 10 }) }],
  ['of ten seconds from now', { payload: (claims) => ({ ...claims, iat: Number(claims.iat) + 10 }) }],
  ['of tomorrow', { payload: (claims) => ({ ...claims, iat: Number(claims.iat) + 86_400 }) }],
  ['of yesterday', { payload: (claims) => ({ ...claims, iat: Number(claims.iat) - 86_400 }) }],
  ['that is no JWT', { text: () => 'hello' }],
  ['twice in one header', { text: (jwt) => `${jwt}, ${jwt}` }],
]

/** Client assertions with one thing changed (RFC 7523 section 3, FAPI 2.0 section 5.3.2.1). */
const ASSERTIONS: [string, Step['assertion']][] = [
  ['none', null],
  ['by another key', { sign: (input) => newHolder().signer.sign(input) }],
  ['for the endpoint', { payload: (claims) => ({ ...claims, aud: `${claims.aud}/token` }) }],
  ['for a list with the issuer in it', { payload: (claims) => ({ ...claims, aud: [claims.aud ?? ''] }) }],
  ['for somebody else', claim({ aud: 'https://other.example' })],
  ['for nobody', lacking('aud')],
  ['of another subject', claim({ sub: 'somebody' })],
  ['of another issuer', claim({ iss: 'somebody' })],
  ['that has expired', { payload: (claims) => ({ ...claims, exp: Number(claims.iat) - 300 }) }],
  ['without exp', lacking('exp')],
  ['without jti', lacking('jti')],
  ['of alg none', { ...header({ alg: 'none' }), sign: () => new Uint8Array() }],
  ['of a symmetric alg', { ...header({ alg: 'HS256' }), sign: hmac }],
  ['that is no JWT', { text: () => 'hello' }],
]

/** Every request that both servers are sent. */
export const CASES: readonly Case[] = [
  pushed('RFC 9126 2.1: pushed as it should be', {}),
  pushed('RFC 9126 2.1: pushed with a request_uri', { form: adding({ request_uri: 'urn:ietf:params:oauth:request_uri:x' }) }),
  pushed('RFC 6749 4.1.1: pushed without response_type', { form: without('response_type') }),
  pushed('FAPI 2.0 5.3.2.2: pushed for a token', { form: adding({ response_type: 'token' }) }),
  pushed('FAPI 2.0 5.3.2.2: pushed for a code and an ID token', { form: adding({ response_type: 'code id_token' }) }),
  pushed('RFC 7636 4.3: pushed without a challenge', { form: (form) => without('code_challenge_method')(without('code_challenge')(form)) }),
  pushed('FAPI 2.0 5.3.2.2: pushed with a plain challenge', { form: adding({ code_challenge_method: 'plain' }) }),
  pushed('RFC 7636 4.3: pushed with a challenge of no method', { form: without('code_challenge_method') }),
  pushed('RFC 7636 4.2: pushed with a challenge that is no digest', { form: adding({ code_challenge: 'short' }) }),
  pushed('RFC 6749 3.1.2.3: pushed without redirect_uri', { form: without('redirect_uri') }),
  pushed('RFC 6749 3.1.2.3: pushed with an address that is not registered', { form: adding({ redirect_uri: 'https://evil.example/cb' }) }),
  pushed('RFC 8252 7.3: pushed with another port of this machine', {
    form: (form) => ({ ...form, redirect_uri: otherPort(form.redirect_uri) }),
  }),
  pushed('RFC 8252 7.3: pushed with another path of this machine', {
    form: (form) => ({ ...form, redirect_uri: `${form.redirect_uri}/more` }),
  }),
  pushed('RFC 6749 3.3: pushed with an unknown scope beside a known one', {
    form: (form) => ({ ...form, scope: `${form.scope} nonsense` }),
  }),
  pushed('RFC 6749 3.3: pushed with unknown scopes only', { form: adding({ scope: 'nonsense' }) }),
  pushed('RFC 6749 3.2: pushed with a parameter nobody knows', { form: adding({ colour: 'blue' }) }),
  pushed('RFC 6749 3.1: pushed with a parameter twice', { request: (request) => ({ ...request, body: `${request.body}&state=other` }) }),
  pushed('RFC 9126 2.3: pushed with GET', {
    request: ({ address, body }) => ({ method: 'GET', address: `${address}?${body}`, headers: {} }),
  }),
  pushed('RFC 9126 2.1: pushed as JSON', {
    request: (request) => ({
      ...request,
      headers: { ...request.headers, 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new URLSearchParams(request.body))),
    }),
  }),
  pushed('RFC 9449 10: pushed with the thumbprint of another key', { form: adding({ dpop_jkt: 'A'.repeat(43) }) }),
  pushed('RFC 9101 6.1: pushed with a request object that is none', { form: adding({ request: 'hello' }) }),
  ...ASSERTIONS.map(([name, assertion]) => pushed(`RFC 7523 3: pushed with an assertion ${name}`, { assertion: assertion ?? null })),
  {
    name: 'RFC 7523 3: pushed with an assertion used before',
    async run(asking) {
      let first = ''
      await push(begun(asking), { assertion: { text: (jwt) => (first = jwt) } })
      return told(await push(begun(asking), { assertion: { text: () => first } }))
    },
  },
  {
    name: 'RFC 6749 5.2: pushed by a client that nobody knows',
    run: async (asking) => told(await push(begun({ ...asking, client: { ...asking.client, id: 'nobody' } }))),
  },
  ...PROOFS.map(([name, dpop]) => pushed(`RFC 9449 4.3: pushed with a proof ${name}`, { dpop: dpop ?? null })),

  {
    name: 'RFC 9449 11.1: pushed with a proof used before',
    async run(asking) {
      const flow = begun(asking)
      let first = ''
      await push(flow, { dpop: { text: (jwt) => (first = jwt) } })
      return told(await push(flow, { dpop: { text: () => first } }))
    },
  },

  opened('RFC 9126 4: opened as it should be', (query) => query),
  opened('RFC 9126 4: opened with parameters of its own', (query) => ({
    ...query,
    state: 'other',
    scope: 'other',
    redirect_uri: 'https://evil.example',
  })),
  opened('RFC 9126 4: opened without having been pushed', (query, { client, ask }) => ({
    ...{ client_id: String(query.client_id), redirect_uri: client.redirectUri, response_type: 'code', ...ask },
    ...{ code_challenge: 'A'.repeat(43), code_challenge_method: 'S256', state: 'a state' },
  })),
  opened('RFC 9126 4: opened by another client', (query, { other }) => ({ ...query, client_id: other.id })),
  opened('RFC 9126 4: opened with a request_uri that was never given', (query) => ({ ...query, request_uri: `${query.request_uri}x` })),
  opened('RFC 9126 4: opened without a client', ({ client_id: _, ...query }) => query),
  {
    name: 'RFC 9126 7.3: opened again after it was answered',
    async run(asking) {
      const flow = await withCode(asking.server, asking.client, asking.ask)
      return ended(await authorize(flow), asking)
    },
  },
  {
    name: 'RFC 6749 4.1.2: a long state comes back as it was',
    async run(asking) {
      const flow = begun(asking)
      const state = 's'.repeat(1000)
      await push(flow, { form: adding({ state }) })
      const page = await authorize(flow)
      return `${ended(page, asking)} ${new URL(page.address).searchParams.get('state') === state ? 'as it was' : 'changed'}`
    },
  },
  {
    name: 'RFC 6749 4.1.2: no state, none comes back',
    async run(asking) {
      const flow = begun(asking)
      await push(flow, { form: without('state') })
      const page = await authorize(flow)
      return `${ended(page, asking)} ${new URL(page.address).searchParams.has('state') ? 'with one' : 'without'}`
    },
  },
  {
    name: 'RFC 9207 2: the issuer stands in the answer',
    async run(asking) {
      const flow = begun(asking)
      await push(flow)
      return new URL((await authorize(flow)).address).searchParams.get('iss') === asking.server.issuer ? 'yes' : 'no'
    },
  },

  redeemed('RFC 6749 4.1.3: redeemed as it should be', {}),
  redeemed('RFC 7636 4.6: redeemed without a verifier', { form: without('code_verifier') }),
  redeemed('RFC 7636 4.6: redeemed with another verifier', { form: adding({ code_verifier: 'v'.repeat(43) }) }),
  redeemed('RFC 7636 4.1: redeemed with a verifier that is too short', { form: adding({ code_verifier: 'v' }) }),
  redeemed('RFC 6749 4.1.3: redeemed without redirect_uri', { form: without('redirect_uri') }),
  redeemed('RFC 6749 4.1.3: redeemed with another redirect_uri', {
    form: (form) => ({ ...form, redirect_uri: `${form.redirect_uri}?x=1` }),
  }),
  redeemed('RFC 6749 4.1.3: redeemed without a code', { form: without('code') }),
  redeemed('RFC 6749 5.2: redeemed with a code that was never given', { form: adding({ code: 'guessed' }) }),
  redeemed('RFC 6749 5.2: another grant', { form: adding({ grant_type: 'password' }) }),
  redeemed('RFC 6749 5.2: no grant', { form: without('grant_type') }),
  redeemed('RFC 6749 3.2: a parameter nobody knows', { form: adding({ colour: 'blue' }) }),
  redeemed('RFC 6749 3.2: redeemed with a parameter twice', { request: (request) => ({ ...request, body: `${request.body}&code=other` }) }),
  redeemed('RFC 9449 10: redeemed with another DPoP key than it was pushed with', { key: newHolder() }),
  ...ASSERTIONS.map(([name, assertion]) => redeemed(`RFC 7523 3: redeemed with an assertion ${name}`, { assertion: assertion ?? null })),
  ...PROOFS.map(([name, dpop]) => redeemed(`RFC 9449 4.3: redeemed with a proof ${name}`, { dpop: dpop ?? null })),
  {
    name: 'RFC 6749 4.1.2: redeemed twice',
    async run(asking) {
      const flow = await withTokens(asking.server, asking.client, asking.ask)
      return told(await redeemCode(flow))
    },
  },
  {
    name: 'RFC 6749 4.1.2: after a code was redeemed twice, its refresh token',
    async run(asking) {
      const flow = await withTokens(asking.server, asking.client, asking.ask)
      await redeemCode(flow)
      return told(await refresh(flow))
    },
  },
  {
    name: 'RFC 6749 4.1.3: redeemed by another client',
    async run(asking) {
      const flow = await withCode(asking.server, asking.client, asking.ask)
      return told(await redeemCode(flow, { client: asking.other }))
    },
  },

  refreshed('RFC 6749 6: refreshed as it should be', () => ({})),
  refreshed('RFC 6749 6: refreshed without the token', () => ({ form: without('refresh_token') })),
  refreshed('RFC 6749 6: refreshed with a token that was never given', () => ({ form: adding({ refresh_token: 'guessed' }) })),
  refreshed('RFC 6749 10.4: refreshed by another client', ({ other }) => ({ client: other })),
  refreshed('RFC 6749 10.4: refreshed without authentication', () => ({ assertion: null })),
  refreshed('RFC 9449 5: refreshed with another DPoP key', () => ({ key: newHolder() })),
  refreshed('RFC 9449 5: refreshed without a proof', () => ({ dpop: null })),
  refreshed('RFC 6749 6: refreshed for more', () => ({ form: adding({ scope: 'nonsense' }) })),
  {
    name: 'FAPI 2.0 5.3.2.1: refreshed twice with one token',
    async run(asking) {
      const flow = await withTokens(asking.server, asking.client, asking.ask)
      const { refreshToken } = flow
      await refresh(flow)
      return told(await refresh(flow, { form: adding({ refresh_token: refreshToken }) }))
    },
  },

  revoked('RFC 7009 2.1: revoked as it should be', {}),
  revoked('RFC 7009 2.1: revoked without a token', { form: without('token') }),
  revoked('RFC 7009 2.2: revoked what was never given', { form: adding({ token: 'guessed' }) }),
  revoked('RFC 7009 2.1: revoked without authentication', { assertion: null }),
  {
    name: 'RFC 7009 2.1: revoked, and then refreshed',
    async run(asking) {
      const flow = await withTokens(asking.server, asking.client, asking.ask)
      await revoke(flow, flow.refreshToken, { dpop: null })
      return told(await refresh(flow))
    },
  },
  {
    name: 'RFC 7009 2.1: revoked by another client, and then refreshed',
    async run(asking) {
      const flow = await withTokens(asking.server, asking.client, asking.ask)
      await revoke(flow, flow.refreshToken, { dpop: null, client: asking.other })
      return told(await refresh(flow))
    },
  },
]
