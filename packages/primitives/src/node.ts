import { createPublicKey, hash, type KeyObject, randomFillSync, sign, verify } from 'node:crypto'
import {
  type HashAlgorithm,
  type Jwk,
  type Primitives,
  type PublicKey,
  SdJwtError,
  type SignatureAlgorithm,
  type Signer,
} from '@symbolon/sd-jwt'
import { ALGORITHMS, publicDer, publicJwk } from './algorithms.ts'

const HASHES: Readonly<Record<HashAlgorithm, string>> = { 'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512' }
const CURVES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const
/** A SubjectPublicKeyInfo up to its point, which follows as x and y (RFC 5480 section 2). */
const BEFORE_POINT = {
  'P-256': Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
  'P-384': Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex'),
  'P-521': Buffer.from('30819b301006072a8648ce3d020106052b810400230381860004', 'hex'),
} as const

interface NodeKey extends PublicKey {
  readonly algorithm: SignatureAlgorithm
  readonly options: { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' }
}

/** The primitives on node:crypto (OpenSSL): every answer is there at once. */
export const primitives: Primitives = {
  digest: (name, data) => hash(HASHES[name], data, 'base64url'),

  random,

  importKey(key, algorithm): NodeKey {
    return {
      algorithm,
      options: { key: key instanceof Uint8Array ? fromDer(key, algorithm) : fromJwk(key, algorithm), dsaEncoding: 'ieee-p1363' },
    }
  },

  verify(algorithm, key, data, signature) {
    const { digest, signatureBytes } = ALGORITHMS[algorithm]
    if (!isNodeKey(key) || key.algorithm !== algorithm || signature.length !== signatureBytes) return false
    return verify(HASHES[digest], bytesOf(data), key.options, signature)
  },
}

const pool = new Uint8Array(8192)
let unused = 0

/** Asking the generator costs the same for a few bytes as for many, so they are fetched ahead; none is handed out twice, and none stays. */
function random(bytes: number): Uint8Array {
  if (bytes > pool.length) return randomFillSync(new Uint8Array(bytes))
  if (bytes > unused) {
    randomFillSync(pool)
    unused = pool.length
  }
  const start = unused - bytes
  const drawn = Buffer.allocUnsafe(bytes)
  drawn.set(pool.subarray(start, unused))
  pool.fill(0, start, unused)
  unused = start
  return drawn
}

/** Signs with a private key that stays in this process; throws `key_unusable` when the key is not one of the algorithm's curve. */
export function signer(privateKey: KeyObject, algorithm: SignatureAlgorithm): Signer {
  const { curve, digest } = ALGORITHMS[algorithm]
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyDetails?.namedCurve !== CURVES[curve])
    throw new SdJwtError('key_unusable', curve)
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return { algorithm, sign: (data) => sign(HASHES[digest], bytesOf(data), options) }
}

/** By way of DER, which OpenSSL reads in four fifths of the time that a JWK takes; it is held to the same: a point of the curve. */
function fromJwk(jwk: Jwk, algorithm: SignatureAlgorithm): KeyObject {
  const { x, y } = publicJwk(jwk, algorithm)
  const before = BEFORE_POINT[ALGORITHMS[algorithm].curve]
  const key = Buffer.concat([before, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' })
  } catch {
    throw new SdJwtError('key_unusable', 'not a point of the curve')
  }
}

function fromDer(der: Uint8Array, algorithm: SignatureAlgorithm): KeyObject {
  const { curve } = ALGORITHMS[algorithm]
  const bytes = Buffer.from(publicDer(der))
  let key: KeyObject
  try {
    key = createPublicKey({ key: bytes, format: 'der', type: 'spki' })
  } catch {
    throw new SdJwtError('key_unusable', 'not a SubjectPublicKeyInfo')
  }
  if (key.asymmetricKeyDetails?.namedCurve !== CURVES[curve]) throw new SdJwtError('key_unusable', curve)
  return key
}

function isNodeKey(key: PublicKey): key is NodeKey {
  return 'algorithm' in key && 'options' in key
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data
}
