import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { primitives, signer } from '@symbolon/primitives/node'
import type { JsonObject, SignatureAlgorithm } from '@symbolon/sd-jwt'
import type { Outside } from '@symbolon/wallet'
import { registries } from './config.ts'
import { send } from './http.ts'

const CURVE: { readonly [algorithm in SignatureAlgorithm]: string } = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** The network, the clock and the keys of this process. */
export const outside: Outside = {
  send,
  primitives,
  dpopNonces: new Map(),
  get registries() {
    return registries()
  },
  now: () => Math.floor(Date.now() / 1000),
  keys: {
    make: (algorithm) => generateKeyPairSync('ec', { namedCurve: CURVE[algorithm] }).privateKey.export({ format: 'jwk' }) as JsonObject,
    signer: (jwk, algorithm) => signer(createPrivateKey({ key: jwk, format: 'jwk' }), algorithm),
  },
}
