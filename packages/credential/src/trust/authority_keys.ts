import type { JsonObject } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { readChain } from '../keys/x5c.ts'
import { parseCertificate } from './certificate.ts'
import { decodeBase64 } from './x509.ts'

/**
 * What the certificates in a header call the keys above them (RFC 5280 section 4.2.1.1), base64url.
 *
 * They are read, not judged: for finding out whether a verifier would look at the credential at all. Nothing of a chain that cannot be read.
 */
export function authorityKeys({ x5c }: JsonObject): string[] {
  const found = readChain(x5c)
  if ('code' in found) return []
  try {
    return found.chain.flatMap((text) => {
      const der = decodeBase64(text)
      const key = der && parseCertificate(der).authorityKeyIdentifier
      return key ? [key] : []
    })
  } catch (error) {
    if (error instanceof CredentialError) return []
    throw error
  }
}
