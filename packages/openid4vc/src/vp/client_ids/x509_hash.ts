import { PeerError } from '../../errors.ts'
import { certified } from './certificate.ts'
import type { ClientIdPrefix } from './index.ts'

/** The SHA-256 of the certificate that signs (HAIP 1.0 section 5 asks for this one). */
export const x509Hash: ClientIdPrefix = {
  id: 'x509_hash',
  spec: 'OpenID4VP 1.0 section 5.9.3',
  async find(name, proof, context) {
    const { certificate, ...found } = await certified(proof, context)
    if ((await context.primitives.digest('sha-256', certificate.der)) !== name)
      throw new PeerError('client_id_wrong', 'client_id is the hash of another certificate than the one that signed')
    return found
  },
  // The certificate vouches for whoever holds its key: where that one wants answers is theirs to say.
  allows: () => true,
}
