import { inflateSync } from 'node:zlib'
import { type Credential, getStatus, parseCredential, type StatusBits } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { parseJws } from '@symbolon/sd-jwt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal, good, send } from './answer.ts'
import { askBound, type BoundStep, delivered, notify, type Wanted } from './bound.ts'
import { type Client, type CodeFlow, refresh, revoke, type Step, withTokens } from './code_flow.ts'
import { newHolder } from './holder.ts'
import { freshNonce } from './issuance.ts'
import { ourServer } from './our_server.ts'
import { EHIC, PDA1, type Setting, STATUTE, startSetting } from './setting.ts'

const client: Client = { id: 'a wallet nobody registered', redirectUri: 'http://127.0.0.1:5557/back' }
const detailsOf = (...types: string[]): string =>
  JSON.stringify(types.map((type) => ({ type: 'openid_credential', credential_configuration_id: type })))

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())
afterEach(() => {
  setting.clock.ahead = 0
})

const holders = (count: number) => Array.from({ length: count }, newHolder)
const flowFor = (ask: Record<string, string> = { scope: EHIC }, person?: string): Promise<CodeFlow> =>
  withTokens(ourServer(setting, person), client, ask)
const credentialsOf = (texts: readonly string[]) => Promise.all(texts.map(async (text) => parseCredential(text, primitives)))

describe('the happy flow with a batch', () => {
  it('OpenID4VCI 3.3.2, 8.3, RFC 9901 10.1, Token Status List 12.2: five keys, five credentials that nobody can link', async () => {
    const keys = holders(5)
    const { texts } = delivered(await askBound(setting, await flowFor(), { type: EHIC, holders: keys }))
    const credentials = await credentialsOf(texts)
    expect(new Set(credentials.map(({ view }) => view.holderKey?.x))).toEqual(new Set(keys.map(({ jwk }) => jwk.x)))
    const salts = credentials.flatMap((credential) => credential.salts)
    expect(new Set(salts).size).toBe(salts.length)
    const places = credentials.map(({ view }) => Number(view.status?.index))
    expect(new Set(places).size).toBe(5)
    // In no order that tells which belong together.
    const steps = places.slice(1).map((place, at) => place - Number(places[at]))
    expect(new Set(steps).size).toBeGreaterThan(1)
    // The same data, and whole days that everybody has.
    const [first] = credentials.map(({ view }) => view)
    for (const { view } of credentials) {
      expect(view.claims).toEqual(first?.claims)
      expect([view.issuedAt, view.notBefore, view.expires]).toEqual([first?.issuedAt, first?.notBefore, first?.expires])
      expect(Number(view.issuedAt) % 900).toBe(0)
    }
  })

  it.each<[string, (nonce: string) => Wanted, string]>([
    [
      'VI-11: two proofs of one key',
      (nonce) => {
        const holder = newHolder()
        return { type: EHIC, holders: [holder, holder], nonce }
      },
      'invalid_proof',
    ],
    ['VI-11: one proof more than a request may have', (nonce) => ({ type: EHIC, holders: holders(31), nonce }), 'invalid_proof'],
    [
      'VCI F.4: one of three signed by another key',
      (nonce) => {
        let count = 0
        const other = newHolder()
        return {
          ...{ type: EHIC, holders: holders(3), nonce },
          proof: { sign: (input, honest) => (++count === 2 ? other.signer.sign(input) : honest.sign(input)) },
        }
      },
      'invalid_proof',
    ],
    [
      'VI-05: one of three with a nonce that was made up',
      (nonce) => {
        let count = 0
        return {
          ...{ type: EHIC, holders: holders(3), nonce },
          proof: { payload: (claims) => (++count === 3 ? { ...claims, nonce: 'bm90LW91cnM' } : claims) },
        }
      },
      'invalid_nonce',
    ],
  ])('%s: none is issued, and the nonce is still good', async (_about, wanted, code) => {
    const flow = await flowFor()
    const nonce = await freshNonce(setting)
    expectRefusal(await askBound(setting, flow, wanted(nonce)), 400, code)
    expect(delivered(await askBound(setting, flow, { type: EHIC, holders: holders(2), nonce })).texts).toHaveLength(2)
  })

  it('as many copies as the brick allows, and not one more with this token; a refresh brings more', async () => {
    const flow = await flowFor()
    expect(delivered(await askBound(setting, flow, { type: EHIC, holders: holders(30) })).texts).toHaveLength(30)
    expectRefusal(await askBound(setting, flow, { type: EHIC }), 400, 'credential_request_denied')
    good(await refresh(flow))
    expect(delivered(await askBound(setting, flow, { type: EHIC })).texts).toHaveLength(1)
  })

  it('an answer that never came: asked again for the same keys, there is one good set', async () => {
    const flow = await flowFor({ scope: EHIC })
    const keys = holders(3)
    const lost = delivered(await askBound(setting, flow, { type: EHIC, holders: keys })).texts
    const kept = delivered(await askBound(setting, flow, { type: EHIC, holders: keys })).texts
    expect(await statusesOf(lost)).toEqual([1, 1, 1])
    expect(await statusesOf(kept)).toEqual([0, 0, 0])
  })
})

