import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createDidEbsi } from '@symbolon/ebsi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attest, type EbsiRegistry, startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'
import {
  addIssuerProxy,
  addService,
  deactivate,
  fetchAttribute,
  fetchDocument,
  type Identity,
  ledgerKey,
  type Network,
  onboard,
  openNetwork,
  setAttributeData,
  setAttributeMetadata,
  signingKey,
  thumbprint,
  updateIssuerProxy,
} from '../src/index.ts'
import { asOurs, between, json, refusal, rpcMethod } from './world.ts'

/** An accreditor and its issuer, without Veramo: what the registries are for. */
let double: EbsiRegistry
let proxy: Awaited<ReturnType<typeof between>>
let network: Network

beforeAll(async () => {
  double = await startEbsiRegistry({ bootstrap: { tao: true } })
  proxy = await between(double.origin)
  network = openNetwork({
    registry: double.origin,
    fetch: proxy.fetch,
    chainId: 0x181f,
    patience: { pause: 5, receipt: 100, answer: 2000 },
  })
})
afterAll(async () => {
  await proxy.close()
  await double.close()
})

async function onboarded(): Promise<Identity> {
  proxy.spoil((_, forward) => forward())
  const identity = { did: createDidEbsi(randomBytes), ledgerKey: ledgerKey(randomBytes(32)), signingKey: signingKey(randomBytes(32)) }
  await onboard(network, identity, (did) => double.onboard(did))
  return identity
}
const freshId = (): string => randomBytes(32).toString('hex')
const writes = (): (string | undefined)[] =>
  proxy.seen.map((asked) => rpcMethod(asked)).filter((name) => name?.startsWith('set') || name?.includes('Proxy'))

describe('an accreditation', () => {
  test('is reserved by an accreditor, once', async () => {
    const { did } = await onboarded()
    const tao = asOurs((double.tao ?? double.root).identity)
    const metadata = { did, attributeId: freshId(), issuerType: 'TI', taoDid: tao.did, taoAttributeId: double.tao?.attributeId } as const
    await setAttributeMetadata(network, tao, metadata)
    expect(await fetchAttribute(network, did, metadata.attributeId)).toMatchObject({ issuerType: 'TI', body: '', tao: tao.did })
    await setAttributeMetadata(network, tao, metadata)
    expect(writes()).toEqual(['setAttributeMetadata'])
  })

  test('is entered with an invitation, the next one without, and each once', async () => {
    const issuer = await onboarded()
    for (const invited of [true, false]) {
      const { attributeId, credential } = await double.accredit({ did: issuer.did })
      proxy.spoil((_, forward) => forward())
      await setAttributeData(network, issuer, attributeId, credential)
      expect(await fetchAttribute(network, issuer.did, attributeId)).toMatchObject({ issuerType: 'TI', body: credential })
      const asked = proxy.seen.filter(({ path }) => path.endsWith('/token')).map(({ body }) => new URLSearchParams(body).get('scope'))
      expect(asked).toEqual(invited ? ['openid tir_invite'] : ['openid tir_invite', 'openid tir_write'])
      await setAttributeData(network, issuer, attributeId, credential)
      expect(writes()).toEqual(['setAttributeData'])
    }
  })

  test('is taken away, and the issuer cannot enter it again', async () => {
    const issuer = await onboarded()
    const { attributeId, credential } = await double.accredit({ did: issuer.did })
    await setAttributeData(network, issuer, attributeId, credential)
    const tao = asOurs((double.tao ?? double.root).identity)
    const metadata = {
      did: issuer.did,
      attributeId,
      issuerType: 'Revoked',
      taoDid: tao.did,
      taoAttributeId: double.tao?.attributeId,
    } as const
    await setAttributeMetadata(network, tao, metadata)
    expect(await fetchAttribute(network, issuer.did, attributeId)).toMatchObject({ issuerType: 'Revoked' })
    proxy.spoil((_, forward) => forward())
    const place = `${double.origin}/trusted-issuers-registry/v5/issuers/${issuer.did}/attributes/${attributeId}`
    expect(await refusal(setAttributeData(network, issuer, attributeId, credential))).toBe(
      `accreditation_revoked: ${place} was taken back by its accreditor`,
    )
    expect(writes()).toEqual([])
    await setAttributeMetadata(network, tao, { ...metadata, issuerType: 'TI' })
    const anew = await double.accredit({ did: issuer.did })
    await setAttributeData(network, issuer, anew.attributeId, anew.credential)
  })

  test('is entered where it was reserved, by whom it is for', async () => {
    const issuer = await onboarded()
    const { attributeId, credential } = await double.accredit({ did: issuer.did })
    expect(await refusal(setAttributeData(network, issuer, freshId(), credential))).toBe('registry_not_found: attribute')
    expect(await refusal(setAttributeData(network, await onboarded(), attributeId, credential))).toBe('registry_not_found: attribute')
    const other = await double.accredit({ did: createDidEbsi(randomBytes) })
    expect(await refusal(setAttributeData(network, issuer, attributeId, other.credential))).toMatch(/^authorisation_refused/)
  })

  test.each(['', '..', 'a'.repeat(63), `${'a'.repeat(64)}/..`])('has an id of 64 hex digits, and %j is none', async (attributeId) => {
    proxy.spoil((_, forward) => forward())
    const code = 'registry_not_found: an id of an attribute has 64 hex digits'
    expect(await refusal(fetchAttribute(network, double.root.did, attributeId))).toBe(code)
    const metadata = { did: double.root.did, attributeId, issuerType: 'TI', taoDid: double.root.did } as const
    expect(await refusal(setAttributeMetadata(network, asOurs(double.root.identity), metadata))).toBe(code)
    expect(proxy.seen).toEqual([])
  })

  test('is not reserved by whoever may not', async () => {
    const issuer = await onboarded()
    const metadata = { did: issuer.did, attributeId: freshId(), issuerType: 'RootTAO', taoDid: issuer.did } as const
    expect(await refusal(setAttributeMetadata(network, issuer, metadata))).toMatch(/^authorisation_refused: the holder has no attributes/)
  })

  test('that arrived though the answer was lost is not written twice', async () => {
    const issuer = await onboarded()
    const { attributeId, credential } = await double.accredit({ did: issuer.did })
    proxy.spoil(async (asked, forward) => {
      const answer = await forward()
      return rpcMethod(asked) === 'sendSignedTransaction' ? null : answer
    })
    await setAttributeData(network, issuer, attributeId, credential)
    expect(await fetchAttribute(network, issuer.did, attributeId)).toMatchObject({ body: credential })
    expect(writes()).toEqual(['setAttributeData'])
  })

  test.each([
    [
      'of another',
      async () => json({ did: 'did:ebsi:zZeKyEJfUTGwajhNyNX928z', attribute: {} }),
      'registry_answer_of_other: did of the attribute',
    ],
    ['that is none', async () => json({}), 'registry_answer_malformed: attribute'],
    ['that is a list', async () => json([]), 'registry_answer_malformed: not an object'],
    ['in another media type', async () => json({}, 200, 'text/html'), 'registry_content_type: application/json'],
    ['with HTTP status 500', async () => json({}, 500), 'registry_failed: HTTP status 500'],
    [
      '"not found" by a web server',
      async () => json({}, 404, 'text/html'),
      'registry_content_type: application/problem+json or application/json',
    ],
  ])('is not read from an answer %s', async (_, spoil, code) => {
    proxy.spoil(spoil)
    expect(await refusal(fetchAttribute(network, double.root.did, double.root.attributeId))).toBe(code)
  })
})

