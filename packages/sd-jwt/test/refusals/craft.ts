import { base64url, type Json, type JsonObject, type SdJwtCode, serialize, type VerifySdJwtOptions } from '@symbolon/sd-jwt'
import { type Cast, signed } from '../issued.ts'

/** The happy flow with one thing changed: the text, or how it is verified. Numbered as in the list of known mistakes. */
export interface Refusal {
  id: string
  name: string
  code: SdJwtCode
  text(cast: Cast): Promise<string>
  options?: Partial<VerifySdJwtOptions>
}

export const BEARER = { keyBinding: 'forbidden' } as const
export const HEADER = { alg: 'ES256', typ: 'example+sd-jwt' }
export const SHOWN = [['given_name'], ['address', 'street'], ['statutes', 1]]

export const disclosure = (...parts: Json[]): string => base64url.encodeText(JSON.stringify(parts))

/** An SD-JWT whose issuer signs anything: the payload is made from the digests of the disclosures. */
export async function craft(
  cast: Cast,
  disclosures: readonly string[],
  payload: (digests: string[]) => JsonObject,
  header: JsonObject = HEADER,
): Promise<string> {
  const digests = await Promise.all(disclosures.map((text) => cast.primitives.digest('sha-256', text)))
  return serialize(await signed(cast.issuerSigner, payload(digests), header), disclosures)
}

/** A JWS with a header and payload as text, so that they can be written in any way. */
export async function signedText(cast: Cast, header: string, payload: string): Promise<string> {
  const input = `${base64url.encodeText(header)}.${base64url.encodeText(payload)}`
  return `${input}.${base64url.encode(await cast.issuerSigner.sign(input))}`
}

export const salt = 'c2FsdHNhbHRzYWx0c2FsdA'
export const given = disclosure(salt, 'given_name', 'Zoë')
export const element = disclosure(salt, 'BE')

export const removeKeyBinding = (text: string): string => text.slice(0, text.lastIndexOf('~') + 1)
export const keyBindingOf = (text: string): string => text.slice(text.lastIndexOf('~') + 1)