/** What the status list of a credential says of it now (Token Status List section 8.3). */
async function statusOf({ view }: Credential): Promise<number | undefined> {
  const token = await (await fetch(view.status?.uri ?? '')).text()
  const { bits, lst } = parseJws(token).payload.status_list as { bits: StatusBits; lst: string }
  return getStatus(inflateSync(Buffer.from(lst, 'base64url')), bits, view.status?.index ?? -1)
}

const statusesOf = async (texts: readonly string[]) => Promise.all((await credentialsOf(texts)).map(statusOf))

describe('the happy flow with identifiers', () => {
  const identifierOf = async (flow: CodeFlow): Promise<string> => {
    const [detail] = good(await refresh(flow)).authorization_details as { credential_identifiers: string[] }[]
    return detail?.credential_identifiers[0] ?? ''
  }

  it('OpenID4VCI 6.2, 8.2: asked by details, the credential is asked for by its identifier', async () => {
    const flow = await flowFor({ authorization_details: detailsOf(EHIC) })
    const { texts } = delivered(await askBound(setting, flow, { identifier: await identifierOf(flow) }))
    expect(texts).toHaveLength(1)
  })

  it('VI-10: by the configuration although identifiers were given, or by both: refused', async () => {
    const flow = await flowFor({ authorization_details: detailsOf(EHIC) })
    const identifier = await identifierOf(flow)
    expectRefusal(await askBound(setting, flow, { type: EHIC }), 400, 'invalid_credential_request')
    const both: BoundStep = { body: (body) => ({ ...body, credential_configuration_id: EHIC }) }
    expectRefusal(await askBound(setting, flow, { identifier }, both), 400, 'invalid_credential_request')
  })

  it('VI-14: by an identifier that was guessed, or is that of another wallet: refused', async () => {
    const [mine, others] = [
      await flowFor({ authorization_details: detailsOf(EHIC) }),
      await flowFor({ authorization_details: detailsOf(EHIC) }),
    ]
    expectRefusal(await askBound(setting, mine, { identifier: 'guessed' }), 400, 'unknown_credential_identifier')
    expectRefusal(await askBound(setting, mine, { identifier: await identifierOf(others) }), 400, 'unknown_credential_identifier')
    expectRefusal(await askBound(setting, mine, { identifier: '' }), 400, 'invalid_credential_request')
  })

  it('VI-10: by an identifier although none was given: refused', async () => {
    expectRefusal(await askBound(setting, await flowFor(), { identifier: EHIC }), 400, 'invalid_credential_request')
  })

  it('VI-14: another configuration than was agreed to, and one that nobody made: refused', async () => {
    const flow = await flowFor()
    expectRefusal(await askBound(setting, flow, { type: STATUTE }), 403, 'insufficient_scope')
    expectRefusal(await askBound(setting, flow, { type: 'passport' }), 400, 'unknown_credential_configuration')
  })

  it('OpenID4VCI 5.1.1: two credentials at once, each by its own identifier', async () => {
    const flow = await flowFor({ authorization_details: detailsOf(EHIC, STATUTE) })
    const details = good(await refresh(flow)).authorization_details as {
      credential_configuration_id: string
      credential_identifiers: string[]
    }[]
    expect(details.map((detail) => detail.credential_configuration_id)).toEqual([EHIC, STATUTE])
    for (const { credential_identifiers } of details) {
      delivered(await askBound(setting, flow, { identifier: credential_identifiers[0] ?? '' }))
    }
  })
})

