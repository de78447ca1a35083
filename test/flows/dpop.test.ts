import { createHmac } from 'node:crypto'
import type { JsonObject } from '@symbolon/sd-jwt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, expectRefusal, good, send } from './answer.ts'
import { askBound, delivered, notify } from './bound.ts'
import { type Client, type CodeFlow, newCodeFlow, push, redeemCode, refresh, revoke, withCode, withTokens } from './code_flow.ts'
import type { JwtChanges } from './dpop.ts'
import { type Holder, newHolder } from './holder.ts'
import { ask, tokenOf } from './issuance.ts'
import { ourServer } from './our_server.ts'
import { EHIC, type Setting, STATUTE, startSetting } from './setting.ts'

const client: Client = { id: 'a wallet nobody registered', redirectUri: 'http://127.0.0.1:5557/back' }
const ASK = { scope: EHIC }

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())
afterEach(() => {
  setting.clock.ahead = 0
})

/** A step with a DPoP proof: how far the flow must be before it, and the step itself. */
interface Place {
  readonly path: string
  /** As a token endpoint answers what is wrong with a proof, or as a resource does (RFC 9449 sections 5 and 7.1). */
  readonly status: 400 | 401
  begin(): Promise<CodeFlow>
  go(flow: CodeFlow, step: { dpop?: JwtChanges | null; key?: Holder }): Promise<Answer>
}

const withDelivery = new WeakMap<CodeFlow, string>()
const PLACES: Place[] = [
  {
    ...{ path: '/par', status: 400 },
    async begin() {
      const flow = newCodeFlow(ourServer(setting), client, ASK)
      await push(flow)
      return flow
    },
    go: push,
  },
  { ...{ path: '/token', status: 400 }, begin: () => withCode(ourServer(setting), client, ASK), go: redeemCode },
  { ...{ path: '/token (refresh)', status: 400 }, begin: () => withTokens(ourServer(setting), client, ASK), go: refresh },
  {
    ...{ path: '/credential', status: 401 },
    begin: () => withTokens(ourServer(setting), client, ASK),
    go: (flow, step) => askBound(setting, flow, { type: EHIC }, step),
  },
  {
    ...{ path: '/notification', status: 401 },
    async begin() {
      const flow = await withTokens(ourServer(setting), client, ASK)
      withDelivery.set(flow, delivered(await askBound(setting, flow, { type: EHIC })).notificationId)
      return flow
    },
    go: (flow, step) => notify(setting, flow, { id: withDelivery.get(flow) }, step),
  },
]

const claim = (more: JsonObject): JwtChanges => ({ payload: (honest) => ({ ...honest, ...more }) })
const header = (more: JsonObject): JwtChanges => ({ header: (honest) => ({ ...honest, ...more }) })
const lacking = (name: string): JwtChanges => ({ payload: ({ [name]: _, ...rest }) => rest })
const shifted = (seconds: number): JwtChanges => ({ payload: (claims) => ({ ...claims, iat: Number(claims.iat) + seconds }) })
const another = newHolder()

const WRONG: [string, JwtChanges][] = [
  ['RFC 9449 4.2: of another typ', header({ typ: 'JWT' })],
  ['RFC 9449 4.2: of alg none', { ...header({ alg: 'none' }), sign: () => new Uint8Array() }],
  [
    'RFC 9449 4.2: of a symmetric alg',
    { ...header({ alg: 'HS256' }), sign: (input) => createHmac('sha256', 'secret').update(input).digest() },
  ],
  ['RFC 9449 4.2: without a key', { header: ({ jwk: _, ...rest }) => rest }],
  ['RFC 9449 4.3: with the private key in it', header({ jwk: another.secret })],
  ['RFC 9449 4.3: signed with another key', { sign: (input) => another.signer.sign(input) }],
  ['RFC 9449 4.3: for another method', claim({ htm: 'GET' })],
  ['RFC 9449 4.3: for another address', claim({ htu: 'https://issuer.example/token' })],
  ['RFC 9449 4.2: without htm', lacking('htm')],
  ['RFC 9449 4.2: without htu', lacking('htu')],
  ['RFC 9449 4.2: without iat', lacking('iat')],
  ['RFC 9449 4.2: without jti', lacking('jti')],
  ['RFC 9449 11.1: ten minutes old', shifted(-600)],
  ['RFC 9449 11.1: two minutes from now', shifted(120)],
  ['RFC 7515 3.1: that is no JWT', { text: () => 'hello' }],
  ['RFC 9449 4.3: of which there are two', { text: (jwt) => `${jwt}, ${jwt}` }],
]

