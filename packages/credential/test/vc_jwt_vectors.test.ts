import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { primitives, signer } from '@symbolon/primitives/node'
import { type JsonObject, type Jwk, parseJws } from '@symbolon/sd-jwt'
import { describe, expect, it, test } from 'vitest'
import { parseCredential, parseVcJwt } from '../src/formats/index.ts'
import { changed, refusal } from './vc_jwt_fixture.ts'

const read = (name: string) => readFileSync(new URL(`../../../test/vectors/${name}`, import.meta.url), 'utf8').trim()
const suite = (name: string) => read(`vc-jose-cose/${name}`)

describe('the credentials of the VC-JOSE-COSE test suite', () => {
  // Every one of them has a text for `iat`, which is a number (RFC 7519 section 4.1.6): so the ones meant to be right are refused here, and for that alone.
  const rows: [file: string, refused: string][] = [
    ['credential-jose-minimal.txt', 'vc_malformed: iat'],
    ['credential-jose-unknown-extensions.txt', 'vc_malformed: iat'],
    ['credential-issuer-match-signed.txt', 'vc_malformed: iat'],
    ['credential-jose-bad-signature.txt', 'vc_malformed: iat'],
    ['credential-jose-vc-vp-claims.txt', 'vc_forms_mixed: vp'],
    ['credential-jose-bad-media-type.txt', 'format_not_known'],
    ['presentation-jose-bad-media-type.txt', 'format_not_known'],
    ['presentation-jose-bad-credential.txt', 'vc_malformed: presentation: verifiableCredential.id'],
    // Two credentials in one presentation: an answer to one query is one of them (OpenID4VP 1.0 section 8.1).
    ['presentation-jose-multiple.txt', 'vc_malformed: presentation: verifiableCredential'],
  ]
  test.each(rows)('%s', async (file, refused) => {
    expect(await refusal(suite(file))).toContain(refused)
  })

  it.each([
    ['credential-jose-minimal.txt', 'vm-p256.json', 'ES256'],
    ['credential-jose-unknown-extensions.txt', 'vm-p521.json', 'ES512'],
  ] as const)('%s is read and its signature is right once iat is a number', async (file, method, algorithm) => {
    const { publicKeyJwk, secretKeyJwk } = JSON.parse(suite(method)) as { publicKeyJwk: Jwk; secretKeyJwk: Jwk }
    const key = await primitives.importKey(publicKeyJwk, algorithm)
    const original = parseJws(suite(file))
    expect(await primitives.verify(algorithm, key, original.input, original.signature)).toBe(true)
    const by = signer(createPrivateKey({ key: { ...secretKeyJwk } as JsonObject, format: 'jwk' }), algorithm)
    const { view, proof } = await parseCredential(await changed(suite(file), { payload: { iat: 1_262_373_804 } }, by), primitives)
    expect(view).toMatchObject({ type: 'ExampleAlumniCredential', issuer: 'https://example.issuer/vc-jose-cose', notBefore: 1_262_373_804 })
    expect(view.vcdm?.schemas).toEqual(['https://example.org/examples/degree.json'])
    expect(await primitives.verify(algorithm, key, proof.input, proof.signature)).toBe(true)
  })
})

describe('the accreditations recorded from the pilot registry', () => {
  const records = JSON.parse(read('ebsi/pilot/tir-v5-attribute-by-id.json')) as {
    [id: string]: { did: string; attribute: { body: string; tao: string } }
  }
  const { attributes } = JSON.parse(read('ebsi/pilot/expected.json')) as {
    attributes: { [id: string]: { iatEqualsIssued: boolean; credentialSchema: string; notBefore: string; expires: string } }
  }
  test.each(Object.keys(attributes))('%s is read with the tolerance for records, and without it only when it says the same twice', (id) => {
    const { did, attribute } = records[id] ?? { did: '', attribute: { body: '', tao: '' } }
    const expected = attributes[id]
    const vc = parseVcJwt(attribute.body, 'registry')
    expect([vc.subjectId, vc.issuer, vc.vcdm.schemas]).toEqual([did, attribute.tao, [expected?.credentialSchema]])
    expect([vc.notBefore, vc.expires]).toEqual(
      [expected?.notBefore, expected?.expires].map((time) => Math.floor(Date.parse(time ?? '') / 1000)),
    )
    expect(vc.vc.credentialSubject).toBe(vc.subject)
    if (expected?.iatEqualsIssued) expect(parseVcJwt(attribute.body)).toEqual(vc)
    else expect(() => parseVcJwt(attribute.body)).toThrow('vc_claims_differ: iat')
  })

  it.each([
    ['another issuer', { payload: { iss: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' } }],
    ['another subject', { payload: { sub: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' } }],
    ['another credential', { payload: { jti: 'urn:uuid:0b7f1f3c-5a3a-4b43-9d0a-6a4a3f6f2b11' } }],
  ])('are not put up with when they are of %s', async (_, change) => {
    for (const { attribute } of Object.values(records)) {
      const text = await changed(attribute.body, change)
      expect(() => parseVcJwt(text, 'registry')).toThrow('vc_claims_differ')
    }
  })
})
