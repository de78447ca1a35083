import { readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import { describe, expect, it } from 'vitest'
import { didKeyOf } from '../src/did/index.ts'
import { CredentialError } from '../src/errors.ts'
import { fingerprint, parseTrust, prepareAnchors, serializeTrust } from '../src/trust/index.ts'

const vectors = new URL('../../../test/vectors/x509/', import.meta.url)
const vector = JSON.parse(readFileSync(new URL('valid-intermediate.json', vectors), 'utf8'))
const certificate: string = vector.trust[0].certificate
const leaf: string = vector.x5c[0]
const lines = certificate.replace(/(.{64})/g, '$1\n')
const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
/** RFC 7515 appendix A.3: a published key. */
const jwk = { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }

const faultsOf = (value: unknown): string => {
  try {
    parseTrust(typeof value === 'string' ? value : JSON.stringify(value))
  } catch (error) {
    if (error instanceof CredentialError) {
      expect(error.code).toBe('trust_file_malformed')
      return error.message
    }
    throw error
  }
  return 'no fault'
}

describe('the trust file', () => {
  it('reads certificates as base64 and as PEM, and keys', () => {
    const anchors = parseTrust(
      JSON.stringify([
        { name: 'one', certificate, for: 'credential', types: ['urn:example:a'] },
        { name: 'two', certificate: pem, for: 'status' },
        { name: 'three', jwk: { ...jwk, kid: 'k1', use: 'sig', alg: 'ES256' }, for: 'bundle' },
      ]),
    )
    expect(anchors.map(({ name, purpose, types }) => ({ name, purpose, types }))).toEqual([
      { name: 'one', purpose: 'credential', types: ['urn:example:a'] },
      { name: 'two', purpose: 'status', types: undefined },
      { name: 'three', purpose: 'bundle', types: undefined },
    ])
    expect(anchors[1]?.certificate).toEqual(anchors[0]?.certificate)
    expect(anchors[2]?.jwk).toEqual({ ...jwk, kid: 'k1' })
  })

  it('an empty list trusts nobody', () => {
    expect(parseTrust('[]')).toEqual([])
  })

  it('reads again what it wrote', () => {
    const anchors = parseTrust(
      JSON.stringify([
        { name: 'one', certificate, for: 'credential', types: ['urn:example:a'] },
        { name: 'two', jwk, for: 'access' },
        { name: 'three', did: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA', for: 'credential' },
      ]),
    )
    expect(parseTrust(serializeTrust(anchors))).toEqual(anchors)
  })

  it('reads a DID, which is its own fingerprint', async () => {
    const entry = { name: 'root', did: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA', for: 'credential', types: ['urn:example:a'] }
    const [anchor] = parseTrust(JSON.stringify([entry]))
    expect(anchor).toEqual({ name: 'root', did: entry.did, purpose: 'credential', types: entry.types })
    expect(anchor && (await fingerprint(anchor, primitives))).toBe(entry.did)
    const { dids, keys, authorities } = await prepareAnchors(parseTrust(JSON.stringify([entry, { ...entry, for: 'status' }])), primitives)
    expect(dids.get(entry.did)?.map(({ purpose }) => purpose)).toEqual(['credential', 'status'])
    expect([keys, authorities]).toEqual([[], []])
  })

  it.each([
    '',
    'did:',
    'did:ebsi:',
    'did:ebsi:zzzz',
    'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UAA',
    'did:ebsi:zYcXJpGw4oxsrGXc5WdR3U',
    'did:ebsi:z1YcXJpGw4oxsrGXc5WdR3UA',
    'did:ebsi:YcXJpGw4oxsrGXc5WdR3UA',
    'did:key:zDnaz',
    'did:key:%7A',
    'did:jwk:e30',
    'did:ebsi:z1#k',
    'did:ebsi:z1?x',
    'did:ebsi:z1/x',
    'did:EBSI:z1',
    'DID:ebsi:z1',
    'did:ebsi:z1:',
    ' did:ebsi:z1',
    'did:ebsi:%g0',
    `did:ebsi:${'z'.repeat(2048)}`,
    7,
    null,
    ['did:ebsi:z1'],
  ])('refuses %j as a DID', (did) => {
    expect(faultsOf([{ name: 'root', did, for: 'credential' }])).toBe(
      'trust_file_malformed: entry 0: did: must be a whole DID, spelled as its method says, without the name of a key',
    )
  })

  it.each([
    'did:ebsi:z26DzLvVpBBbrzgVAVV4mjgr',
    didKeyOf(jwk),
    `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`,
    'did:example:a:b%20c',
  ])('reads %s, which is whole', (did) => {
    expect(parseTrust(JSON.stringify([{ name: 'root', did, for: 'credential' }]))).toMatchObject([{ did }])
  })

  it('refuses a DID beside a key', () => {
    expect(faultsOf([{ name: 'root', did: 'did:example:1', jwk, for: 'credential' }])).toContain(
      'certificate, jwk, did: exactly one of the three',
    )
  })

  const entry = { name: 'one', certificate, for: 'credential' }
  const cases: [string, unknown, string | RegExp][] = [
    ['no JSON', '[', /it is not JSON/],
    ['the same member twice', '[{"name":"a","name":"b"}]', /it is not JSON/],
    ['no list', {}, 'it must be a list of entries'],
    ['an entry that is no object', ['x'], 'entry 0: it must be an object'],
    ['no name', [{ certificate, for: 'credential' }], 'entry 0: name: must be text'],
    ['a name of two lines', [{ ...entry, name: 'a\nb' }], 'entry 0: name: must be text'],
    ['no purpose', [{ name: 'one', certificate }], 'entry 0: for: must be one of'],
    [
      'an unknown purpose',
      [{ ...entry, for: 'everything' }],
      'entry 0: for: must be one of credential, status, bundle, access, registration, wallet_provider',
    ],
    ['an unknown member', [{ ...entry, type: ['urn:x'] }], 'entry 0: "type": there is no such member'],
    ['a member named __proto__', '[{"__proto__":{}}]', 'entry 0: "__proto__": there is no such member'],
    [
      'neither certificate nor jwk',
      [{ name: 'one', for: 'credential' }],
      'entry 0: certificate, jwk, did: exactly one of the three must be there',
    ],
    ['both certificate and jwk', [{ ...entry, jwk }], 'entry 0: certificate, jwk, did: exactly one of the three must be there'],
    ['no types in types', [{ ...entry, types: [] }], 'entry 0: types: must be a list'],
    ['a type that is no text', [{ ...entry, types: [1] }], 'entry 0: types: must be a list'],
    ['the same type twice', [{ ...entry, types: ['a', 'a'] }], 'entry 0: types: must be a list'],
    ['types as text', [{ ...entry, types: 'a' }], 'entry 0: types: must be a list'],
    ['a certificate that is none', [{ ...entry, certificate: 'AAAA' }], 'entry 0: certificate: its certificate cannot be read'],
    ['a certificate that is a number', [{ ...entry, certificate: 1 }], 'entry 0: certificate: must be one PEM certificate'],
    ['two certificates in one PEM', [{ ...entry, certificate: pem + pem }], 'entry 0: certificate: must be one PEM certificate'],
    ['base64 that is cut off', [{ ...entry, certificate: certificate.slice(0, 101) }], 'entry 0: certificate: its base64 is not complete'],
    ['a leaf', [{ ...entry, certificate: leaf }], 'entry 0: certificate: must be that of an authority'],
    ['a private key', [{ name: 'one', for: 'credential', jwk: { ...jwk, d: 'secret' } }], 'entry 0: jwk: it has a private member'],
    [
      'another kind of key',
      [{ name: 'one', for: 'credential', jwk: { kty: 'OKP', crv: 'Ed25519', x: 'a' } }],
      'entry 0: jwk: kty: must be EC',
    ],
    ['another curve', [{ name: 'one', for: 'credential', jwk: { ...jwk, crv: 'secp256k1' } }], 'entry 0: jwk: crv: must be P-256'],
    [
      'a coordinate that is too short',
      [{ name: 'one', for: 'credential', jwk: { ...jwk, x: 'AAAA' } }],
      'entry 0: jwk: x: must be base64url of 32 bytes',
    ],
    ['a key for encryption', [{ name: 'one', for: 'credential', jwk: { ...jwk, use: 'enc' } }], 'entry 0: jwk: use: must be sig'],
    [
      'an algorithm of another curve',
      [{ name: 'one', for: 'credential', jwk: { ...jwk, alg: 'ES384' } }],
      'entry 0: jwk: alg: must be ES256',
    ],
    ['a jwk that is text', [{ name: 'one', for: 'credential', jwk: 'key' }], 'entry 0: jwk: it must be an object'],
    ['too many entries', Array.from({ length: 1001 }, () => entry), 'it has more than 1000 entries'],
  ]
  for (const [what, value, message] of cases) {
    it(`refuses ${what}`, () => {
      if (message instanceof RegExp) expect(faultsOf(value)).toMatch(message)
      else expect(faultsOf(value)).toContain(message)
    })
  }

  it('names every fault at once, each with its entry', () => {
    const message = faultsOf([{ ...entry, for: 'x', types: [] }, entry, { name: '', for: 'status' }])
    for (const part of ['entry 0: for:', 'entry 0: types:', 'entry 2: name:', 'entry 2: certificate, jwk, did:'])
      expect(message).toContain(part)
    expect(message).not.toContain('entry 1')
  })

  it('reads a certificate of nothing but white space once, not in every way it can be divided', () => {
    // In every way it can be divided this takes longer than a test may.
    expect(faultsOf([{ ...entry, certificate: `-----BEGIN CERTIFICATE-----${' '.repeat(100_000)}!` }])).toContain('entry 0: certificate')
  })

  it('tells no key in its message', () => {
    expect(faultsOf([{ name: 'one', for: 'credential', jwk: { ...jwk, d: 'c2VjcmV0', crv: 'P-999' } }])).not.toContain('c2VjcmV0')
  })

  it('refuses a key that is no point of its curve', async () => {
    const anchors = parseTrust(JSON.stringify([{ name: 'one', for: 'credential', jwk: { ...jwk, y: jwk.x } }]))
    await expect(prepareAnchors(anchors, primitives)).rejects.toThrow('trust_file_malformed: entry 0: jwk')
  })

  it('shows the SHA-256 of a certificate and the RFC 7638 thumbprint of a key', async () => {
    const [first, second] = parseTrust(JSON.stringify([entry, { name: 'two', jwk, for: 'status' }]))
    if (first === undefined || second === undefined) throw new Error('two anchors were given')
    const { createHash, X509Certificate } = await import('node:crypto')
    const oracle = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
    expect(await fingerprint(first, primitives)).toBe(oracle)
    const members = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
    expect(await fingerprint(second, primitives)).toBe(createHash('sha256').update(members).digest('base64url'))
  })
})
