import { type Draft, parseCredential } from '@symbolon/credential'
import { type NotificationEvent, preAuthorizedCode } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { credentialOf, keyOf, settle, withoutCredential, withShown } from '../src/index.ts'
import { memoryStore } from './memory_store.ts'
import { type Authority, authority, brick, ISSUER, type Lie, NOW, standInIssuer } from './stand_in_issuer.ts'
import { expectFault, faultOf, refreshFirst, type StandIn, takeUp, type Wishes } from './taking_up.ts'

const statute = brick('be-social-statute')
let owner: Authority
beforeAll(async () => {
  owner = await authority()
})

const sender = (lie: Lie = {}) => standInIssuer(owner, [statute], lie)
const receive = (issuer: StandIn, wishes: Partial<Wishes> = {}) =>
  takeUp(issuer, { trust: owner.trust, from: issuer.link(statute.name), ...wishes })
const credentials = (change: (list: Json[]) => Json[]): Lie => ({
  answer: { credential: (body: JsonObject) => ({ ...body, credentials: change(body.credentials as Json[]) }) },
})

describe('how many copies are asked for', () => {
  it.each<[string, number | undefined, number | undefined, number]>([
    ['five', undefined, 10, 5],
    ['as many as the issuer gives at once', undefined, 3, 3],
    ['as many as the person wants', 8, 10, 8],
    ['OpenID4VCI 8.2: never more than batch_size', 8, 3, 3],
    ['OpenID4VCI 12.2.4: one where the metadata speaks of no batch', 8, 1, 1],
  ])('%s', async (_about, copies, batchSize = 10, expected = 5) => {
    const issuer = sender({ batchSize })
    const { held } = await receive(issuer, copies === undefined ? {} : { copies })
    expect(held[0]?.copies).toHaveLength(expected)
    expect(issuer.deliveries.map(({ keys }) => new Set(keys).size)).toEqual([expected])
  })
})

describe('the copies of one delivery', () => {
  it('OpenID4VCI 8.3: are matched by key, whatever their order', async () => {
    for (const order of [(list: Json[]) => list, (list: Json[]) => list.toReversed(), (list: Json[]) => list.toSorted()]) {
      const { held, store } = await receive(sender(credentials(order)))
      for (const copy of held[0]?.copies ?? []) {
        const { view } = await parseCredential(copy.text, primitives)
        expect(keyOf(store.state, copy)?.jwk).toMatchObject({ x: view.holderKey?.x })
      }
    }
  })

  it('OpenID4VCI 8.3: may be fewer than keys were sent; keys that nothing came for are not kept', async () => {
    const { held, store } = await receive(sender(credentials((list) => list.slice(0, 2))))
    expect(held[0]?.copies).toHaveLength(2)
    expect(store.state.keys).toHaveLength(2)
  })

  it.each<[string, () => Lie, string, RegExp]>([
    ['two with one key', () => ({ draft: withKeyOfFirst() }), 'credential_refused', /same key/],
    [
      'two with one entry of a status list',
      () => ({ draft: (draft) => ({ ...draft, status: { uri: `${ISSUER}/status-lists/1`, index: 7 } }) }),
      'credential_refused',
      /same entry of a status list/,
    ],
    ['two with one salt', () => ({ random: counting }), 'credential_refused', /same salt/],
    ['two with one identifier (RFC 7519 4.1.7)', () => ({ draft: withOneIdentifier }), 'credential_refused', /same identifier/],
    [
      'one of five that has expired',
      () => ({ draft: onlyThird((draft) => ({ ...draft, expires: NOW - 1 })) }),
      'credential_refused',
      /expired/,
    ],
    [
      'more than keys were sent',
      () => credentials((list) => [...list, { credential: 'a~' }]),
      'credential_response_malformed',
      /more credentials/,
    ],
    ['none', () => credentials(() => []), 'credential_response_malformed', /credentials/],
  ])('are all refused when there is %s', async (_about, lie, code, words) => {
    const issuer = sender(lie())
    const store = memoryStore()
    await expectFault(receive(issuer, { store }), code, words)
    expect(store.state).toMatchObject({ keys: [], credentials: [] })
    await settle(store, issuer.outside)
    expect(issuer.deliveries.map(({ state }) => state)).toEqual([code === 'credential_refused' ? 'credential_failure' : 'sent'])
  })

  /** Binds every copy to the key of the first. */
  function withKeyOfFirst(): NonNullable<Lie['draft']> {
    let first: Parameters<NonNullable<Lie['draft']>>[0] | undefined
    return (draft) => {
      first ??= draft
      return { ...draft, ...(first.holderKey && { holderKey: first.holderKey }) }
    }
  }

  function withOneIdentifier(draft: Draft): Draft {
    return { ...draft, type: { ...draft.type, envelope: { ...draft.type.envelope, jti: 'urn:example:1' as 'random' } } }
  }

  function onlyThird(change: NonNullable<Lie['draft']>): NonNullable<Lie['draft']> {
    let count = 0
    return (draft) => (++count === 3 ? change(draft) : draft)
  }

  /** The same bytes for every credential. */
  function counting(): (bytes: number) => Uint8Array {
    let count = 0
    return (bytes) => new Uint8Array(Uint32Array.from({ length: bytes / 4 }, () => ++count).buffer)
  }
})

