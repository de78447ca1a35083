import { randomBytes } from 'node:crypto'
import { createDidEbsi } from '@symbolon/ebsi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'
import { addressOf, type Identity, ledgerKey, type NetworkSettings, onboard, openNetwork, signingKey, thumbprint } from '../src/index.ts'
import { between, changed, json, refusal, rpcMethod, type Spoil } from './world.ts'

/** An onboarding that fails at each of its requests in turn, and is repeated. */
let double: EbsiRegistry
let proxy: Awaited<ReturnType<typeof between>>
const settings = (patience: NetworkSettings['patience'] = {}): NetworkSettings => ({
  registry: double.origin,
  fetch: proxy.fetch,
  patience: { pause: 5, receipt: 50, answer: 10_000, ...patience },
})

beforeAll(async () => {
  double = await startEbsiRegistry({ bootstrap: { tao: true } })
  proxy = await between(double.origin)
})
afterAll(async () => {
  await proxy.close()
  await double.close()
})

const fresh = (): Identity => ({
  did: createDidEbsi(randomBytes),
  ledgerKey: ledgerKey(randomBytes(32)),
  signingKey: signingKey(randomBytes(32)),
})
const authorisation = (did: string): string => double.onboard(did)
const notFound = json({ title: 'Identifier Not Found', status: 404 }, 404, 'application/problem+json')
const faithful: Spoil = (_, forward) => forward()

/** What the ledger did for an identity: one word a block. */
function blocksOf({ ledgerKey: { jwk } }: Identity): string[] {
  const { ledger } = double.state
  const numbers = Array.from({ length: ledger.height() + 1 }, (_, number) => ledger.block(number)?.transactions ?? [])
  const receipts = numbers.flat().map((hash) => ledger.receipt(hash))
  return receipts.flatMap((receipt) => (receipt?.from === addressOf(jwk).toLowerCase() ? [receipt.status] : []))
}

function expectWhole(document: object, { did, ledgerKey: { jwk: ledger }, signingKey: { jwk: signing } }: Identity): void {
  const [first, second] = [ledger, signing].map((jwk) => `${did}#${thumbprint(jwk)}`)
  expect(document).toMatchObject({
    id: did,
    verificationMethod: [{ id: first }, { id: second }],
    capabilityInvocation: [first],
    authentication: [first, second],
    assertionMethod: [second],
  })
}

const FAILURES = {
  'before it arrives': async () => null,
  'on the way back': async (_, forward) => {
    await forward()
    return null
  },
  'with HTTP status 500': async () => ({
    status: 500,
    headers: { 'content-type': 'application/problem+json' },
    body: '{"title":"Internal"}',
  }),
} as const satisfies Record<string, Spoil>

test('takes four transactions', async () => {
  const identity = fresh()
  proxy.spoil(faithful)
  expectWhole(await onboard(openNetwork(settings()), identity, authorisation), identity)
  expect(blocksOf(identity)).toEqual(['0x1', '0x1', '0x1', '0x1'])
  expect(proxy.seen.map((asked) => rpcMethod(asked) ?? asked.path.split('/')[1])).toEqual([
    'did-registry',
    'authorisation',
    ...['insertDidDocument', 'sendSignedTransaction', 'eth_getTransactionReceipt', 'did-registry'],
    'did-registry',
    'authorisation',
    ...['addVerificationMethod', 'sendSignedTransaction', 'eth_getTransactionReceipt'],
    ...Array(2)
      .fill(['did-registry', 'addVerificationRelationship', 'sendSignedTransaction', 'eth_getTransactionReceipt', 'did-registry'])
      .flat(),
  ])
})

describe.each(Object.entries(FAILURES))('a request that fails %s', (_, fail) => {
  test('leaves an identity that the next onboarding completes, whichever request it is', async () => {
    let failed = 0
    for (let place = 0; ; place++) {
      const identity = fresh()
      proxy.spoil((asked, forward) => (asked.number === place ? fail(asked, forward) : forward()))
      const first = await refusal(onboard(openNetwork(settings()), identity, authorisation))
      if (proxy.seen.length <= place) break
      if (first !== 'nothing was refused') failed++
      proxy.spoil(faithful)
      expectWhole(await onboard(openNetwork(settings()), identity, authorisation), identity)
      // The key may have to be entered once more, for the registry does not show it without a relationship; nothing else is written twice.
      expect(blocksOf(identity).filter((status) => status === '0x1')).toHaveLength(4)
      expect(blocksOf(identity).length).toBeLessThanOrEqual(5)
    }
    // The others were made good at once: fetch asks again, or the next look at the registry finds what was written.
    expect(failed).toBeGreaterThan(5)
  })

  test('at every try, one request later each time, ends in a whole identity', async () => {
    const identity = fresh()
    for (let place = 0; place < 60; place++) {
      proxy.spoil((asked, forward) => (asked.number === place ? fail(asked, forward) : forward()))
      await refusal(onboard(openNetwork(settings()), identity, authorisation))
    }
    proxy.spoil(faithful)
    expectWhole(await onboard(openNetwork(settings()), identity, () => Promise.reject(new Error('not needed'))), identity)
    expect(blocksOf(identity).filter((status) => status === '0x1')).toHaveLength(4)
  })
})

describe('a receipt that does not come', () => {
  test('is waited for as long as was said; the repeated call finds what was written meanwhile', async () => {
    const identity = fresh()
    // Nothing is to be seen of what the ledger did.
    proxy.spoil(async (asked, forward) => {
      if (asked.path.includes('/identifiers/')) return notFound
      return rpcMethod(asked) === 'eth_getTransactionReceipt' ? changed(forward, (body) => ({ ...body, result: null })) : forward()
    })
    expect(await refusal(onboard(openNetwork(settings()), identity, authorisation))).toBe('receipt_missing: insertDidDocument')
    expect(proxy.seen.filter((asked) => rpcMethod(asked) === 'eth_getTransactionReceipt')).toHaveLength(11)
    proxy.spoil(faithful)
    expectWhole(await onboard(openNetwork(settings()), identity, () => Promise.reject(new Error('not needed'))), identity)
    expect(blocksOf(identity)).toEqual(['0x1', '0x1', '0x1', '0x1'])
  })

  test('for ever: nothing is believed', async () => {
    proxy.spoil(faithful)
    double.state.ledger.delay = null
    try {
      expect(await refusal(onboard(openNetwork(settings()), fresh(), authorisation))).toBe('receipt_missing: insertDidDocument')
    } finally {
      double.state.ledger.delay = 0
    }
  })
})

test('a ledger that says yes and a registry that never shows it: nothing is believed', async () => {
  const identity = fresh()
  proxy.spoil(async ({ path }, forward) => (path.includes('/identifiers/') ? notFound : forward()))
  expect(await refusal(onboard(openNetwork(settings()), identity, authorisation))).toBe('registry_not_updated')
  proxy.spoil(faithful)
  expectWhole(await onboard(openNetwork(settings()), identity, authorisation), identity)
})
