import { createPublicKey, generateKeyPairSync, sign, verify, X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCertificate } from '../src/trust/certificate.ts'
import { joseSignature } from '../src/trust/der.ts'

describe('certificates, read as node:crypto reads them', () => {
  it('reads the roots that Node knows, every one of them', () => {
    expect(rootCertificates.length).toBeGreaterThan(50)
    for (const pem of rootCertificates) {
      const oracle = new X509Certificate(pem)
      const certificate = parseCertificate(new Uint8Array(oracle.raw))
      expect(certificate.notBefore * 1000).toBe(oracle.validFromDate.getTime())
      expect(certificate.notAfter * 1000).toBe(oracle.validToDate.getTime())
      expect(certificate.authority !== null).toBe(oracle.ca)
      expect(certificate.selfIssued).toBe(oracle.subject === oracle.issuer)
      const key = createPublicKey({ key: Buffer.from(certificate.publicKey), format: 'der', type: 'spki' })
      expect(key.equals(oracle.publicKey)).toBe(true)
    }
  })

  it('takes out what was signed, and the signature in the form of a JWS', () => {
    const hashes = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512' }
    let checked = 0
    for (const pem of rootCertificates) {
      const oracle = new X509Certificate(pem)
      const { signed, signature, signatureAlgorithm, keyAlgorithm } = parseCertificate(new Uint8Array(oracle.raw))
      if (signatureAlgorithm === null || signatureAlgorithm !== keyAlgorithm) continue
      const jose = joseSignature(signature, signatureAlgorithm)
      if (jose === null) throw new Error('a signature that Node accepts')
      expect(verify(hashes[signatureAlgorithm], signed, { key: oracle.publicKey, dsaEncoding: 'ieee-p1363' }, jose)).toBe(true)
      checked++
    }
    expect(checked).toBeGreaterThan(10)
  })
})

describe('ECDSA signatures of certificates (RFC 3279 section 2.2.3)', () => {
  const curves = [
    ['ES256', 'P-256', 'sha256'],
    ['ES384', 'P-384', 'sha384'],
    ['ES512', 'P-521', 'sha512'],
  ] as const
  for (const [algorithm, namedCurve, hash] of curves) {
    it(`become r||s for ${namedCurve}, as node:crypto verifies them`, () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
      for (let round = 0; round < 100; round++) {
        const data = Buffer.from(`round ${round}`)
        const jose = joseSignature(sign(hash, data, privateKey), algorithm)
        if (jose === null) throw new Error('refused')
        expect(verify(hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, jose)).toBe(true)
      }
    })
  }

  const der = (r: number[], s: number[]) => Uint8Array.from([0x30, r.length + s.length + 4, 2, r.length, ...r, 2, s.length, ...s])
  it('are read when short', () => {
    expect(joseSignature(der([1], [0, 0x80]), 'ES256')?.toHex()).toBe(`${'00'.repeat(31)}01${'00'.repeat(31)}80`)
  })

  const cases: [string, Uint8Array][] = [
    ['nothing', new Uint8Array(0)],
    ['another tag', Uint8Array.from([0x31, ...der([1], [1]).subarray(1)])],
    ['an empty number', der([], [1])],
    ['zero', der([0], [1])],
    ['a negative number', der([0x80], [1])],
    ['a needless zero', der([0, 1], [1])],
    ['a number too large for the curve', der([1, ...Array<number>(32).fill(0)], [1])],
    ['something after the end', Uint8Array.from([...der([1], [1]), 0])],
    ['something after the second number', Uint8Array.of(0x30, 7, 2, 1, 1, 2, 1, 1, 0)],
    ['only one number', Uint8Array.of(0x30, 3, 2, 1, 1)],
    ['a long length that could be short', Uint8Array.of(0x30, 0x81, 6, 2, 1, 1, 2, 1, 1)],
    ['a length of unknown size', Uint8Array.of(0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0)],
    ['a length beyond the end', Uint8Array.of(0x30, 6, 2, 1, 1, 2, 9, 1)],
  ]
  for (const [what, bytes] of cases) {
    it(`are refused with ${what}`, () => {
      expect(joseSignature(bytes, 'ES256')).toBeNull()
    })
  }

  it('have one form only: whatever is accepted is written the same way again', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const signature = Uint8Array.from(sign('sha256', Buffer.from('x'), privateKey))
    const plain = joseSignature(signature, 'ES256')?.toHex()
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(signature)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(joseSignature(changed, 'ES256')?.toHex()).not.toBe(plain)
      }),
    )
  })
})
