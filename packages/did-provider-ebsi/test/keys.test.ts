import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import { base64url, type Jwk } from '@symbolon/sd-jwt'
import { AbstractKeyManagementSystem } from '@veramo/key-manager'
import { Transaction } from 'micro-eth-signer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'
import { addressOf, type KeyStore, keyManagementSystem, kidOf, type StoredKey, signerOf, signingKey, thumbprint } from '../src/index.ts'
import { registryKey } from '../src/keys.ts'
import { agentOf, refusal } from './world.ts'

const vectors = JSON.parse(readFileSync(new URL('../../../test/vectors/ebsi/derivations.json', import.meta.url), 'utf8'))
interface Vector {
  publicKey: string
  isSecp256k1: boolean
  jwk: Jwk
  vMethodId: string
  ethereumAddress?: string
}

describe('the recorded keys of the DID Registry', () => {
  test.each((vectors.verificationMethodId as Vector[]).map((vector) => [vector.jwk.crv, vector] as const))('%s', (_, vector) => {
    const { publicKey, isSecp256k1, jwk, vMethodId, ethereumAddress } = vector
    const { publicKey: written, ...rest } = registryKey(jwk)
    expect(rest).toEqual({ vMethodId, isSecp256k1 })
    expect(thumbprint(jwk)).toBe(vMethodId)
    // A JWK has no fixed order of members: as text it differs, as JSON it does not.
    if (isSecp256k1) expect(written).toBe(publicKey)
    else
      expect(JSON.parse(Buffer.from(written.slice(2), 'hex').toString())).toEqual(
        JSON.parse(Buffer.from(publicKey.slice(2), 'hex').toString()),
      )
    if (ethereumAddress !== undefined) expect(addressOf(jwk)).toBe(ethereumAddress)
  })
})

function memory(): KeyStore & { readonly keys: Map<string, StoredKey> } {
  const keys = new Map<string, StoredKey>()
  return {
    keys,
    get: (alias) => keys.get(alias),
    put: (key) => void keys.set(key.alias, key),
    delete: (alias) => keys.delete(alias),
    list: () => [...keys.values()],
  }
}

