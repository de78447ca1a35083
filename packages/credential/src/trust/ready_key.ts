import type { Jwk, Primitives, PublicKey } from '@symbolon/sd-jwt'
import { type Memo, memo } from '../memo.ts'
import { keyAlgorithm } from './ec_jwk.ts'
import { usable } from './path.ts'

/** What each set of primitives made of a key; making it ready costs about as much as a verification. */
const ready = new WeakMap<Primitives, Memo<Jwk, Promise<PublicKey | null>>>()

/** A public key made ready for the algorithm of its curve, once for each object; null when it cannot be used. */
export function readyKey(jwk: Jwk, primitives: Primitives): Promise<PublicKey | null> {
  const keys = madeBy(primitives)
  const known = keys.get(jwk)
  if (known !== undefined) return known
  const algorithm = keyAlgorithm(jwk)
  const key = algorithm === null ? Promise.resolve(null) : usable(() => primitives.importKey(jwk, algorithm))
  keys.set(jwk, key)
  return key
}

function madeBy(primitives: Primitives): Memo<Jwk, Promise<PublicKey | null>> {
  const known = ready.get(primitives)
  if (known !== undefined) return known
  const keys = memo<Jwk, Promise<PublicKey | null>>()
  ready.set(primitives, keys)
  return keys
}
