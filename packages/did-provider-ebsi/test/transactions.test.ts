import { randomBytes } from 'node:crypto'
import { createDidEbsi, type UnsignedTransaction } from '@symbolon/ebsi'
import { describe, expect, test } from 'vitest'
import { addService, type Identity, type Known, ledgerKey, removeService, updateBaseDocument } from '../src/index.ts'
import { CHAIN, faulty, result } from './faulty.ts'
import { agentOf, asOurs, refusal, rpcMethod, type Spoil } from './world.ts'

/** The happy onboarding with one transaction changed: nothing is signed, or nothing is sent. */
const world = faulty()
const { signed, fresh, refused } = world

describe('a transaction that is not as asked is not signed:', () => {
  const hexOf = (text: string): string => Buffer.from(text).toString('hex')
  test.each<[string, string, Spoil]>([
    ['another ledger', `chainId 1 instead of ${CHAIN}`, result('insertDidDocument', (built) => ({ ...built, chainId: '0x1' }))],
    ['another contract', 'to', result('insertDidDocument', (built) => ({ ...built, to: `0x${'12'.repeat(20)}` }))],
    ['another signer', 'from', result('insertDidDocument', (built) => ({ ...built, from: `0x${'12'.repeat(20)}` }))],
    ['a payment', 'value', result('insertDidDocument', (built) => ({ ...built, value: '0x1' }))],
    ['a price', 'gasPrice', result('insertDidDocument', (built) => ({ ...built, gasPrice: '0x1' }))],
    ['another function', 'function', result('insertDidDocument', (built) => ({ ...built, data: `0x4ce7693e${built.data?.slice(10)}` }))],
    [
      'another base document',
      'argument baseDocument',
      result('insertDidDocument', (built) => ({ ...built, data: built.data?.replace(hexOf('jws-2020'), hexOf('jws-2021')) })),
    ],
    [
      'the method of another key',
      'argument publicKey',
      result('addVerificationMethod', (built) => ({
        ...built,
        data: built.data?.replace(hexOf('"x":"'), hexOf('"x":"').replace(/22$/, '23')),
      })),
    ],
    [
      'another relationship',
      'argument name',
      result('addVerificationRelationship', (built) => ({
        ...built,
        data: built.data?.replace(hexOf('authentication'), hexOf('authenticatioN')),
      })),
    ],
    ['words after it', 'function', result('insertDidDocument', (built) => ({ ...built, data: `${built.data}00` }))],
  ])('%s', async (_, what, spoil) => {
    const before = spoil
    expect(await refused(before)).toBe(`transaction_not_as_asked: ${what}`)
    expect(signed.every(({ data }) => !data.startsWith('0x4ce7693e'))).toBe(true)
    const methods = world.proxy.seen.map((asked) => rpcMethod(asked))
    expect(methods.filter((method) => method === 'sendSignedTransaction')).toHaveLength(signed.length)
  })

  test('the ledger that the settings name', async () => {
    expect(await refused((_, forward) => forward(), { chainId: CHAIN + 1 })).toBe(
      `transaction_not_as_asked: chainId ${CHAIN} instead of ${CHAIN + 1}`,
    )
    expect(signed).toEqual([])
  })
})

