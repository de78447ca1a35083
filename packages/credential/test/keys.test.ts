import { readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject, Primitives } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { issuerMetadataUrl, thumbprintOf } from '../src/keys/index.ts'
import type { Evidence } from '../src/model.ts'
import { partKey } from '../src/model.ts'
import { type Claim, findSigner, jwkThumbprint, parseTrust, prepareAnchors, signerNeeds } from '../src/trust/index.ts'
import { NOW, party } from './status_fixture.ts'

const ISSUER = 'https://issuer.example'

/** RFC 7515 appendix A.3, and a second key: RFC 7517 appendix A.1. */
const key = { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }
const otherKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}
const issuer = 'https://issuer.example/social'
const claim: Claim = { purpose: 'credential', type: 'urn:example:statute', issuer }
const trustKey = [{ name: 'Institution', jwk: key, for: 'credential' }]
const metadata = (value: unknown): Evidence => {
  const need = { kind: 'issuer_metadata', id: issuer } as const
  const content = typeof value === 'string' ? value : JSON.stringify(value)
  return new Map([[partKey(need), { ...need, content, mediaType: 'application/json' }]])
}
const good = {
  issuer,
  jwks: {
    keys: [
      { ...otherKey, kid: '0' },
      { ...key, kid: '1' },
    ],
  },
}

async function judge(header: JsonObject, evidence: Evidence, trust: object[] = trustKey, algorithm = 'ES256') {
  const anchors = await prepareAnchors(parseTrust(JSON.stringify(trust)), primitives)
  return findSigner({ header, algorithm }, claim, { anchors, evidence, primitives, now: 1_795_435_200 })
}

describe('issuer metadata (SD-JWT VC draft 19 section 4)', () => {
  it('finds the key by its kid, trusted when the trust file holds that key', async () => {
    const verdict = await judge({ kid: '1' }, metadata(good))
    expect(verdict).toMatchObject({ outcome: 'pass', code: 'issuer_trusted', anchor: { name: 'Institution' } })
    expect(verdict.key).not.toBeNull()
  })

  it('finding a key is not trusting it', async () => {
    const verdict = await judge({ kid: '0' }, metadata(good))
    expect(verdict).toMatchObject({ outcome: 'fail', code: 'issuer_not_trusted' })
    expect(verdict.key).not.toBeNull()
    expect(await judge({ kid: '1' }, metadata(good), [])).toMatchObject({ outcome: 'fail', code: 'issuer_not_trusted' })
  })

  const cases: [string, JsonObject, unknown, string][] = [
    ['without metadata', { kid: '1' }, undefined, 'key_missing'],
    ['with metadata of another issuer', { kid: '1' }, { ...good, issuer: 'https://other.example' }, 'issuer_metadata_not_of_issuer'],
    ['with an issuer that differs by a slash', { kid: '1' }, { ...good, issuer: `${issuer}/` }, 'issuer_metadata_not_of_issuer'],
    ['without issuer in the metadata', { kid: '1' }, { jwks: good.jwks }, 'issuer_metadata_not_of_issuer'],
    ['with neither jwks nor jwks_uri', { kid: '1' }, { issuer }, 'issuer_metadata_malformed'],
    ['with both jwks and jwks_uri', { kid: '1' }, { ...good, jwks_uri: 'https://issuer.example/jwks' }, 'issuer_metadata_malformed'],
    ['with jwks_uri only', { kid: '1' }, { issuer, jwks_uri: 'https://issuer.example/jwks' }, 'issuer_metadata_without_keys'],
    ['with jwks that is a list', { kid: '1' }, { issuer, jwks: [key] }, 'issuer_metadata_malformed'],
    ['with a kid that is not there', { kid: '2' }, good, 'key_not_in_metadata'],
    [
      'with a kid that is there twice',
      { kid: '1' },
      { issuer, jwks: { keys: [...good.jwks.keys, { ...otherKey, kid: '1' }] } },
      'key_not_in_metadata',
    ],
    ['without kid', {}, good, 'key_not_in_metadata'],
    ['with a kid that is a number', { kid: 1 }, { issuer, jwks: { keys: [{ ...key, kid: 1 }] } }, 'key_not_in_metadata'],
    [
      'with a private key in the metadata',
      { kid: '1' },
      { issuer, jwks: { keys: [{ ...key, kid: '1', d: 'x' }] } },
      'issuer_metadata_malformed',
    ],
    ['with metadata that is no JSON', { kid: '1' }, '{', 'issuer_metadata_malformed'],
    ['with metadata that is a list', { kid: '1' }, [good], 'issuer_metadata_malformed'],
  ]
  for (const [what, header, value, code] of cases) {
    it(`says nothing ${what}`, async () => {
      const verdict = await judge(header, value === undefined ? new Map() : metadata(value))
      expect(verdict).toMatchObject({ outcome: 'unknown', code, key: null })
    })
  }

  it('refuses a key of another algorithm than the header names', async () => {
    expect(await judge({ kid: '1' }, metadata(good), trustKey, 'ES384')).toMatchObject({
      outcome: 'fail',
      code: 'algorithm_not_for_key',
      key: null,
    })
  })

  it('puts the well-known path between host and path', () => {
    expect(issuerMetadataUrl('https://example.com')).toBe('https://example.com/.well-known/jwt-vc-issuer')
    expect(issuerMetadataUrl('https://example.com/tenant/1234')).toBe('https://example.com/.well-known/jwt-vc-issuer/tenant/1234')
    expect(issuerMetadataUrl('https://example.com/tenant/1234/')).toBe('https://example.com/.well-known/jwt-vc-issuer/tenant/1234')
    for (const none of [
      'http://example.com',
      'https://example.com/?a',
      'https://example.com/#b',
      'https://a:b@example.com',
      'did:web:example.com',
      'x',
    ]) {
      expect(issuerMetadataUrl(none)).toBeNull()
    }
  })
})

