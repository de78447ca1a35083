import { readFileSync } from 'node:fs'
import { keccak_256 } from '@noble/hashes/sha3.js'
import * as fc from 'fast-check'
import { createContract, parseAbi } from 'micro-eth-signer/abi.js'
import { describe, expect, test } from 'vitest'
import {
  buildRequest,
  checkTransaction,
  EbsiError,
  METHODS,
  type RegistryCall,
  readTransaction,
  registryCall,
  serviceCall,
  type UnsignedTransaction,
} from '../src/index.ts'
import { type AbiType, type AbiValue, decodeCall, encodeCall, revertReason } from '../src/writing/abi.ts'

const DID = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
const FROM = '0xc9765ec58e49e6e386549ceaa34fb0d8bb69c320'
const TO = `0x${'5e'.repeat(20)}`
const PUBLIC_KEY = `0x04${'ab'.repeat(64)}`
const ATTRIBUTE = `0x${'0c'.repeat(32)}`
const encodedArguments = (types: readonly AbiType[], values: readonly AbiValue[]): string => {
  const contract = createContract(parseAbi([`function f(${types.map((type, index) => `${type} a${index}`).join(', ')})`]))
  const given = values.map((value, index) => (types[index]?.startsWith('bytes') ? Uint8Array.fromHex(String(value).slice(2)) : value))
  const named = Object.fromEntries(given.map((value, index) => [`a${index}`, value]))
  const one = given.length === 1 ? given[0] : named
  return (
    contract.f
      ?.encodeInput(one as never)
      .toHex()
      .slice(8) ?? ''
  )
}

const code = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof EbsiError) return error.message
    throw error
  }
  return 'nothing was thrown'
}

