import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { parseJws } from '@symbolon/sd-jwt'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ANDREI, FORM, holderKey, LOTTE, offer, randomText, STATUTE, start, statusIn, type TestIssuer, variants } from './fixture.ts'
import { type DpopWallet, details, dpopWallet, refusalOf, requestBody, textsIn } from './wallet.ts'

let issuer: TestIssuer
beforeAll(async () => {
  const made = {
    few: { change: { copies: 2 } },
    anew: { change: { copies: 2, reissuance: 'replace' } },
    suspendable: { change: { status: { bits: 2, suspension: true } } },
    daily: { change: { status: null, lifetime: { profile: 'daily', time_zone: 'Europe/Brussels' } } },
  }
  issuer = await start(variants([STATUTE, 'pda1'], made))
})
afterAll(() => issuer.close())
afterEach(() => {
  issuer.clock.ahead = 0
})

const keys = (count: number) => Array.from({ length: count }, () => holderKey())
const named = (type: string) => ({ credential_configuration_id: type })
const viewOf = async (text: string) => (await parseCredential(text, primitives)).view

/** What the published lists say of these credentials now. */
const statuses = (texts: readonly string[]): Promise<(number | undefined)[]> =>
  Promise.all(
    texts.map(async (text) => {
      const { status } = await viewOf(text)
      return statusIn(await (await fetch(status?.uri ?? '')).text(), status?.index)
    }),
  )

async function fetched(wallet: DpopWallet, token: string, asked = keys(1), type = STATUTE): Promise<{ texts: string[]; id: string }> {
  const answer = await wallet.credential(token, asked, named(type))
  return { texts: textsIn(answer), id: String(answer.json.notification_id) }
}

const renewed = async (wallet: DpopWallet, refresh: string) => String((await wallet.refresh(refresh)).json.access_token)

describe('several proofs in one request (OpenID4VCI 1.0 sections 8.2 and 8.3)', () => {
  test('8.3: as many copies, each with a key, salts and an index of its own, and nothing else that links them', async () => {
    const wallet = dpopWallet(issuer)
    const asked = keys(5)
    const { texts } = await fetched(wallet, (await wallet.tokens()).access, asked)
    const views = await Promise.all(texts.map(viewOf))
    const jwks = views.map(({ holderKey: jwk }) => `${jwk?.x} ${jwk?.y}`)
    expect(new Set(jwks)).toEqual(new Set(asked.map(({ jwk }) => `${jwk.x} ${jwk.y}`)))
    const indices = views.map(({ status }) => status?.index ?? 0)
    expect(new Set(indices).size).toBe(5)
    // TSL 13.3, HAIP 6.1: no neighbours, no order.
    const steps = indices.slice(1).map((index, at) => index - (indices[at] ?? 0))
    expect(new Set(steps).size).toBe(4)
    // RFC 9901 10.1: no salt twice, no time that tells the moment.
    const disclosures = texts.flatMap((text) => text.split('~').slice(1, -1))
    expect(new Set(disclosures).size).toBe(disclosures.length)
    for (const text of texts) {
      const { iat, nbf, exp } = parseJws(text.slice(0, text.indexOf('~'))).payload
      for (const time of [iat, nbf, exp]) expect(Number(time ?? 0) % 3600).toBe(0)
    }
    const claims = views.map(({ claims: { cnf: _key, status: _status, ...rest } }) => rest)
    for (const one of claims) expect(one).toEqual(claims[0])
  })

  test('8.3: of a type that allows fewer copies than were asked for, so many come back', async () => {
    const wallet = dpopWallet(issuer)
    const { texts } = await fetched(wallet, (await wallet.tokens({ type: 'few' })).access, keys(4), 'few')
    expect(texts).toHaveLength(2)
  })

  test('12.2.4: the metadata announces how many', async () => {
    const metadata = await (await fetch(`${issuer.url}/.well-known/openid-credential-issuer`)).json()
    expect(metadata.batch_credential_issuance).toEqual({ batch_size: 30 })
    expect(metadata.notification_endpoint).toBe(`${issuer.url}/notification`)
  })

  test('VI-05: one c_nonce for all proofs of a request is used up by it', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const body = await requestBody(issuer, keys(3), named(STATUTE))
    const send = () => wallet.send('/credential', body, 'application/json', { token: access })
    expect(textsIn(await send())).toHaveLength(3)
    expect(refusalOf(await send())).toEqual([400, 'invalid_nonce'])
  })

  test('revoking the issuance revokes every copy of every delivery (ST-10)', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh, id } = await wallet.tokens()
    const first = await fetched(wallet, access, keys(10))
    await wallet.notify(access, first.id, 'credential_accepted')
    const second = await fetched(wallet, await renewed(wallet, refresh), keys(3))
    const { issuance } = (await issuer.admin('GET', `/offers/${id}`)).json
    const found = (await issuer.admin('POST', '/issuances/search', { subject: LOTTE })).json.issuances
    expect(found).toContainEqual(expect.objectContaining({ id: issuance, copies: 13 }))
    await issuer.admin('POST', `/issuances/${issuance}/status`, { status: 'revoked', reason: 'test' })
    expect(await statuses([...first.texts, ...second.texts])).toEqual(Array(13).fill(1))
  })
})

