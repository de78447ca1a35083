import { randomBytes } from 'node:crypto'
import type { IKey, IService } from '@veramo/core'
import { MemoryPrivateKeyStore } from '@veramo/key-manager'
import { KeyManagementSystem } from '@veramo/kms-local'
import { createVerifiableCredentialJwt, verifyCredential } from 'did-jwt-vc'
import { Resolver } from 'did-resolver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'
import { getResolver, jwkOf, kidOf, OnboardingIncomplete, signerOf } from '../src/index.ts'
import { agentOf, refusal } from './world.ts'

const CHAIN = 0x181f
let double: EbsiRegistry
let settings: { registry: string; chainId: number; patience: { pause: number; receipt: number; answer: number } }

beforeAll(async () => {
  double = await startEbsiRegistry({ bootstrap: { tao: true } })
  settings = { registry: double.origin, chainId: CHAIN, patience: { pause: 20, receipt: 400, answer: 5000 } }
})
afterAll(() => double.close())

const keyOf = (keys: readonly IKey[], type: string): IKey => keys.find((key) => key.type === type) as IKey

describe('createIdentifier', () => {
  test('makes a DID with a secp256k1 and a P-256 key; the registry hears nothing', async () => {
    const { agent, provider } = agentOf(settings)
    const { did, keys, controllerKeyId } = await agent.didManagerCreate({ alias: 'institution' })
    expect(did).toMatch(/^did:ebsi:z/)
    expect(keys.map(({ type }) => type)).toEqual(['Secp256k1', 'Secp256r1'])
    expect(keys.map((key) => jwkOf(key).crv)).toEqual(['secp256k1', 'P-256'])
    expect(controllerKeyId).toBe(keys[0]?.kid)
    expect(await provider.isRegistered(did)).toBe(false)
    expect((await agent.resolveDid({ didUrl: did })).didResolutionMetadata.error).toBe('notFound')
  })

  test('registers at once with an authorisation for the new DID', async () => {
    const { agent } = agentOf(settings)
    const { did, keys } = await agent.didManagerCreate({ options: { authorisation: (made: string) => double.onboard(made) } })
    const { didDocument } = await agent.resolveDid({ didUrl: did })
    const [ledger, signing] = ['Secp256k1', 'Secp256r1'].map((type) => kidOf(did, keyOf(keys, type)))
    expect(didDocument).toMatchObject({
      id: did,
      controller: [did],
      capabilityInvocation: [ledger],
      assertionMethod: [signing],
      verificationMethod: [
        { id: ledger, publicKeyJwk: jwkOf(keyOf(keys, 'Secp256k1')) },
        { id: signing, publicKeyJwk: jwkOf(keyOf(keys, 'Secp256r1')) },
      ],
    })
    expect(new Set(didDocument?.authentication)).toEqual(new Set([ledger, signing]))
  })

  test('leaves nothing here when nothing went to the registry', async () => {
    const { agent } = agentOf(settings)
    const before = (await agent.didManagerFind()).length
    const authorisation = (): Promise<string> => Promise.reject(new Error('no authorisation today'))
    let kids: string[] = []
    const create = agent.keyManagerCreate
    agent.keyManagerCreate = async (args) => {
      const key = await create(args)
      kids = [...kids, key.kid]
      return key
    }
    expect(await refusal(agent.didManagerCreate({ options: { authorisation } }))).toBe('no authorisation today')
    expect(await agent.didManagerFind()).toHaveLength(before)
    expect(kids).toHaveLength(2)
    for (const kid of kids) expect(await refusal(agent.keyManagerGet({ kid }))).toBe('Key not found')
  })

  test('leaves no key here when the second one cannot be made', async () => {
    const { agent } = agentOf(settings)
    const create = agent.keyManagerCreate
    const kids: string[] = []
    agent.keyManagerCreate = async (args) => {
      if (kids.length === 1) throw new Error('no more keys')
      const key = await create(args)
      kids.push(key.kid)
      return key
    }
    expect(await refusal(agent.didManagerCreate())).toBe('no more keys')
    for (const kid of kids) expect(await refusal(agent.keyManagerGet({ kid }))).toBe('Key not found')
    expect(kids).toHaveLength(1)
  })

  test('leaves nothing here when the authorisation is refused', async () => {
    const { agent } = agentOf(settings)
    const options = { authorisation: () => double.onboard('did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA') }
    const stopped = await agent.didManagerCreate({ options }).catch((error: unknown) => error)
    expect(stopped).toMatchObject({ code: 'authorisation_refused' })
    expect(stopped).not.toBeInstanceOf(OnboardingIncomplete)
  })

  test('an onboarding that stops names what to go on with', async () => {
    const { agent } = agentOf(settings)
    double.faults.add({ kind: 'status', value: 500, path: '/did-registry/v5/jsonrpc', times: 1 })
    const options = { authorisation: (did: string) => double.onboard(did) }
    const stopped = await agent.didManagerCreate({ options }).catch((error: unknown) => error)
    if (!(stopped instanceof OnboardingIncomplete)) throw stopped
    expect(stopped).toMatchObject({ code: 'onboarding_incomplete', message: 'onboarding_incomplete: registry_failed' })
    const { identifier } = stopped
    const created = await agent.didManagerCreate({ alias: 'again', options: { ...options, identifier } })
    expect(created).toMatchObject({ did: identifier.did, keys: identifier.keys })
    expect((await agent.resolveDid({ didUrl: created.did })).didDocument?.assertionMethod).toHaveLength(1)
  })

  class OtherCurve extends KeyManagementSystem {
    override createKey({ kid }: { kid?: string }) {
      return super.createKey({ type: 'Secp256k1', ...(kid === undefined ? {} : { kid }) })
    }
  }

  /** Says it made what it was asked for, whatever it made; every second secp256k1 key, compressed, is a point of P-256 too. */
  class Pretender extends OtherCurve {
    override async createKey(args: { type: string; kid?: string }) {
      const key = await super.createKey(args)
      const { publicKeyHex } = key
      const compressed = `0${2 + (Number.parseInt(publicKeyHex.slice(-1), 16) % 2)}${publicKeyHex.slice(2, 66)}`
      return { ...key, type: args.type, publicKeyHex: args.type === 'Secp256r1' ? compressed : publicKeyHex }
    }
  }

  test.each([
    ['says so', OtherCurve, 'key_of_other_kind: not Secp256r1'],
    ['hides it', Pretender, /^key_of_other_kind: (not of|no point of) P-256$/],
  ])('refuses a key of another curve when the key management system %s', async (_, Kms, code) => {
    // Half of the pretended keys are points of P-256: the signature gives away those.
    const said = new Set<string>()
    for (let tries = 0; tries < 12; tries++) {
      const { agent } = agentOf(settings, { local: new Kms(new MemoryPrivateKeyStore()) })
      said.add(await refusal(agent.didManagerCreate()))
    }
    for (const message of said) expect(message).toMatch(code)
    if (Kms === Pretender) expect(said).toContain('key_of_other_kind: not of P-256')
  })
})

