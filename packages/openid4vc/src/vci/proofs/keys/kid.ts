import { CredentialError, DID_METHODS, keyOfDid } from '@symbolon/credential'
import type { Jwk } from '@symbolon/sd-jwt'
import { refusedProof } from '../refused.ts'
import type { KeyReference } from './index.ts'

const METHODS = DID_METHODS.map(({ id }) => id)

/** A DID URL (OpenID4VCI 1.0 appendix F.1), of methods whose identifier is the key: nothing has to be fetched from anywhere. */
export const kid: KeyReference = {
  id: 'kid',
  spec: 'OpenID4VCI 1.0 appendix F.1',
  bindingMethods: METHODS,
  key(value) {
    const key = typeof value === 'string' ? resolve(value) : null
    if (key === null) throw refusedProof(`kid must be a DID URL of one of ${METHODS.join(', ')}`)
    return key
  },
}

function resolve(url: string): Jwk | null {
  try {
    return keyOfDid(url)
  } catch (error) {
    if (error instanceof CredentialError) throw refusedProof(`kid cannot be used: ${error.message}`, error)
    throw error
  }
}
