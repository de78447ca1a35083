import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { type Anchor, prepareAnchors } from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import {
  answerRequest,
  authorize,
  beginRefresh,
  choose,
  complete,
  EMPTY_STATE,
  HEADERS_READ,
  type HeldCredential,
  inspectAgain,
  inspectIssuer,
  inspectOffer,
  type Outside,
  OWN_WAY,
  openRequest,
  preAuthorized,
  readOffer,
  redeem,
  resume,
  type Store,
  settle,
  unfinished,
  wayOf,
} from '@symbolon/wallet'
import { newBrowser } from '../flows/browser.ts'

const CLIENT = 'symbolon-wallet'
const REDIRECT = 'http://127.0.0.1:4711/answer'

/** The core of our wallet, with the network and the keys of this process, and a state that is nowhere else. */
export async function ourWallet(trust: readonly Anchor[]) {
  const anchors = await prepareAnchors(trust, primitives)
  let state = EMPTY_STATE
  const store: Store = {
    get state() {
      return state
    },
    async change(edit) {
      const edited = edit(state)
      state = edited.state
      return edited.result
    },
  }
  const outside: Outside = {
    ...{ primitives, dpopNonces: new Map(), now: () => Math.floor(Date.now() / 1000) },
    async send({ method, address, headers, body }) {
      const response = await fetch(address, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })
      const read = HEADERS_READ.flatMap((name) => {
        const value = response.headers.get(name)
        return value === null ? [] : [[name, value]]
      })
      const contentType = response.headers.get('content-type') ?? undefined
      return { status: response.status, contentType, headers: Object.fromEntries(read), body: await response.text() }
    },
    keys: {
      make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JsonObject,
      signer: (jwk, algorithm) => signer(createPrivateKey({ key: jwk, format: 'jwk' }), algorithm),
    },
  }
  const front = { redirectUri: REDIRECT, visit: async (address: string) => (await newBrowser().open(address, isBack)).address }

  /** Takes up an offer from beginning to end; without one, asks for these types. */
  async function takeUp(from: string | { issuer: string; types: string[] }, { txCode, copies }: { txCode?: string; copies?: number } = {}) {
    const offer = typeof from === 'string' ? await readOffer(from, outside) : undefined
    const way = offer === undefined ? OWN_WAY : wayOf(offer, false)
    const inspected =
      typeof from !== 'string'
        ? await inspectIssuer(from.issuer, from.types, anchors, outside)
        : await inspectOffer(offer ?? (await readOffer(from, outside)), way, anchors, outside)
    const redeemable =
      'code' in way.offer
        ? await preAuthorized(inspected, way.offer, { txCode, clientId: CLIENT }, outside)
        : await authorize(inspected, way.offer, { clientId: CLIENT, locales: ['en'] }, front, outside)
    const held: HeldCredential[] = []
    try {
      const ids = await redeem(inspected, redeemable, copies, store, outside)
      for (const id of ids) held.push(await complete(id, inspected, anchors, store, outside))
    } finally {
      await settle(store, outside)
    }
    return held
  }

  /** Goes on with whatever is under way. */
  async function goOn(): Promise<HeldCredential[]> {
    const held: HeldCredential[] = []
    for (const one of unfinished(store)) {
      const inspected = await inspectAgain(one, one.configurationIds, anchors, outside)
      for (const id of await resume(one, inspected, store, outside)) held.push(await complete(id, inspected, anchors, store, outside))
    }
    await settle(store, outside)
    return held
  }

  /** Fetches new copies of a credential. */
  async function refresh({ id, issuer, source }: HeldCredential): Promise<HeldCredential> {
    const inspected = await inspectAgain({ issuer, server: issuer }, [source?.configurationId ?? ''], anchors, outside)
    await beginRefresh(id, inspected, 2, store, outside)
    const held = await complete(id, inspected, anchors, store, outside)
    await settle(store, outside)
    return held
  }

  /** Opens a request of a verifier. */
  const open = (link: string) => openRequest(link, store, anchors, outside)

  /** Shows what a request asks for, as the verifier prefers it. */
  async function show(link: string) {
    const opened = await open(link)
    return answerRequest(opened, choose(opened, [], outside.now()), store, outside)
  }

  return { store, takeUp, goOn, refresh, open, show }
}

const isBack = (address: string): boolean => address.startsWith(REDIRECT)