describe('credential identifiers (OpenID4VCI 1.0 sections 6.2 and 8.2)', () => {
  const identifierIn = ({ json }: { json: Record<string, unknown> }) =>
    (json.authorization_details as { credential_identifiers: string[] }[])[0]?.credential_identifiers[0] ?? ''

  test('8.2: what was given must be used, and only it', async () => {
    const wallet = dpopWallet(issuer)
    const tokens = await wallet.tokens({}, details(STATUTE))
    const identifier = identifierIn(tokens)
    expect(textsIn(await wallet.credential(tokens.access, keys(1), { credential_identifier: identifier }))).toHaveLength(1)
    const both = { credential_identifier: identifier, credential_configuration_id: STATUTE }
    for (const [name, code] of [
      [named(STATUTE), 'invalid_credential_request'],
      [both, 'invalid_credential_request'],
      [{ credential_identifier: STATUTE }, 'unknown_credential_identifier'],
    ] as const) {
      expect(refusalOf(await wallet.credential(tokens.access, keys(1), name))).toEqual([400, code])
    }
  })

  test("VI-14: the identifier of another wallet's token", async () => {
    const [one, other] = [dpopWallet(issuer), dpopWallet(issuer)]
    const [mine, theirs] = [await one.tokens({}, details(STATUTE)), await other.tokens({}, details(STATUTE))]
    const answer = await one.credential(mine.access, keys(1), { credential_identifier: identifierIn(theirs) })
    expect(refusalOf(answer)).toEqual([400, 'unknown_credential_identifier'])
  })

  test('6.1.1: details that name another credential than the offer, or none we know; the code stays good', async () => {
    const [wallet, made] = [dpopWallet(issuer), await offer(issuer)]
    for (const type of ['pda1', 'unknown']) {
      expect(refusalOf(await wallet.redeem(made, details(type)))).toEqual([400, 'invalid_authorization_details'])
    }
    expect((await wallet.redeem(made)).status).toBe(200)
  })
})

