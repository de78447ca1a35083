import { CredentialError, keyOfChain } from '@symbolon/credential'
import { refusedProof } from '../refused.ts'
import type { KeyReference } from './index.ts'

/**
 * Certificates, the first of which has the key (RFC 7515 section 4.1.6).
 *
 * The proof shows that the wallet has the private key; nothing else that the certificates say is believed, so nobody has to vouch for them.
 */
export const x5c: KeyReference = {
  id: 'x5c',
  spec: 'RFC 7515 section 4.1.6',
  bindingMethods: [],
  key(value) {
    try {
      return keyOfChain(value)
    } catch (error) {
      if (error instanceof CredentialError) throw refusedProof(`x5c cannot be used: ${error.message}`, error)
      throw error
    }
  },
}
