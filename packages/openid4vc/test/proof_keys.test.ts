import 'reflect-metadata'
import { KeyObject } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate } from '@peculiar/asn1-x509'
import * as x509 from '@peculiar/x509'
import type { Unsigned } from '@symbolon/credential'
import { primitives as web } from '@symbolon/primitives/web'
import { base64url, type Json, type Jwk, type SignatureAlgorithm } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { BINDING_METHODS, KEY_REFERENCES, type ProofRule, proofTypeNamed, verifyProofs } from '../src/index.ts'
import { expectProtocolError, type HolderKey, holderKey, nonce, proof, publicMembers, rule } from './fixture.ts'

const type = proofTypeNamed('jwt')
if (type === undefined) throw new Error('the jwt proof type is not there')
const verify = async (values: readonly Json[], changed: Partial<ProofRule> = {}) =>
  (await verifyProofs({ type, values }, { ...rule, ...changed })).keys

/** A proof whose header names the key like this and not as `jwk`. */
const proofBy = (key: HolderKey, named: Record<string, Json>, algorithm?: SignatureAlgorithm) =>
  proof(key, { header: { jwk: undefined, ...named } }, algorithm)

const didJwk = (jwk: object): string => `did:jwk:${base64url.encodeText(JSON.stringify(jwk))}#0`

/** A did:key, made here once more to compare: the kind and the key in base58. */
function didKey(kind: readonly number[], key: readonly number[]): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let rest = BigInt(`0x${Buffer.from([...kind, ...key]).toString('hex')}`)
  let name = ''
  for (; rest > 0n; rest /= 58n) name = alphabet[Number(rest % 58n)] + name
  return `did:key:z${name}#z${name}`
}

const JWK_JCS_PUB = [0xd1, 0xd6, 0x03]
const pointDid = ({ jwk: { x = '', y = '' } }: HolderKey): string =>
  didKey([0x80, 0x24], [2 + ((base64url.decode(y).at(-1) ?? 0) & 1), ...base64url.decode(x)])
const canonicalDid = ({ crv = '', kty, x = '', y = '' }: Jwk): string =>
  didKey(JWK_JCS_PUB, [...Buffer.from(`{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`)])

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const
const ALL = Object.keys(CURVES) as SignatureAlgorithm[]

/** A key with a certificate that it made itself, long over: what a certificate says does not concern a key that is proven now. */
async function certified(algorithm: SignatureAlgorithm = 'ES256'): Promise<HolderKey & { x5c: string[] }> {
  x509.cryptoProvider.set(crypto)
  const signingAlgorithm = { name: 'ECDSA', namedCurve: CURVES[algorithm], hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])
  const times = { notBefore: new Date(0), notAfter: new Date(1_000_000) }
  const made = { serialNumber: '01', name: 'CN=A wallet', ...times, signingAlgorithm, keys }
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(made)
  const jwk = KeyObject.from(keys.publicKey).export({ format: 'jwk' }) as Jwk
  return { privateKey: KeyObject.from(keys.privateKey), jwk, x5c: [certificate.toString('base64')] }
}

/** That certificate with one byte of its key changed, which is then no point of the curve. */
function offCurve(text: string): string {
  const certificate = AsnConvert.parse(Buffer.from(text, 'base64'), Certificate)
  const info = certificate.tbsCertificate.subjectPublicKeyInfo
  const point = new Uint8Array(info.subjectPublicKey)
  point[40] = (point[40] ?? 0) ^ 1
  info.subjectPublicKey = point.buffer
  delete certificate.tbsCertificateRaw
  return Buffer.from(AsnConvert.serialize(certificate)).toString('base64')
}

const ED25519 = 'z6MkvrFpBNCoYewiaeBLgjUDvLxUtnK5R6mqh5XPvLsrPsro'
const key = holderKey()
const otherY = { ...publicMembers(key), y: publicMembers(key).x }