describe.each(PLACES)('the happy flow with a sign-in, with another DPoP proof at $path', ({ status, begin, go }) => {
  it.each(WRONG)('%s: refused, and the right one still works', async (_about, dpop) => {
    const flow = await begin()
    const refused = await go(flow, { dpop })
    expectRefusal(refused, status, 'invalid_dpop_proof')
    if (status === 401) expect(refused.headers.get('www-authenticate')).toMatch(/^DPoP .*error="invalid_dpop_proof"/)
    expect((await go(flow, {})).status).toBeLessThan(300)
  })

  it('RFC 9449 8, 9: without a nonce, or with one of somebody else: the next one comes along', async () => {
    const flow = await begin()
    for (const dpop of [lacking('nonce'), claim({ nonce: 'bm90LW91cnM' })]) {
      const told = await go(flow, { dpop })
      expectRefusal(told, status, 'use_dpop_nonce')
      expect(told.headers.get('dpop-nonce')).toMatch(/^[\w-]{40,}$/)
    }
    expect((await go(flow, {})).status).toBeLessThan(300)
  })

  it('RFC 9449 8: with a nonce of five minutes ago: the next one comes along', async () => {
    const flow = await begin()
    const { nonce } = flow
    setting.clock.ahead = 301
    expectRefusal(await go(flow, { dpop: claim({ nonce: nonce ?? '' }) }), status, status === 401 ? 'invalid_token' : 'use_dpop_nonce')
  })

  it.each([
    ['ten seconds old', shifted(-10)],
    ['ten seconds from now', shifted(10)],
  ])('FAPI 2.0 5.3.2.1: %s: welcome', async (_about, dpop) => {
    expect((await go(await begin(), { dpop })).status).toBeLessThan(300)
  })

  it('RFC 9449 11.1: used before: refused', async () => {
    const flow = await begin()
    let first = ''
    await go(flow, { dpop: { text: (jwt) => (first = jwt) } })
    expectRefusal(await go(flow, { dpop: { text: () => first } }), status, 'invalid_dpop_proof', /used before/)
  })
})

describe('the happy flow with a sign-in, with another token at the credential endpoint', () => {
  it.each<[string, Parameters<typeof askBound>[3], string]>([
    ['RFC 9449 7.2: the bound one as a bearer token', { scheme: 'Bearer', dpop: null }, 'invalid_token'],
    ['RFC 9449 7.2: the bound one as a bearer token, with a proof', { scheme: 'Bearer' }, 'invalid_token'],
    ['RFC 9449 7.1: without a proof', { dpop: null }, 'invalid_dpop_proof'],
    ['RFC 9449 7.1: a proof by another key', { key: newHolder() }, 'invalid_token'],
    ['RFC 9449 4.3: a proof without ath', { dpop: lacking('ath') }, 'invalid_dpop_proof'],
    ['RFC 9449 4.3: a proof with the ath of another token', { dpop: claim({ ath: 'A'.repeat(43) }) }, 'invalid_dpop_proof'],
    ['RFC 6750 3.1: one that was guessed', { token: 'guessed' }, 'invalid_token'],
  ])('%s: 401, and the right one still works', async (_about, step, code) => {
    const flow = await withTokens(ourServer(setting), client, ASK)
    const refused = await askBound(setting, flow, { type: EHIC }, step)
    expectRefusal(refused, 401, code)
    expect(refused.headers.get('www-authenticate')).toContain(`error="${code}"`)
    delivered(await askBound(setting, flow, { type: EHIC }))
  })

  it('RFC 9449 7.1: a bearer token shown as a bound one: refused', async () => {
    const flow = newCodeFlow(ourServer(setting), client, ASK)
    await push(flow)
    flow.accessToken = await tokenOf(setting, await setting.offer())
    expectRefusal(await askBound(setting, flow, { type: STATUTE }), 401, 'invalid_token')
    good(await ask(setting, { token: flow.accessToken, type: STATUTE }))
  })

  it('OpenID4VCI 7.2: the nonce endpoint brings the first nonce for a proof', async () => {
    const { headers } = await send({ method: 'POST', address: `${setting.url}/nonce`, headers: {} })
    const flow = newCodeFlow(ourServer(setting), client, ASK)
    flow.nonce = headers.get('dpop-nonce') ?? undefined
    good(await push(flow), 201)
  })

  it('RFC 7009 2.1: a token that was given back: refused', async () => {
    const flow = await withTokens(ourServer(setting), client, ASK)
    expect((await revoke(flow, flow.accessToken)).status).toBe(200)
    expectRefusal(await askBound(setting, flow, { type: EHIC }), 401, 'invalid_token')
    good(await refresh(flow))
    delivered(await askBound(setting, flow, { type: EHIC }))
  })
})