describe('an answer that was lost', () => {
  test('the same keys again: the copies that never arrived are revoked, each by itself, and new ones come', async () => {
    const wallet = dpopWallet(issuer)
    const { access, id } = await wallet.tokens()
    const asked = keys(3)
    const lost = await fetched(wallet, access, asked)
    const second = await fetched(wallet, access, asked)
    expect(await statuses(lost.texts)).toEqual([1, 1, 1])
    expect(await statuses(second.texts)).toEqual([0, 0, 0])
    expect(second.id).not.toBe(lost.id)
    const { issuance } = (await issuer.admin('GET', `/offers/${id}`)).json
    const { json } = await issuer.admin('POST', '/issuances/search', { subject: LOTTE, type: STATUTE })
    expect(json.issuances).toContainEqual(expect.objectContaining({ id: issuance, status: 'valid' }))
  })

  test('one key of several is enough to tell; also with a new access token', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens()
    const asked = keys(3)
    const lost = await fetched(wallet, access, asked)
    const second = await fetched(wallet, await renewed(wallet, refresh), [...asked.slice(0, 1), ...keys(1)])
    expect(await statuses(lost.texts)).toEqual([1, 1, 1])
    expect(await statuses(second.texts)).toEqual([0, 0])
  })

  test('other keys: nothing was lost, and the earlier copies stay, whether they were acknowledged or not', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const first = await fetched(wallet, access, keys(2))
    const second = await fetched(wallet, access, keys(2))
    await wallet.notify(access, second.id, 'credential_accepted')
    const third = await fetched(wallet, access, keys(2))
    expect(await statuses([...first.texts, ...second.texts, ...third.texts])).toEqual(Array(6).fill(0))
  })

  test('the same keys after they were acknowledged: further copies, and the earlier ones stay', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const asked = keys(2)
    const first = await fetched(wallet, access, asked)
    await wallet.notify(access, first.id, 'credential_accepted')
    const second = await fetched(wallet, access, asked)
    expect(await statuses([...first.texts, ...second.texts])).toEqual(Array(4).fill(0))
  })

  test('the same keys in the hands of another authorization mean nothing', async () => {
    const asked = keys(2)
    const [one, other] = [dpopWallet(issuer), dpopWallet(issuer)]
    const first = await fetched(one, (await one.tokens()).access, asked)
    const second = await fetched(other, (await other.tokens()).access, asked)
    expect(await statuses([...first.texts, ...second.texts])).toEqual(Array(4).fill(0))
  })

  test('lost again and again, at once and one after another: exactly one set is good', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const asked = keys(3)
    const answers = await Promise.all(Array.from({ length: 6 }, () => fetched(wallet, access, asked)))
    answers.push(await fetched(wallet, access, asked))
    const sets = await Promise.all(answers.map(({ texts }) => statuses(texts)))
    expect(sets.slice(0, -1)).toEqual(Array(6).fill([1, 1, 1]))
    expect(sets.at(-1)).toEqual([0, 0, 0])
  })

  test('a type without a status: the delivery is replaced, and counts no more', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens({ type: 'daily' })
    const asked = keys(30)
    for (let time = 0; time < 3; time++) expect((await fetched(wallet, access, asked, 'daily')).texts).toHaveLength(30)
    expect(refusalOf(await wallet.credential(access, keys(1), named('daily')))).toEqual([400, 'credential_request_denied'])
  })
})

