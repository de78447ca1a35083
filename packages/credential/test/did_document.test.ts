import { generateKeyPairSync } from 'node:crypto'
import { primitives } from '@symbolon/primitives/node'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it, test } from 'vitest'
import {
  CredentialError,
  documentIdAt,
  documentIn,
  findSigner,
  type Part,
  parseTrust,
  partKey,
  prepareAnchors,
  readDidDocument,
  signerNeeds,
  type View,
} from '../src/index.ts'

const DID = 'did:example:institution'
const AT = 1_781_474_400
const newKey = (namedCurve = 'P-256') => {
  const { kty = '', crv = '', x = '', y = '' } = generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })
  return { kty, crv, x, y }
}
const [jwk, other, ledger] = [newKey(), newKey(), newKey('secp256k1')]
const method = (name: string, publicKeyJwk: JsonObject, change: JsonObject = {}): JsonObject => ({
  id: `${DID}#${name}`,
  type: 'JsonWebKey2020',
  controller: DID,
  publicKeyJwk,
  ...change,
})
const document = (change: JsonObject = {}): JsonObject => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: DID,
  verificationMethod: [method('sign', jwk), method('enter', other), method('ledger', ledger)],
  assertionMethod: [`${DID}#sign`, `${DID}#ledger`],
  authentication: [`${DID}#enter`],
  ...change,
})
const part = (content: Json, id = DID): Part => ({
  kind: 'did_document',
  id,
  content: typeof content === 'string' ? content : JSON.stringify(content),
  mediaType: 'application/did+ld+json',
})
const evidenceOf = (...parts: Part[]) => new Map(parts.map((one) => [partKey(one), one]))
const view = (change: Partial<View> = {}): View => ({
  format: 'x',
  type: 'urn:example:statute',
  issuer: DID,
  claims: {},
  envelope: {},
  disclosable: [],
  issuedAt: AT,
  ...change,
})
const TRUST: object[] = [{ name: 'The institution', did: DID, for: 'credential' }]

async function judge(
  kid: Json,
  parts: Part[],
  { trust = TRUST, issuer = DID as string | undefined, algorithm = 'ES256', purpose = 'credential' as 'credential' | 'status' } = {},
) {
  const anchors = await prepareAnchors(parseTrust(JSON.stringify(trust)), primitives)
  const { issuer: _, ...nobody } = view()
  const claim = {
    purpose,
    type: view().type,
    view: issuer === undefined ? nobody : view({ issuer }),
    ...(issuer !== undefined && { issuer }),
  }
  return findSigner({ header: { kid }, algorithm }, claim, { anchors, evidence: evidenceOf(...parts), primitives, now: AT })
}
const found = async (...given: Parameters<typeof judge>) => {
  const { outcome, code } = await judge(...given)
  return `${outcome} ${code}`
}

