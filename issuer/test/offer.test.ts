import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { qrSvg, qrTerminal } from '@symbolon/command-line'
import { parseFetchedOffer, parseOfferLink } from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import { generate } from 'lean-qr'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { command } from './command.ts'
import { credentialIn, LOTTE, offer, redeem, request, STATUTE, start, type TestIssuer } from './fixture.ts'
import { dpopWallet, refusalOf } from './wallet.ts'

const DAY = 86_400
let issuer: TestIssuer
beforeAll(async () => {
  issuer = await start()
})
afterAll(() => issuer.close())
afterEach(() => {
  issuer.clock.ahead = 0
})

const make = async (wish: JsonObject = {}) => (await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE, ...wish })).json
const stateOf = async (id: unknown) => (await issuer.admin('GET', `/offers/${id}`)).json.state
const wrongFor = (code: string | undefined) => (code === '000000' ? '111111' : '000000')

describe('an offer by reference (OpenID4VCI 1.0 section 4.1.3)', () => {
  const addressIn = (json: JsonObject): string => {
    const link = parseOfferLink(String(json.uri))
    if (!('address' in link)) throw new Error('an offer by reference was expected')
    return link.address
  }

  test('4.1.3: fetched by GET, as application/json, never kept; what is fetched is what the institution was told', async () => {
    const json = await make({ by_reference: true, tx_code: true })
    const response = await fetch(addressIn(json))
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect([response.headers.get('cache-control'), response.headers.get('access-control-allow-origin')]).toEqual(['no-store', '*'])
    const body = await response.text()
    expect(JSON.parse(body)).toEqual(json.credential_offer)
    const { grants } = parseFetchedOffer({ contentType: 'application/json', body })
    expect(grants.preAuthorized?.txCode).toEqual({ inputMode: 'numeric', length: 6 })
    const { code = '' } = grants.preAuthorized ?? {}
    expect((await redeem(issuer, { code, txCode: String(json.tx_code) })).status).toBe(200)
  })

  test('4.1: the link holds the reference and not the offer; it is short', async () => {
    const uri = String((await make({ by_reference: true })).uri)
    expect(uri).not.toContain('credential_offer=')
    expect(uri.length).toBeLessThan(130)
  })

  test('what can no longer be redeemed cannot be fetched: redeemed, withdrawn, over, never made', async () => {
    const used = await make({ by_reference: true })
    const { code = '' } =
      parseFetchedOffer({ contentType: 'application/json', body: JSON.stringify(used.credential_offer) }).grants.preAuthorized ?? {}
    await redeem(issuer, { code, txCode: undefined })
    const withdrawn = await make({ by_reference: true })
    await issuer.admin('DELETE', `/offers/${withdrawn.id}`)
    const over = await make({ by_reference: true })
    issuer.clock.ahead = 601
    for (const address of [...[used, withdrawn, over].map(addressIn), `${issuer.url}/offers/x`, `${issuer.url}/offers/${used.id}`]) {
      const answer = await fetch(address)
      expect([answer.status, (await answer.json()).error]).toEqual([404, 'offer_not_found'])
    }
  })

  test('neither the handle nor the code stands in the database', async () => {
    const own = await start()
    const { json } = await own.admin('POST', '/offers', { type: STATUTE, subject: LOTTE, by_reference: true })
    const handle = addressIn(json).split('/').at(-1) ?? ''
    await own.close()
    const database = new DatabaseSync(join(own.home, 'issuer', 'issuer.sqlite'), { readOnly: true })
    const kept = JSON.stringify(database.prepare('select * from offers').all())
    database.close()
    const { grants } = json.credential_offer as { grants: Record<string, { 'pre-authorized_code': string }> }
    const [code = ''] = Object.values(grants).map((grant) => grant['pre-authorized_code'])
    expect(kept).toContain(String(json.id))
    for (const secret of [handle, code, LOTTE]) expect([secret.length > 10, kept.includes(secret)]).toEqual([true, false])
  })
})

