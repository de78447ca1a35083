export { addService, deactivate, removeService, revokeKeys, type Service, updateBaseDocument } from './change.ts'
export { getKeyResolver } from './did_key.ts'
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
export { type KeyStore, keyManagementSystem, type StoredKey } from './key_management_system.ts'
export { addressOf, type Identity, type LedgerKey, ledgerKey, type SigningKey, signingKey, thumbprint } from './keys.ts'
export { type Network, type NetworkSettings, openNetwork, type Patience } from './network.ts'
export { type Authorisation, onboard } from './onboard.ts'
export { type CreateOptions, EbsiDIDProvider, OnboardingIncomplete, type PartialIdentifier, type ProviderSettings } from './provider.ts'
export { getResolver } from './resolver.ts'
export { identityOf, jwkOf, type KeyAgent, kidOf, ledgerKeyOf, signerOf } from './veramo_keys.ts'
export { accessToken, type Writer, writer } from './write.ts'
