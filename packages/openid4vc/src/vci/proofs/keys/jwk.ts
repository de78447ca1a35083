import { readEcJwk } from '@symbolon/credential'
import { isObject } from '@symbolon/sd-jwt'
import { refusedProof } from '../refused.ts'
import type { KeyReference } from './index.ts'

/** The key itself (RFC 7515 section 4.1.3). */
export const jwk: KeyReference = {
  id: 'jwk',
  spec: 'RFC 7515 section 4.1.3',
  bindingMethods: ['jwk'],
  key(value) {
    if (!isObject(value)) throw refusedProof('jwk must be an object')
    const key = readEcJwk(value)
    if (typeof key === 'string') throw refusedProof(`jwk cannot be used: ${key}`)
    return key
  },
}