describe('OpenID4VCI 1.0 appendix F.1: the key of a proof', () => {
  it.each<[string, Record<string, Json>]>([
    ['jwk', { jwk: publicMembers(key) }],
    ['a did:key of the point', { kid: pointDid(key) }],
    ['a did:key of the JWK', { kid: canonicalDid(key.jwk) }],
    ['a did:jwk', { kid: didJwk(publicMembers(key)) }],
    ['a did:jwk with its members in another order', { kid: didJwk({ use: 'sig', alg: 'ES256', ...key.jwk }) }],
  ])('may be given as %s', async (_about, named) => {
    expect(await verify([await proofBy(key, named)])).toEqual([publicMembers(key)])
  })

  it('may be given as the first certificate of x5c, whoever made it and however old it is', async () => {
    const holder = await certified()
    expect(await verify([await proofBy(holder, { x5c: holder.x5c })])).toEqual([publicMembers(holder)])
    const chain = [...holder.x5c, ...(await certified()).x5c]
    expect(await verify([await proofBy(holder, { x5c: chain })])).toEqual([publicMembers(holder)])
  })

  it.each(ALL)('may be of any curve that the brick allows: %s, however it is given', async (algorithm) => {
    const holder = await certified(algorithm)
    const ways: Record<string, Json>[] = [
      { jwk: publicMembers(holder) },
      { kid: canonicalDid(holder.jwk) },
      { kid: didJwk(publicMembers(holder)) },
      { x5c: holder.x5c },
    ]
    for (const way of ways) {
      const sealed = await proofBy(holder, way, algorithm)
      expect(await verify([sealed], { algorithms: [algorithm] })).toEqual([publicMembers(holder)])
      expect(await verify([sealed], { algorithms: ALL, primitives: web })).toEqual([publicMembers(holder)])
    }
  })

  it('VI-07: is given exactly once', async () => {
    const holder = await certified()
    const ways: Record<string, Json> = { jwk: publicMembers(holder), kid: didJwk(publicMembers(holder)), x5c: holder.x5c }
    const names = Object.keys(ways)
    for (const one of names) {
      for (const other of names.filter((name) => name > one)) {
        const both = { [one]: ways[one] ?? '', [other]: ways[other] ?? '' }
        await expectProtocolError(async () => verify([await proofBy(holder, both)]), 'invalid_proof', `${one} and ${other}`)
      }
    }
    await expectProtocolError(async () => verify([await proofBy(holder, ways)]), 'invalid_proof', /jwk and kid and x5c/)
    await expectProtocolError(async () => verify([await proofBy(holder, {})]), 'invalid_proof', /missing; give it as one of jwk, kid, x5c/)
    await expectProtocolError(async () => verify([await proofBy(holder, { ...ways, jwk: null, kid: '' })]), 'invalid_proof', /given once/)
  })

  const notADid = /^kid must be a DID URL of one of did:jwk, did:key$/
  it.each<[string, Record<string, Json>, RegExp]>([
    ['a DID of a method that would have to be fetched', { kid: 'did:web:wallet.example#key-1' }, notADid],
    ['a DID of the EBSI registry', { kid: 'did:ebsi:zvHWX359A3CvfJnCYaAiAde#x' }, notADid],
    ['a name that is no DID', { kid: '0' }, notADid],
    ['a thumbprint', { kid: 'urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' }, notADid],
    ['a kid that is no text', { kid: 5 }, notADid],
    ['a kid that is null', { kid: null }, notADid],
    ['a DID without the name of a key', { kid: pointDid(key).split('#')[0] ?? '' }, /kid cannot be used: .*name of the key/],
    ['a did:key of Ed25519', { kid: `did:key:${ED25519}#${ED25519}` }, /kid cannot be used: .*neither of P-256 nor a JWK/],
    ['KX-12: a did:jwk with the private key', { kid: didJwk({ ...publicMembers(key), d: 'AA' }) }, /kid cannot be used: .*private member/],
    ['a did:jwk for encryption', { kid: didJwk({ ...publicMembers(key), use: 'enc' }) }, /kid cannot be used: .*use/],
    ['KX-14: a did:jwk off the curve', { kid: didJwk(otherY) }, /no public key for ES256/],
    ['KX-14: a did:key of a JWK off the curve', { kid: canonicalDid(otherY) }, /no public key for ES256/],
    ['KX-14: a did:key of no point', { kid: didKey([0x80, 0x24], [2, ...new Uint8Array(31), 1]) }, /no compressed point/],
    ['a did:jwk of another curve', { kid: didJwk(publicMembers(holderKey('P-384'))) }, /no public key for ES256/],
    ["another holder's did:key", { kid: pointDid(holderKey()) }, /the signature does not fit the key/],
    ["another holder's did:jwk", { kid: didJwk(publicMembers(holderKey())) }, /the signature does not fit the key/],
    ['an x5c that is text', { x5c: 'MIIB' }, /x5c cannot be used: chain_malformed/],
    ['an x5c without certificates', { x5c: [] }, /x5c cannot be used: chain_malformed/],
    ['an x5c of what is no certificate', { x5c: ['MIIB'] }, /x5c cannot be used: certificate_malformed/],
    ['KX-12: a jwk with a member of RSA', { jwk: { ...publicMembers(key), p: 'AA' } }, /jwk cannot be used: .*private member/],
    ['a jwk for encryption', { jwk: { ...publicMembers(key), use: 'enc' } }, /jwk cannot be used: use/],
    ['a jwk for another algorithm', { jwk: { ...publicMembers(key), alg: 'ES384' } }, /jwk cannot be used: alg/],
    ['a coordinate with padding', { jwk: { ...publicMembers(key), x: `${publicMembers(key).x}=` } }, /jwk cannot be used: x/],
    [
      'a coordinate of another alphabet',
      { jwk: { ...publicMembers(key), x: `+${publicMembers(key).x.slice(1)}` } },
      /jwk cannot be used: x/,
    ],
    ['a coordinate too long', { jwk: { ...publicMembers(key), y: `AAAA${publicMembers(key).y}` } }, /jwk cannot be used: y/],
    ['a key of Ed25519', { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }, /kty: must be EC/],
    ['a key of secp256k1', { jwk: { ...publicMembers(key), crv: 'secp256k1' } }, /crv: must be P-256/],
  ])('is refused as %s', async (_about, named, words) => {
    await expectProtocolError(async () => verify([await proofBy(key, named)]), 'invalid_proof', words)
  })

  it('is refused as a certificate of somebody else, of another curve, and off the curve (KX-14)', async () => {
    const [holder, stranger, other] = [await certified(), await certified(), await certified('ES384')]
    const refused: [string[], RegExp][] = [
      [stranger.x5c, /the signature does not fit the key/],
      [[...stranger.x5c, ...holder.x5c], /the signature does not fit the key/],
      [other.x5c, /no public key for ES256/],
      [holder.x5c.map(offCurve), /no public key for ES256/],
    ]
    for (const [x5c, words] of refused) {
      await expectProtocolError(async () => verify([await proofBy(holder, { x5c })]), 'invalid_proof', words)
    }
  })

  it('is not asked for with what a wallet cannot know we do not read', async () => {
    for (const name of ['key_attestation', 'trust_chain']) {
      const sealed = await proof(key, { header: { [name]: 'a.b.c' } })
      await expectProtocolError(() => verify([sealed]), 'invalid_proof', new RegExp(`^${name} must be left out`))
    }
  })

  it('has a binding method wherever the standard has a name for it (12.2.4)', () => {
    expect(BINDING_METHODS).toEqual(['jwk', 'did:jwk', 'did:key'])
    expect(KEY_REFERENCES.map(({ id }) => id)).toEqual(['jwk', 'kid', 'x5c'])
    for (const { spec } of KEY_REFERENCES) expect(spec).not.toBe('')
  })
})

