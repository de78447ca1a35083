export * from './bundle/index.ts'
export * from './claims/index.ts'
export * from './code/index.ts'
export { inflateZlib } from './compression/zlib.ts'
export * from './did/index.ts'
export { CODES, type Code, CREDENTIAL_CODES, type CredentialCode, CredentialError } from './errors.ts'
export { FORMATS, formatNamed, formatOf, parseCredential, parseVcJwt, readVcJwt, type Tolerance, type VcJwt } from './formats/index.ts'
export {
  type DidKey,
  didDocumentNeeds,
  didOfUrl,
  documentIdAt,
  type FoundKey,
  type KeyHint,
  keyOfDidUrl,
  type NoKey,
  type Signed,
  thumbprintOf,
} from './keys/index.ts'
export { memo } from './memo.ts'
export * from './model.ts'
export * from './status/index.ts'
export * from './trust/index.ts'
export * from './type/index.ts'
export { verdict, worst } from './verify/check.ts'
export { type TextReport, verify, verifyText } from './verify/index.ts'
export { gather, type Lookup, needs } from './verify/needs.ts'
export type { Context, Policy } from './verify/policy.ts'
export * from './words/index.ts'