describe('a registered identifier', () => {
  async function registered() {
    const { agent, provider } = agentOf(settings)
    const identifier = await agent.didManagerCreate({ options: { authorisation: (did: string) => double.onboard(did) } })
    const document = async () => (await agent.resolveDid({ didUrl: identifier.did })).didDocument
    return { agent, provider, did: identifier.did, identifier, document }
  }

  test('signs credentials that did-jwt-vc verifies with our resolver', async () => {
    const { agent, did, identifier } = await registered()
    const key = keyOf(identifier.keys, 'Secp256r1')
    const { sign } = signerOf(agent, key.kid)
    const signer = async (data: string | Uint8Array) => Buffer.from(await sign(data)).toString('base64url')
    const vc = { '@context': ['https://www.w3.org/2018/credentials/v1'], type: ['VerifiableCredential'], credentialSubject: { id: did } }
    const token = await createVerifiableCredentialJwt(
      { iss: did, sub: did, nbf: Math.floor(Date.now() / 1000), vc },
      { did, signer, alg: 'ES256' },
      { header: { alg: 'ES256', kid: kidOf(did, key) } },
    )
    const resolver = new Resolver(getResolver(settings))
    const verified = await verifyCredential(token, resolver, { policies: {} })
    expect(verified).toMatchObject({ verified: true, issuer: did })
    const altered = `${token.slice(0, -10)}${token.at(-10) === 'A' ? 'B' : 'A'}${token.slice(-9)}`
    expect(await refusal(verifyCredential(altered, resolver))).toMatch(/invalid_signature|no matching public key/)
  })

  test('onboards once more without a write', async () => {
    const { agent, provider, identifier } = await registered()
    const height = double.state.ledger.height()
    const document = await provider.onboard({ identifier, authorisation: () => Promise.reject(new Error('not needed')) }, { agent })
    expect(document.id).toBe(identifier.did)
    expect(double.state.ledger.height()).toBe(height)
  })

  test('is given a key with its relationships, and loses it', async () => {
    const { agent, did, document } = await registered()
    const key = await agent.keyManagerCreate({ kms: 'local', type: 'Secp256r1' })
    await agent.didManagerAddKey({ did, key, options: { relationships: ['assertionMethod'] } })
    expect(JSON.stringify((await document())?.assertionMethod)).toContain(kidOf(did, key))
    expect(JSON.stringify((await document())?.authentication)).not.toContain(kidOf(did, key))
    await agent.didManagerRemoveKey({ did, kid: key.kid })
    expect((await document())?.verificationMethod?.map(({ id }) => id)).not.toContain(kidOf(did, key))
    expect((await agent.didManagerGet({ did })).keys.map(({ kid }) => kid)).not.toContain(key.kid)
  })

  test('whose key for credentials was stolen revokes it first and is given another then', async () => {
    const { agent, did, identifier, document } = await registered()
    const stolen = keyOf(identifier.keys, 'Secp256r1')
    await agent.didManagerRemoveKey({ did, kid: stolen.kid })
    expect((await document())?.assertionMethod).toBeUndefined()
    const key = await agent.keyManagerCreate({ kms: 'local', type: 'Secp256r1' })
    await agent.didManagerAddKey({ did, key })
    expect((await document())?.assertionMethod).toEqual([kidOf(did, key)])
  })

  test('that has no key for credentials cannot be onboarded', async () => {
    const { agent, provider, identifier } = await registered()
    const half = { ...identifier, keys: identifier.keys.slice(0, 1) }
    expect(await refusal(provider.onboard({ identifier: half, authorisation: 'a.b.c' }, { agent }))).toBe(
      'key_of_other_kind: the identifier has no Secp256r1 key',
    )
  })

  test.each([
    ['Secp256r1', ['assertionMethod', 'authentication']],
    ['Secp256k1', ['authentication', 'capabilityInvocation']],
    ['Ed25519', ['assertionMethod', 'authentication']],
    ['X25519', ['keyAgreement']],
  ] as const)('a %s key is for %j when nothing is said', async (type, relationships) => {
    const { agent, did, document } = await registered()
    const key = await agent.keyManagerCreate({ kms: 'local', type })
    await agent.didManagerAddKey({ did, key })
    const found = Object.entries((await document()) ?? {}).filter(
      ([, ids]) => Array.isArray(ids) && JSON.stringify(ids).includes(kidOf(did, key)),
    )
    expect(found.map(([name]) => name).sort()).toEqual([...relationships, 'verificationMethod'])
  })

  test('keeps the key that writes, and knows which keys it has', async () => {
    const { agent, did, identifier } = await registered()
    const remove = (kid: string) => refusal(agent.didManagerRemoveKey({ did, kid }))
    expect(await remove(identifier.controllerKeyId ?? '')).toBe('update_not_possible: this key signs the transactions')
    expect(await remove('nobody')).toBe('registry_not_found: the identifier has no such key')
  })

  test('is given a service, and loses it', async () => {
    const { agent, did, document } = await registered()
    const service: IService = { id: `${did}#site`, type: 'LinkedDomains', serviceEndpoint: 'https://institution.example' }
    const other: IService = { id: `${did}#other`, type: 'LinkedDomains', serviceEndpoint: ['https://other.example'] }
    await agent.didManagerAddService({ did, service })
    await agent.didManagerAddService({ did, service: other })
    expect((await document())?.service).toEqual([service, other])
    const height = double.state.ledger.height()
    await agent.didManagerAddService({ did, service })
    expect(double.state.ledger.height()).toBe(height)
    expect(await refusal(agent.didManagerAddService({ did, service: { ...other, id: service.id } }))).toMatch(/^service_malformed/)
    expect(await refusal(agent.didManagerAddService({ did, service: { ...other, id: '' } }))).toMatch(/^service_malformed/)
    await agent.didManagerRemoveService({ did, id: service.id })
    expect((await document())?.service).toEqual([other])
    await agent.didManagerRemoveService({ did, id: other.id })
    expect((await document())?.service).toBeUndefined()
    await agent.didManagerRemoveService({ did, id: other.id })
  })

  test('is updated as far as the registry lets it', async () => {
    const { agent, did, document } = await registered()
    const service = [{ id: `${did}#a`, type: 'LinkedDomains', serviceEndpoint: 'https://a.example' }]
    const updated = await agent.didManagerUpdate({ did, document: { service } })
    expect(updated.services).toEqual(service)
    expect((await document())?.service).toEqual(service)
    const keys = { verificationMethod: [] }
    expect(await refusal(agent.didManagerUpdate({ did, document: keys }))).toBe(
      'update_not_possible: only @context and service can be written',
    )
    expect(await refusal(agent.didManagerUpdate({ did, document: { '@context': 'x' } }))).toMatch(/^update_not_possible/)
  })

  test('is deleted: no key is left in the registry or here, and the DID stays', async () => {
    const { agent, did, identifier, document } = await registered()
    await agent.didManagerDelete({ did })
    expect(await document()).toMatchObject({ id: did, verificationMethod: [] })
    for (const { kid } of identifier.keys) expect(await refusal(agent.keyManagerGet({ kid }))).toBe('Key not found')
    expect(await refusal(agent.didManagerGet({ did }))).toMatch(/not_found/)
  })

  test('is not deleted here when the registry cannot be reached', async () => {
    const { agent, did, identifier } = await registered()
    const again = double.faults.add({ kind: 'status', value: 503, path: '/did-registry/v5/jsonrpc' })
    expect(await refusal(agent.didManagerDelete({ did }))).toBe('registry_failed: HTTP status 503')
    again()
    expect((await agent.keyManagerGet({ kid: identifier.controllerKeyId ?? '' })).kid).toBe(identifier.controllerKeyId)
    await agent.didManagerDelete({ did })
  })

  test('that was never registered is deleted here only', async () => {
    const { agent } = agentOf(settings)
    const { did } = await agent.didManagerCreate()
    expect(await agent.didManagerDelete({ did })).toBe(true)
    expect(await agent.didManagerFind()).toEqual([])
  })

  test('that was never registered cannot be changed', async () => {
    const { agent } = agentOf(settings)
    const { did } = await agent.didManagerCreate()
    const service: IService = { id: 's', type: 't', serviceEndpoint: 'https://a.example' }
    expect(await refusal(agent.didManagerAddService({ did, service }))).toBe('did_not_registered')
  })
})

test('the random bytes of a DID are those that it is given', async () => {
  const given = randomBytes(16)
  const { agent } = agentOf({ ...settings, random: () => given })
  expect((await agent.didManagerCreate()).did).toBe((await agent.didManagerCreate()).did)
})
