import { base64url, type JsonObject, parseJsonObject, SdJwtError } from '@symbolon/sd-jwt'
import { readEcJwk } from '../trust/ec_jwk.ts'
import { type DidMethod, malformed } from './did_method.ts'

/** The JWK itself, base64url; its document has one key, which is called `0`. */
export const didJwk: DidMethod = {
  id: 'did:jwk',
  spec: 'did:jwk method specification, Read',
  fragment: () => '0',
  key(identifier, fragment) {
    if (fragment !== '0') throw malformed('the only key of a did:jwk is #0')
    const jwk = readEcJwk(parse(identifier))
    if (typeof jwk === 'string') throw malformed(jwk)
    return jwk
  },
}

function parse(identifier: string): JsonObject {
  try {
    return parseJsonObject(base64url.decodeText(identifier))
  } catch (error) {
    if (error instanceof SdJwtError) throw malformed('it is not the base64url of a JSON object')
    throw error
  }
}
