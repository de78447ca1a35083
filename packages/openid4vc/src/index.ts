export { errorResponse, refusal } from './error_response.ts'
export {
  type Answer,
  PEER_CODES,
  type PeerCode,
  PeerError,
  PROTOCOL_CODES,
  type ProtocolCode,
  ProtocolError,
  type Refused,
} from './errors.ts'
export { addressFault, type Message } from './message.ts'
export { challenged, type PresentedToken, parseAccessToken, verifyPresented } from './oauth/access_token.ts'
export { authorizationDetails, parseWanted, type Wantable, type Wanted } from './oauth/authorization_details.ts'
export {
  type AuthorizationResult,
  authorizationResponse,
  type ExpectedResponse,
  parseAuthorizationResponse,
} from './oauth/authorization_response.ts'
export {
  type AuthenticationDraft,
  authenticationNamed,
  type Caller,
  CLIENT_AUTHENTICATIONS,
  type ClientAuthentication,
  type ClientRule,
  clientMembers,
  identifyClient,
  none,
  type OurClient,
  privateKeyJwt,
} from './oauth/clients/index.ts'
export { parseClients, type RegisteredClient } from './oauth/clients/registered_client.ts'
export { createDpopProof, DPOP_ALGORITHMS, type DpopDraft, type DpopRule, verifyDpop } from './oauth/dpop.ts'
export { demandsDpopNonce } from './oauth/dpop_nonce.ts'
export { type Form, parseForm } from './oauth/form.ts'
export type { AuthorizationCodeOffer, AuthorizationCodeRequest } from './oauth/grants/authorization_code.ts'
export { authorizationCode, GRANTS, type Grant, grantNamed, preAuthorizedCode, refreshToken } from './oauth/grants/index.ts'
export {
  checkTxCodeGiven,
  type PreAuthorizedOffer,
  type PreAuthorizedRequest,
  type TxCode,
} from './oauth/grants/pre_authorized_code.ts'
export type { RefreshRequest } from './oauth/grants/refresh_token.ts'
export type { Once } from './oauth/once.ts'
export { challengeOf, checkVerifier, createVerifier } from './oauth/pkce.ts'
export {
  type AuthorizationRequest,
  authorizationAddress,
  createPushedRequest,
  type PushedDraft,
  parseAuthorizationQuery,
  parseAuthorizationRequest,
  parsePushedRequest,
  parsePushedResponse,
  pushedResponse,
  requestUri,
} from './oauth/pushed_request.ts'
export { checkRedirectUri } from './oauth/redirect_uri.ts'
export { createRevocation, parseRevocation } from './oauth/revocation.ts'
export { parseServerMetadata, type ServerDescription, type ServerMetadata, serverMetadata } from './oauth/server_metadata.ts'
export { createTokenRequest, parseTokenRequest } from './oauth/token_request.ts'
export { parseTokenResponse, type TokenGiven, type TokenResponse, tokenResponse } from './oauth/token_response.ts'
export { bearer, dpop, TOKEN_SCHEMES, type TokenScheme } from './oauth/token_schemes/index.ts'
export {
  type CredentialOffer,
  credentialOffer,
  type OfferGrants,
  type OfferLink,
  offerLink,
  offerLinkByReference,
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
export { type CredentialResponse, credentialResponse, parseCredentialResponse } from './vci/credential_response.ts'
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
export {
  checkNonce,
  createNonce,
  type Mac,
  NONCE_PURPOSES,
  type NoncePurpose,
  nonceResponse,
  parseNonceResponse,
} from './vci/nonce.ts'
export {
  createNotification,
  NOTIFICATION_EVENTS,
  type Notification,
  type NotificationEvent,
  parseNotification,
} from './vci/notification.ts'
export {
  PROOF_TYPES,
  type ProofDraft,
  type ProofRule,
  type ProofType,
  type ProvenKey,
  type ProvenKeys,
  proofTypeNamed,
  verifyProofs,
} from './vci/proofs/index.ts'
export { BINDING_METHODS, KEY_REFERENCES, type KeyReference } from './vci/proofs/keys/index.ts'
export { ENDPOINTS, endpointAddress, type WellKnown, wellKnownAddress } from './vci/well_known.ts'
export {
  type Asker,
  type AskerContext,
  CLIENT_ID_PREFIXES,
  type ClientIdPrefix,
  readClientId,
  x509Hash,
  x509SanDns,
} from './vp/client_ids/index.ts'
export {
  type ClientMetadata,
  CONTENT_ENCRYPTION,
  clientMetadata,
  type EncryptionKey,
  KEY_AGREEMENT,
  parseClientMetadata,
} from './vp/client_metadata.ts'
export * from './vp/dcql/index.ts'
export { checkHaip, haipFaults, type RequestOrigin } from './vp/haip.ts'
export { type AuthenticRequest, authenticateRequest, type RequestContext, readRequest, refusalOf } from './vp/open_request.ts'
export {
  createRequestObject,
  type PresentationRequest,
  parsePresentationRequest,
  type RequestDraft,
  requestParameters,
  type VerifierInfo,
} from './vp/presentation_request.ts'
export {
  type Beyond,
  beyondRegistration,
  createRegistration,
  type JudgedRegistration,
  judgeRegistration,
  REGISTRATION_FORMAT,
  type RegisteredCredential,
  type Registration,
  readRegistration,
} from './vp/registration.ts'
export {
  createRequestFetch,
  parseRequestFetch,
  parseRequestLink,
  REQUEST_MEDIA_TYPE,
  type RequestFetch,
  type RequestLink,
  type RequestUriMethod,
  requestLink,
} from './vp/request_link.ts'
export {
  createErrorResponse,
  createResponse,
  type ExpectedPresentation,
  LARGEST_RESPONSE,
  type PresentationResponse,
  parseResponse,
  parseResponseAnswer,
  responseAnswer,
} from './vp/response.ts'
export { directPost, directPostJwt, RESPONSE_MODES, type ResponseMode, responseModeNamed } from './vp/response_modes/index.ts'
export { readStatedPurpose, STATED_PURPOSE_FORMAT, type StatedPurpose, statedPurposeInfo } from './vp/stated_purpose.ts'
export { VP_ERRORS, type VpError, vpErrorNamed } from './vp/vp_errors.ts'
