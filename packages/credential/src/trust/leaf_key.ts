import { AsnConvert } from '@peculiar/asn1-schema'
import { SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { base64url, type Json, type Jwk } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { readChain } from '../keys/x5c.ts'
import { parseCertificate } from './certificate.ts'
import { curveOf } from './ec_jwk.ts'
import { decodeBase64 } from './x509.ts'

/** A point as SEC 1 section 2.3.3 writes it with both coordinates. */
const UNCOMPRESSED = 0x04

/**
 * The public key in the first certificate of an `x5c` (RFC 7515 section 4.1.6).
 *
 * The certificate is read for its key only: who certified it, for whom and until when is not looked at, and the others are not read.
 * Throws `CredentialError` (`chain_malformed`, `chain_too_long`, `certificate_malformed`, `certificate_key_unusable`).
 */
export function keyOfChain(x5c: Json): Jwk {
  const found = readChain(x5c)
  if ('code' in found) throw new CredentialError(found.code)
  const der = decodeBase64(found.chain[0] ?? '')
  if (der === null) throw new CredentialError('chain_malformed')
  const { publicKey, keyAlgorithm } = parseCertificate(der)
  const curve = curveOf(keyAlgorithm)
  const point = new Uint8Array(AsnConvert.parse(publicKey, SubjectPublicKeyInfo).subjectPublicKey)
  if (curve === undefined || point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * curve.size) {
    throw new CredentialError('certificate_key_unusable')
  }
  const x = base64url.encode(point.subarray(1, 1 + curve.size))
  return { kty: 'EC', crv: curve.crv, x, y: base64url.encode(point.subarray(1 + curve.size)) }
}
