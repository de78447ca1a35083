import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate } from '@peculiar/asn1-x509'
import type { Json } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { CredentialError, keyOfChain } from '../src/index.ts'

const roots = rootCertificates.map((pem) => new X509Certificate(pem))
const text = ({ raw }: X509Certificate): string => raw.toString('base64')
const curveOf = ({ publicKey }: X509Certificate): unknown => publicKey.asymmetricKeyDetails?.namedCurve
const p256 = roots.find((root) => curveOf(root) === 'prime256v1')
if (p256 === undefined) throw new Error('Node knows no root with a key of P-256')

/** That certificate with another point as its key; its signature is then wrong, which nobody looks at. */
function withPoint(change: (point: Uint8Array) => Uint8Array): string {
  const certificate = AsnConvert.parse(p256?.raw ?? new Uint8Array(), Certificate)
  const info = certificate.tbsCertificate.subjectPublicKeyInfo
  info.subjectPublicKey = Uint8Array.from(change(new Uint8Array(info.subjectPublicKey))).buffer
  // What was parsed is kept as it was and would be written again.
  delete certificate.tbsCertificateRaw
  return Buffer.from(AsnConvert.serialize(certificate)).toString('base64')
}

function code(x5c: Json): string {
  try {
    keyOfChain(x5c)
  } catch (error) {
    if (error instanceof CredentialError) return error.code
    throw error
  }
  return 'nothing was refused'
}

describe('RFC 7515 section 4.1.6: the key of the first certificate', () => {
  it('is the one that Node reads, for every root on our curves', () => {
    const ours = roots.filter((root) => ['prime256v1', 'secp384r1', 'secp521r1'].includes(String(curveOf(root))))
    expect(ours.length).toBeGreaterThan(10)
    for (const root of ours) expect(keyOfChain([text(root)])).toEqual(root.publicKey.export({ format: 'jwk' }))
  })

  it('is refused when it is of another kind', () => {
    const rsa = roots.filter(({ publicKey }) => publicKey.asymmetricKeyType === 'rsa')
    expect(rsa.length).toBeGreaterThan(10)
    for (const root of rsa) expect(code([text(root)])).toMatch(/^certificate_(key_unusable|malformed)$/)
  })

  it('is found whatever stands behind the first certificate', () => {
    expect(keyOfChain([text(p256), 'not a certificate'])).toEqual(keyOfChain([text(p256)]))
  })

  it('is refused when its point is not written with both coordinates', () => {
    expect(code([withPoint((point) => point)])).toBe('nothing was refused')
    expect(code([withPoint((point) => Uint8Array.from([3, ...point.subarray(1, 33)]))])).toBe('certificate_key_unusable')
    expect(code([withPoint((point) => Uint8Array.from([6, ...point.subarray(1)]))])).toBe('certificate_key_unusable')
    expect(code([withPoint((point) => point.subarray(0, 64))])).toBe('certificate_key_unusable')
    expect(code([withPoint(() => new Uint8Array())])).toBe('certificate_key_unusable')
  })

  it.each<[string, Json, string]>([
    ['text', text(p256), 'chain_malformed'],
    ['nothing', [], 'chain_malformed'],
    ['null', null, 'chain_malformed'],
    ['a number', [5], 'chain_malformed'],
    ['an object', { 0: text(p256) }, 'chain_malformed'],
    ['no base64', ['not base64'], 'chain_malformed'],
    ['base64url', [text(p256).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')], 'chain_malformed'],
    ['base64 with line breaks', [text(p256).replace(/.{64}/g, '$&\n')], 'chain_malformed'],
    ['an empty certificate', [''], 'chain_malformed'],
    ['a certificate too large', ['A'.repeat(12_000)], 'chain_malformed'],
    ['nine certificates', Array<string>(9).fill(text(p256)), 'chain_too_long'],
    ['a certificate cut off', [Buffer.from(p256.raw.subarray(0, -1)).toString('base64')], 'certificate_malformed'],
    ['a certificate with a byte behind it', [Buffer.concat([p256.raw, Buffer.alloc(1)]).toString('base64')], 'certificate_malformed'],
  ])('refuses %s', (_about, x5c, expected) => {
    expect(code(x5c)).toBe(expected)
  })
})
