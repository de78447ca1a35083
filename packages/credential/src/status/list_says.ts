import { parseJws, SdJwtError } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { readVcJwt } from '../formats/vc_jwt_reader.ts'
import { LIMITS_OF_LIST } from './status_list_token.ts'

/** What a list that is a W3C credential says of itself; nothing of it is verified. Seconds since 1970. */
export interface ListSays {
  readonly uri: string
  /** The types of the list as a credential. */
  readonly types: readonly string[]
  readonly issuer: string
  readonly issuedAt: number
  readonly expires?: number
}

/** Reads it; null for what is no W3C credential in a JWT. Whoever judges a credential by the list verifies it, each time. */
export function listSays(text: string): ListSays | null {
  try {
    const { id, subjectId, vcdm, issuer, issuedAt, notBefore, expires } = readVcJwt(parseJws(text, LIMITS_OF_LIST))
    const signedAt = issuedAt ?? notBefore
    const uri = (id ?? subjectId ?? '').split('#', 1)[0] ?? ''
    return signedAt === undefined ? null : { uri, types: vcdm.types, issuer, issuedAt: signedAt, ...(expires !== undefined && { expires }) }
  } catch (error) {
    if (error instanceof SdJwtError || error instanceof CredentialError) return null
    throw error
  }
}
