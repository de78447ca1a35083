import { type Anchor, prepareAnchors } from '@symbolon/credential'
import { PeerError } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { expect } from 'vitest'
import {
  authorize,
  beginRefresh,
  complete,
  type FrontChannel,
  type HeldCredential,
  type Inspected,
  inspectAgain,
  inspectIssuer,
  inspectOffer,
  OWN_WAY,
  preAuthorized,
  readOffer,
  redeem,
  resume,
  type Store,
  settle,
  unfinished,
  WalletError,
  type Way,
  wayOf,
} from '../src/index.ts'
import { type MemoryStore, memoryStore } from './memory_store.ts'
import { ISSUER, type standInIssuer } from './stand_in_issuer.ts'

export type StandIn = ReturnType<typeof standInIssuer>

/** What a wallet is told when it takes up an offer. */
export interface Wishes {
  readonly trust: readonly Anchor[]
  /** An offer, or the types to ask the issuer for without one. */
  readonly from: string | readonly string[]
  readonly txCode?: string | undefined
  readonly copies?: number
  readonly signIn?: boolean
  readonly agrees?: boolean
  readonly clientId?: string
  /** Changes the address that the browser comes back with. */
  readonly answer?: (address: string) => string
  readonly store?: MemoryStore
}

export const REDIRECT = 'http://127.0.0.1:4711/answer'

/** Takes up an offer from beginning to end; what was kept until something went wrong is in the store. */
export async function takeUp(
  issuer: StandIn,
  wishes: Wishes,
): Promise<{ held: HeldCredential[]; store: MemoryStore; inspected: Inspected }> {
  const { outside } = issuer
  const { trust, from, txCode, copies, clientId = 'symbolon-wallet', store = memoryStore() } = wishes
  const anchors = await prepareAnchors(trust, primitives)
  const { way, inspected } = await inspect()
  const redeemable =
    'code' in way.offer
      ? await preAuthorized(inspected, way.offer, { txCode, clientId }, outside)
      : await authorize(inspected, way.offer, { clientId, locales: ['nl', 'en'] }, browser(issuer, wishes), outside)
  const held: HeldCredential[] = []
  for (const id of await redeem(inspected, redeemable, copies, store, outside))
    held.push(await complete(id, inspected, anchors, store, outside))
  await settle(store, outside)
  return { held, store, inspected }

  async function inspect(): Promise<{ way: Way; inspected: Inspected }> {
    if (typeof from !== 'string') return { way: OWN_WAY, inspected: await inspectIssuer(ISSUER, from, anchors, outside) }
    const offer = await readOffer(from, outside)
    const way = wayOf(offer, wishes.signIn ?? false)
    return { way, inspected: await inspectOffer(offer, way, anchors, outside) }
  }
}

/** A browser whose person signs in at once. */
const browser = (issuer: StandIn, { agrees, answer = (address) => address }: Wishes): FrontChannel => ({
  redirectUri: REDIRECT,
  async visit(address, isOurs) {
    const back = answer(issuer.signIn(address, agrees))
    if (!isOurs(back)) throw new Error('nobody came back')
    return back
  },
})

/** Goes on with whatever is under way, as the next process does. */
export async function goOn(issuer: StandIn, store: Store, trust: readonly Anchor[]): Promise<void> {
  const anchors = await prepareAnchors(trust, primitives)
  for (const one of unfinished(store)) {
    const inspected = await inspectAgain(one, one.configurationIds, anchors, issuer.outside)
    for (const id of await resume(one, inspected, store, issuer.outside)) await complete(id, inspected, anchors, store, issuer.outside)
  }
  await settle(store, issuer.outside)
}

/** Fetches new copies of the first credential of a wallet. */
export async function refreshFirst(issuer: StandIn, store: Store, trust: readonly Anchor[], copies?: number): Promise<HeldCredential> {
  const [held] = store.state.credentials
  if (held === undefined) throw new Error('there is no credential')
  const anchors = await prepareAnchors(trust, primitives)
  const { source = { configurationId: '' } } = held
  const server = { issuer: ISSUER, server: ISSUER }
  const inspected = await inspectAgain(server, [source.configurationId], anchors, issuer.outside)
  await beginRefresh(held.id, inspected, copies ?? held.copies.length, store, issuer.outside)
  const fresh = await complete(held.id, inspected, anchors, store, issuer.outside)
  await settle(store, issuer.outside)
  return fresh
}

/** What an attempt failed with: a fault that the wallet names. */
export async function faultOf(attempt: Promise<unknown>): Promise<WalletError | PeerError> {
  const [result] = await Promise.allSettled([attempt])
  if (result?.status !== 'rejected') throw new Error('nothing was refused')
  if (!(result.reason instanceof WalletError || result.reason instanceof PeerError)) throw result.reason
  return result.reason
}

export async function expectFault(attempt: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  const fault = await faultOf(attempt)
  expect(fault.code).toBe(code)
  expect(fault.message).toMatch(words)
}
