import { randomBytes } from 'node:crypto'
import { createDidEbsi, type UnsignedTransaction } from '@symbolon/ebsi'
import { describe, expect, test } from 'vitest'
import { type Identity, ledgerKey } from '../src/index.ts'
import { CHAIN, faulty, result } from './faulty.ts'
import { rpcMethod, type Spoil } from './world.ts'

/** The happy onboarding with one transaction changed: nothing is signed, or nothing is sent. */
const world = faulty()
const { signed, fresh, refused } = world

describe('a transaction that is not as asked is not signed:', () => {
  const hexOf = (text: string): string => Buffer.from(text).toString('hex')
  test.each<[string, string, Spoil]>([
    ['another ledger', 'chainId', result('insertDidDocument', (built) => ({ ...built, chainId: '0x1' }))],
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
    expect(await refused((_, forward) => forward(), { chainId: CHAIN + 1 })).toBe('transaction_not_as_asked: chainId')
    expect(signed).toEqual([])
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
