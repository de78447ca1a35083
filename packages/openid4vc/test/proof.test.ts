import { primitives, signer } from '@symbolon/primitives/node'
import type { Json } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { type ProofRule, proofTypeNamed, verifyProofs } from '../src/index.ts'
import { expectProtocolError, holderKey, ISSUER, NOW, nonce, proof, publicMembers, rule, withOtherSignature } from './fixture.ts'

const key = holderKey()
const type = proofTypeNamed('jwt')
if (type === undefined) throw new Error('the jwt proof type is not there')
const verify = (values: readonly Json[], changed: Partial<ProofRule> = {}) => verifyProofs({ type, values }, { ...rule, ...changed })

describe('OpenID4VCI 1.0 appendix F.1: a jwt proof', () => {
  it('proves the key in its header, and says which nonce is now used', async () => {
    const { keys, nonces } = await verify([await proof(key)])
    expect(keys).toEqual([publicMembers(key)])
    expect(nonces.map(({ expires }) => expires)).toEqual([NOW + 300])
  })

  it('is made by a wallet as an issuer wants it', async () => {
    const unsigned = type.create({ issuer: ISSUER, jwk: key.jwk, algorithm: 'ES256', nonce: await nonce(), issuedAt: NOW })
    const sealed = unsigned.seal(await signer(key.privateKey, 'ES256').sign(unsigned.input))
    expect((await verify([sealed])).keys).toEqual([publicMembers(key)])
  })

  it('keeps only the four members of the key', async () => {
    const { keys } = await verify([await proof(key, { header: { jwk: { ...publicMembers(key), use: 'sig', name: 'a name' } as Json } })])
    expect(Object.keys(keys[0] ?? {})).toEqual(['kty', 'crv', 'x', 'y'])
  })

  it('VI-16: ignores members it does not know', async () => {
    expect((await verify([await proof(key, { header: { new: 1 }, payload: { new: [] } })])).keys).toHaveLength(1)
  })

  const changed: [string, Parameters<typeof proof>[1], string, RegExp][] = [
    ['VI-08: typ of an ordinary JWT', { header: { typ: 'JWT' } }, 'invalid_proof', /typ/],
    ['VI-08: typ missing', { header: { typ: undefined } }, 'invalid_proof', /typ/],
    ['VI-08: typ of a key binding', { header: { typ: 'kb+jwt' } }, 'invalid_proof', /typ/],
    ['VI-08: typ of an older draft', { header: { typ: 'application/openid4vci-proof+jwt' } }, 'invalid_proof', /typ/],
    ['alg none', { header: { alg: 'none' } }, 'invalid_proof', /alg must be one of ES256/],
    ['alg HS256', { header: { alg: 'HS256' } }, 'invalid_proof', /alg/],
    ['an algorithm that is not announced', { header: { alg: 'ES384' } }, 'invalid_proof', /alg/],
    ['an alg that is a name of every object', { header: { alg: 'constructor' } }, 'invalid_proof', /alg/],
    ['a critical header', { header: { crit: ['x'], x: 1 } }, 'invalid_proof', /compact form/],
    ['VI-07: no key', { header: { jwk: undefined } }, 'invalid_proof', /the key is missing/],
    ['VI-07: kid beside jwk', { header: { kid: 'did:example:1#2' } }, 'invalid_proof', /given once.*jwk and kid/],
    ['VI-07: x5c beside jwk', { header: { x5c: ['MIIB'] } }, 'invalid_proof', /given once.*jwk and x5c/],
    ['a kid that is no DID', { header: { jwk: undefined, kid: '1' } }, 'invalid_proof', /kid must be a DID URL of one of did:jwk, did:key/],
    ['an x5c that is none', { header: { jwk: undefined, x5c: ['MIIB'] } }, 'invalid_proof', /x5c cannot be used: certificate_malformed/],
    ['a key attestation, which is not announced', { header: { key_attestation: 'a.b.c' } }, 'invalid_proof', /key_attestation/],
    ['jwk as text', { header: { jwk: 'key' } }, 'invalid_proof', /jwk must be an object/],
    ['KX-12: the private member d', { header: { jwk: { ...publicMembers(key), d: 'AA' } as Json } }, 'invalid_proof', /private member/],
    ['a symmetric key', { header: { jwk: { kty: 'oct', k: 'AA' } as Json } }, 'invalid_proof', /private member/],
    ['an RSA key', { header: { jwk: { kty: 'RSA', n: 'AA', e: 'AQAB' } } }, 'invalid_proof', /kty: must be EC/],
    ['a key of another curve', { header: { jwk: publicMembers(holderKey('P-384')) as Json } }, 'invalid_proof', /no public key for ES256/],
    [
      'KX-14: a point off the curve',
      { header: { jwk: { ...publicMembers(key), y: key.jwk.x ?? '' } as Json } },
      'invalid_proof',
      /no public key/,
    ],
    ["another holder's key", { header: { jwk: publicMembers(holderKey()) as Json } }, 'invalid_proof', /signature/],
    ['VI-06: aud with a slash added', { payload: { aud: `${ISSUER}/` } }, 'invalid_proof', /aud/],
    ['VI-06: aud of the credential endpoint', { payload: { aud: `${ISSUER}/credential` } }, 'invalid_proof', /aud/],
    ['VI-06: aud as a list', { payload: { aud: [ISSUER] } }, 'invalid_proof', /aud/],
    ['aud missing', { payload: { aud: undefined } }, 'invalid_proof', /aud/],
    ['iss although the token has no client', { payload: { iss: 'wallet' } }, 'invalid_proof', /iss must be left out/],
    ['iat missing', { payload: { iat: undefined } }, 'invalid_proof', /iat is missing/],
    ['iat as text', { payload: { iat: String(NOW) } }, 'invalid_proof', /iat must be a number/],
    ['iat as null', { payload: { iat: null } }, 'invalid_proof', /iat must be a number/],
    ['RFC 7519 4.1.4: exp over', { payload: { exp: NOW } }, 'invalid_proof', /exp is over/],
    ['exp as text', { payload: { exp: String(NOW + 60) } }, 'invalid_proof', /exp must be a number/],
    ['RFC 7519 4.1.5: nbf far ahead', { payload: { nbf: NOW + 61 } }, 'invalid_proof', /nbf is more than 60 seconds ahead/],
    ['iat too long ago', { payload: { iat: NOW - 301 } }, 'invalid_proof', /ago/],
    ['iat too far ahead', { payload: { iat: NOW + 61 } }, 'invalid_proof', /ahead/],
    ['VI-05: nonce missing', { payload: { nonce: undefined } }, 'invalid_proof', /nonce is missing/],
    ['VI-05: nonce as a number', { payload: { nonce: 5 } }, 'invalid_proof', /nonce must be a string/],
    ['VI-05: random nonce', { payload: { nonce: 'wKI4LT17ac15ES9bw8ac4' } }, 'invalid_nonce', /not made by this issuer/],
  ]
  for (const [about, change, code, words] of changed) {
    it(`refuses ${about}`, () => expectProtocolError(async () => verify([await proof(key, change)]), code, words).then(() => undefined))
  }

  it('VI-05: refuses an expired nonce', async () => {
    const old = await nonce(NOW - 301)
    await expectProtocolError(async () => verify([await proof(key, { payload: { nonce: old } })]), 'invalid_nonce', /expired/)
  })

  it('may say itself when it ends and begins', async () => {
    expect((await verify([await proof(key, { payload: { exp: NOW + 1, nbf: NOW + 60, jti: 'a' } })])).keys).toHaveLength(1)
  })

  it('is good to the very second of either end of its window', async () => {
    for (const iat of [NOW - 300, NOW + 60]) expect((await verify([await proof(key, { payload: { iat } })])).keys).toHaveLength(1)
  })

  it('refuses a signature with one bit changed', async () => {
    await expectProtocolError(async () => verify([withOtherSignature(await proof(key))]), 'invalid_proof', /signature/)
  })

  it('refuses what is no JWS', async () => {
    for (const value of ['', 'a.b', 'not a jws', { jwt: 'x' }, 5, null, 'a'.repeat(20_000)]) {
      await expectProtocolError(() => verify([value as Json]), 'invalid_proof', /./)
    }
  })

  it('VI-11: refuses two proofs with one key', async () => {
    const two = [await proof(key), await proof(key)]
    await expectProtocolError(() => verify(two), 'invalid_proof', /same key/)
    expect((await verify([await proof(key), await proof(holderKey())])).keys).toHaveLength(2)
  })

  it('works with another set of primitives that answer later', async () => {
    const later = { ...primitives, verify: async (...all: Parameters<typeof primitives.verify>) => primitives.verify(...all) }
    expect((await verify([await proof(key)], { primitives: later })).keys).toHaveLength(1)
  })
})