describe('a key in a DID document', () => {
  it('signs for the DID that the trust file names', async () => {
    const verdict = await judge(`${DID}#sign`, [part(document())])
    expect(verdict).toMatchObject({ outcome: 'pass', code: 'issuer_trusted', facts: { did: DID }, anchor: { name: 'The institution' } })
    expect(verdict.key).not.toBeNull()
  })

  it('may stand under the use itself, or be named without the DID', async () => {
    const embedded = document({ verificationMethod: [], assertionMethod: [method('sign', jwk)], authentication: [] })
    expect(await found(`${DID}#sign`, [part(embedded)])).toBe('pass issuer_trusted')
    const short = document({ verificationMethod: [method('sign', jwk, { id: '#sign' })], assertionMethod: ['#sign'], authentication: [] })
    expect(await found(`${DID}#sign`, [part(short)])).toBe('pass issuer_trusted')
  })

  it('says what it needs: the document of today, and only when that does not have the key, the one of the moment of signing', () => {
    const needs = (parts: Part[], kid = `${DID}#sign`) => signerNeeds({ header: { kid } }, view(), evidenceOf(...parts))
    expect(needs([])).toEqual([{ kind: 'did_document', id: DID }])
    expect(needs([part(document())])).toEqual([])
    const then = `${DID}?versionTime=2026-06-14T22:00:00Z`
    expect(documentIdAt(DID, AT)).toBe(then)
    expect(needs([part(document())], `${DID}#before`)).toEqual([{ kind: 'did_document', id: then }])
    expect(signerNeeds({ header: { kid: 'did:jwk:e30#0' } }, view({ issuer: 'did:jwk:e30' }))).toEqual([])
  })

  it('is found in the document of the moment of signing before that of today', async () => {
    const renewed = document({ verificationMethod: [method('new', other)], assertionMethod: [`${DID}#new`], authentication: [] })
    const then = part(document(), documentIdAt(DID, AT))
    expect(await found(`${DID}#sign`, [part(renewed), then])).toBe('pass issuer_trusted')
    expect(await found(`${DID}#new`, [part(renewed), then])).toBe('fail document_key_unknown')
    expect(await found(`${DID}#sign`, [part(renewed), part(document(), documentIdAt(DID, AT + 1))])).toBe('fail document_key_unknown')
  })

  const cases: [string, Json, Part[], string][] = [
    ['KX-09: that the document does not have', `${DID}#x`, [part(document())], 'fail document_key_unknown'],
    ['KX-09: that is for authentication only', `${DID}#enter`, [part(document())], 'fail document_key_for_other_use'],
    ['whose name differs in its case', `${DID}#SIGN`, [part(document())], 'fail document_key_unknown'],
    ['of a curve that is not verified with', `${DID}#ledger`, [part(document())], 'fail document_key_not_readable'],
    ['without a document', `${DID}#sign`, [], 'unknown did_document_missing'],
    ['KX-08: in a document of another id', `${DID}#sign`, [part(document({ id: 'did:example:other' }))], 'fail did_document_of_other'],
    ['in a document without id', `${DID}#sign`, [part('{}')], 'fail did_document_of_other'],
    ['in a document that is no JSON', `${DID}#sign`, [part('{')], 'unknown did_document_malformed'],
    ['in a document with a member twice', `${DID}#sign`, [part(`{"id":"${DID}","id":"${DID}"}`)], 'unknown did_document_malformed'],
    ['in a document of more than 256 KiB', `${DID}#sign`, [part(document({ x: 'x'.repeat(262_144) }))], 'unknown did_document_malformed'],
    [
      'in a document with more than a hundred keys',
      `${DID}#sign`,
      [part(document({ verificationMethod: Array.from({ length: 101 }, (_, n) => method(`${n}`, jwk)) }))],
      'unknown did_document_malformed',
    ],
    [
      'named twice',
      `${DID}#sign`,
      [part(document({ verificationMethod: [method('sign', jwk), method('sign', other)] }))],
      'unknown did_document_malformed',
    ],
    [
      'named once more under its use',
      `${DID}#sign`,
      [part(document({ assertionMethod: [method('sign', other)] }))],
      'unknown did_document_malformed',
    ],
    ['with a list that is none', `${DID}#sign`, [part(document({ assertionMethod: `${DID}#sign` }))], 'unknown did_document_malformed'],
    [
      'that another controls',
      `${DID}#sign`,
      [part(document({ verificationMethod: [method('sign', jwk, { controller: 'did:example:other' })] }))],
      'fail document_key_not_readable',
    ],
    [
      'of another kind',
      `${DID}#sign`,
      [part(document({ verificationMethod: [method('sign', jwk, { type: 'Multikey' })] }))],
      'fail document_key_not_readable',
    ],
    [
      'KX-12: with its private member',
      `${DID}#sign`,
      [part(document({ verificationMethod: [method('sign', { ...jwk, d: 'AA' })] }))],
      'fail document_key_not_readable',
    ],
    [
      'KX-14: off its curve',
      `${DID}#sign`,
      [part(document({ verificationMethod: [method('sign', { ...jwk, y: other.y })] }))],
      'fail document_key_not_readable',
    ],
    [
      'that only another document has',
      `${DID}#sign`,
      [part(document({ verificationMethod: [], assertionMethod: [`${DID}#sign`] }))],
      'fail document_key_not_readable',
    ],
    [
      'of somebody else than the issuer',
      'did:example:other#sign',
      [part({ ...document(), id: 'did:example:other' }, 'did:example:other')],
      'fail did_not_issuer',
    ],
  ]
  it.each(cases)('%s', async (_about, kid, parts, expected) => {
    expect(await found(kid, parts)).toBe(expected)
  })

  it('is for the algorithm of its curve alone', async () => {
    expect(await found(`${DID}#sign`, [part(document())], { algorithm: 'ES384' })).toBe('fail algorithm_not_for_key')
  })

  it('a document is read by the DID that is asked for, also from memory', () => {
    const kept = part(document())
    expect(documentIn(kept, DID).id).toBe(DID)
    expect(() => documentIn(kept, 'did:example:other')).toThrow('did_document_of_other')
    expect(() => readDidDocument(kept.content, 'did:example:other')).toThrow(CredentialError)
    const askedFor = part(document())
    expect(() => documentIn(askedFor, 'did:example:other')).toThrow('did_document_of_other')
    expect(documentIn(askedFor, DID).id).toBe(DID)
  })
})

