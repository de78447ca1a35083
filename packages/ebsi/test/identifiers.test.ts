import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CredentialError, schemaIdHex } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject, Jwk } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import {
  attributeUrl,
  createDidEbsi,
  didEbsi,
  EbsiError,
  isDidEbsi,
  parseAttributeReference,
  parseDidEbsi,
  parseDidKey,
  schemaId,
} from '../src/index.ts'

const folder = fileURLToPath(new URL('../../../test/vectors/ebsi/', import.meta.url))
const read = <T>(name: string): T => JSON.parse(readFileSync(`${folder}${name}`, 'utf8'))

interface Named {
  readonly name: string
  readonly did: string
}
const ofEntities = read<{ valid: (Named & { subjectHex: string })[]; invalid: Named[] }>('did-ebsi.json')
const ofPersons = read<{ valid: (Named & { jwk: JsonObject })[]; invalid: Named[] }>('did-key.json')

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof EbsiError || error instanceof CredentialError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('did:ebsi version 1', () => {
  test.each(ofEntities.valid)('$name is read and written', ({ did, subjectHex }) => {
    expect(parseDidEbsi(did).toHex()).toBe(subjectHex)
    expect(didEbsi(Uint8Array.fromHex(subjectHex))).toBe(did)
    expect(isDidEbsi(did)).toBe(true)
  })

  test('a new one is made of as many random bytes', () => {
    const asked: number[] = []
    const random = (bytes: number) => {
      asked.push(bytes)
      return primitives.random(bytes)
    }
    const dids = Array.from({ length: 50 }, () => createDidEbsi(random))
    expect(new Set(asked)).toEqual(new Set([16]))
    expect(new Set(dids).size).toBe(50)
    for (const did of dids) expect.soft(parseDidEbsi(did)).toHaveLength(16)
  })

  const REASONS: Readonly<Record<string, string>> = {
    'no-multibase-prefix': 'did_ebsi_multibase',
    empty: 'did_ebsi_empty',
    'version-zero': 'did_ebsi_version',
    'version-two': 'did_ebsi_version: version 2 was that of natural persons',
    'version-two-16': 'did_ebsi_version: version 2 was that of natural persons',
    short: 'did_ebsi_length',
    long: 'did_ebsi_length',
    'bad-alphabet': 'did_ebsi_base58',
    'leading-one': 'did_ebsi_leading_zero',
    'other-multibase': 'did_ebsi_multibase',
    'upper-case-method': 'did_ebsi_method',
    'did-url': 'did_ebsi_url',
  }
  test.each(ofEntities.invalid)('$name is refused for its own reason', ({ name, did }) => {
    expect(refusal(() => parseDidEbsi(did))).toBe(REASONS[name])
    expect(isDidEbsi(did)).toBe(false)
  })

  test.each([
    ['a path', 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA/x', 'did_ebsi_url'],
    ['a query', 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA?x', 'did_ebsi_url'],
    ['a line break', 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA\n', 'did_ebsi_base58'],
    ['a space before it', ' did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA', 'did_ebsi_method'],
    ['a hundred thousand characters', `did:ebsi:z${'z'.repeat(100_000)}`, 'did_ebsi_length'],
    ['another method', 'did:key:zYcXJpGw4oxsrGXc5WdR3UA', 'did_ebsi_method'],
  ])('with %s it is refused', (_about, did, code) => {
    expect(refusal(() => parseDidEbsi(did))).toBe(code)
  })

  test.each([0, 15, 17])('is not made of %i bytes', (length) => {
    expect(refusal(() => didEbsi(new Uint8Array(length)))).toBe('did_ebsi_length')
  })
})

describe('did:key of a natural person', () => {
  test.each(ofPersons.valid.filter(({ jwk }) => jwk.crv === 'P-256'))('$name is read', ({ did, jwk }) => {
    expect(parseDidKey(did)).toEqual(jwk)
  })

  const CANONICAL = /not the canonical form|holds no JSON/
  const REASONS: Readonly<Record<string, RegExp>> = {
    'member-order': CANONICAL,
    'extra-member': CANONICAL,
    whitespace: CANONICAL,
    'escaped-character': CANONICAL,
    'duplicate-member': CANONICAL,
    'trailing-newline': CANONICAL,
    'byte-order-mark': CANONICAL,
    'not-json': CANONICAL,
    'padded-base64': /standard base64/,
    'missing-y': /^did_malformed: y: /,
    'short-coordinate': /^did_malformed: x: must be base64url of 32 bytes/,
    'kty-crv-mismatch': /^did_malformed: kty: must be EC/,
    'p256-pub-codec': /^did_key_other_codec/,
    'overlong-varint': /more bytes than it needs/,
    'multibase-u': /not in base58btc/,
  }
  test.each(ofPersons.invalid.filter(({ name }) => name !== 'not-on-curve'))('$name is refused for its own reason', ({ name, did }) => {
    expect(refusal(() => parseDidKey(did))).toMatch(REASONS[name] ?? /no reason is expected/)
  })

  test('a point off the curve is refused when its key is made ready', async () => {
    const did = ofPersons.invalid.find(({ name }) => name === 'not-on-curve')?.did ?? ''
    const jwk: Jwk = parseDidKey(did)
    await expect(async () => primitives.importKey(jwk, 'ES256')).rejects.toThrow('key_unusable')
  })

  test('a key of the ledger is none that signs credentials', () => {
    const did = ofPersons.valid.find(({ jwk }) => jwk.crv === 'secp256k1')?.did ?? ''
    expect(refusal(() => parseDidKey(did))).toMatch(/crv: must be P-256/)
  })

  test('another DID is no did:key', () => {
    expect(refusal(() => parseDidKey('did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'))).toBe('did_malformed: it is no did:key')
  })
})

describe('schema ids', () => {
  const { ids } = read<{ ids: { schema: string; hex: string; multibase: string }[] }>('schema-ids.json')
  const load = (path: string): JsonObject | undefined => read(path)

  test.each(ids)('$schema', async ({ schema, hex, multibase }) => {
    expect(await schemaId(read(schema), { file: schema, load }, primitives)).toEqual({ hex, multibase })
  })

  test('a file that is not there has no id, nor has a circle of files', async () => {
    const lost = schemaId({ $ref: './lost.json' }, { file: 'a.json', load: () => undefined }, primitives)
    await expect(lost).rejects.toThrow('schema_reference_unknown')
    const circle = schemaId({ $ref: './a.json' }, { file: 'a.json', load: () => ({ $ref: './a.json' }) }, primitives)
    await expect(circle).rejects.toThrow('schema_reference_unknown')
  })

  const { multibase, hex } = ids[0] ?? { multibase: '', hex: '' }
  test.each([
    hex,
    hex.toUpperCase().replace('0X', '0x'),
    multibase,
    `https://api-pilot.ebsi.eu/trusted-schemas-registry/v2/schemas/${hex}`,
    `https://api-pilot.ebsi.eu/trusted-schemas-registry/v3/schemas/${multibase}`,
    `ebsi:pilot:trusted-schemas-registry:/schemas/${multibase}`,
  ])('%s is the same schema', (other) => {
    expect(schemaIdHex(other)).toBe(hex.slice(2))
  })

  test.each([
    ids[1]?.multibase ?? '',
    '',
    'z',
    multibase.slice(0, -1),
    `${multibase}#`,
    `${multibase}/`,
    `${multibase}?a=b`,
    hex.slice(2),
    `z1${multibase.slice(1)}`,
    `https://example.org/${multibase}${'z'.repeat(100_000)}`,
  ])('"%s" is another, or none', (other) => {
    expect(schemaIdHex(other)).toBe(other === ids[1]?.multibase ? ids[1].hex.slice(2) : null)
  })

  test('the folder of the schemas has their licence', () => {
    expect(readFileSync(`${dirname(`${folder}schemas/x`)}/LICENSE`, 'utf8')).toContain('EUROPEAN UNION PUBLIC LICENCE')
  })
})

describe('a reference to an attribute', () => {
  const PILOT = [{ root: 'https://api-pilot.ebsi.eu', network: 'pilot' }]
  const did = 'did:ebsi:zZeKyEJfUTGwajhNyNX928z'
  const attributeId = 'cf89e47e260eda53bb199096ca97347790c84d2c8a5f2ce3f411eaba14d0003e'
  const url = attributeUrl('https://api-pilot.ebsi.eu', { did, attributeId })

  test.each([
    url,
    url.replace('/v5/', '/v4/'),
    url.replace(attributeId, `0x${attributeId.toUpperCase()}`),
    `ebsi:pilot:trusted-issuers-registry:/issuers/${did}/attributes/${attributeId}`,
  ])('%s', (text) => {
    expect(parseAttributeReference(text, PILOT)).toEqual({ did, attributeId })
  })

  test.each([
    ['another host', url.replace('api-pilot.ebsi.eu', 'example.org')],
    ['a host that begins like a root', url.replace('.eu/', '.eu.example.org/')],
    ['http', url.replace('https', 'http')],
    ['a user', url.replace('https://', 'https://x@')],
    ['a root as the user', url.replace('.eu/', '.eu@example.org/')],
    ['a port', url.replace('.eu/', '.eu:444/')],
    ['a query', `${url}?x`],
    ['a fragment', `${url}#x`],
    ['..', url.replace('/issuers/', '/issuers/../issuers/')],
    ['a slash at its end', `${url}/`],
    ['a line break', `${url}\n`],
    ['an encoded DID', url.replace('did:ebsi:', 'did%3Aebsi%3A')],
    ['another registry', url.replace('trusted-issuers', 'trusted-schemas')],
    ['another version', url.replace('/v5/', '/v6/')],
    ['a DID that is none', url.replace(did, 'did:ebsi:z11')],
    ['an id that is too short', url.slice(0, -1)],
    ['a proxy', url.replace('/attributes/', '/proxies/')],
    ['another network', `ebsi:nowhere:trusted-issuers-registry:/issuers/${did}/attributes/${attributeId}`],
    ['a host of another network', url.replace('api-pilot', 'api-test')],
    ['another network of EBSI', `ebsi:test:trusted-issuers-registry:/issuers/${did}/attributes/${attributeId}`],
    ['another service', `ebsi:pilot:did-registry:/issuers/${did}/attributes/${attributeId}`],
    ['a host in the URI', `ebsi:pilot:trusted-issuers-registry://example.org/issuers/${did}/attributes/${attributeId}`],
    ['nothing', ''],
    ['a hundred thousand characters', `${url}${'0'.repeat(100_000)}`],
  ])('is refused with %s', (_about, text) => {
    expect(parseAttributeReference(text, PILOT)).toBeNull()
  })

  test('is refused where no registry is configured', () => {
    expect(parseAttributeReference(url, [])).toBeNull()
  })
})
