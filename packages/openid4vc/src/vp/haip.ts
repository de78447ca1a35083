import { PeerError } from '../errors.ts'
import { x509Hash } from './client_ids/index.ts'
import { CONTENT_ENCRYPTION } from './client_metadata.ts'
import type { PresentationRequest } from './presentation_request.ts'

/** How a request came: what HAIP looks at besides its parameters. */
export interface RequestOrigin {
  /** The client identifier prefix. */
  readonly prefix: string
  /** The address it was fetched from; absent: it stood in the link. */
  readonly requestUri?: string
  /** What it was signed with; absent: it was not. */
  readonly algorithm?: string
}

/** The one algorithm that every wallet can verify (HAIP 1.0 section 7). */
const ALGORITHM = 'ES256'

/**
 * What a request lacks to be one of HAIP 1.0 (sections 5, 5.1, 7), all at once; empty: it is one.
 *
 * That it asks by `dcql_query` and for a `vp_token` is already so for every request that could be read.
 */
export function haipFaults(
  { prefix, requestUri, algorithm }: RequestOrigin,
  { responseMode, clientMetadata }: Pick<PresentationRequest, 'responseMode' | 'clientMetadata'>,
): string[] {
  const missing = CONTENT_ENCRYPTION.filter((one) => !clientMetadata.contentEncryption.includes(one))
  return [
    ...(prefix === x509Hash.id ? [] : [`client_id must begin with ${x509Hash.id}`]),
    ...(algorithm === ALGORITHM ? [] : [`it must be signed with ${ALGORITHM}`]),
    ...(requestUri === undefined ? ['it must be fetched by request_uri'] : []),
    ...(responseMode.encrypted ? [] : ['response_mode must be one that encrypts the answer']),
    ...(clientMetadata.encryptionKeys.length > 0 ? [] : ['client_metadata.jwks must have a key of ECDH-ES on P-256']),
    ...(missing.length === 0 ? [] : [`client_metadata.encrypted_response_enc_values_supported must have ${missing.join(' and ')}`]),
  ]
}

/** Throws PeerError `request_not_haip` with all that is lacking. */
export function checkHaip(origin: RequestOrigin, request: Pick<PresentationRequest, 'responseMode' | 'clientMetadata'>): void {
  const faults = haipFaults(origin, request)
  if (faults.length > 0) throw new PeerError('request_not_haip', faults.join('; '))
}