const isSigned = (jwk: Jwk, data: Uint8Array, signature: string): boolean =>
  verify('sha256', data, { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, base64url.decode(signature))
const publicJwk = ({ d: _, ...jwk }: Jwk): Jwk => jwk as Jwk

describe('our key store as a key management system of Veramo', () => {
  test.each([
    ['Secp256r1', 'P-256', ['ES256']],
    ['Secp256k1', 'secp256k1', ['ES256K', 'eth_signTransaction']],
  ])('makes, lists, uses and deletes a %s key', async (type, crv, algorithms) => {
    const store = memory()
    const kms = keyManagementSystem(store)
    expect(kms).toBeInstanceOf(AbstractKeyManagementSystem)
    const key = await kms.createKey({ type })
    const { jwk } = store.keys.get(key.kid) as StoredKey
    expect(jwk.crv).toBe(crv)
    expect(key).toMatchObject({ kid: thumbprint(publicJwk(jwk)), type, meta: { algorithms } })
    expect(JSON.stringify(key)).not.toContain(base64url.decode(String(jwk.d)).toHex())
    expect(await kms.listKeys()).toEqual([key])
    const data = randomBytes(50)
    for (const algorithm of [undefined, algorithms[0]]) {
      const signature = await kms.sign({ keyRef: key, data, ...(algorithm === undefined ? {} : { algorithm }) })
      expect(isSigned(publicJwk(jwk), data, signature)).toBe(true)
      expect(isSigned(publicJwk(jwk), Buffer.concat([data, data]), signature)).toBe(false)
    }
    expect(await kms.deleteKey({ kid: key.kid })).toBe(true)
    expect(await kms.deleteKey({ kid: key.kid })).toBe(false)
    expect(await kms.listKeys()).toEqual([])
  })

  test('imports a key, under the name that is given', async () => {
    const store = memory()
    const kms = keyManagementSystem(store)
    const privateKey = randomBytes(32)
    const key = await kms.importKey({ kms: '', type: 'Secp256r1', privateKeyHex: privateKey.toString('hex'), kid: 'mine' })
    expect(key.kid).toBe('mine')
    expect(publicJwk(store.keys.get('mine')?.jwk as Jwk)).toEqual(signingKey(privateKey).jwk)
  })

  const transaction = { to: `0x${'12'.repeat(20)}`, data: '0x00', value: 0n, nonce: 1n, gasLimit: 21_000n, chainId: 6175n }
  const legacy = Transaction.prepare({ type: 'legacy', gasPrice: 0n, ...transaction }, false)

  test('signs a legacy transaction of one ledger', async () => {
    const store = memory()
    const kms = keyManagementSystem(store)
    const { kid } = await kms.createKey({ type: 'Secp256k1' })
    const raw = await kms.sign({ keyRef: { kid }, algorithm: 'eth_signTransaction', data: legacy.toBytes({ includeSignature: false }) })
    const signed = Transaction.fromHex(raw)
    expect(signed.removeSignature().toHex()).toBe(legacy.toHex())
    expect(signed.sender).toBe(addressOf(publicJwk(store.keys.get(kid)?.jwk as Jwk)))
  })

  const eip1559 = Transaction.prepare({ ...transaction, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }, false)
  const anyLedger = Transaction.prepare({ type: 'legacy', gasPrice: 0n, ...transaction, chainId: 0n }, false)

  test.each([
    ['of another type', eip1559.toBytes({ includeSignature: false })],
    ['of any ledger', anyLedger.toBytes({ includeSignature: false })],
    ['that is none', randomBytes(5)],
    ['that is signed', legacy.signBy(randomBytes(32)).toBytes()],
  ])('signs no transaction %s', async (_, data) => {
    const kms = keyManagementSystem(memory())
    const { kid } = await kms.createKey({ type: 'Secp256k1' })
    expect(await refusal(kms.sign({ keyRef: { kid }, algorithm: 'eth_signTransaction', data }))).toMatch(
      /^not_supported: only unsigned legacy/,
    )
  })

  test('refuses what it does not do', async () => {
    const store = memory()
    const kms = keyManagementSystem(store)
    const privateKeyHex = randomBytes(32).toString('hex')
    const key = await kms.importKey({ kms: '', type: 'Secp256r1', privateKeyHex, kid: 'a' })
    const data = randomBytes(3)
    const said = await Promise.all([
      refusal(kms.sharedSecret({ myKeyRef: key, theirKey: key })),
      refusal(kms.createKey({ type: 'Ed25519' })),
      refusal(kms.createKey({ type: 'Secp256r1', kid: 'a' })),
      refusal(kms.importKey({ kms: '', type: 'Secp256k1', privateKeyHex, kid: 'a' })),
      refusal(kms.importKey({ kms: '', type: 'X25519', privateKeyHex })),
      refusal(kms.importKey({ kms: '', type: 'Secp256k1', privateKeyHex: 'f'.repeat(64) })),
      refusal(kms.importKey({ kms: '', type: 'Secp256k1', privateKeyHex: '00' })),
      refusal(kms.sign({ keyRef: { kid: 'nobody' }, data })),
      refusal(kms.sign({ keyRef: key, algorithm: 'ES256K', data })),
      refusal(kms.sign({ keyRef: key, algorithm: 'eth_signTransaction', data })),
    ])
    expect(said).toEqual([
      'not_supported: keys of this store sign; they agree on no shared secrets',
      'not_supported: only Secp256k1 and Secp256r1 keys are kept here',
      'invalid_argument: there is a key of this name',
      'invalid_argument: there is a key of this name',
      'not_supported: only Secp256k1 and Secp256r1 keys are kept here',
      'invalid_argument: privateKeyHex is no private key of this type',
      'invalid_argument: privateKeyHex is no private key of this type',
      'key_not_found: the store has no such key',
      'not_supported: a Secp256r1 key signs ES256 only',
      'not_supported: a Secp256r1 key signs ES256 only',
    ])
    expect(said.join()).not.toContain(privateKeyHex)
    store.keys.set('other', { alias: 'other', jwk: { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA', d: 'AA' } })
    store.keys.set('public', { alias: 'public', jwk: publicJwk(store.keys.get('a')?.jwk as Jwk) })
    for (const kid of ['other', 'public'])
      expect(await refusal(kms.sign({ keyRef: { kid }, data }))).toBe('invalid_argument: the store holds another kind of key')
  })
})

describe('an agent whose keys are in our store', () => {
  let double: EbsiRegistry
  beforeAll(async () => {
    double = await startEbsiRegistry({ bootstrap: { tao: true } })
  })
  afterAll(() => double.close())

  test('onboards, and its key is one of our signers', async () => {
    const store = memory()
    const { agent } = agentOf({ registry: double.origin, patience: { pause: 10 } }, { ours: keyManagementSystem(store) })
    const { did, keys } = await agent.didManagerCreate({ options: { authorisation: (made: string) => double.onboard(made) } })
    expect([...store.keys.keys()].sort()).toEqual(keys.map(({ kid }) => kid).sort())
    const [, key] = keys
    if (key === undefined) throw new Error('no key')
    // The store calls a key what the registry calls it.
    expect(kidOf(did, key)).toBe(`${did}#${key.kid}`)
    const signer = signerOf(agent, key.kid)
    const { didDocument } = await agent.resolveDid({ didUrl: did })
    const method = didDocument?.verificationMethod?.find(({ id }) => id === kidOf(did, key))
    const imported = await primitives.importKey(method?.publicKeyJwk as Jwk, 'ES256')
    for (const data of ['header.payload', randomBytes(40)])
      expect(await primitives.verify(signer.algorithm, imported, data, await signer.sign(data))).toBe(true)
  })
})
