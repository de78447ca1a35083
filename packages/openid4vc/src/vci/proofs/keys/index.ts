import type { Json, JsonObject, Jwk } from '@symbolon/sd-jwt'
import { refusedProof } from '../refused.ts'
import { jwk } from './jwk.ts'
import { kid } from './kid.ts'
import { x5c } from './x5c.ts'

/** One way for the header of a proof to say which key the credential shall be bound to (OpenID4VCI 1.0 appendix F.1). */
export interface KeyReference {
  /** The header parameter. */
  readonly id: string
  readonly spec: string
  /** What issuer metadata calls keys that are given like this (section 12.2.4); nothing for a way that has no name there. */
  readonly bindingMethods: readonly string[]
  /** The public key; throws ProtocolError `invalid_proof`. */
  key(value: Json): Jwk
}

/** Every way we read a key. */
export const KEY_REFERENCES: readonly KeyReference[] = [jwk, kid, x5c]

/** The binding methods that issuer metadata may announce. */
export const BINDING_METHODS: readonly string[] = KEY_REFERENCES.flatMap(({ bindingMethods }) => bindingMethods)

/** The key of a proof, whichever way it is given, as an EC key of four members; throws ProtocolError `invalid_proof` unless there is exactly one. */
export function readKey(header: JsonObject): Jwk {
  const given = KEY_REFERENCES.filter(({ id }) => Object.hasOwn(header, id))
  const names = KEY_REFERENCES.map(({ id }) => id).join(', ')
  const [reference, another] = given
  if (reference === undefined) throw refusedProof(`the key is missing; give it as one of ${names}`)
  if (another !== undefined)
    throw refusedProof(`the key must be given once, as one of ${names}; not as ${given.map(({ id }) => id).join(' and ')}`)
  const { kty, crv = '', x = '', y = '' } = reference.key(header[reference.id] ?? null)
  return { kty, crv, x, y }
}