describe('a registry that has put something of its own into the base document', () => {
  const service = (name: string) => ({ id: `#${name}`, type: 'LinkedDomains', serviceEndpoint: `https://${name}.example` })
  const [foreign, own, other] = [service('foreign'), service('own'), service('other')]
  const CONTEXTS = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1']
  const OTHERS = ['https://foreign.example/context']

  /** Its document and its transactions agree with each other: only what the caller knows tells that they are wrong. */
  async function holding(baseDocument: object): Promise<Identity> {
    const identity = asOurs(await world.double.registered())
    const entry = world.double.state.dids.get(identity.did)
    if (entry === undefined) throw new Error('not registered')
    entry.baseDocument = JSON.stringify(baseDocument)
    world.proxy.spoil((_, forward) => forward())
    return identity
  }
  const sent = () => world.proxy.seen.filter((asked) => rpcMethod(asked) !== undefined)

  const add = (identity: Identity, known?: Known) => addService(world.network(), identity, other, known)
  const remove = (identity: Identity, known?: Known) => removeService(world.network(), identity, own.id, known)
  const update = (changes: { service?: (typeof own)[]; '@context'?: string[] }) => (identity: Identity, known?: Known) =>
    updateBaseDocument(world.network(), identity, changes, known)

  test.each<[string, string, object, typeof add | typeof remove | ReturnType<typeof update>, Known?]>([
    ['a service beside one that is added', 'service', { '@context': CONTEXTS, service: [foreign] }, add],
    ['a service beside one that is removed', 'service', { '@context': CONTEXTS, service: [foreign, own] }, remove],
    ['a service beside those that are known', 'service', { '@context': CONTEXTS, service: [own, foreign] }, add, { services: [own] }],
    [
      'a service in place of one',
      'service',
      { '@context': CONTEXTS, service: [{ ...own, serviceEndpoint: 'x' }] },
      add,
      { services: [own] },
    ],
    ['a known service twice', 'service', { '@context': CONTEXTS, service: [own, own] }, add, { services: [own] }],
    ['nothing where a service is known', 'service', { '@context': CONTEXTS }, add, { services: [own] }],
    ['a context under a service that is added', '@context', { '@context': OTHERS }, add],
    ['a context under a service that is removed', '@context', { '@context': [...CONTEXTS, ...OTHERS], service: [own] }, remove],
    ['another context than that which is known', '@context', { '@context': CONTEXTS }, add, { contexts: OTHERS }],
    ['a context under services that are replaced', '@context', { '@context': OTHERS }, update({ service: [own] })],
    [
      'services under a context that is replaced',
      'service',
      { '@context': CONTEXTS, service: [foreign] },
      update({ '@context': CONTEXTS }),
    ],
  ])('%s: nothing is asked to be signed', async (_, what, base, change, known) => {
    const identity = await holding(base)
    expect(await refusal(change(identity, known))).toBe(`document_not_as_known: ${what}`)
    expect(sent()).toEqual([])
  })

  test('that is known is kept, in whatever order; what is written whole takes nothing from the registry', async () => {
    const identity = await holding({ '@context': OTHERS, service: [own, foreign] })
    const base = () => JSON.parse(world.double.state.dids.get(identity.did)?.baseDocument ?? '')
    await add(identity, { services: [foreign, own], contexts: OTHERS })
    expect(base()).toEqual({ '@context': OTHERS, service: [own, foreign, other] })
    await remove(identity, { services: [foreign, other], contexts: OTHERS })
    expect(base()).toEqual({ '@context': OTHERS, service: [foreign, other] })
    await update({ '@context': CONTEXTS, service: [own] })(identity)
    expect(base()).toEqual({ '@context': CONTEXTS, service: [own] })
  })

  test('is compared with what the agent has of its identifier', async () => {
    const { agent } = agentOf({ registry: world.double.origin, chainId: CHAIN })
    const { did } = await agent.didManagerCreate({ options: { authorisation: (made: string) => world.double.onboard(made) } })
    const entry = world.double.state.dids.get(did)
    if (entry === undefined) throw new Error('not registered')
    await agent.didManagerAddService({ did, service: { ...own, serviceEndpoint: 'https://own.example' } })
    entry.baseDocument = JSON.stringify({ '@context': CONTEXTS, service: [own, foreign] })
    const height = world.double.state.ledger.height()
    for (const call of [
      () => agent.didManagerAddService({ did, service: { ...other, serviceEndpoint: 'https://other.example' } }),
      () => agent.didManagerRemoveService({ did, id: own.id }),
      () => agent.didManagerUpdate({ did, document: { '@context': CONTEXTS } }),
    ])
      expect(await refusal(call)).toBe('document_not_as_known: service')
    expect(world.double.state.ledger.height()).toBe(height)
    await agent.didManagerRemoveService({ did, id: foreign.id })
    expect(JSON.parse(entry.baseDocument)).toEqual({ '@context': CONTEXTS, service: [own] })
  })
})

describe('a key that signs something else', () => {
  const other = (change: (transaction: UnsignedTransaction) => UnsignedTransaction, key = randomBytes(32)): Identity => {
    const identity = fresh()
    return {
      ...identity,
      ledgerKey: { ...identity.ledgerKey, signTransaction: (transaction) => ledgerKey(key).signTransaction(change(transaction)) },
    }
  }
  const stranger = other((transaction) => transaction)

  test.each([
    ['is not that of the address', stranger],
    ['signs for another ledger', other((transaction) => ({ ...transaction, chainId: '0x1' }))],
    ['answers no transaction', { ...stranger, ledgerKey: { ...stranger.ledgerKey, signTransaction: () => '0x00' } }],
    ['answers nothing in hex', { ...stranger, ledgerKey: { ...stranger.ledgerKey, signTransaction: () => 'signed' } }],
  ])('%s: nothing is sent', async (_, identity) => {
    expect(await refused((_asked, forward) => forward(), {}, { ...identity, did: createDidEbsi(randomBytes) })).toBe(
      'transaction_signed_otherwise',
    )
    expect(world.proxy.seen.map((asked) => rpcMethod(asked))).not.toContain('sendSignedTransaction')
  })

  test('changes one member of what it was given: nothing is sent', async () => {
    const identity = fresh()
    const { ledgerKey: key } = identity
    const changing = {
      ...key,
      signTransaction: (transaction: UnsignedTransaction) => key.signTransaction({ ...transaction, nonce: '0x5' }),
    }
    expect(await refused((_, forward) => forward(), {}, { ...identity, ledgerKey: changing })).toBe('transaction_signed_otherwise')
    expect(world.proxy.seen.map((asked) => rpcMethod(asked))).not.toContain('sendSignedTransaction')
  })
})