describe('the happy flow with a notification', () => {
  const received = async (): Promise<{ flow: CodeFlow; id: string; texts: string[] }> => {
    const flow = await flowFor()
    const { notificationId: id, texts } = delivered(await askBound(setting, flow, { type: EHIC, holders: holders(2) }))
    return { flow, id, texts }
  }

  it('OpenID4VCI 11.2: accepted: 204, as often as it is said', async () => {
    const { flow, id } = await received()
    expect([(await notify(setting, flow, { id })).status, (await notify(setting, flow, { id })).status]).toEqual([204, 204])
  })

  it.each(['credential_failure', 'credential_deleted'])('OpenID4VCI 11.1: %s: its copies are revoked, and no others', async (event) => {
    const { flow, id, texts } = await received()
    const others = delivered(await askBound(setting, flow, { type: EHIC }))
    expect((await notify(setting, flow, { id, event })).status).toBe(204)
    expect((await notify(setting, flow, { id, event })).status).toBe(204)
    expect(await statusesOf(texts)).toEqual([1, 1])
    expect(await statusesOf(others.texts)).toEqual([0])
  })

  it.each<[string, (id: string) => BoundStep, string]>([
    ['a name that nobody gave', () => ({ body: (body) => ({ ...body, notification_id: 'guessed' }) }), 'invalid_notification_id'],
    ['no name', () => ({ body: ({ notification_id: _, ...body }) => body }), 'invalid_notification_request'],
    ['a name that is a number', () => ({ body: (body) => ({ ...body, notification_id: 7 }) }), 'invalid_notification_request'],
    ['no event', () => ({ body: ({ event: _, ...body }) => body }), 'invalid_notification_request'],
    ['an event nobody knows', () => ({ body: (body) => ({ ...body, event: 'credential_lost' }) }), 'invalid_notification_request'],
    ['a list', () => ({ body: (body) => [body] }), 'invalid_notification_request'],
    ['no JSON', () => ({ request: (request) => ({ ...request, body: '{' }) }), 'invalid_notification_request'],
  ])('OpenID4VCI 11.3: %s: refused', async (_about, step, code) => {
    const { flow, id } = await received()
    expectRefusal(await notify(setting, flow, { id }, step(id)), 400, code)
    expect((await notify(setting, flow, { id })).status).toBe(204)
  })

  it('OpenID4VCI 11.3: that of another wallet: refused, and its copies stay good', async () => {
    const [mine, others] = [await received(), await received()]
    expectRefusal(await notify(setting, mine.flow, { id: others.id, event: 'credential_deleted' }), 400, 'invalid_notification_id')
    expect(await statusesOf(others.texts)).toEqual([0, 0])
  })

  it('VI-16: members nobody knows are ignored', async () => {
    const { flow, id } = await received()
    const step: BoundStep = { body: (body) => ({ ...body, event_description: 'all is well', colour: 'blue' }) }
    expect((await notify(setting, flow, { id }, step)).status).toBe(204)
  })
})