describe('Contract ABI', () => {
  const value: Readonly<Record<AbiType, fc.Arbitrary<AbiValue>>> = {
    string: fc.string({ unit: 'grapheme', maxLength: 100 }),
    bytes: fc.uint8Array({ maxLength: 100 }).map((bytes) => `0x${bytes.toHex()}`),
    bytes32: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `0x${bytes.toHex()}`),
    bool: fc.boolean(),
    uint8: fc.bigInt(0n, 255n),
    uint256: fc.bigInt(0n, 2n ** 256n - 1n),
  }
  const list = fc
    .array(fc.constantFrom<AbiType>('string', 'bytes', 'bytes32', 'bool', 'uint8', 'uint256'), { minLength: 1, maxLength: 7 })
    .chain((types) => fc.tuple(...types.map((type) => value[type])).map((values) => ({ types, values })))

  test('writes what micro-eth-signer writes, and reads it back', () => {
    fc.assert(
      fc.property(list, ({ types, values }) => {
        const written = encodeCall('01020304', types, values)
        expect(written).toBe(`0x01020304${encodedArguments(types, values)}`)
        expect(decodeCall(written, '01020304', types)).toEqual(values)
      }),
      { numRuns: 300 },
    )
  })

  test('reads no other way of writing the same: a changed byte is another value or none', () => {
    fc.assert(
      fc.property(list, fc.nat(), fc.integer({ min: 1, max: 15 }), ({ types, values }, place, change) => {
        const written = encodeCall('01020304', types, values)
        const at = 2 + (place % (written.length - 2))
        const digit = (Number.parseInt(written[at] ?? '', 16) ^ change).toString(16)
        expect(decodeCall(written.slice(0, at) + digit + written.slice(at + 1), '01020304', types)).not.toEqual(values)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['cut off', (data: string) => data.slice(0, -64)],
    ['with bytes after it', (data: string) => `${data}00`],
    ['with half a byte after it', (data: string) => `${data}0`],
    ['with padding that is not zero', (data: string) => `${data.slice(0, -1)}1`],
    ['with an offset beyond its end', (data: string) => data.replace(`${'0'.repeat(62)}20`, 'f'.repeat(64))],
    ['of another function', (data: string) => data.replace('01020304', '01020305')],
  ])('refuses a call %s', (_, change) => {
    const written = encodeCall('01020304', ['string'], ['abc'])
    expect(decodeCall(written, '01020304', ['string'])).toEqual(['abc'])
    expect(decodeCall(change(written), '01020304', ['string'])).toBeNull()
  })

  test('a bool is 0 or 1, a text is UTF-8', () => {
    expect(decodeCall(`0x01020304${'2'.padStart(64, '0')}`, '01020304', ['bool'])).toBeNull()
    expect(decodeCall(encodeCall('01020304', ['bytes'], ['0xff']), '01020304', ['string'])).toBeNull()
  })

  test('writes no value that its type does not hold', () => {
    expect(() => encodeCall('01020304', ['uint8'], [256n])).toThrow(RangeError)
    expect(() => encodeCall('01020304', ['uint256'], [-1n])).toThrow(RangeError)
    expect(() => encodeCall('01020304', ['bytes32'], ['0x00'])).toThrow(RangeError)
    expect(() => encodeCall('01020304', ['bytes'], ['0x0'])).toThrow(RangeError)
    expect(() => encodeCall('01020304', ['bool'], [])).toThrow(RangeError)
  })

  test('reads the reason of a contract', () => {
    expect(revertReason(encodeCall('08c379a0', ['string'], ['did already exists']))).toBe('did already exists')
    expect(revertReason('0x')).toBeNull()
  })
})

const derivations = JSON.parse(readFileSync(new URL('../../../test/vectors/ebsi/derivations.json', import.meta.url), 'utf8'))

test('the selector of every method is that of its signature, and the recorded one', () => {
  const own = Object.entries(METHODS).map(([name, { selector, parameters }]) => {
    const signature = `${name}(${parameters.map(([, type]) => type).join(',')})`
    expect(keccak_256(new TextEncoder().encode(signature)).toHex().slice(0, 8)).toBe(selector)
    return [signature, `0x${selector}`]
  })
  expect(Object.fromEntries(own)).toEqual(derivations.functionSelectors)
})

const calls: readonly RegistryCall[] = [
  registryCall('insertDidDocument', {
    did: DID,
    baseDocument: '{"@context":["https://www.w3.org/ns/did/v1"]}',
    vMethodId: 'axZAOKbj-YyMiIN2CRLCwPjSCgMwhBwCVNgEbOl3QJY',
    publicKey: PUBLIC_KEY,
    isSecp256k1: true,
    notBefore: 1_790_000_000,
    notAfter: 1_900_000_000,
  }),
  registryCall('addVerificationRelationship', { did: DID, name: 'assertionMethod', vMethodId: 'k', notBefore: 1, notAfter: 2 }),
  registryCall('setAttributeMetadata', { did: DID, attributeId: ATTRIBUTE, issuerType: 3, taoDid: DID, taoAttributeId: ATTRIBUTE }),
  registryCall('setAttributeData', { did: DID, attributeId: ATTRIBUTE, attributeData: '0x6162' }),
]

/** What a faithful registry builds. */
function built({ contract }: RegistryCall, changed: Readonly<Record<string, unknown>> = {}): UnsignedTransaction {
  const { selector, parameters } = METHODS[contract.method]
  const values = parameters.map(([name]) => {
    const value = changed[name] ?? contract.params[name]
    return typeof value === 'number' ? BigInt(value) : (value as AbiValue)
  })
  const data = encodeCall(
    selector,
    parameters.map(([, type]) => type),
    values,
  )
  return { from: FROM, to: TO, data, value: '0x0', nonce: '0x0', chainId: '0x181f', gasLimit: '0x1000000', gasPrice: '0x0' }
}

describe('a transaction that comes back', () => {
  const expected = { from: FROM, chainId: 0x181fn, contract: TO }
  const [insert = calls[0] as RegistryCall] = calls

  test.each(calls.map((call) => [call.method, call] as const))('is signed when it is as asked: %s', (_, call) => {
    expect(() => checkTransaction(readTransaction({ ...built(call) }), call, expected)).not.toThrow()
    expect(() => checkTransaction(built(call), call, { from: FROM.toUpperCase().replace('0X', '0x') })).not.toThrow()
  })

  test.each(
    calls.flatMap((call) =>
      METHODS[call.contract.method].parameters.map(([name, type]) => {
        const other: Record<AbiType, unknown> = {
          string: 'other',
          bytes: '0x00',
          bytes32: `0x${'f'.repeat(64)}`,
          bool: false,
          uint8: 4,
          uint256: 3,
        }
        return [call.method, name, call, other[type]] as const
      }),
    ),
  )('is not signed with another argument: %s %s', (_, name, call, other) => {
    expect(code(() => checkTransaction(built(call, { [name]: other }), call, expected))).toBe(`transaction_not_as_asked: argument ${name}`)
  })

  test.each([
    ['from', { from: TO }],
    ['to', { to: FROM }],
    ['chainId 1 instead of 6175', { chainId: '0x1' }],
    ['value', { value: '0x1' }],
    ['gasPrice', { gasPrice: '0x1' }],
    ['function', { data: built(calls[1] as RegistryCall).data }],
    ['function', { data: `${built(insert).data}00` }],
  ])('is not signed with another %s', (difference, change) => {
    expect(code(() => checkTransaction({ ...built(insert), ...change }, insert, expected))).toBe(`transaction_not_as_asked: ${difference}`)
  })

  test('bytes are compared as bytes, and a text as a text, also one that looks like bytes', () => {
    const vMethodId = '0xZAOKbj-YyMiIN2CRLCwPjSCgMwhBwCVNgEbOl3QJY'
    const call = registryCall('addVerificationRelationship', { did: DID, name: 'authentication', vMethodId, notBefore: 1, notAfter: 2 })
    expect(() => checkTransaction(built(call), call, expected)).not.toThrow()
    const lower = built(call, { vMethodId: vMethodId.toLowerCase() })
    expect(code(() => checkTransaction(lower, call, expected))).toBe('transaction_not_as_asked: argument vMethodId')
    const asBytes = { did: DID, attributeId: ATTRIBUTE.toUpperCase().replace('X', 'x'), attributeData: '0xAB' }
    const data = registryCall('setAttributeData', asBytes)
    expect(() => checkTransaction(built(data, { attributeId: ATTRIBUTE, attributeData: '0xab' }), data, expected)).not.toThrow()
  })

  test('is signed for no ledger without a number, even where the ledger is not known', () => {
    expect(code(() => checkTransaction({ ...built(insert), chainId: '0x0' }, insert, { from: FROM }))).toBe(
      'transaction_not_as_asked: chainId',
    )
  })

  test.each([
    ['no object', null],
    ['a list', []],
    ['without nonce', { ...built(insert), nonce: undefined }],
    ['with a number that is none', { ...built(insert), nonce: '1' }],
    ['with a number too long', { ...built(insert), gasLimit: `0x${'f'.repeat(17)}` }],
    ['to no address', { ...built(insert), to: '0x00' }],
    ['without a call', { ...built(insert), data: '0x' }],
    ['with a member that we do not look at', { ...built(insert), accessList: [] }],
  ])('is not read: %s', (_, result) => {
    const json = JSON.parse(JSON.stringify(result))
    expect(code(() => readTransaction(json))).toMatch(/^transaction_malformed/)
  })
})

describe('services', () => {
  const service = { id: `${DID}#site`, type: 'LinkedDomains', serviceEndpoint: 'https://example.org' }
  const call = serviceCall('addService', { did: DID, service: JSON.stringify(service) }, { '@context': ['a'], service: [service] })
  const expected = { from: FROM }

  test('are asked for by their own method and come back as a base document, however it is spelled', () => {
    expect(JSON.parse(buildRequest(7, call, FROM))).toEqual({
      jsonrpc: '2.0',
      id: 7,
      method: 'addService',
      params: [{ from: FROM, did: DID, service: JSON.stringify(service) }],
    })
    const { id, ...rest } = service
    const spelled = JSON.stringify({ service: [{ ...rest, id }], '@context': ['a'] }, null, 2)
    expect(() => checkTransaction(built(call, { baseDocument: spelled }), call, expected)).not.toThrow()
  })

  test.each([
    ['one service more', { '@context': ['a'], service: [service, service] }],
    ['none', { '@context': ['a'] }],
    ['another context', { '@context': ['b'], service: [service] }],
    ['something else', { '@context': ['a'], service: [service], controller: [DID] }],
  ])('are not signed with %s', (_, other) => {
    const transaction = built(call, { baseDocument: JSON.stringify(other) })
    expect(code(() => checkTransaction(transaction, call, expected))).toBe('transaction_not_as_asked: argument baseDocument')
  })

  test('are not signed in a text that two readers could read in two ways', () => {
    const twice = `{"@context":["b"],${JSON.stringify({ '@context': ['a'], service: [service] }).slice(1)}`
    const transaction = built(call, { baseDocument: twice })
    expect(code(() => checkTransaction(transaction, call, expected))).toBe('transaction_not_as_asked: argument baseDocument')
  })

  test('none at all is a list of none', () => {
    const last = serviceCall('revokeService', { did: DID, serviceId: service.id }, { '@context': ['a'], service: [] })
    expect(() => checkTransaction(built(last, { baseDocument: '{"@context":["a"]}' }), last, expected)).not.toThrow()
  })
})