describe('whom a DID is trusted for', () => {
  const known = [part(document())]
  test.each<[string, object[], string]>([
    ['nobody', [], 'fail issuer_not_trusted'],
    ['another DID', [{ ...TRUST[0], did: 'did:example:other' }], 'fail issuer_not_trusted'],
    ['a DID of which it is the beginning', [{ ...TRUST[0], did: `${DID}s` }], 'fail issuer_not_trusted'],
    ['for something else', [{ ...TRUST[0], for: 'status' }], 'fail anchor_for_other_purpose'],
    ['for other types', [{ ...TRUST[0], types: ['urn:example:other'] }], 'fail issuer_not_authorised_for_type'],
    ['for this type', [{ ...TRUST[0], types: ['urn:example:statute'] }], 'pass issuer_trusted'],
    ['its key alone', [{ name: 'Key', jwk, for: 'credential' }], 'pass issuer_trusted'],
    [
      'itself for something else, and its key for this',
      [
        { ...TRUST[0], for: 'status' },
        { name: 'Key', jwk, for: 'credential' },
      ],
      'pass issuer_trusted',
    ],
  ])('%s', async (_about, trust, expected) => {
    expect(await found(`${DID}#sign`, known, { trust })).toBe(expected)
  })

  it('a list without issuer is signed by whose key it names', async () => {
    const trust = [{ ...TRUST[0], for: 'status' }]
    expect(await found(`${DID}#sign`, known, { trust, issuer: undefined, purpose: 'status' })).toBe('pass issuer_trusted')
  })
})

describe('what was read before stays as it was', () => {
  it('a key that the trust file names by this kid needs no document', async () => {
    const trust = [{ name: 'Key', jwk: { ...jwk, kid: `${DID}#sign` }, for: 'credential' }]
    expect(await found(`${DID}#sign`, [], { trust })).toBe('pass issuer_trusted')
  })

  it('an issuer that is no DID publishes its keys, whatever they are called', async () => {
    const issuer = 'https://issuer.example'
    const trust = [{ name: 'Key', jwk, for: 'credential' }]
    const need = { kind: 'issuer_metadata', id: issuer } as const
    const metadata = {
      ...need,
      content: JSON.stringify({ issuer, jwks: { keys: [{ ...jwk, kid: `${DID}#sign` }] } }),
      mediaType: 'application/json',
    }
    expect(await found(`${DID}#sign`, [metadata], { trust, issuer })).toBe('pass issuer_trusted')
  })

  test.each(['sign', '#sign', DID, `${DID}#`, '', 7, `${DID}?versionTime=2026-06-14T22:00:00Z#sign`, `${DID}/keys#sign`])(
    '%j is no DID URL of a key',
    async (kid) => {
      expect(await found(kid, [part(document())])).toBe('unknown key_missing')
    },
  )
})

describe('a DID that is its key', () => {
  const did = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`
  it('needs no document', async () => {
    expect(await found(`${did}#0`, [], { issuer: did, trust: [{ ...TRUST[0], did }] })).toBe('pass issuer_trusted')
    expect(await found(`${did}#0`, [], { issuer: did, trust: [{ name: 'Key', jwk, for: 'credential' }] })).toBe('pass issuer_trusted')
    expect(await found(`${did}#0`, [], { issuer: did })).toBe('fail issuer_not_trusted')
  })

  it('is refused where it is malformed', async () => {
    expect(await found(`${did}#1`, [], { issuer: did, trust: [{ ...TRUST[0], did }] })).toBe('fail did_malformed')
    expect(await found('did:jwk:e30#0', [], { issuer: 'did:jwk:e30' })).toBe('fail did_malformed')
    expect(await found('did:jwk:e%30#0', [], { issuer: 'did:jwk:e%30' })).toBe('fail did_malformed')
  })
})
