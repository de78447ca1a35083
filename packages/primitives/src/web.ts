import {
  base64url,
  type HashAlgorithm,
  type Primitives,
  type PublicKey,
  SdJwtError,
  type SignatureAlgorithm,
  type Signer,
} from '@symbolon/sd-jwt'
import { ALGORITHMS, publicDer, publicJwk } from './algorithms.ts'

const HASHES: Readonly<Record<HashAlgorithm, string>> = { 'sha-256': 'SHA-256', 'sha-384': 'SHA-384', 'sha-512': 'SHA-512' }
const { subtle } = globalThis.crypto
const encoder = new TextEncoder()

interface WebKey extends PublicKey {
  readonly algorithm: SignatureAlgorithm
  readonly key: CryptoKey
}

/** The primitives on WebCrypto, for pages: answers come later. */
export const primitives: Primitives = {
  digest: async (name, data) => base64url.encode(new Uint8Array(await subtle.digest(HASHES[name], bytesOf(data)))),

  // One call fills at most 65,536 bytes.
  random(bytes) {
    const filled = new Uint8Array(bytes)
    for (let start = 0; start < bytes; start += 65_536) globalThis.crypto.getRandomValues(filled.subarray(start, start + 65_536))
    return filled
  },

  async importKey(key, algorithm): Promise<WebKey> {
    const parameters = { name: 'ECDSA', namedCurve: ALGORITHMS[algorithm].curve }
    try {
      const imported =
        key instanceof Uint8Array
          ? await subtle.importKey('spki', publicDer(key), parameters, false, ['verify'])
          : await subtle.importKey('jwk', publicJwk(key, algorithm), parameters, false, ['verify'])
      return { algorithm, key: imported }
    } catch (error) {
      if (error instanceof SdJwtError) throw error
      throw new SdJwtError('key_unusable')
    }
  },

  async verify(algorithm, key, data, signature) {
    const { digest, signatureBytes } = ALGORITHMS[algorithm]
    if (!isWebKey(key) || key.algorithm !== algorithm || signature.length !== signatureBytes) return false
    return subtle.verify({ name: 'ECDSA', hash: HASHES[digest] }, key.key, bytesOf(signature), bytesOf(data))
  },
}

/** Signs with a private key of WebCrypto, which may be one that cannot be exported; throws `key_unusable` when it is not one of the algorithm's curve. */
export function signer(privateKey: CryptoKey, algorithm: SignatureAlgorithm): Signer {
  const { curve, digest } = ALGORITHMS[algorithm]
  const details: KeyAlgorithm & { namedCurve?: string } = privateKey.algorithm
  if (privateKey.type !== 'private' || details.name !== 'ECDSA' || details.namedCurve !== curve) throw new SdJwtError('key_unusable', curve)
  const parameters = { name: 'ECDSA', hash: HASHES[digest] }
  return { algorithm, sign: async (data) => new Uint8Array(await subtle.sign(parameters, privateKey, bytesOf(data))) }
}

function isWebKey(key: PublicKey): key is WebKey {
  return 'algorithm' in key && 'key' in key
}

function bytesOf(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === 'string' ? encoder.encode(data) : new Uint8Array(data)
}