describe('a key of the trust file by its kid (RFC 7515 section 4.1.4)', () => {
  it('is found by the kid given there and by its thumbprint, without metadata', async () => {
    expect(await judge({ kid: 'k' }, new Map(), [{ name: 'a', jwk: { ...key, kid: 'k' }, for: 'credential' }])).toMatchObject({
      outcome: 'pass',
    })
    expect(await judge({ kid: await jwkThumbprint(key, primitives) }, new Map())).toMatchObject({ outcome: 'pass', code: 'issuer_trusted' })
  })

  it('is not guessed: no kid, another kid, or a kid of two keys lead nowhere', async () => {
    expect(await judge({}, new Map())).toMatchObject({ outcome: 'unknown', code: 'key_missing' })
    expect(await judge({ kid: 'k' }, new Map())).toMatchObject({ outcome: 'unknown', code: 'key_missing' })
    const two = [key, otherKey].map((jwk, index) => ({ name: `${index}`, jwk: { ...jwk, kid: 'k' }, for: 'credential' }))
    expect(await judge({ kid: 'k' }, new Map(), two)).toMatchObject({ outcome: 'unknown', code: 'key_missing' })
  })

  it('vouches only for its purpose and its types', async () => {
    const kid = await jwkThumbprint(key, primitives)
    expect(await judge({ kid }, new Map(), [{ ...trustKey[0], for: 'status' }])).toMatchObject({
      outcome: 'fail',
      code: 'anchor_for_other_purpose',
    })
    const types = ['urn:example:other']
    expect(await judge({ kid }, new Map(), [{ ...trustKey[0], types }])).toMatchObject({
      outcome: 'fail',
      code: 'issuer_not_authorised_for_type',
    })
  })
})

describe('a header with certificates is judged by them alone', () => {
  const vectors = new URL('../../../test/vectors/x509/', import.meta.url)
  const stranger = JSON.parse(readFileSync(new URL('root-not-trusted.json', vectors), 'utf8'))

  it('and never falls through to metadata or a kid that would be trusted', async () => {
    const kid = '1'
    expect(await judge({ kid, x5c: stranger.x5c }, metadata(good))).toMatchObject({ outcome: 'fail', code: 'issuer_not_trusted' })
    expect(await judge({ kid, x5c: [] }, metadata(good))).toMatchObject({ outcome: 'fail', code: 'chain_malformed' })
    expect(await judge({ kid, x5c: 'x' }, metadata(good))).toMatchObject({ outcome: 'fail', code: 'chain_malformed' })
    expect(await judge({ kid, x5c: null }, metadata(good))).toMatchObject({ outcome: 'fail', code: 'chain_malformed' })
  })

  it('even when the certificates are elsewhere', async () => {
    for (const name of ['x5u', 'x5t', 'x5t#S256']) {
      expect(await judge({ kid: '1', [name]: 'https://issuer.example/chain' }, metadata(good))).toMatchObject({
        outcome: 'unknown',
        code: 'chain_missing',
      })
    }
  })
})