describe('OpenID4VCI 1.0 section 8.2: several proofs in one request', () => {
  it('VI-11: of one key are refused, however the key is given', async () => {
    const holder = await certified()
    const ways: Record<string, Json>[] = [
      { jwk: publicMembers(holder) },
      { kid: pointDid(holder) },
      { kid: canonicalDid(holder.jwk) },
      { kid: didJwk(publicMembers(holder)) },
      { kid: didJwk({ use: 'sig', ...publicMembers(holder) }) },
      { x5c: holder.x5c },
    ]
    const proofs = await Promise.all(ways.map((way) => proofBy(holder, way)))
    for (const [index, one] of proofs.entries()) {
      for (const other of proofs.slice(index + 1)) {
        const third = await proof(holderKey())
        await expectProtocolError(() => verify([one, third, other]), 'invalid_proof', /two proofs are made with the same key/)
      }
    }
  })

  it('give their keys in their own order, and each way of naming one may differ', async () => {
    const [one, two, three] = [holderKey(), holderKey(), await certified()]
    const proofs = [await proofBy(one, { kid: pointDid(one) }), await proof(two), await proofBy(three, { x5c: three.x5c })]
    expect(await verify(proofs)).toEqual([one, two, three].map(publicMembers))
  })

  it('may share a nonce or have one each; the store is told of every nonce once', async () => {
    const shared = await nonce()
    const own = await nonce()
    const proofs = await Promise.all([shared, own, shared].map((value) => proof(holderKey(), { payload: { nonce: value } })))
    const { keys, nonces } = await verifyProofs({ type, values: proofs }, rule)
    expect(keys).toHaveLength(3)
    expect(nonces.map(({ value }) => value)).toEqual([shared, own])
  })

  it('VI-05: are refused all when one nonce is wrong or missing', async () => {
    const good = await proof(holderKey())
    const random = await proof(holderKey(), { payload: { nonce: 'wKI4LT17ac15ES9bw8ac4' } })
    await expectProtocolError(() => verify([good, random]), 'invalid_nonce', /not made by this issuer/)
    const without = await proof(holderKey(), { payload: { nonce: undefined } })
    await expectProtocolError(() => verify([good, without]), 'invalid_proof', /nonce is missing/)
  })
})

