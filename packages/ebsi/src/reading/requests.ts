import type { AttributeReference } from '../identifiers/index.ts'

/** A question to a registry: reads need no token. */
export interface RegistryRequest {
  readonly url: string
  readonly accept: string
}

/** The largest page that a registry gives. */
const PAGE_SIZE = 50
const JSON_TYPE = 'application/json'
/** The DID Registry has no answer for `application/json` alone (406). */
export const DID_DOCUMENT_TYPE = 'application/did+ld+json'

const issuers = (root: string): string => `${root}/trusted-issuers-registry/v5/issuers`
const page = (url: string): RegistryRequest => ({ url: `${url}?page[after]=1&page[size]=${PAGE_SIZE}`, accept: JSON_TYPE })

/** The first page of all issuers (Trusted Issuers Registry v5). `root` is that of the registries, without `/` at its end. */
export const issuersRequest = (root: string): RegistryRequest => page(issuers(root))
/** One issuer: whether it has attributes. */
export const issuerRequest = (root: string, did: string): RegistryRequest => ({ url: `${issuers(root)}/${did}`, accept: JSON_TYPE })
/** The first page of an issuer's attributes. */
export const attributesRequest = (root: string, did: string): RegistryRequest => page(`${issuers(root)}/${did}/attributes`)
/** The latest revision of one attribute. */
export const attributeRequest = (root: string, { did, attributeId }: AttributeReference): RegistryRequest => ({
  url: `${issuers(root)}/${did}/attributes/${attributeId}`,
  accept: JSON_TYPE,
})
/** A DID document (DID Registry v5): of today, or as it was at a moment, RFC 3339. */
export const documentRequest = (root: string, did: string, at?: string): RegistryRequest => ({
  url: `${root}/did-registry/v5/identifiers/${did}${at === undefined ? '' : `?valid-at=${encodeURIComponent(at)}`}`,
  accept: DID_DOCUMENT_TYPE,
})