describe('what an issuer is told', () => {
  const told = (issuer: StandIn): NotificationEvent[] =>
    issuer
      .posts()
      .filter(({ address }) => address === `${ISSUER}/notification`)
      .map(({ body }) => JSON.parse(body ?? '').event)
  const unreachable = (issuer: StandIn, path = '/notification'): StandIn => ({
    ...issuer,
    outside: {
      ...issuer.outside,
      send: (request) => (request.address === `${ISSUER}${path}` ? Promise.reject(new Error('no network')) : issuer.outside.send(request)),
    },
  })

  it('OpenID4VCI 11: that its credentials are stored, only when they are', async () => {
    const issuer = sender()
    const store = memoryStore()
    const watching: StandIn = {
      ...issuer,
      outside: {
        ...issuer.outside,
        send: (request) => {
          if (request.address === `${ISSUER}/notification`) expect(store.state.credentials).toHaveLength(1)
          return issuer.outside.send(request)
        },
      },
    }
    await receive(watching, { store })
    expect(told(issuer)).toEqual(['credential_accepted'])
  })

  it('later, when it could not be told at once', async () => {
    const issuer = sender()
    const { store } = await receive(unreachable(issuer))
    expect(store.state.notices).toMatchObject([{ event: 'credential_accepted' }])
    const next = await store.reopen()
    expect(await settle(next, unreachable(issuer).outside)).toBe(1)
    issuer.clock.now = NOW + 301
    expect(await settle(next, issuer.outside)).toBe(0)
    expect(issuer.deliveries).toMatchObject([{ state: 'credential_accepted' }])
    expect((await next.reopen()).state.notices).toEqual([])
  })

  it('again with a new token when the issuer does not take the old one', async () => {
    const issuer = sender()
    const { store } = await receive(unreachable(issuer))
    issuer.agreed[0]?.tokens.clear()
    expect(await settle(store, issuer.outside)).toBe(0)
    expect(issuer.deliveries).toMatchObject([{ state: 'credential_accepted' }])
  })

  it('nothing for ever when it does not understand, or when there is no token any more', async () => {
    const deaf = sender()
    const { store } = await receive(unreachable(deaf))
    deaf.deliveries.length = 0
    expect(await settle(store, deaf.outside)).toBe(0)
    expect(store.state.notices).toEqual([])
    const spent = sender({ server: { grants: [preAuthorizedCode] } })
    const { store: other } = await receive(unreachable(spent))
    spent.clock.now = NOW + 301
    expect(await settle(other, spent.outside)).toBe(0)
    expect(other.state.notices).toEqual([])
  })

  it('nothing where there is nobody to tell, or no name to tell by', async () => {
    const without = (name: string) => (body: JsonObject) => Object.fromEntries(Object.entries(body).filter(([member]) => member !== name))
    const silent = sender({ answer: { 'openid-credential-issuer': without('notification_endpoint') } })
    const nameless = sender({ answer: { credential: without('notification_id') } })
    for (const issuer of [silent, nameless]) {
      const { store } = await receive(issuer)
      expect(issuer.posted()).not.toContain('/notification')
      expect(store.state.notices).toEqual([])
    }
  })

  const remove = (id: string) => (state: Parameters<typeof withoutCredential>[0]) => ({
    state: withoutCredential(state, id),
    result: undefined,
  })

  it('OpenID4VCI 11: that a credential was deleted, and that its refresh token is needed no more (RFC 7009)', async () => {
    const issuer = sender()
    const { store, held } = await receive(issuer)
    issuer.clock.now = NOW + 301
    await store.change(remove(held[0]?.id ?? ''))
    expect(store.state).toMatchObject({ keys: [], credentials: [] })
    expect(await settle(store, unreachable(issuer).outside)).toBe(1)
    expect(await settle(store, unreachable(issuer, '/revoke').outside)).toBe(1)
    expect(issuer.live()).toEqual([])
    expect(store.state.authorizations).toHaveLength(1)
    expect(await settle(store, issuer.outside)).toBe(0)
    expect(issuer.posted().at(-1)).toBe('/revoke')
    expect(store.state.authorizations).toEqual([])
  })
})

