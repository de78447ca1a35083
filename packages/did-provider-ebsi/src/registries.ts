/** What needs no Veramo: whoever only writes to the registries loads nothing else. */
export { addService, deactivate, type Known, removeService, revokeKeys, type Service, updateBaseDocument } from './change.ts'
export { type DocumentRequest, fetchDocument, RELATIONSHIPS, type Relationship } from './documents.ts'
export {
  type AttributeMetadata,
  addIssuerProxy,
  fetchAttribute,
  ISSUER_TYPES,
  type IssuerProxy,
  type IssuerType,
  setAttributeData,
  setAttributeMetadata,
  updateIssuerProxy,
} from './issuers.ts'
export { addressOf, type Identity, type LedgerKey, ledgerKey, type SigningKey, signingKey, thumbprint } from './keys.ts'
export { type Network, type NetworkSettings, openNetwork, type Patience } from './network.ts'
export { type Authorisation, onboard } from './onboard.ts'
export { accessToken, type Writer, writer } from './write.ts'
