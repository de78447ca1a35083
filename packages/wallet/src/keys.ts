import type { Jwk, SignatureAlgorithm } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import type { Outside } from './outside.ts'
import type { HeldKey, PrivateKey } from './state/index.ts'

/** What this wallet makes keys for, best first. */
export const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256']

/** The best algorithm of these that this wallet makes keys for, or undefined. */
export const algorithmAmong = (names: readonly string[]): SignatureAlgorithm | undefined =>
  ALGORITHMS.find((known) => names.includes(known))

/** Keys of their own for as many copies: two copies with one key tell that they have one holder. */
export function newKeys(count: number, algorithm: SignatureAlgorithm, { keys, primitives }: Outside): Promise<HeldKey[]> {
  const make = async () => ({ id: primitives.random(8).toHex(), algorithm, jwk: await keys.make(algorithm) })
  return Promise.all(Array.from({ length: count }, make))
}

/** What may be told of a key. */
export function publicPart({ jwk }: PrivateKey): Jwk {
  const { kty, crv, x, y } = jwk
  if (typeof kty !== 'string' || typeof crv !== 'string' || typeof x !== 'string' || typeof y !== 'string') {
    throw new WalletError('state_malformed', 'a key of this wallet is no EC key')
  }
  return { kty, crv, x, y }
}

/** Whether two public keys are the same EC key. */
export const sameKey = (one: Jwk | undefined, other: Jwk | undefined): boolean =>
  one === undefined || other === undefined ? one === other : ['kty', 'crv', 'x', 'y'].every((name) => one[name] === other[name])
