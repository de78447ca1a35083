import { parseCredential, prepareAnchors } from '@symbolon/credential'
import { directPost } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { beforeAll, describe, expect, it } from 'vitest'
import { answerRequest, choose, type Outside, openRequest, type Store, type WalletState } from '../src/index.ts'
import type { MemoryStore } from './memory_store.ts'
import { type Authority, authority, brick, ISSUER, NOW, standInIssuer } from './stand_in_issuer.ts'
import { asksFor, type Deceit, json, NUMBER, type RelyingParty, relyingParty, standInVerifier, VERIFIER } from './stand_in_verifier.ts'
import { expectFault, takeUp } from './taking_up.ts'

const [statute, ehic] = [brick('be-social-statute'), brick('ehic')]
let owner: Authority
let party: RelyingParty
let stranger: RelyingParty
beforeAll(async () => {
  owner = await authority()
  party = await relyingParty()
  stranger = await relyingParty()
})

/** A wallet with these credentials, and a request of the museum. */
async function asked(deceit: Deceit = {}, { types = [statute], copies = 2, by = party } = {}) {
  const issuer = standInIssuer(owner, types)
  const { store } = await takeUp(issuer, { trust: owner.trust, from: issuer.link(...types.map(({ name }) => name)), copies })
  const verifier = await standInVerifier(by, issuer.outside, deceit)
  const anchors = await prepareAnchors([...owner.trust, ...party.trust], primitives)
  const open = (options = {}) => openRequest(verifier.link, store, anchors, verifier.outside, options)
  const posts = () => verifier.asked.map(({ address }) => address.slice(VERIFIER.length))
  return { store, ...verifier, open, posts }
}

const shows = async (outside: Outside, store: Store, open: Awaited<ReturnType<typeof asked>>['open'], reuse = false) => {
  const opened = await open()
  return answerRequest(opened, choose(opened, [], outside.now()), store, outside, { reuse, purpose: 'Korting' })
}
const told = (body = '') => Object.fromEntries(new URLSearchParams(body))
const timesShown = ({ credentials }: WalletState) => credentials.map(({ copies }) => copies.map(({ shown }) => shown))

describe('a request that is opened', () => {
  it('says who asks, what for, and claim by claim what would be shown and what stays hidden; nothing of the person is sent', async () => {
    const { open, asked: sent, store } = await asked()
    const opened = await open()
    expect(opened.asker).toMatchObject({ outcome: 'pass', organisation: NUMBER, anchor: 'The access authority' })
    expect(opened.registration).toMatchObject({ outcome: 'pass', registration: { name: 'The museum' } })
    expect(opened.request.statedPurpose).toEqual({
      purpose: { nl: 'Korting voor een begeleider', en: 'Reduction for a companion' },
      authorisation: { reference: 'Deliberation 26/001', url: 'https://authority.example/26-001' },
    })
    expect(opened.beyond).toEqual([])
    const [choice] = choose(opened, [], NOW)
    expect(choice?.shown).toEqual([['statutes', 'companion']])
    expect(choice?.always).toContainEqual(['reference_date'])
    expect(choice?.hidden).toContainEqual(['birthdate'])
    expect(choice?.hidden).not.toContainEqual(['statutes', 'companion'])
    expect(sent.map(({ body }) => Object.keys(told(body)))).toEqual([['wallet_nonce']])
    expect(store.state.disclosures).toEqual([])
  })

  it('RPRC_21: what is asked beyond the registration is found, arrays and wildcards without false alarm', async () => {
    const beyond = async (...paths: (string | number | null)[][]) => {
      const { open } = await asked({ query: { credentials: [asksFor(statute.vct, ...paths)] } })
      return (await open()).beyond.map(({ path }) => path)
    }
    expect(await beyond(['statutes', 'companion'])).toEqual([])
    expect(await beyond(['birthdate'], ['statutes'])).toEqual([['birthdate']])
  })

  it('6.4.2: one credential that cannot be read does not keep the others from being shown (VP-11)', async () => {
    const { open, store } = await asked({}, { types: [statute, ehic] })
    await store.change((state) => {
      const credentials = state.credentials.map((held) =>
        held.type === ehic.vct ? { ...held, copies: held.copies.map((copy) => ({ ...copy, text: 'broken' })) } : held,
      )
      return { state: { ...state, credentials }, result: undefined }
    })
    const { selections, misses } = await open()
    expect(selections).toHaveLength(1)
    expect(misses.map(({ code }) => code)).toEqual(['credential_unreadable'])
  })

  it.each([
    ['5.8: for another wallet', 'request_of_another', (draft: object) => ({ ...draft, walletNonce: 'another' }), 'invalid_request'],
    ['exp is over', 'request_expired', (draft: object) => ({ ...draft, expires: NOW }), 'invalid_request'],
  ])('8.5: %s: refused, and the verifier is told at once', async (_name, code, request, error) => {
    const { open, asked: sent } = await asked({ request: request as never })
    await expect(open()).rejects.toMatchObject({ code })
    expect(sent.map(({ body }) => told(body).error)).toEqual([undefined, error])
    const silent = await asked({ request: request as never })
    await expect(silent.open({ silent: true })).rejects.toMatchObject({ code })
    expect(silent.posts()).toEqual(['/request-objects/1'])
  })

  it('HAIP 5: with the switch on, only a request of that profile is taken', async () => {
    const { open } = await asked()
    expect((await open({ haip: true })).asker.outcome).toBe('pass')
    const { open: openOther } = await asked({ request: (draft) => ({ ...draft, responseMode: directPost }) })
    await expect(openOther({ haip: true })).rejects.toMatchObject({ code: 'request_not_haip' })
    expect((await openOther()).asker.outcome).toBe('pass')
  })

  it('a stranger makes the wallet call nobody but the server that the request came from', async () => {
    const elsewhere = { request: (draft: object) => ({ ...draft, responseUri: `${ISSUER}/responses/1`, expires: NOW }) } as never
    const { open, posts } = await asked(elsewhere, { by: stranger })
    await expect(open()).rejects.toMatchObject({ code: 'request_expired' })
    const there = await asked({ request: (draft) => ({ ...draft, responseUri: `${ISSUER}/responses/1` }) }, { by: stranger })
    const opened = await there.open()
    expect(opened.asker).toMatchObject({ outcome: 'fail' })
    await opened.decline()
    for (const sent of [posts(), there.posts()]) expect(sent).toEqual(['/request-objects/1'])
    const home = await asked({}, { by: stranger })
    await (await home.open()).decline('invalid_client')
    expect(home.posts()).toEqual(['/request-objects/1', '/responses/1'])
  })

  it('15.5.1: declined, the verifier hears the same whether the person said no or nothing is held', async () => {
    const [saysNo, hasNothing] = [await asked(), await asked({}, { types: [ehic] })]
    for (const { open } of [saysNo, hasNothing]) await (await open()).decline()
    const bodies = [saysNo, hasNothing].map(({ asked: sent }) => told(sent.at(-1)?.body))
    expect(bodies[0]).toEqual({ error: 'access_denied', error_description: 'nothing is shown', state: 'state-state-state-1' })
    expect(bodies[1]).toEqual(bodies[0])
    expect(saysNo.taken).toEqual([{ kind: 'error', error: 'access_denied', description: 'nothing is shown' }])
    expect(timesShown(saysNo.store.state)).toEqual([[0, 0]])
  })
})

