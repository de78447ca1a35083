export { base64url } from './base64url.ts'
export { type Concealed, conceal, concealCopies } from './conceal.ts'
export { SD_JWT_ERRORS, type SdJwtCode, SdJwtError } from './errors.ts'
export { type ConcealedPath, compileFrame, type DigestTotal, type Frame } from './frame.ts'
export { isObject, LIMITS, type Limits, ownMember, parseJson, parseJsonObject, setMember } from './json.ts'
export { parseSdJwtJson } from './json_serialization.ts'
export { allowedAlgorithm, encodeHeader, type Jws, parseJws, SIGNATURE_BYTES, type UnsignedJws, unsignedJws, verifyJws } from './jws.ts'
export { holderKey, type KeyBindingClaims, keyBindingJws, readKeyBinding } from './key_binding.ts'
export type * from './primitives.ts'
export { hashAlgorithm, type Placed, type Revealed, reveal } from './reveal.ts'
export { type Disclosure, parseDisclosure, parseSdJwt, type SdJwt, serialize } from './sd_jwt.ts'
export { type ClaimsPath, select } from './select.ts'
export {
  checkPermanent,
  coversPresentation,
  type KeyBindingPolicy,
  VALIDITY_CLAIMS,
  type VerifiedSdJwt,
  type VerifySdJwtOptions,
  verifySdJwt,
} from './verify.ts'
