import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { createDidEbsi, type UnsignedTransaction } from '@symbolon/ebsi'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'
import { type Identity, ledgerKey, type Network, type NetworkSettings, onboard, openNetwork, signingKey } from '../src/index.ts'
import { type Asked, between, changed, rpcMethod, type Spoil } from './world.ts'

export const CHAIN = 0x181f
const CONTRACT = '0x823bbc0cee3de3b61ac0b8e31bf4c20c2d2b5d39'
/** Few looks, so that what never comes is soon given up. */
export const PATIENCE = { pause: 5, receipt: 20, answer: 1000 }
export const TOKEN = '/authorisation/v4/token'
export const DOCUMENT = '/did-registry/v5/identifiers'

/** The happy onboarding, of which one step can be changed. */
export interface Faulty {
  readonly double: EbsiRegistry
  readonly proxy: Awaited<ReturnType<typeof between>>
  /** A server that nobody may ask anything. */
  readonly elsewhere: Server
  /** What the ledger's key was given to sign since the test began. */
  readonly signed: UnsignedTransaction[]
  fresh(did?: string): Identity
  network(settings?: Partial<NetworkSettings>): Network
  /** What an onboarding is refused with; whatever it is, it names no key and no token. */
  refused(spoil: Spoil, settings?: Partial<NetworkSettings>, identity?: Identity): Promise<string>
}

/** Starts it for the tests of a file. */
export function faulty(): Faulty {
  let double: EbsiRegistry
  let proxy: Awaited<ReturnType<typeof between>>
  let wasElsewhere = 0
  const elsewhere = createServer((_, response) => {
    wasElsewhere++
    response.end('{}')
  })
  const signed: UnsignedTransaction[] = []
  const secrets: string[] = []

  beforeAll(async () => {
    double = await startEbsiRegistry({ bootstrap: { tao: true }, chainId: CHAIN })
    proxy = await between(double.origin)
    await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready))
  })
  afterAll(async () => {
    elsewhere.close()
    await proxy.close()
    await double.close()
  })
  beforeEach(() => {
    signed.length = 0
    secrets.length = 0
    wasElsewhere = 0
  })
  afterEach(() => {
    double.settings.rpcErrorStatus = 400
    double.state.ledger.revertAll = null
    double.setClock(Date.now)
    expect(wasElsewhere).toBe(0)
  })

  function fresh(did = createDidEbsi(randomBytes)): Identity {
    const [ledger, signing] = [randomBytes(32), randomBytes(32)]
    secrets.push(...[ledger, signing].flatMap((key) => [key.toString('hex'), key.toString('base64url'), key.toString('base64')]))
    const key = ledgerKey(ledger)
    const signTransaction = (transaction: UnsignedTransaction) => {
      signed.push(transaction)
      return key.signTransaction(transaction)
    }
    return { did, ledgerKey: { ...key, signTransaction }, signingKey: signingKey(signing) }
  }

  const network = (settings: Partial<NetworkSettings> = {}): Network =>
    openNetwork({
      registry: double.origin,
      chainId: CHAIN,
      contracts: { did: CONTRACT },
      fetch: proxy.fetch,
      patience: { ...PATIENCE, answer: 10_000 },
      ...settings,
    })

  async function refused(spoil: Spoil, settings: Partial<NetworkSettings> = {}, identity = fresh()): Promise<string> {
    proxy.spoil(async (asked, forward) => {
      const answer = await spoil(asked, forward)
      const [, token] = /"access_token":"([^"]+)"/.exec((asked.path === TOKEN && answer?.body) || '') ?? []
      if (token !== undefined) secrets.push(token)
      return answer
    })
    const authorisation = (did: string): string => {
      const credential = double.onboard(did)
      secrets.push(credential)
      return credential
    }
    try {
      await onboard(network(settings), identity, authorisation)
      return 'nothing was refused'
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const said = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
      const presented = proxy.seen.flatMap(({ body }) => body.match(/[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/g) ?? [])
      for (const secret of [...secrets, ...presented]) expect(said.toLowerCase()).not.toContain(secret.toLowerCase())
      return error.message
    }
  }

  return {
    get double() {
      return double
    },
    get proxy() {
      return proxy
    },
    elsewhere,
    signed,
    fresh,
    network,
    refused,
  }
}

/** Answers otherwise where the request is of this JSON-RPC method, or to this path; elsewhere faithfully. */
export const at =
  (place: string, act: Spoil): Spoil =>
  (asked: Asked, forward) =>
    rpcMethod(asked) === place || asked.path.startsWith(place) ? act(asked, forward) : forward()

/** Changes the result of a JSON-RPC method. */
export const result = (method: string, change: (result: Record<string, string>) => unknown): Spoil =>
  at(method, (_, forward) => changed(forward, (body) => ({ ...body, result: change(body.result as unknown as Record<string, string>) })))