describe('a refresh', () => {
  it('brings new copies with new keys in place of the old ones', async () => {
    const issuer = sender()
    const { store, held } = await receive(issuer)
    const [old] = held
    await store.change((state) => ({ ...withShown(state, old?.id ?? '', NOW), result: undefined }))
    const fresh = await refreshFirst(issuer, store, owner.trust)
    expect(fresh).toMatchObject({ id: old?.id, copies: Array(5).fill({ shown: 0 }) })
    expect(fresh.copies.map(({ keyId }) => keyId).some((id) => old?.copies.some(({ keyId }) => keyId === id))).toBe(false)
    expect(store.state.keys).toHaveLength(5)
    expect(issuer.posted().slice(5)).toEqual(['/token', '/nonce', '/credential', '/notification'])
    expect(issuer.deliveries.map(({ state }) => state)).toEqual(['credential_accepted', 'credential_accepted'])
    expect(fresh.deliveries.map(({ notificationId }) => notificationId)).toEqual(issuer.deliveries.map(({ id }) => id))
  })

  it('forgets the names of deliveries whose copies have ended', async () => {
    const issuer = sender()
    const { store } = await receive(issuer)
    issuer.clock.now = NOW + 86_400
    const fresh = await refreshFirst(issuer, store, owner.trust)
    expect(fresh.deliveries.map(({ notificationId }) => notificationId)).toEqual([issuer.deliveries[1]?.id])
  })

  it('asks for the identifier that was given, or for the one that the new token brings', async () => {
    const issuer = sender()
    const { store, held } = await receive(issuer, { from: [statute.name] })
    const same = await refreshFirst(issuer, store, owner.trust)
    expect(same.source).toEqual(held[0]?.source)
    const agreed = issuer.agreed.at(-1)
    agreed?.identifiers.clear()
    agreed?.identifiers.set('a-new-one', statute.name)
    expect((await refreshFirst(issuer, store, owner.trust)).source?.identifier).toBe('a-new-one')
  })

  it('that the issuer refuses leaves the copies, and says what to do', async () => {
    const issuer = sender()
    const { store } = await receive(issuer)
    const { copies } = credentialOf(store.state, store.state.credentials[0]?.id ?? '')
    for (const one of issuer.agreed) delete one.refreshToken
    const fault = await faultOf(refreshFirst(issuer, store, owner.trust))
    expect([fault.code, fault.message]).toEqual(['authorization_ended', expect.stringContaining('invalid_grant')])
    expect(store.state).toMatchObject({ pending: [], credentials: [{ copies }] })
    await expectFault(refreshFirst(issuer, store, owner.trust), 'not_refreshable', /./)
  })

  it('that brings something bad leaves the copies, and the issuer is told', async () => {
    let bad = false
    const issuer = sender({ draft: (draft) => (bad ? { ...draft, expires: NOW - 1 } : draft) })
    const { store, held } = await receive(issuer)
    bad = true
    await expectFault(refreshFirst(issuer, store, owner.trust), 'credential_refused', /expired/)
    await settle(store, issuer.outside)
    expect(store.state).toMatchObject({ pending: [], credentials: [{ copies: held[0]?.copies }] })
    expect(issuer.deliveries.map(({ state }) => state)).toEqual(['credential_accepted', 'credential_failure'])
  })

  it('of a credential that is removed meanwhile brings nothing back; what was sent is deleted', async () => {
    const issuer = sender()
    const { store } = await receive(issuer)
    const removing: StandIn = {
      ...issuer,
      outside: {
        ...issuer.outside,
        send: async (request) => {
          const answer = await issuer.outside.send(request)
          const [held] = store.state.credentials
          if (held && request.address === `${ISSUER}/credential`)
            await store.change((state) => ({ state: withoutCredential(state, held.id), result: undefined }))
          return answer
        },
      },
    }
    await expectFault(refreshFirst(removing, store, owner.trust), 'issuance_not_pending', /given up/)
    expect(store.state).toMatchObject({ keys: [], credentials: [], pending: [] })
    expect(await settle(store, issuer.outside)).toBe(0)
    expect(issuer.deliveries.map(({ state }) => state)).toEqual(['credential_deleted', 'credential_deleted'])
  })

  it('is not possible without a refresh token', async () => {
    const issuer = sender({ server: { grants: [preAuthorizedCode] } })
    const { store } = await receive(issuer)
    await expectFault(refreshFirst(issuer, store, owner.trust), 'not_refreshable', /./)
  })

  it('keeps a new refresh token where the server gives one', async () => {
    let given = 0
    const issuer = sender({ answer: { token: (body) => ({ ...body, refresh_token: `${body.refresh_token}`, scope: `${++given}` }) } })
    const { store } = await receive(issuer)
    for (const one of issuer.agreed) one.refreshToken &&= 'rotated'
    const rotating: StandIn = {
      ...issuer,
      outside: {
        ...issuer.outside,
        send: async (request) => {
          const old = store.state.authorizations[0]?.refreshToken ?? ''
          return issuer.outside.send(request.body ? { ...request, body: request.body.replace(old, 'rotated') } : request)
        },
      },
    }
    await refreshFirst(rotating, store, owner.trust)
    expect(store.state.authorizations[0]?.refreshToken).toBe('rotated')
  })
})
