import { ProtocolError } from '../../errors.ts'

/** A proof that is not accepted (OpenID4VCI 1.0 section 8.3.1.2). */
export const refusedProof = (description: string, cause?: unknown): ProtocolError => new ProtocolError('invalid_proof', description, cause)
