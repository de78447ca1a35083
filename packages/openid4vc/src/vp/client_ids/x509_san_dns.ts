import { PeerError } from '../../errors.ts'
import { certified } from './certificate.ts'
import type { ClientIdPrefix } from './index.ts'

/** A host that the certificate that signs names as a DNS name. */
export const x509SanDns: ClientIdPrefix = {
  id: 'x509_san_dns',
  spec: 'OpenID4VP 1.0 section 5.9.3',
  async find(name, proof, context) {
    const { certificate, ...found } = await certified(proof, context)
    const isNamed = certificate.alternativeNames.some((other) => other.form === 'dns' && other.text.toLowerCase() === name.toLowerCase())
    if (!isNamed) throw new PeerError('client_id_wrong', 'client_id is a host that the certificate that signed does not name')
    return found
  },
  allows: (name, responseUri) => URL.parse(responseUri)?.hostname.toLowerCase() === name.toLowerCase(),
}