describe('a registration', () => {
  it.each([
    [
      'RPRC_17a: of another organisation',
      { registration: (one) => ({ ...one, identifier: 'NTRBE-0999999922' }) },
      'registration_of_another',
    ],
    ['that is over', { registration: (one) => ({ ...one, expires: NOW }) }, 'registration_expired'],
  ] as [string, Deceit, string][])('%s does not count', async (_name, deceit, code) => {
    const { open } = await asked(deceit)
    expect((await open()).registration).toMatchObject({ outcome: 'fail', code })
  })

  it('by a registrar whom nobody trusts does not count; none is none', async () => {
    const { open } = await asked({ registrar: stranger.registrar })
    expect((await open()).registration.outcome).toBe('fail')
    const { open: openWithout } = await asked({ registration: 'none' })
    expect((await openWithout()).registration).toEqual({ outcome: 'unknown', code: 'registration_missing' })
  })
})

describe('what is chosen', () => {
  const either = {
    query: {
      credentials: [
        { ...asksFor(statute.vct, ['statutes', 'companion']), id: 'statute' },
        { ...asksFor(ehic.vct, ['document_number']), id: 'card' },
      ],
      credential_sets: [{ options: [['statute'], ['card']] }],
    },
  }
  const both = { types: [statute, ehic], copies: 1 }

  it('6.4.2: is what the verifier prefers, unless the person names another, or no unused copy is left of it', async () => {
    const { open, store, outside } = await asked(either, both)
    const types = async (named: string[] = []) => choose(await open(), named, NOW).map(({ held }) => held.type)
    expect(await types()).toEqual([statute.vct])
    expect(await types([store.state.credentials.find(({ type }) => type === ehic.vct)?.id ?? ''])).toEqual([ehic.vct])
    await shows(outside, store, open)
    expect(await types()).toEqual([ehic.vct])
    await shows(outside, store, open)
    expect(await types()).toEqual([statute.vct])
  })

  it('credential_not_asked: a named one that does not answer is refused, not passed over', async () => {
    const { open, store } = await asked({}, both)
    const opened = await open()
    const card = store.state.credentials.find(({ type }) => type === ehic.vct)?.id ?? ''
    expect(() => choose(opened, [card], NOW)).toThrow(expect.objectContaining({ code: 'credential_not_asked' }))
    expect(() => choose(opened, ['nonesuch'], NOW)).toThrow('credential_not_asked')
  })

  it('nothing_to_show: says why each credential does not answer', async () => {
    const { open, store } = await asked({}, { types: [ehic] })
    expect((await open()).selections).toEqual([])
    const opened = await open()
    expect(() => choose(opened, [], NOW)).toThrow(`nothing_to_show: one: ${store.state.credentials[0]?.id} type_not_asked`)
  })

  it('among credentials of one type is the later one, unless no copy of it is unused; what has ended comes last', async () => {
    const { open, store, outside } = await asked({}, { copies: 5 })
    const issuer = standInIssuer(owner, [statute])
    issuer.clock.now = NOW + 60
    await takeUp(issuer, { trust: owner.trust, from: issuer.link(statute.name), copies: 1, store: store as MemoryStore })
    const [early, late] = store.state.credentials.map(({ id }) => id)
    const first = async (now = outside.now()) => choose(await open(), [], now)[0]?.held.id
    expect(await first()).toBe(late)
    await shows(outside, store, open)
    expect(await first()).toBe(early)
    await store.change((state) => {
      const ended = state.credentials.map((held) =>
        held.id === early ? { ...held, copies: held.copies.map((copy) => ({ ...copy, expires: NOW })) } : held,
      )
      return { state: { ...state, credentials: ended }, result: undefined }
    })
    expect(await first()).toBe(late)
  })
})

