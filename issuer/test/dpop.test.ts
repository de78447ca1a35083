import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessToken, FORM, holderKey, nonce, offer, post, proof, randomText, request, STATUTE, start, type TestIssuer } from './fixture.ts'
import { dpopWallet, refusalOf, type Sending, textsIn } from './wallet.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await start()
})
afterAll(() => issuer.close())

/** One change of the proof, and how it is refused at a server and at a resource. */
const WRONG: [string, Sending, string][] = [
  ['RFC 9449 4.3: another method', { change: { method: 'GET' } }, 'invalid_dpop_proof'],
  ['RFC 9449 4.3: another address', { change: { address: 'http://localhost/elsewhere' } }, 'invalid_dpop_proof'],
  ['RFC 9449 4.3: too old', { change: { issuedAt: 0 } }, 'invalid_dpop_proof'],
  ['RFC 9449 4.3: another key than the one that signed', { change: { jwk: holderKey().jwk } }, 'invalid_dpop_proof'],
  ['RFC 9449 8: a nonce of nobody', { change: { nonce: randomText() } }, 'use_dpop_nonce'],
  ['RFC 9449 4.2: no proof at all, but a header', { proof: 'a.b.c' }, 'invalid_dpop_proof'],
]

describe('token endpoint', () => {
  test('RFC 9449 5: with a proof the token is bound, and a refresh token comes with it; the answer brings the next nonce', async () => {
    const answer = await dpopWallet(issuer).redeem(await offer(issuer))
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.json)).toEqual(['access_token', 'token_type', 'expires_in', 'refresh_token', 'scope'])
    expect([answer.json.token_type, answer.json.expires_in]).toEqual(['DPoP', 300])
    expect(answer.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{40,}$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('OpenID4VCI 13.10: without one it is a bearer token of at most 300 seconds, and no refresh token comes with it', async () => {
    const answer = await dpopWallet(issuer).redeem(await offer(issuer), {}, { change: null })
    expect([answer.json.token_type, answer.json.expires_in, answer.json.refresh_token]).toEqual(['Bearer', 300, undefined])
    expect(answer.headers.has('dpop-nonce')).toBe(false)
  })

  test.each(WRONG)('%s: 400, the code stays good', async (_what, sending, code) => {
    const [wallet, made] = [dpopWallet(issuer), await offer(issuer)]
    const answer = await wallet.redeem(made, {}, sending)
    expect(refusalOf(answer)).toEqual([400, code])
    expect(answer.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{40,}$/)
    expect((await wallet.redeem(made)).status).toBe(200)
  })

  test('RFC 9449 8: a wallet without a nonce is told to take the one of the answer, and then gets its token', async () => {
    const [wallet, made] = [dpopWallet(issuer), await offer(issuer)]
    const asked = await wallet.redeem(made, {}, { change: { nonce: null } })
    expect(refusalOf(asked)).toEqual([400, 'use_dpop_nonce'])
    expect((await wallet.redeem(made, {}, { change: { nonce: asked.headers.get('dpop-nonce') ?? '' } })).status).toBe(200)
  })

  test('RFC 9449 8: a c_nonce is no nonce for a proof, and the reverse', async () => {
    const wallet = dpopWallet(issuer)
    const answer = await wallet.redeem(await offer(issuer), {}, { change: { nonce: await nonce(issuer) } })
    expect(refusalOf(answer)).toEqual([400, 'use_dpop_nonce'])
  })

  test('RFC 9449 9: a nonce ends; the next one is in the answer', async () => {
    const [wallet, made] = [dpopWallet(issuer), await offer(issuer)]
    const old = (await fetch(`${issuer.url}/nonce`, { method: 'POST' })).headers.get('dpop-nonce') ?? ''
    issuer.clock.ahead = 301
    expect(refusalOf(await wallet.redeem(made, {}, { change: { nonce: old } }))).toEqual([400, 'use_dpop_nonce'])
    expect((await wallet.redeem(made)).status).toBe(200)
    issuer.clock.ahead = 0
  })

  test('RFC 9449 11.1: a proof is used once, also when its request was refused', async () => {
    const [wallet, made] = [dpopWallet(issuer), await offer(issuer)]
    const proof = await wallet.proofFor('/token')
    expect(refusalOf(await wallet.redeem({ code: randomText(), txCode: undefined }, {}, { proof }))).toEqual([400, 'invalid_grant'])
    expect(refusalOf(await wallet.redeem(made, {}, { proof }))).toEqual([400, 'invalid_dpop_proof'])
    expect((await wallet.redeem(made)).status).toBe(200)
  })

  test('RFC 9449 4.3: two proofs in one request', async () => {
    const [wallet, made] = [dpopWallet(issuer), await offer(issuer)]
    const proof = `${await wallet.proofFor('/token')}, ${await wallet.proofFor('/token')}`
    expect(refusalOf(await wallet.redeem(made, {}, { proof }))).toEqual([400, 'invalid_dpop_proof'])
  })

  test('one proof used by 8 at once, each with a code of its own: one token', async () => {
    const wallet = dpopWallet(issuer)
    const offers = await Promise.all(Array.from({ length: 8 }, () => offer(issuer)))
    const proof = await wallet.proofFor('/token')
    const answers = await Promise.all(offers.map((made) => wallet.redeem(made, {}, { proof })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400])
  })
})

describe('credential endpoint, with a token that is bound to a key', () => {
  test('the happy flow; each answer brings a nonce', async () => {
    const wallet = dpopWallet(issuer)
    const answer = await wallet.credential((await wallet.tokens()).access)
    expect(textsIn(answer)).toHaveLength(1)
    expect(answer.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{40,}$/)
  })

  test.each([
    ...WRONG,
    ['RFC 9449 7.1: ath of another token', { change: { accessToken: randomText() } }, 'invalid_dpop_proof'],
    ['RFC 9449 4.3: no proof', { change: null }, 'invalid_dpop_proof'],
  ] as [string, Sending, string][])('%s: 401 with a challenge', async (_what, sending, code) => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const answer = await wallet.credential(access, undefined, undefined, sending)
    expect(refusalOf(answer)).toEqual([401, code])
    const challenge = answer.headers.get('www-authenticate')
    expect(challenge).toMatch(new RegExp(`^DPoP error="${code}"`))
    expect(challenge).toContain('algs="ES256')
    expect(textsIn(await wallet.credential(access))).toHaveLength(1)
  })

  test('RFC 9449 7.1: a proof by another key is invalid_token', async () => {
    const { access } = await dpopWallet(issuer).tokens()
    const answer = await dpopWallet(issuer).credential(access)
    expect(refusalOf(answer)).toEqual([401, 'invalid_token'])
  })

  test('RFC 9449 7.2: sent as a bearer token, with or without a proof', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const answer = await request(issuer, access)
    expect([answer.status, answer.json.error]).toEqual([401, 'invalid_token'])
    expect(answer.headers.get('www-authenticate')).toMatch(/DPoP/)
  })

  test('RFC 9449 7.1: a bearer token sent as a bound one', async () => {
    const answer = await dpopWallet(issuer).credential(await accessToken(issuer))
    expect(refusalOf(answer)).toEqual([401, 'invalid_token'])
  })

  test('RFC 9449 11.1: a proof is used once, also when its request was refused', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const proof = await wallet.proofFor('/credential', { accessToken: access })
    const refused = await wallet.send('/credential', '{}', 'application/json', { token: access, proof })
    expect(refusalOf(refused)).toEqual([400, 'invalid_credential_request'])
    expect(refusalOf(await wallet.credential(access, undefined, undefined, { proof }))).toEqual([401, 'invalid_dpop_proof'])
    expect(textsIn(await wallet.credential(access))).toHaveLength(1)
  })

  test('one proof used by 8 at once: one credential', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const proof = await wallet.proofFor('/credential', { accessToken: access })
    const answers = await Promise.all(Array.from({ length: 8 }, () => wallet.credential(access, undefined, undefined, { proof })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401, 401, 401])
  })

  test('RFC 6750 2.3: a token in the address, where it ends up in logs', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    for (const path of ['/credential', '/notification']) {
      const answer = await wallet.send(`${path}?access_token=${access}`, '{}', 'application/json', { token: access })
      expect(refusalOf(answer)).toEqual([400, 'invalid_request'])
    }
  })
})

