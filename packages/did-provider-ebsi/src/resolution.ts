import type { DIDDocument, DIDResolutionResult } from 'did-resolver'

/** The `@context` of documents on EBSI. */
export const CONTEXT = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1']

/** The result that holds a document. */
export const success = (didDocument: DIDDocument, contentType: string): DIDResolutionResult => ({
  didResolutionMetadata: { contentType },
  didDocument,
  didDocumentMetadata: {},
})

/** The result that holds none: an error of DID Resolution, and what else is to be said. */
export const failure = (error: string, message?: string): DIDResolutionResult => ({
  didResolutionMetadata: { error, ...(message === undefined ? {} : { message }) },
  didDocument: null,
  didDocumentMetadata: {},
})
