import { createPublicKey, hash, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import {
  type HashAlgorithm,
  type Jwk,
  type Primitives,
  type PublicKey,
  SdJwtError,
  type SignatureAlgorithm,
  type Signer,
} from '@symbolon/sd-jwt'
import { ALGORITHMS, publicJwk } from './algorithms.ts'

const HASHES: Readonly<Record<HashAlgorithm, string>> = { 'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512' }
const CURVES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const

interface NodeKey extends PublicKey {
  readonly algorithm: SignatureAlgorithm
  readonly options: { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' }
}

/** The primitives on node:crypto (OpenSSL): every answer is there at once. */
export const primitives: Primitives = {
  digest: (name, data) => hash(HASHES[name], data, 'base64url'),

  random: (bytes) => randomBytes(bytes),

  importKey(key, algorithm): NodeKey {
    const { curve } = ALGORITHMS[algorithm]
    const imported = readKey(key, algorithm)
    if (imported.asymmetricKeyType !== 'ec' || imported.asymmetricKeyDetails?.namedCurve !== CURVES[curve])
      throw new SdJwtError('key_unusable', curve)
    return { algorithm, options: { key: imported, dsaEncoding: 'ieee-p1363' } }
  },

  verify(algorithm, key, data, signature) {
    const { digest, signatureBytes } = ALGORITHMS[algorithm]
    if (!isNodeKey(key) || key.algorithm !== algorithm || signature.length !== signatureBytes) return false
    return verify(HASHES[digest], bytesOf(data), key.options, signature)
  },
}

/** Signs with a private key that stays in this process; throws `key_unusable` when the key is not one of the algorithm's curve. */
export function signer(privateKey: KeyObject, algorithm: SignatureAlgorithm): Signer {
  const { curve, digest } = ALGORITHMS[algorithm]
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyDetails?.namedCurve !== CURVES[curve])
    throw new SdJwtError('key_unusable', curve)
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return { algorithm, sign: (data) => sign(HASHES[digest], bytesOf(data), options) }
}

function readKey(key: Jwk | Uint8Array, algorithm: SignatureAlgorithm): KeyObject {
  try {
    if (key instanceof Uint8Array) return createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' })
    return createPublicKey({ key: publicJwk(key, algorithm), format: 'jwk' })
  } catch (error) {
    if (error instanceof SdJwtError) throw error
    throw new SdJwtError('key_unusable')
  }
}

function isNodeKey(key: PublicKey): key is NodeKey {
  return 'algorithm' in key && 'options' in key
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data
}