describe('nonce endpoint', () => {
  test('OpenID4VCI 7.2: brings a nonce for key proofs and one for DPoP proofs, and nobody may keep the answer', async () => {
    const response = await fetch(`${issuer.url}/nonce`, { method: 'POST' })
    expect(Object.keys((await response.json()) as object)).toEqual(['c_nonce'])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{40,}$/)
  })

  test('a nonce for a DPoP proof is no c_nonce', async () => {
    const nonce = (await fetch(`${issuer.url}/nonce`, { method: 'POST' })).headers.get('dpop-nonce') ?? ''
    const answer = await request(issuer, await accessToken(issuer), STATUTE, [await proof(issuer, { nonce })])
    expect(refusalOf(answer)).toEqual([400, 'invalid_nonce'])
  })
})

test('a wallet in a page may send a proof to every endpoint of wallets, and read nonce and challenge', async () => {
  for (const path of ['/token', '/revoke', '/nonce', '/credential', '/notification']) {
    const asked = await fetch(issuer.url + path, { method: 'OPTIONS' })
    expect([path, asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
      path,
      204,
      'authorization, content-type, dpop, if-none-match',
    ])
    const refused = await post(issuer.url + path, 'x', FORM)
    expect([path, refused.headers.get('access-control-allow-origin')]).toEqual([path, '*'])
    expect(refused.headers.get('access-control-expose-headers')).toContain('dpop-nonce')
  }
})