describe('a header with the hash of a certificate alone (RFC 7515 section 4.1.8)', async () => {
  const issuer = ISSUER
  const [ours, other] = await Promise.all([party('Credential', issuer), party('Other', issuer)])
  const thumbprint = (leaf: string | undefined) => thumbprintOf(Uint8Array.fromBase64(leaf ?? ''), primitives)
  const hash = await thumbprint(ours.x5c[0])
  const published = (keys: object[], change: object = {}): Evidence => {
    const need = { kind: 'issuer_metadata', id: issuer } as const
    return new Map([
      [partKey(need), { ...need, content: JSON.stringify({ issuer, jwks: { keys }, ...change }), mediaType: 'application/json' }],
    ])
  }
  const keys = [{ kid: '0', x5c: other.x5c }, { kid: '1', x5c: ours.x5c }, { kid: '2' }, { kid: '3', x5c: ['!'] }]
  const judged = async (header: JsonObject, evidence: Evidence, anchor = ours.anchor, by: Primitives = primitives) => {
    const anchors = await prepareAnchors(parseTrust(JSON.stringify([{ name: 'CA', certificate: anchor, for: 'credential' }])), primitives)
    return findSigner({ header, algorithm: 'ES256' }, { ...claim, issuer }, { anchors, evidence, primitives: by, now: NOW })
  }

  it('finds it among the keys that the issuer publishes, and judges it by its anchor', async () => {
    expect(await judged({ 'x5t#S256': hash }, published(keys))).toMatchObject({ outcome: 'pass', code: 'issuer_trusted' })
    expect(await judged({ 'x5t#S256': hash }, published(keys), other.anchor)).toMatchObject({ outcome: 'fail', code: 'issuer_not_trusted' })
    expect(await judged({ 'x5t#S256': await thumbprint(other.x5c[0]) }, published(keys))).toMatchObject({ outcome: 'fail' })
  })

  it.each<[string, JsonObject, Evidence]>([
    ['nothing is published', { 'x5t#S256': hash }, new Map()],
    ['another certificate is', { 'x5t#S256': hash }, published([{ x5c: other.x5c }])],
    ['it is published as that of another issuer', { 'x5t#S256': hash }, published(keys, { issuer: 'https://other.example' })],
    ['the metadata has no keys', { 'x5t#S256': hash }, published([], { jwks: null })],
    ['the hash has another spelling', { 'x5t#S256': hash.toUpperCase() }, published(keys)],
    ['the hash is no text', { 'x5t#S256': 7 }, published(keys)],
    ['the hash is in a list', { 'x5t#S256': [hash] }, published(keys)],
    ['the key has no certificates', { 'x5t#S256': hash }, published([{ kid: '1' }])],
  ])('is not known when %s, even with a kid that would be trusted', async (_, header, evidence) => {
    expect(await judged({ kid: '1', ...header }, evidence)).toMatchObject({ outcome: 'unknown', code: 'chain_missing' })
  })

  it('is looked for again, when the hashes could not be worked out', async () => {
    let failures = 1
    const failing: Primitives = {
      ...primitives,
      digest: async (...given) => (failures-- > 0 ? Promise.reject(new Error('no digest now')) : primitives.digest(...given)),
    }
    const evidence = published(keys)
    await expect(judged({ 'x5t#S256': hash }, evidence, ours.anchor, failing)).rejects.toThrow('no digest now')
    expect(await judged({ 'x5t#S256': hash }, evidence, ours.anchor, failing)).toMatchObject({ outcome: 'pass' })
  })

  it('is nothing when the header carries certificates too: those decide', async () => {
    expect(await judged({ 'x5t#S256': hash, x5c: [...other.x5c] }, published(keys))).toMatchObject({
      outcome: 'fail',
      code: 'issuer_not_trusted',
    })
  })

  it('asks for the metadata of its issuer, whatever kind of address that is', () => {
    expect(signerNeeds({ header: { 'x5t#S256': hash } }, { issuer: 'http://localhost:4000' })).toEqual([
      { kind: 'issuer_metadata', id: 'http://localhost:4000' },
    ])
  })
})

describe('what must be brought', () => {
  it('is nothing for a credential that carries its certificates', () => {
    expect(signerNeeds({ header: { x5c: ['x'] } }, { issuer })).toEqual([])
  })
  it('is the metadata of an https issuer otherwise', () => {
    expect(signerNeeds({ header: { kid: '1' } }, { issuer })).toEqual([{ kind: 'issuer_metadata', id: issuer }])
  })
  it('is nothing when there is no issuer to ask', () => {
    expect(signerNeeds({ header: {} }, {})).toEqual([])
    expect(signerNeeds({ header: {} }, { issuer: 'did:example:1' })).toEqual([])
  })
})