describe('how many copies', () => {
  test('with one access token at most those of the type; a refresh brings more', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens({ type: 'few' })
    const first = await fetched(wallet, access, keys(1), 'few')
    const second = await fetched(wallet, access, keys(1), 'few')
    expect(refusalOf(await wallet.credential(access, keys(1), named('few')))).toEqual([400, 'credential_request_denied'])
    const third = await fetched(wallet, await renewed(wallet, refresh), keys(2), 'few')
    expect(await statuses([...first.texts, ...second.texts, ...third.texts])).toEqual(Array(4).fill(0))
  })

  test('ten times as many may be good at once, and no more until some are given back or end', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens({ type: 'few' })
    let token = access
    let last = ''
    for (let time = 0; time < 10; time++) {
      last = (await fetched(wallet, token, keys(2), 'few')).id
      token = await renewed(wallet, refresh)
    }
    expect(refusalOf(await wallet.credential(token, keys(1), named('few')))).toEqual([400, 'credential_request_denied'])
    await wallet.notify(token, last, 'credential_deleted')
    expect((await fetched(wallet, token, keys(2), 'few')).texts).toHaveLength(2)
  })

  test('reissuance keep: what a refresh brings stands beside what was there', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens()
    const first = await fetched(wallet, access, keys(2))
    const second = await fetched(wallet, await renewed(wallet, refresh), keys(2))
    expect(await statuses([...first.texts, ...second.texts])).toEqual(Array(4).fill(0))
  })

  test('reissuance replace: what a refresh brings takes the place of all that was there, in the same stroke', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens({ type: 'anew' })
    const first = await fetched(wallet, access, keys(1), 'anew')
    const second = await fetched(wallet, access, keys(1), 'anew')
    await wallet.notify(access, first.id, 'credential_accepted')
    expect(await statuses([...first.texts, ...second.texts])).toEqual([0, 0])
    const third = await fetched(wallet, await renewed(wallet, refresh), keys(2), 'anew')
    expect(await statuses([...first.texts, ...second.texts])).toEqual([1, 1])
    expect(await statuses(third.texts)).toEqual([0, 0])
  })

  test('a request that is refused revokes nothing', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens({ type: 'few' })
    const asked = keys(1)
    const first = await fetched(wallet, access, asked, 'few')
    const second = await fetched(wallet, access, keys(1), 'few')
    // The first would be taken for lost, and still there is no room for two beside the second.
    const answer = await wallet.credential(access, [...asked, ...keys(1)], named('few'))
    expect(refusalOf(answer)).toEqual([400, 'credential_request_denied'])
    expect(await statuses([...first.texts, ...second.texts])).toEqual([0, 0])
    const used = await requestBody(issuer, asked, named('few'))
    expect(textsIn(await wallet.send('/credential', used, 'application/json', { token: access }))).toHaveLength(1)
    const third = await fetched(wallet, access, asked, 'few')
    expect(refusalOf(await wallet.send('/credential', used, 'application/json', { token: access }))).toEqual([400, 'invalid_nonce'])
    expect(await statuses([...first.texts, ...second.texts, ...third.texts])).toEqual([1, 0, 0])
  })
})

