import { parseCredential, prepareAnchors } from '@symbolon/credential'
import { preAuthorizedCode } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { beforeAll, describe, expect, it } from 'vitest'
import { complete, inspectAgain, type Store, unfinished } from '../src/index.ts'
import { memoryStore } from './memory_store.ts'
import { type Authority, authority, brick, type Lie, NOW, standInIssuer } from './stand_in_issuer.ts'
import { expectFault, faultOf, goOn, refreshFirst, type StandIn, takeUp, type Wishes } from './taking_up.ts'

const statute = brick('be-social-statute')
const ehic = brick('ehic')
let owner: Authority
beforeAll(async () => {
  owner = await authority()
})

/** The status indices of the copies in a wallet. */
async function indicesIn(store: Store): Promise<number[]> {
  const texts = store.state.credentials.flatMap(({ copies }) => copies.map(({ text }) => text))
  const credentials = await Promise.all(texts.map((text) => parseCredential(text, primitives)))
  return credentials.map(({ view }) => view.status?.index ?? -1).sort((one, other) => one - other)
}

class Cut extends Error {}

/** A line that is cut once, at the POST of that number: before it arrives, or before its answer does. */
function cutAt(number: number, when: 'request' | 'answer'): Lie & { posts: () => number } {
  let posts = 0
  return {
    posts: () => posts,
    line({ method }, answer) {
      if (method !== 'POST') return
      if (answer === undefined) posts++
      if (posts === number && (when === 'answer') === (answer !== undefined)) throw new Cut()
    },
  }
}

interface Flow {
  readonly name: string
  readonly lie?: Lie
  wishes(issuer: StandIn): Omit<Wishes, 'trust' | 'store'>
}

const FLOWS: readonly Flow[] = [
  { name: 'a pre-authorized code', wishes: (issuer) => ({ from: issuer.link(statute.name) }) },
  { name: 'signing in', wishes: () => ({ from: [statute.name] }) },
  { name: 'two credentials', wishes: (issuer) => ({ from: issuer.link(statute.name, ehic.name), copies: 2 }) },
  { name: 'bearer tokens', lie: { server: { dpop: false } }, wishes: (issuer) => ({ from: issuer.link(statute.name), copies: 3 }) },
]

/** How many POSTs there are when nothing is cut. */
async function postsOf(flow: Flow): Promise<string[]> {
  const issuer = standInIssuer(owner, [statute, ehic], flow.lie)
  await takeUp(issuer, { trust: owner.trust, ...flow.wishes(issuer) })
  return issuer.posted()
}

describe.each(FLOWS)('an issuance by $name that is cut off', (flow) => {
  it('at any message ends with exactly one good set of each credential, or says that the code is lost', async () => {
    const posts = await postsOf(flow)
    const outcomes: string[] = []
    for (const number of posts.keys()) {
      for (const when of ['request', 'answer'] as const) {
        const cut = cutAt(number + 1, when)
        const issuer = standInIssuer(owner, [statute, ehic], { ...flow.lie, ...cut })
        const store = memoryStore()
        const [first] = await Promise.allSettled([takeUp(issuer, { trust: owner.trust, store, ...flow.wishes(issuer) })])
        outcomes.push(`${posts[number]} ${when}: ${await wentOn(issuer, await store.reopen(), first.status)}`)
        expect(cut.posts()).toBeGreaterThan(number)
      }
    }
    // A token that was given and never arrived can be had no other way (RFC 6749 section 4.1.2): its code works once.
    const tokenAt = posts.lastIndexOf('/token')
    const lost = outcomes.filter((outcome) => !outcome.endsWith('one set'))
    const before = posts
      .slice(0, tokenAt)
      .filter((path) => path === '/par')
      .flatMap((path) => [`${path} request`, `${path} answer`])
    expect(lost).toEqual([...before.map((place) => `${place}: nothing begun`), '/token answer: authorization_ended'])
  })
})

/** What the next process makes of it. */
async function wentOn(issuer: StandIn, store: Store, first: string): Promise<string> {
  if (first === 'rejected' && unfinished(store).length === 0) {
    expect([store.state.credentials, issuer.live()]).toEqual([[], []])
    return 'nothing begun'
  }
  const [result] = await Promise.allSettled([goOn(issuer, store, owner.trust)])
  expect(store.state).toMatchObject({ pending: [], notices: [] })
  expect(await indicesIn(store)).toEqual(issuer.live())
  if (result.status === 'rejected') {
    expect(store.state).toMatchObject({ keys: [], credentials: [], authorizations: [] })
    return result.reason.code
  }
  const accepted = issuer.deliveries.filter(({ state }) => state === 'credential_accepted')
  expect(issuer.deliveries.every(({ state }) => ['credential_accepted', 'replaced'].includes(state))).toBe(true)
  expect(store.state.credentials.map(({ type }) => type)).toEqual(accepted.map(({ type }) => brick(type).vct))
  expect(store.state.keys).toHaveLength(issuer.live().length)
  return 'one set'
}

