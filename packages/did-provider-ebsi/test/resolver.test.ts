import { readFileSync } from 'node:fs'
import { getResolver as ebsiKeyResolver } from '@cef-ebsi/key-did-resolver'
import { type DIDResolver, Resolver } from 'did-resolver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'
import { getKeyResolver, getResolver } from '../src/index.ts'
import { between, json } from './world.ts'

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../../test/vectors/ebsi/${name}`, import.meta.url), 'utf8'))

describe('did:ebsi', () => {
  let registry: EbsiRegistry
  let proxy: Awaited<ReturnType<typeof between>>
  let resolver: Resolver
  let did: string
  const resolve = async (url: string, options = {}) => resolver.resolve(url, options)

  beforeAll(async () => {
    registry = await startEbsiRegistry()
    proxy = await between(registry.origin)
    resolver = new Resolver(getResolver({ registry: registry.origin, fetch: proxy.fetch, patience: { answer: 300 } }))
    did = registry.root.did
  })
  afterAll(async () => {
    await proxy.close()
    await registry.close()
  })

  test('gives the document that the registry has', async () => {
    proxy.spoil((_, forward) => forward())
    const { didDocument, didResolutionMetadata, didDocumentMetadata } = await resolve(did)
    expect(didDocument).toMatchObject({ id: did, controller: [did] })
    expect(didResolutionMetadata).toEqual({ contentType: 'application/did+ld+json' })
    expect(didDocumentMetadata).toEqual({})
    expect((await resolve(`${did}#key`)).didDocument?.id).toBe(did)
  })

  test('asks in the representation that is wanted, if the registry has it', async () => {
    proxy.spoil((_, forward) => forward())
    expect((await resolve(did, { accept: 'application/did+json' })).didResolutionMetadata).toEqual({ contentType: 'application/did+json' })
    expect((await resolve(did, { accept: 'application/did+cbor' })).didResolutionMetadata).toEqual({ error: 'representationNotSupported' })
  })

  test('asks for a moment', async () => {
    proxy.spoil((_, forward) => forward())
    const before = await resolve(`${did}?versionTime=2020-01-01T00:00:00Z`)
    expect(before.didResolutionMetadata.error).toBe('notFound')
    expect(proxy.seen.at(-1)?.path).toBe(`/did-registry/v5/identifiers/${did}?valid-at=2020-01-01T00%3A00%3A00Z`)
    const later = new Date(Date.now() + 60_000).toISOString()
    expect((await resolve(`${did}?versionTime=${later}`)).didDocument?.id).toBe(did)
    expect((await resolve(did, { versionTime: later })).didDocument?.id).toBe(did)
  })

  test.each([
    ['?versionId=1', {}],
    ['?versionTime=yesterday', {}],
    ['?versionTime=2020-13-01T00:00:00Z', {}],
    ['?versionTime=2020-01-01T00:00:00%2B01:00', {}],
    ['?versionTime=2020-01-01T00:00:00Z&versionTime=2021-01-01T00:00:00Z', {}],
    ['?versionTime=2020-01-01T00:00:00Z', { versionTime: '2021-01-01T00:00:00Z' }],
    ['', { versionId: '1' }],
  ])('asks nothing about %s %j', async (query, options) => {
    proxy.spoil((_, forward) => forward())
    expect((await resolve(did + query, options)).didResolutionMetadata.error).toBe('invalidOptions')
    expect(proxy.seen).toEqual([])
  })

  const { valid, invalid } = vectors('did-ebsi.json') as Record<string, { name: string; did: string }[]>

  test.each((valid ?? []).map(({ did }) => did))('%s is not found', async (unknown) => {
    proxy.spoil((_, forward) => forward())
    expect(await resolve(unknown)).toMatchObject({ didDocument: null, didResolutionMetadata: { error: 'notFound' } })
  })

  test.each((invalid ?? []).map(({ name, did }) => [name, did] as const))('%s is an invalid DID, and nobody is asked', async (_, wrong) => {
    proxy.spoil((_asked, forward) => forward())
    // The general resolver takes a DID URL apart before we see it, and knows other methods only by their names.
    const { ebsi } = getResolver({ registry: registry.origin, fetch: proxy.fetch })
    const parsed = { did: wrong, didUrl: wrong, method: 'ebsi', id: wrong.slice('did:ebsi:'.length) }
    expect((await ebsi(wrong, parsed, resolver, {})).didResolutionMetadata).toEqual({ error: 'invalidDid' })
    expect(proxy.seen).toEqual([])
  })

  test.each([
    ['slow', async () => undefined, /^registry_too_slow/],
    ['huge', async () => ({ ...json({}, 200, 'application/did+ld+json'), body: ' '.repeat(1_048_577) }), /^registry_too_large/],
    [
      'of another',
      async () => json({ id: 'did:ebsi:zZeKyEJfUTGwajhNyNX928z' }, 200, 'application/did+ld+json'),
      /^registry_answer_of_other/,
    ],
    ['in a wrapper', async () => json({ didDocument: { id: '' } }, 200, 'application/did+ld+json'), /^registry_answer_of_other/],
    ['of another type', async () => json({}, 200, 'text/html'), /^registry_content_type/],
    ['a redirect', async () => ({ status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' }), /^registry_redirected/],
    ['an error', async () => json({}, 500), /^registry_failed/],
  ])('an answer that is %s is an error, and no document', async (_, spoil, message) => {
    proxy.spoil(spoil)
    const { didDocument, didResolutionMetadata } = await resolve(did)
    expect(didDocument).toBeNull()
    expect(didResolutionMetadata.error).toBe('internalError')
    expect(didResolutionMetadata.message).toMatch(message)
  })

  test('a fault of ours is thrown', async () => {
    const { ebsi } = getResolver({ registry: registry.origin, fetch: () => Promise.reject(new Error('no')) })
    const parsed = { did, didUrl: did, method: 'ebsi', id: '' }
    expect((await ebsi(did, parsed, resolver, {})).didResolutionMetadata.message).toMatch(/^registry_unreachable/)
  })
})

describe('did:key', () => {
  interface Key {
    name: string
    did: string
  }
  const { valid = [], invalid = [] } = vectors('did-key.json') as Record<string, Key[]>
  const asked: string[] = []
  const elsewhere: DIDResolver = async (did) => {
    asked.push(did)
    return { didResolutionMetadata: {}, didDocument: { id: did }, didDocumentMetadata: {} }
  }
  const ours = new Resolver(getKeyResolver())
  const withOther = new Resolver(getKeyResolver({ key: elsewhere }))
  const theirs = new Resolver(ebsiKeyResolver())

  test.each(valid.map(({ name, did }) => [name, did] as const))('%s has the document that the resolver of EBSI gives', async (_, did) => {
    const { didDocument, didResolutionMetadata } = await ours.resolve(did)
    expect(didResolutionMetadata).toEqual({ contentType: 'application/did+ld+json' })
    expect(didDocument).toEqual((await theirs.resolve(did)).didDocument)
    const plain = await ours.resolve(did, { accept: 'application/did+json' })
    expect(plain.didDocument).not.toHaveProperty('@context')
    expect((await ours.resolve(did, { accept: 'text/html' })).didResolutionMetadata.error).toBe('representationNotSupported')
  })

  test.each(invalid.map(({ name, did }) => [name, did] as const))('%s is no document', async (_, did) => {
    const { didDocument, didResolutionMetadata } = await ours.resolve(did)
    expect(didDocument).toBeNull()
    expect(didResolutionMetadata.error).toMatch(/^(invalidDid|unsupportedDidMethod)$/)
  })

  test.each(['p256-pub-codec'])('another codec (%s) is not taken over', async (name) => {
    const { did = '' } = invalid.find((vector) => vector.name === name) ?? {}
    asked.length = 0
    expect((await withOther.resolve(did)).didDocument?.id).toBe(did)
    expect(asked).toEqual([did])
    expect((await ours.resolve(did)).didResolutionMetadata.error).toBe('unsupportedDidMethod')
  })

  test('what is ours and wrong goes to nobody else', async () => {
    asked.length = 0
    for (const name of ['member-order', 'extra-member', 'whitespace', 'padded-base64', 'not-on-curve']) {
      const { did = '' } = invalid.find((vector) => vector.name === name) ?? {}
      expect((await withOther.resolve(did)).didResolutionMetadata.error).toBe('invalidDid')
    }
    expect(asked).toEqual([])
  })
})
