import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { getResolver as ebsiKeyResolver } from '@cef-ebsi/key-did-resolver'
import { toBase58 } from '@symbolon/credential'
import { type DIDResolver, Resolver } from 'did-resolver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'
import { getKeyResolver, getResolver } from '../src/index.ts'
import { between, json } from './world.ts'

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../../test/vectors/ebsi/${name}`, import.meta.url), 'utf8'))

describe('did:ebsi', () => {
  let double: EbsiRegistry
  let proxy: Awaited<ReturnType<typeof between>>
  let resolver: Resolver
  let did: string
  const resolve = async (url: string, options = {}) => resolver.resolve(url, options)

  beforeAll(async () => {
    double = await startEbsiRegistry()
    proxy = await between(double.origin)
    resolver = new Resolver(getResolver({ registry: double.origin, fetch: proxy.fetch, patience: { answer: 2000 } }))
    did = double.root.did
  })
  afterAll(async () => {
    await proxy.close()
    await double.close()
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
    const { ebsi } = getResolver({ registry: double.origin, fetch: proxy.fetch })
    const parsed = { did: wrong, didUrl: wrong, method: 'ebsi', id: wrong.slice('did:ebsi:'.length) }
    const message = expect.stringMatching(/^did_ebsi_[a-z_0-9]+: .*(give|compare)/)
    expect((await ebsi(wrong, parsed, resolver, {})).didResolutionMetadata).toEqual({ error: 'invalidDid', message })
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
    const { ebsi } = getResolver({ registry: double.origin, fetch: () => Promise.reject(new Error('no')) })
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

  const didOf = (jwk: object): string => {
    const bytes = Buffer.concat([Buffer.of(0xd1, 0xd6, 0x03), Buffer.from(JSON.stringify(jwk))])
    return `did:key:z${toBase58(bytes)}`
  }
  const made = (type: 'ec' | 'x25519' | 'ed448' | 'rsa', options = {}): JsonWebKey => {
    const { publicKey } = generateKeyPairSync(type as 'ec', options as { namedCurve: string })
    const { crv, e, kty, n, x, y } = publicKey.export({ format: 'jwk' })
    return kty === 'RSA'
      ? { e: e ?? '', kty, n: n ?? '' }
      : { crv: crv ?? '', kty: kty ?? '', x: x ?? '', ...(y === undefined ? {} : { y }) }
  }

  test.each([
    ['P-384', made('ec', { namedCurve: 'P-384' })],
    ['P-521', made('ec', { namedCurve: 'P-521' })],
    ['X25519', made('x25519')],
    ['RSA with 4096 bits', made('rsa', { modulusLength: 4096 })],
  ])('%s is a key', async (_, jwk) => {
    expect((await ours.resolve(didOf(jwk))).didDocument?.verificationMethod?.[0]?.publicKeyJwk).toEqual(jwk)
  })

  const { x: one = '', y: two = '', ...ec } = made('ec', { namedCurve: 'secp256k1' })
  const rsa = made('rsa', { modulusLength: 2048 })
  test.each([
    ['no point of secp256k1', { ...ec, x: two, y: one }],
    ['of an unknown curve', { ...ec, crv: 'P-257', x: one, y: two }],
    ['of a curve of another kind', { crv: 'Ed25519', kty: 'EC', x: one, y: two }],
    ['of Ed448', made('ed448')],
    ['of RSA with 1024 bits', made('rsa', { modulusLength: 1024 })],
    ['of RSA with an even modulus', { ...rsa, n: `${rsa.n?.slice(0, -2)}AA` }],
    ['of RSA with an even exponent', { ...rsa, e: 'AQAA' }],
    ['symmetric', { k: 'AA', kty: 'oct' }],
    ['whose members are no text', { crv: 'X25519', kty: 'OKP', x: 5 }],
    ['private', { crv: 'Ed25519', d: 'AA', kty: 'OKP', x: 'AA' }],
  ])('a key that is %s is no document', async (_, jwk) => {
    expect((await ours.resolve(didOf(jwk))).didResolutionMetadata.error).toBe('invalidDid')
  })

  test("what is too long is nobody's", async () => {
    expect((await ours.resolve(`did:key:z${'2'.repeat(5000)}`)).didResolutionMetadata.error).toBe('unsupportedDidMethod')
  })
})
