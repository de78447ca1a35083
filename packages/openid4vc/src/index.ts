export { errorResponse, refusal } from './error_response.ts'
export { PEER_CODES, type PeerCode, PeerError, PROTOCOL_CODES, type ProtocolCode, ProtocolError } from './errors.ts'
export { addressFault, type Message } from './message.ts'
export { parseBearer } from './oauth/bearer.ts'
export { GRANTS, type Grant, grantNamed } from './oauth/grants/index.ts'
export {
  checkTxCodeGiven,
  type PreAuthorizedOffer,
  type PreAuthorizedRequest,
  preAuthorizedCode,
  type TxCode,
} from './oauth/grants/pre_authorized_code.ts'
export { parseServerMetadata, type ServerMetadata, serverMetadata } from './oauth/server_metadata.ts'
export { createTokenRequest, parseTokenRequest, type TokenRequest } from './oauth/token_request.ts'
export { parseTokenResponse, type TokenResponse, tokenResponse } from './oauth/token_response.ts'
export {
  type CredentialOffer,
  credentialOffer,
  type OfferLink,
  offerLink,
  parseFetchedOffer,
  parseOfferLink,
} from './vci/credential_offer.ts'
export {
  type CredentialName,
  type CredentialRequest,
  createCredentialRequest,
  type Offering,
  parseCredentialRequest,
} from './vci/credential_request.ts'
export { credentialResponse, parseCredentialResponse } from './vci/credential_response.ts'
export { issuerKeys } from './vci/issuer_keys.ts'
export {
  type ClaimDescription,
  type CredentialConfiguration,
  type Display,
  displayIn,
  type IssuerMetadata,
  parseIssuerMetadata,
} from './vci/issuer_metadata.ts'
export { type IssuerDescription, issuerMetadata } from './vci/issuer_metadata_document.ts'
export { checkNonce, createNonce, type Mac, nonceResponse, parseNonceResponse } from './vci/nonce.ts'
export {
  PROOF_TYPES,
  type ProofDraft,
  type ProofRule,
  type ProofType,
  type ProvenKey,
  proofTypeNamed,
  verifyProofs,
} from './vci/proofs/index.ts'
export { ENDPOINTS, endpointAddress, type WellKnown, wellKnownAddress } from './vci/well_known.ts'
