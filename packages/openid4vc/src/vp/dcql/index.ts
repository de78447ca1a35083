export { type Selected, selectClaims } from './claims_path.ts'
export { type Held, type Match, type Miss, matchCredential } from './match_credential.ts'
export { answersSets, type DcqlMatches, matchDcql, type QueryMatches } from './match_dcql.ts'
export {
  type ClaimQuery,
  type CredentialQuery,
  type CredentialSet,
  type DcqlFault,
  type DcqlQuery,
  parseDcql,
  type TrustedAuthority,
} from './query.ts'
export { AUTHORITY_KINDS, type AuthorityKind } from './trusted_authorities/index.ts'
