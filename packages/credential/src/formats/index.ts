import type { Primitives } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Credential, Format } from '../model.ts'
import type { CredentialType } from '../type/credential_type.ts'
import { sdJwtVc } from './sd_jwt_vc.ts'
import { vcJwt } from './vc_jwt.ts'

/** Every format we speak; adding one is a file and a word here. */
export const FORMATS: readonly Format[] = [sdJwtVc, vcJwt]

/** The format of that identifier (OpenID4VCI 1.0 appendix A), or undefined. */
export const formatNamed = (id: string): Format | undefined => FORMATS.find((format) => format.id === id)

/** The format that credentials of a type are made in: the first of them that is spoken here. Throws TypeError when none is. */
export function formatOf({ name, formats }: Pick<CredentialType, 'name' | 'formats'>): Format {
  const format = formats.map(formatNamed).find((known) => known !== undefined)
  if (format === undefined) throw new TypeError(`the type ${name} has no format that is spoken here`)
  return format
}

/** Reads a credential or presentation of any format we speak; nothing is verified. Throws `CredentialError` or `SdJwtError` with a code when it is malformed. */
export async function parseCredential(text: string, primitives: Primitives): Promise<Credential> {
  for (const format of FORMATS) {
    const credential = await format.parse(text, primitives)
    if (credential !== null) return credential
  }
  throw new CredentialError('format_not_known')
}

export { parseVcJwt, readVcJwt, type Tolerance, type VcJwt } from './vc_jwt_reader.ts'
