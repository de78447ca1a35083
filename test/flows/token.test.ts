import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, good, type Request } from './answer.ts'
import { ask, type Changes, credentialIn, redeem, tokenOf } from './issuance.ts'
import { EHIC, type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())
afterEach(() => {
  setting.clock.ahead = 0
})

const txCode = (tx_code: string): Changes => ({ form: (honest) => ({ ...honest, tx_code }) })
/** A code that is not this one. */
const wrong = (right = ''): Changes => txCode(right === '000000' ? '111111' : '000000')
const withoutTxCode: Changes = { form: ({ tx_code: _, ...form }) => form }

describe('the happy flow, with another transaction code', () => {
  it('VI-03: four wrong ones and then the right one', async () => {
    const offer = await setting.offer({ tx_code: true })
    for (const left of [4, 3, 2, 1]) {
      expectRefusal(await redeem(setting, offer, wrong(offer.txCode)), 400, 'invalid_grant', new RegExp(`tries left: ${left}`))
    }
    expect(good(await redeem(setting, offer))).toMatchObject({ token_type: 'Bearer', expires_in: 300 })
  })

  it('VI-03: five wrong ones, one after another, and the right one is refused: the offer is dead', async () => {
    const offer = await setting.offer({ tx_code: true })
    for (let attempt = 0; attempt < 5; attempt++) expectRefusal(await redeem(setting, offer, wrong(offer.txCode)), 400, 'invalid_grant')
    expectRefusal(await redeem(setting, offer), 400, 'invalid_grant')
    expect(await setting.stateOf(offer)).toBe('blocked')
  })

  it('VI-03: twenty wrong ones at once are no more than five, and the right one is refused', async () => {
    const offer = await setting.offer({ tx_code: true })
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(setting, offer, wrong(offer.txCode))))
    const counted = answers.filter(({ body }) => /wrong/.test(String(body.error_description)))
    expect(counted).toHaveLength(5)
    expectRefusal(await redeem(setting, offer), 400, 'invalid_grant')
  })

  it('VI-02: none at all is refused, and is not counted as a try', async () => {
    const offer = await setting.offer({ tx_code: true })
    for (let attempt = 0; attempt < 6; attempt++) {
      expectRefusal(await redeem(setting, offer, withoutTxCode), 400, 'invalid_request', /tx_code is missing/)
    }
    expect(await setting.stateOf(offer)).toBe('open')
    good(await redeem(setting, offer))
  })

  it('VI-04: one that nobody asked for is refused, and the code still works without it', async () => {
    const offer = await setting.offer()
    expectRefusal(await redeem(setting, offer, txCode('123456')), 400, 'invalid_request', /this offer has none/)
    expect(await setting.stateOf(offer)).toBe('open')
    good(await redeem(setting, offer))
  })

  it('VI-03: the transaction code of another offer is a wrong one', async () => {
    const [one, other] = [await setting.offer({ tx_code: true }), await setting.offer({ tx_code: true })]
    if (one.txCode !== other.txCode) expectRefusal(await redeem(setting, { ...one, txCode: other.txCode }), 400, 'invalid_grant')
    good(await redeem(setting, one))
  })
})

describe('the happy flow, with another token request', () => {
  it.each<[string, Changes, number, string]>([
    ['RFC 6749 5.2: another grant', { form: (form) => ({ ...form, grant_type: 'password' }) }, 400, 'unsupported_grant_type'],
    ['RFC 6749 5.2: no grant', { form: ({ grant_type: _, ...form }) => form }, 400, 'invalid_request'],
    ['VCI 6.1: no code', { form: ({ 'pre-authorized_code': _, ...form }) => form }, 400, 'invalid_request'],
    [
      'RFC 6749 3.2: a code that stands there twice',
      { tokenRequest: (request) => ({ ...request, body: `${request.body}&${request.body?.split('&').at(-1)}` }) },
      400,
      'invalid_request',
    ],
    [
      'RFC 6749 4.1.3: JSON instead of a form',
      {
        tokenRequest: (request) => ({
          ...request,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(Object.fromEntries(new URLSearchParams(request.body))),
        }),
      },
      400,
      'invalid_request',
    ],
    [
      'RFC 6749 3.2: GET, the code in the address',
      { tokenRequest: ({ address, body }) => ({ method: 'GET', address: `${address}?${body}`, headers: {} }) },
      405,
      'method_not_allowed',
    ],
    ['a body without end', { form: (form) => ({ ...form, more: 'x'.repeat(70_000) }) }, 413, 'request_too_large'],
  ])('%s: refused, and the offer is still good', async (_about, change, status, code) => {
    const offer = await setting.offer()
    expectRefusal(await redeem(setting, offer, change), status, code)
    expect(await setting.stateOf(offer)).toBe('open')
    good(await redeem(setting, offer))
  })

  it('VI-16: members nobody knows are ignored', async () => {
    const form = (honest: Record<string, string>) => ({ ...honest, wallet_colour: 'blue' })
    const answer = await redeem(setting, await setting.offer(), { form })
    expect(good(answer)).toMatchObject({ token_type: 'Bearer' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})

describe('the happy flow, with another access token', () => {
  const authorization =
    (change: (honest: string) => string | undefined) =>
    (request: Request): Request => {
      const { authorization = '', ...headers } = request.headers
      const changed = change(authorization)
      return { ...request, headers: { ...headers, ...(changed !== undefined && { authorization: changed }) } }
    }

  it.each<[string, (request: Request) => Request, number, string]>([
    ['RFC 6750 3: none', authorization(() => undefined), 401, 'invalid_token'],
    ['RFC 6750 3.1: one that was guessed', authorization(() => `Bearer ${'A'.repeat(43)}`), 401, 'invalid_token'],
    ['RFC 6750 2.1: another scheme', authorization((honest) => honest.replace('Bearer', 'Basic')), 401, 'invalid_token'],
    [
      'RFC 6750 2.3: in the address',
      (request) => {
        const token = String(request.headers.authorization).slice('Bearer '.length)
        return { ...authorization(() => undefined)(request), address: `${request.address}?access_token=${token}` }
      },
      400,
      'invalid_request',
    ],
  ])('%s: refused, and the right one still works', async (_about, credentialRequest, status, code) => {
    const offer = await setting.offer()
    const token = await tokenOf(setting, offer)
    const refused = await ask(setting, { token, type: STATUTE }, { credentialRequest })
    expectRefusal(refused, status, code)
    if (status === 401) expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await setting.stateOf(offer)).toBe('redeemed')
    credentialIn(await ask(setting, { token, type: STATUTE }))
  })

  it('VCI 13.10: one of more than five minutes ago is refused', async () => {
    const offer = await setting.offer()
    const token = await tokenOf(setting, offer)
    setting.clock.ahead = 301
    expectRefusal(await ask(setting, { token, type: STATUTE }), 401, 'invalid_token')
    expect(await setting.stateOf(offer)).toBe('redeemed')
  })

  it('VI-14: that of another offer brings no other type, and still brings its own', async () => {
    const [statute, card] = [await setting.offer(), await setting.offer({ type: EHIC })]
    const token = await tokenOf(setting, card)
    expectRefusal(await ask(setting, { token, type: STATUTE }), 403, 'insufficient_scope')
    expect(await setting.stateOf(statute)).toBe('open')
    credentialIn(await ask(setting, { token, type: EHIC }))
  })
})