describe('a request that is answered', () => {
  it('shows what was asked, bound to who asked, and nothing else', async () => {
    const { open, outside, store, taken, clientId } = await asked({ redirectUri: `${VERIFIER}/back?response_code=1` })
    const { redirectUri } = await shows(outside, store, open)
    expect(redirectUri).toBe(`${VERIFIER}/back?response_code=1`)
    const [response] = taken
    const [text = ''] = (response?.kind === 'presentations' && response.tokens.get('one')) || []
    const { view } = await parseCredential(text, primitives)
    expect(view.disclosable).toEqual([['statutes', 'companion']])
    const keyBinding = JSON.parse(Buffer.from(text.slice(text.lastIndexOf('~') + 1).split('.')[1] ?? '', 'base64url').toString())
    expect(keyBinding).toMatchObject({ aud: clientId, nonce: 'nonce-nonce-nonce-1' })
  })

  it('a copy is spent and the history written before anything is sent, and what became of it after', async () => {
    let before: WalletState | undefined
    const { open, outside, store } = await asked({
      line: ({ address }) => {
        if (address.endsWith('/responses/1')) before = store.state
        return undefined
      },
    })
    const { disclosure } = await shows(outside, store, open)
    expect(before && timesShown(before)).toEqual([[1, 0]])
    expect(before?.disclosures).toMatchObject([{ outcome: 'begun' }])
    const { state } = await (store as MemoryStore).reopen()
    expect(state.disclosures).toEqual([disclosure])
    expect(disclosure).toMatchObject({
      ...{ outcome: 'delivered', at: NOW, purpose: 'Korting' },
      authorisation: 'Deliberation 26/001 https://authority.example/26-001',
      asker: { name: 'The museum', organisationId: NUMBER, anchor: 'The access authority' },
      shown: [{ type: statute.vct, paths: [['statutes', 'companion']], reused: false }],
    })
    expect(disclosure.shown[0]?.always).toContainEqual(['reference_date'])
  })

  it('15.6: copies_spent when no copy is unused; shown again only when the person says so, and the history tells', async () => {
    const { open, outside, store, posts } = await asked({}, { copies: 1 })
    await shows(outside, store, open)
    await expectFault(shows(outside, store, open), 'copies_spent', /symbolon-wallet refresh|new offer/)
    expect(posts().filter((path) => path === '/responses/1')).toHaveLength(1)
    expect(store.state.disclosures).toHaveLength(1)
    const { disclosure } = await shows(outside, store, open, true)
    expect(disclosure.shown).toMatchObject([{ reused: true }])
    expect(timesShown(store.state)).toEqual([[2]])
  })

  it.each([
    ['refused', () => json(400, { error: 'invalid_request' }), 'refused_by_peer'],
    ['unanswered', () => json(503, { error: 'server_error' }), 'refused_by_peer'],
    ['delivered', () => json(200, { redirect_uri: 'javascript:alert(1)' }), 'response_answer_malformed'],
  ])('the history says that it was %s', async (outcome, answer, code) => {
    const { open, outside, store } = await asked({ line: ({ address }) => (address.endsWith('/responses/1') ? answer() : undefined) })
    await expect(shows(outside, store, open)).rejects.toMatchObject({ code })
    expect(store.state.disclosures).toMatchObject([{ outcome }])
    expect(timesShown(store.state)).toEqual([[1, 0]])
  })

  it('not_sent when no presentation could be made', async () => {
    const { open, outside, store, posts } = await asked()
    const keys = { ...outside.keys, signer: () => Promise.reject(new Error('the key is gone')) }
    await expect(shows({ ...outside, keys }, store, open)).rejects.toThrow('the key is gone')
    expect(store.state.disclosures).toMatchObject([{ outcome: 'not_sent' }])
    expect(posts()).toEqual(['/request-objects/1'])
  })
})