describe('an offer whose person signs in (OpenID4VCI 1.0 section 4.1.1)', () => {
  test('holds an issuer_state and no code, by value and by reference', async () => {
    const { credential_offer } = await make({ grant: 'authorization_code' })
    const { grants } = parseFetchedOffer({ contentType: 'application/json', body: JSON.stringify(credential_offer) })
    expect(Object.keys(grants)).toEqual(['authorizationCode'])
    expect(grants.authorizationCode?.issuerState).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const { uri, credential_offer: told } = await make({ grant: 'authorization_code', by_reference: true })
    const link = parseOfferLink(String(uri))
    expect('address' in link && (await (await fetch(link.address)).json())).toEqual(told)
  })

  test('its issuer_state is no pre-authorized code', async () => {
    const { id, credential_offer } = await make({ grant: 'authorization_code' })
    const { grants } = parseFetchedOffer({ contentType: 'application/json', body: JSON.stringify(credential_offer) })
    const answer = await redeem(issuer, { code: grants.authorizationCode?.issuerState ?? '', txCode: undefined })
    expect([refusalOf(answer), await stateOf(id)]).toEqual([[400, 'invalid_grant'], 'open'])
  })

  test('VI-04: goes with no transaction code', async () => {
    const { status, json } = await issuer.admin('POST', '/offers', {
      type: STATUTE,
      subject: LOTTE,
      grant: 'authorization_code',
      tx_code: true,
    })
    expect([status, json.error]).toEqual([400, 'invalid_request'])
  })
})

describe('a QR code', () => {
  test('comes with the offer when it is wanted, as an SVG of the link', async () => {
    const { uri, qr } = await make({ by_reference: true, qr: true })
    expect(qr).toBe(qrSvg(String(uri)))
    expect(String(qr)).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>.*<\/svg>$/)
    expect(await make()).not.toHaveProperty('qr')
  })

  test('in a terminal has the same modules, light where the screen is lit, and a quiet zone of four', () => {
    const text = 'openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffers%2Fabc'
    const rows = qrTerminal(text)
      .split('\n')
      .flatMap((line) => {
        const letters = [...line.replace('\x1b[97;40m', '').replace('\x1b[0m', '')]
        return [letters.map((letter) => ' ▄'.includes(letter)), letters.map((letter) => ' ▀'.includes(letter))]
      })
    const code = generate(text)
    const dark = (x: number, y: number) => rows[y + 4]?.[x + 4] ?? false
    expect(rows[0]).toHaveLength(code.size + 8)
    for (let y = -4; y < code.size + 4; y++) for (let x = -4; x < code.size + 4; x++) expect(dark(x, y)).toBe(code.get(x, y))
  })
})

describe('wrong transaction codes (OpenID4VCI 1.0 section 13.6.3)', () => {
  test('the third and later are answered after 1, 2 and 4 seconds; the right one at once', async () => {
    const made = await offer(issuer, { tx_code: true })
    issuer.slept.length = 0
    for (let attempt = 0; attempt < 4; attempt++) await redeem(issuer, { code: made.code, txCode: wrongFor(made.txCode) })
    expect(issuer.slept).toEqual([1000, 2000])
    expect((await redeem(issuer, made)).status).toBe(200)
    expect(issuer.slept).toEqual([1000, 2000])
    const dead = await offer(issuer, { tx_code: true })
    for (let attempt = 0; attempt < 6; attempt++) await redeem(issuer, { code: dead.code, txCode: wrongFor(dead.txCode) })
    expect(issuer.slept).toEqual([1000, 2000, 1000, 2000, 4000])
  })

  test('a wrong code sent with a proof is counted, and the proof used', async () => {
    const [wallet, made] = [dpopWallet(issuer), await offer(issuer, { tx_code: true })]
    const proof = await wallet.proofFor('/token')
    const wrong = { code: made.code, txCode: wrongFor(made.txCode) }
    expect((await wallet.redeem(wrong, {}, { proof })).json.error_description).toMatch(/tries left: 4/)
    expect(refusalOf(await wallet.redeem(made, {}, { proof }))).toEqual([400, 'invalid_dpop_proof'])
    expect((await wallet.redeem(wrong)).json.error_description).toMatch(/tries left: 3/)
  })
})