describe('a proxy for status lists', () => {
  test('is entered once, and changed', async () => {
    const issuer = asOurs(double.root.identity)
    const encodedList = gzipSync(Buffer.alloc(16_384)).toString('base64')
    const lists = createServer((_, response) => {
      const subject = { id: 'https://lists.example/1#list', type: 'StatusList2021', statusPurpose: 'revocation', encodedList }
      const content = { types: ['StatusList2021Credential'], subject, under: double.root.attributeId }
      response.writeHead(200, { 'content-type': 'text/plain' }).end(attest(double.state, double.root.identity, content))
    })
    await new Promise<void>((ready) => lists.listen(0, '127.0.0.1', ready))
    const prefix = `http://127.0.0.1:${(lists.address() as AddressInfo).port}`
    proxy.spoil((_, forward) => forward())
    const id = await addIssuerProxy(network, issuer, { prefix, testSuffix: '/1' })
    expect(await addIssuerProxy(network, issuer, { prefix, testSuffix: '/1' })).toBe(id)
    expect(writes()).toEqual(['addIssuerProxy'])
    const entered = async () => (await fetch(`${double.origin}/trusted-issuers-registry/v5/issuers/${issuer.did}/proxies/${id}`)).json()
    expect(await entered()).toEqual({ prefix, headers: {}, testSuffix: '/1' })
    await updateIssuerProxy(network, issuer, id, { prefix, headers: { 'Cache-Control': 'no-cache' }, testSuffix: '/2' })
    expect(await entered()).toEqual({ prefix, headers: { 'Cache-Control': 'no-cache' }, testSuffix: '/2' })
    lists.close()
  })

  test('is refused when no list is behind it', async () => {
    proxy.spoil((_, forward) => forward())
    const wrong = { prefix: 'http://127.0.0.1:9', testSuffix: '/1' }
    expect(await refusal(addIssuerProxy(network, asOurs(double.root.identity), wrong))).toMatch(
      /^registry_refused: Invalid params: proxyData/,
    )
  })
})

test('what the functions write without Veramo is what the provider writes', async () => {
  const identity = await onboarded()
  await addService(network, identity, { id: `${identity.did}#a`, type: 'LinkedDomains', serviceEndpoint: 'https://a.example' })
  expect(await deactivate(network, identity, `${identity.did}#${thumbprint(identity.ledgerKey.jwk)}`)).toBe(true)
  expect(await fetchDocument(network, identity.did)).toMatchObject({ verificationMethod: [], service: [{ type: 'LinkedDomains' }] })
  expect(await deactivate(network, { ...identity, did: createDidEbsi(randomBytes) }, '')).toBe(false)
})