describe('notification endpoint (OpenID4VCI 1.0 section 11)', () => {
  test('11.2: 204 without a body, twice is once', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const { id, texts } = await fetched(wallet, access, keys(2))
    for (const event of ['credential_accepted', 'credential_accepted', 'credential_deleted', 'credential_deleted'] as const) {
      const answer = await wallet.notify(access, id, event)
      expect([event, answer.status, answer.json]).toEqual([event, 204, {}])
    }
    expect(await statuses(texts)).toEqual([1, 1])
  })

  test.each([
    ['credential_accepted', 0],
    ['credential_failure', 1],
    ['credential_deleted', 1],
  ] as const)('11.1: after %s the copies have the status %d, and no other copies change', async (event, status) => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const other = await fetched(wallet, access, keys(2))
    const { id, texts } = await fetched(wallet, access, keys(2))
    expect((await wallet.notify(access, id, event)).status).toBe(204)
    expect(await statuses(texts)).toEqual([status, status])
    expect(await statuses(other.texts)).toEqual([0, 0])
  })

  test('what the wallet gave back stays revoked, whatever becomes of the rest', async () => {
    const wallet = dpopWallet(issuer)
    const { access, id } = await wallet.tokens({ type: 'suspendable' })
    const [kept, failed] = [await fetched(wallet, access, keys(1), 'suspendable'), await fetched(wallet, access, keys(1), 'suspendable')]
    await wallet.notify(access, failed.id, 'credential_failure')
    const { issuance } = (await issuer.admin('GET', `/offers/${id}`)).json
    const change = (status: string) => issuer.admin('POST', `/issuances/${issuance}/status`, { status, reason: 'test' })
    await change('suspended')
    expect(await statuses([...kept.texts, ...failed.texts])).toEqual([2, 1])
    expect(refusalOf(await wallet.credential(access, keys(1), named('suspendable')))).toEqual([400, 'credential_request_denied'])
    await change('valid')
    expect(await statuses([...kept.texts, ...failed.texts])).toEqual([0, 1])
  })

  test('11.1: after a failure the wallet may ask again, with the same keys', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens({ type: 'few' })
    const asked = keys(2)
    await wallet.notify(access, (await fetched(wallet, access, asked, 'few')).id, 'credential_failure')
    expect((await fetched(wallet, access, asked, 'few')).texts).toHaveLength(2)
  })

  test('11.3: what was revoked because it was lost, or given back, cannot be accepted any more', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const asked = keys(1)
    const lost = await fetched(wallet, access, asked)
    const second = await fetched(wallet, access, asked)
    expect(refusalOf(await wallet.notify(access, lost.id, 'credential_accepted'))).toEqual([400, 'invalid_notification_id'])
    expect((await wallet.notify(access, lost.id, 'credential_failure')).status).toBe(204)
    expect((await wallet.notify(access, second.id, 'credential_accepted')).status).toBe(204)
  })

  test('11.3: an id of nobody, of another wallet, of another shape', async () => {
    const [one, other] = [dpopWallet(issuer), dpopWallet(issuer)]
    const [mine, theirs] = [await one.tokens(), await other.tokens()]
    const { id, texts } = await fetched(other, theirs.access)
    const none = id.replace(/[0-9]+$/, '7')
    for (const wrong of [id, 'x', `${randomText()}.1`, `${'A'.repeat(22)}.1`]) {
      expect(refusalOf(await one.notify(mine.access, wrong, 'credential_deleted'))).toEqual([400, 'invalid_notification_id'])
    }
    expect(refusalOf(await other.notify(theirs.access, none, 'credential_failure'))).toEqual([400, 'invalid_notification_id'])
    expect(await statuses(texts)).toEqual([0])
  })

  test('11.3: a request that says nothing, or nothing that is known', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const { id } = await fetched(wallet, access)
    for (const body of [
      '{',
      '[]',
      '{}',
      JSON.stringify({ notification_id: id }),
      JSON.stringify({ notification_id: id, event: 'credential_lost' }),
    ]) {
      const answer = await wallet.send('/notification', body, 'application/json', { token: access })
      expect(refusalOf(answer)).toEqual([400, 'invalid_notification_request'])
    }
    expect(refusalOf(await wallet.send('/notification', 'x', FORM, { token: access }))).toEqual([400, 'invalid_notification_request'])
  })

  test('11.1: no token, a used proof', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    const { id } = await fetched(wallet, access)
    const proof = await wallet.proofFor('/notification', { accessToken: access })
    expect((await wallet.notify(access, id, 'credential_accepted', { proof })).status).toBe(204)
    expect(refusalOf(await wallet.notify(access, id, 'credential_accepted', { proof }))).toEqual([401, 'invalid_dpop_proof'])
    const response = await fetch(`${issuer.url}/notification`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/Bearer.*DPoP/)])
  })

  test('the last copies given back end the refresh token; others let it live', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens()
    const [first, second] = [await fetched(wallet, access), await fetched(wallet, access)]
    await wallet.notify(access, first.id, 'credential_deleted')
    const again = await renewed(wallet, refresh)
    await wallet.notify(again, second.id, 'credential_deleted')
    expect(refusalOf(await wallet.refresh(refresh))).toEqual([400, 'invalid_grant'])
    // The access token lives its minutes, and no longer.
    expect((await fetched(wallet, again)).texts).toHaveLength(1)
    issuer.clock.ahead = 301
    expect(refusalOf(await wallet.credential(again)).at(0)).toBe(401)
  })

  test('PDA1 as the repository has it: renewed, the earlier document is revoked', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens({ type: 'pda1', subject: ANDREI })
    const first = await fetched(wallet, access, keys(1), 'pda1')
    const second = await fetched(wallet, await renewed(wallet, refresh), keys(1), 'pda1')
    expect(await statuses([...first.texts, ...second.texts])).toEqual([1, 0])
  })
})