describe('POST /admin/offers/:id/renew', () => {
  const renew = (id: unknown, body?: JsonObject) => issuer.admin('POST', `/offers/${id}/renew`, body)

  test('a blocked offer is made anew: another id, code and transaction code; the old one is withdrawn', async () => {
    const made = await make({ tx_code: true })
    const { code = '' } =
      parseFetchedOffer({ contentType: 'application/json', body: JSON.stringify(made.credential_offer) }).grants.preAuthorized ?? {}
    for (let attempt = 0; attempt < 5; attempt++) await redeem(issuer, { code, txCode: wrongFor(String(made.tx_code)) })
    expect(await stateOf(made.id)).toBe('blocked')
    const { status, json } = await renew(made.id)
    expect([status, Object.keys(json)]).toEqual([201, ['id', 'uri', 'credential_offer', 'tx_code', 'expires_at']])
    expect(json.id).not.toBe(made.id)
    expect([await stateOf(made.id), await stateOf(json.id)]).toEqual(['withdrawn', 'open'])
    const fresh =
      parseFetchedOffer({ contentType: 'application/json', body: JSON.stringify(json.credential_offer) }).grants.preAuthorized?.code ?? ''
    const { json: token } = await redeem(issuer, { code: fresh, txCode: String(json.tx_code) })
    expect(credentialIn(await request(issuer, String(token.access_token)))).toContain('~')
  })

  test('one that is open, over, or redeemed without a credential; its token ends', async () => {
    const open = await make()
    expect((await renew(open.id, { by_reference: true, qr: true })).json).toMatchObject({
      qr: expect.any(String),
      uri: expect.stringContaining('offer_uri'),
    })
    const redeemed = await offer(issuer)
    const token = String((await redeem(issuer, redeemed)).json.access_token)
    expect((await renew(redeemed.id)).status).toBe(201)
    expect((await request(issuer, token)).status).toBe(401)
    const over = await make()
    issuer.clock.ahead = DAY
    expect((await renew(over.id)).status).toBe(201)
  })

  test('not one that was issued, withdrawn, forgotten or never made', async () => {
    const code = ({ status, json }: { status: number; json: JsonObject }) => [status, json.error]
    const issued = await offer(issuer)
    await request(issuer, String((await redeem(issuer, issued)).json.access_token))
    expect(code(await renew(issued.id))).toEqual([409, 'offer_used'])
    const withdrawn = await make()
    await issuer.admin('DELETE', `/offers/${withdrawn.id}`)
    expect(code(await renew(withdrawn.id))).toEqual([409, 'offer_forgotten'])
    expect(code(await renew('AAAAAAAAAAAAAAAAAAAAAA'))).toEqual([404, 'offer_not_found'])
    const again = await make()
    await renew(again.id)
    expect(code(await renew(again.id))).toEqual([409, 'offer_forgotten'])
    expect(code(await renew((await make()).id, { tx_code: true }))).toEqual([400, 'invalid_request'])
  })

  test('the number of a person is wiped a day after the end of an offer that nobody redeemed', async () => {
    const own = await start()
    await own.admin('POST', '/offers', { type: STATUTE, subject: LOTTE })
    await own.close()
    const database = new DatabaseSync(join(own.home, 'issuer', 'issuer.sqlite'), { readOnly: true })
    const kept = () => database.prepare('select count(*) as n from offers where subject is not null').get()?.n
    await (await start({ SYMBOLON_HOME: own.home }, 600 + DAY - 30)).close()
    expect(kept()).toBe(1)
    await (await start({ SYMBOLON_HOME: own.home }, 600 + DAY + 1)).close()
    expect(kept()).toBe(0)
    database.close()
  })
})

describe('symbolon-issuer offer', () => {
  const run = (args: string[], stdin = '') => command(['offer', ...args], { SYMBOLON_HOME: issuer.home, ISSUER_URL: issuer.url }, stdin)

  test('--by-reference --qr: the link on standard output, the code drawn on standard error', async () => {
    const { exit, out, err } = await run([STATUTE, '-', '--by-reference', '--qr', '--grant', 'pre-authorized_code'], LOTTE)
    expect(exit).toBe(0)
    expect(parseOfferLink(out.trimEnd())).toHaveProperty('address')
    expect(err).toBe(`${qrTerminal(out.trimEnd())}\n`)
  })

  test('--renew takes the id alone; what the issuer refuses is exit 1, what makes no sense 64', async () => {
    const made = await make({ tx_code: true })
    const { exit, out, err } = await run(['--renew', String(made.id)])
    expect([exit, err]).toEqual([0, expect.stringMatching(/^transaction code [0-9]{6}\n$/)])
    expect(parseOfferLink(out.trimEnd())).toHaveProperty('offer')
    const again = await run(['--renew', String(made.id), '--json'])
    expect([again.exit, JSON.parse(again.out).error]).toEqual([1, 'offer_forgotten'])
    const grant = await run([STATUTE, '-', '--grant', 'implicit', '--json'], LOTTE)
    expect([grant.exit, JSON.parse(grant.out).error]).toEqual([1, 'grant_not_supported'])
    for (const args of [[], [STATUTE], ['--renew', 'x', STATUTE], ['--renew', 'x', '--tx-code']]) expect((await run(args)).exit).toBe(64)
  })
})