describe('the happy flow with a refresh', () => {
  it.each<[string, Step, number, string]>([
    ['RFC 9449 5: by another key', { key: newHolder() }, 400, 'invalid_grant'],
    ['RFC 9449 5: without a proof', { dpop: null }, 400, 'invalid_dpop_proof'],
    ['RFC 6749 10.4: by another client', { client: { ...client, id: 'somebody else' } }, 400, 'invalid_grant'],
    ['RFC 6749 6: with a token that was never given', { form: (form) => ({ ...form, refresh_token: 'guessed' }) }, 400, 'invalid_grant'],
    ['RFC 6749 6: without it', { form: ({ refresh_token: _, ...form }) => form }, 400, 'invalid_request'],
    ['RFC 6749 6: for more than was granted', { form: (form) => ({ ...form, scope: `${EHIC} ${PDA1}` }) }, 400, 'invalid_scope'],
  ])('%s: refused, and the right one still works', async (_about, step, status, code) => {
    const flow = await flowFor()
    expectRefusal(await refresh(flow, step), status, code)
    good(await refresh(flow))
  })

  it('FAPI 2.0 5.3.2.1: the refresh token is not rotated: the same works again and again', async () => {
    const flow = await flowFor()
    for (let time = 0; time < 3; time++) expect(good(await refresh(flow))).not.toHaveProperty('refresh_token')
  })

  it('an access token in place of the refresh token, and the reverse: refused', async () => {
    const flow = await flowFor()
    expectRefusal(await refresh(flow, { form: (form) => ({ ...form, refresh_token: flow.accessToken }) }), 400, 'invalid_grant')
    expectRefusal(await askBound(setting, flow, { type: EHIC }, { token: flow.refreshToken }), 401, 'invalid_token')
  })

  it('RFC 7009 2.1: given back, it is refused, and so is the access token it came with', async () => {
    const flow = await flowFor()
    expect((await revoke(flow, flow.refreshToken)).status).toBe(200)
    expectRefusal(await refresh(flow), 400, 'invalid_grant')
    expectRefusal(await askBound(setting, flow, { type: EHIC }), 401, 'invalid_token')
  })

  it('what was issued is revoked by the institution: nothing more comes of it', async () => {
    const offer = await setting.offer({ type: STATUTE, grant: 'authorization_code' })
    const { grants } = JSON.parse(new URL(offer.uri).searchParams.get('credential_offer') ?? '')
    const flow = await flowFor({ scope: STATUTE, issuer_state: grants.authorization_code.issuer_state })
    delivered(await askBound(setting, flow, { type: STATUTE }))
    good(await setting.changeStatus(await setting.issuanceOf(offer), 'revoked'))
    const later = await refresh(flow)
    if (later.status === 200) expectRefusal(await askBound(setting, flow, { type: STATUTE }), 400, 'credential_request_denied')
    else expectRefusal(later, 400, 'invalid_grant')
  })
})

describe('the happy flow with an offer by reference', () => {
  it('OpenID4VCI 4.1.3: the offer is fetched as JSON, by anybody who has the link, and redeemed once', async () => {
    const { uri } = await setting.offer({ type: EHIC, by_reference: true })
    const address = new URL(uri).searchParams.get('credential_offer_uri') ?? ''
    const fetched = await send({ method: 'GET', address, headers: {} })
    expect(fetched.headers.get('content-type')).toBe('application/json')
    expect(fetched.headers.get('cache-control')).toBe('no-store')
    expect(good(fetched)).toMatchObject({ credential_issuer: setting.url, credential_configuration_ids: [EHIC] })
    expect(Object.keys(fetched.body).sort()).toEqual(['credential_configuration_ids', 'credential_issuer', 'grants'])
  })

  it.each([
    ['one character off', (address: string) => `${address}x`, 0],
    ['after its time', (address: string) => address, 601],
  ])('%s: 404', async (_about, change, ahead) => {
    const { uri } = await setting.offer({ type: EHIC, by_reference: true })
    setting.clock.ahead = ahead
    const address = change(new URL(uri).searchParams.get('credential_offer_uri') ?? '')
    expect((await send({ method: 'GET', address, headers: {} })).status).toBe(404)
  })

  it('OpenID4VCI 4.1: by value or by reference, never both', async () => {
    for (const by_reference of [true, false]) {
      const { searchParams } = new URL((await setting.offer({ type: EHIC, by_reference })).uri)
      expect([...searchParams.keys()]).toEqual([by_reference ? 'credential_offer_uri' : 'credential_offer'])
    }
  })
})
