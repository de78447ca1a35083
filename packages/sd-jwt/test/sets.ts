import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import * as node from '@symbolon/primitives/node'
import * as web from '@symbolon/primitives/web'
import type { Jwk, Primitives, SignatureAlgorithm, Signer } from '@symbolon/sd-jwt'

/** A key pair as JSON Web Keys. */
export interface KeyPair {
  readonly publicJwk: Jwk
  readonly privateJwk: Jwk
}

/** The same primitives twice; every test that needs any runs over both. */
export const SETS: readonly { name: string; primitives: Primitives; signer(key: Jwk, algorithm: SignatureAlgorithm): Promise<Signer> }[] = [
  {
    name: 'node:crypto',
    primitives: node.primitives,
    signer: async (key, algorithm) => node.signer(createPrivateKey({ key: { ...key }, format: 'jwk' }), algorithm),
  },
  {
    name: 'WebCrypto',
    primitives: web.primitives,
    signer: async (key, algorithm) => {
      const parameters = { name: 'ECDSA', namedCurve: CURVES[algorithm] }
      return web.signer(await crypto.subtle.importKey('jwk', { ...key }, parameters, false, ['sign']), algorithm)
    },
  },
]

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const

/** A fresh key pair. */
export function keyPair(algorithm: SignatureAlgorithm = 'ES256'): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: CURVES[algorithm] })
  return { publicJwk: publicKey.export({ format: 'jwk' }) as Jwk, privateJwk: privateKey.export({ format: 'jwk' }) as Jwk }
}
