export { hasAttributes, type Page, readAttributes, readIssuers } from './answers.ts'
export { recordRequest, registryNamed } from './records.ts'
export {
  attributeRequest,
  attributesRequest,
  DID_DOCUMENT_TYPE,
  documentRequest,
  issuerRequest,
  issuersRequest,
  type RegistryRequest,
} from './requests.ts'