describe('OpenID4VCI 1.0 appendix F.1: iss', () => {
  const rules: [string, string | undefined, string | undefined, RegExp | null][] = [
    ['left out by an anonymous wallet', undefined, undefined, null],
    ['left out by a client', 'wallet-1', undefined, null],
    ['the client', 'wallet-1', 'wallet-1', null],
    ['of an anonymous wallet', undefined, 'wallet-1', /iss must be left out/],
    ['another client', 'wallet-1', 'wallet-2', /iss must be the client identifier/],
    ['the client with a space', 'wallet-1', 'wallet-1 ', /iss must be the client identifier/],
    ['empty', 'wallet-1', '', /iss must be the client identifier/],
    ['empty, of an anonymous wallet', undefined, '', /iss must be left out/],
  ]
  it.each(rules)('%s', async (_about, clientId, iss, words) => {
    const sealed = await proof(key, { payload: { iss } })
    const changed = clientId === undefined ? {} : { clientId }
    if (words === null) expect(await verify([sealed], changed)).toHaveLength(1)
    else await expectProtocolError(() => verify([sealed], changed), 'invalid_proof', words)
  })

  it('that is no text is refused', async () => {
    for (const iss of [null, ['wallet-1'], 5]) {
      const sealed = await proof(key, { payload: { iss } })
      await expectProtocolError(() => verify([sealed], { clientId: 'wallet-1' }), 'invalid_proof', /iss must be the client identifier/)
    }
  })

  it('is written by a wallet that has a client identifier', () => {
    const draft = { issuer: 'https://issuer.example', jwk: key.jwk, algorithm: 'ES256', nonce: 'n', issuedAt: 1 } as const
    const payload = ({ input }: Unsigned) => JSON.parse(base64url.decodeText(input.split('.')[1] ?? ''))
    expect(payload(type.create({ ...draft, clientId: 'wallet-1' })).iss).toBe('wallet-1')
    expect(payload(type.create(draft))).toEqual({ aud: draft.issuer, iat: 1, nonce: 'n' })
  })
})