describe('a refresh that is cut off', () => {
  it('at any message ends with one new set, and the old one stays until then', async () => {
    const whole = standInIssuer(owner, [statute])
    const { store: filled } = await takeUp(whole, { trust: owner.trust, from: whole.link(statute.name), copies: 2 })
    const before = whole.posted().length
    await refreshFirst(whole, await filled.reopen(), owner.trust)
    const posts = whole.posted().slice(before)
    expect(posts).toEqual(['/token', '/nonce', '/credential', '/notification'])
    for (const number of posts.keys()) {
      for (const when of ['request', 'answer'] as const) {
        const cut = cutAt(before + number + 1, when)
        const issuer = standInIssuer(owner, [statute], cut)
        const taken = await takeUp(issuer, { trust: owner.trust, from: issuer.link(statute.name), copies: 2 })
        const [old] = taken.store.state.credentials
        await Promise.allSettled([refreshFirst(issuer, taken.store, owner.trust)])
        const store = await taken.store.reopen()
        expect(store.state.credentials).toHaveLength(1)
        if (posts[number] !== '/notification') {
          expect(store.state.credentials[0]?.copies).toEqual(old?.copies)
          expect(store.state.pending).toMatchObject([{ id: old?.id }])
        }
        await goOn(issuer, store, owner.trust)
        expect(store.state).toMatchObject({
          pending: [],
          notices: [],
          credentials: [{ id: old?.id, copies: [{ shown: 0 }, { shown: 0 }] }],
        })
        // The first delivery stays good for the verifiers who saw it; the wallet holds only the newest.
        expect(issuer.live()).toEqual([0, 1, ...(await indicesIn(store))])
      }
    }
  })
})

describe('going on', () => {
  /** An issuance whose credentials were sent and never arrived. */
  async function interrupted(lie: Lie = {}) {
    const cut = cutAt(4, 'answer')
    const issuer = standInIssuer(owner, [statute], { ...lie, ...cut })
    const store = memoryStore()
    const [attempt] = await Promise.allSettled([takeUp(issuer, { trust: owner.trust, store, from: issuer.link(statute.name), copies: 2 })])
    expect(attempt).toMatchObject({ status: 'rejected', reason: expect.any(Cut) })
    return { issuer, store: await store.reopen() }
  }

  it('asks for the same keys, so that the issuer sees that its answer was lost', async () => {
    const { issuer, store } = await interrupted()
    const keys = store.state.pending[0]?.keys.map(({ jwk }) => `${jwk.x}`)
    await goOn(issuer, store, owner.trust)
    expect(issuer.deliveries.map((sent) => sent.keys)).toEqual([keys, keys])
    expect(issuer.deliveries.map(({ state }) => state)).toEqual(['replaced', 'credential_accepted'])
  })

  it('uses the refresh token when the access token has ended', async () => {
    const { issuer, store } = await interrupted()
    issuer.clock.now = NOW + 301
    await goOn(issuer, store, owner.trust)
    expect(issuer.posted().slice(-4)).toEqual(['/token', '/nonce', '/credential', '/notification'])
    expect(await indicesIn(store)).toEqual([2, 3])
  })

  it('uses the refresh token when the issuer says that the access token has ended', async () => {
    const { issuer, store } = await interrupted()
    issuer.agreed[0]?.tokens.clear()
    await goOn(issuer, store, owner.trust)
    expect(issuer.posted().slice(4)).toEqual(['/nonce', '/credential', '/token', '/nonce', '/credential', '/notification'])
    expect(await indicesIn(store)).toEqual([2, 3])
  })

  it('says that a new offer is needed when there is no token any more', async () => {
    const { issuer, store } = await interrupted({ server: { grants: [preAuthorizedCode] } })
    issuer.clock.now = NOW + 301
    await expectFault(goOn(issuer, store, owner.trust), 'authorization_ended', /no refresh token/)
    expect(store.state).toMatchObject({ pending: [], authorizations: [], keys: [] })
  })

  it('says that a new offer is needed when the refresh token is refused, and forgets it', async () => {
    const { issuer, store } = await interrupted()
    for (const one of issuer.agreed) one.refreshToken = 'another'
    issuer.clock.now = NOW + 301
    await expectFault(goOn(issuer, store, owner.trust), 'authorization_ended', /invalid_grant/)
    expect(store.state).toMatchObject({ pending: [], authorizations: [] })
  })

  it('keeps what is under way while the server cannot answer', async () => {
    const { issuer, store } = await interrupted()
    issuer.clock.now = NOW + 301
    const send: typeof issuer.outside.send = async (request) =>
      request.address.endsWith('/token')
        ? { status: 503, contentType: 'text/html', headers: {}, body: 'later' }
        : issuer.outside.send(request)
    const fault = await faultOf(goOn({ ...issuer, outside: { ...issuer.outside, send } }, store, owner.trust))
    expect([fault.code, fault.message]).toEqual(['refused_by_peer', expect.stringContaining('HTTP 503')])
    expect(store.state.pending).toHaveLength(1)
    await goOn(issuer, store, owner.trust)
    expect(await indicesIn(store)).toEqual([2, 3])
  })

  it.each(['credential_request_denied', 'invalid_proof', 'unknown_credential_identifier'])(
    'drops what the issuer will never give: %s',
    async (error) => {
      const { issuer, store } = await interrupted()
      const send: typeof issuer.outside.send = async (request) => {
        if (!request.address.endsWith('/credential')) return issuer.outside.send(request)
        const body = JSON.stringify({ error })
        return { status: 400, contentType: 'application/json', headers: {}, body }
      }
      await expectFault(goOn({ ...issuer, outside: { ...issuer.outside, send } }, store, owner.trust), 'refused_by_peer', new RegExp(error))
      expect(store.state.pending).toEqual([])
    },
  )

  it('goes on with nothing that is not there', async () => {
    const { issuer, store } = await interrupted()
    const [one] = unfinished(store)
    if (one === undefined) throw new Error('nothing is under way')
    const anchors = await prepareAnchors(owner.trust, primitives)
    const inspected = await inspectAgain(one, one.configurationIds, anchors, issuer.outside)
    await expectFault(complete('00000000', inspected, anchors, store, issuer.outside), 'issuance_not_pending', /./)
  })
})
