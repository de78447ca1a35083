import { base58, CredentialError } from '@symbolon/credential'
import { EbsiError, isDidEbsi, parseDidKey } from '@symbolon/ebsi'
import type { DIDDocument, DIDResolutionOptions, DIDResolutionResult, DIDResolver } from 'did-resolver'
import { DID_DOCUMENT_TYPES, fetchDocument } from './documents.ts'
import { type NetworkSettings, openNetwork } from './network.ts'

const CONTEXT = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1']
const JSON_LD = 'application/did+ld+json'

/**
 * The entry `ebsi` for a `did-resolver`: reads the DID Registry v5, and nothing else; `versionTime` asks for the document of a moment.
 *
 * Errors are in the result, never thrown: `invalidDid`, `notFound`, `representationNotSupported`, `invalidOptions`, and `internalError` with our code in `message`.
 */
export function getResolver(settings: NetworkSettings): { ebsi: DIDResolver } {
  const network = openNetwork(settings)
  return {
    async ebsi(did, { query }, _, options) {
      if (!isDidEbsi(did)) return failure('invalidDid')
      const accept = options.accept ?? JSON_LD
      if (!DID_DOCUMENT_TYPES.includes(accept)) return failure('representationNotSupported')
      const validAt = versionTime(query, options)
      if (validAt === null)
        return failure('invalidOptions', 'of versionId and versionTime only the latter is known, as in 2026-01-31T00:00:00Z')
      try {
        const document = await fetchDocument(network, did, { accept, validAt })
        return document === null ? failure('notFound') : success(document as unknown as DIDDocument, accept)
      } catch (error) {
        if (error instanceof EbsiError) return failure('internalError', error.message)
        throw error
      }
    },
  }
}

/** The moment that a DID URL or the options ask for; undefined for now, null for what is no moment (DID Resolution, `versionTime`: an XML date-time in UTC). */
function versionTime(query: string | undefined, options: DIDResolutionOptions): string | undefined | null {
  const asked = new URLSearchParams(query ?? '')
  const all = [...asked.getAll('versionTime'), ...(options.versionTime === undefined ? [] : [String(options.versionTime)])]
  if (asked.has('versionId') || options.versionId !== undefined || all.length > 1) return null
  const [time] = all
  if (time === undefined) return undefined
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(time) && !Number.isNaN(Date.parse(time)) ? time : null
}

/**
 * The entry `key` for a `did-resolver`: natural persons' keys of the EBSI profile (`jwk_jcs-pub`); every other kind of did:key goes to `other`, which without it is an `unsupportedDidMethod`.
 *
 * The document is made from the DID; nothing is fetched. One spelling of each key is accepted (`parseDidKey`), any other is an `invalidDid`.
 */
export function getKeyResolver(other?: { key: DIDResolver }): { key: DIDResolver } {
  return {
    async key(did, parsed, resolver, options) {
      if (!isJwkKey(parsed.id)) return other === undefined ? failure('unsupportedDidMethod') : other.key(did, parsed, resolver, options)
      const accept = options.accept ?? JSON_LD
      if (!DID_DOCUMENT_TYPES.includes(accept)) return failure('representationNotSupported')
      try {
        return success(keyDocument(did, { ...parseDidKey(did) }, accept), accept)
      } catch (error) {
        if (error instanceof EbsiError || error instanceof CredentialError) return failure('invalidDid', error.message)
        throw error
      }
    },
  }
}

/** What a did:key of a JWK begins with (Multicodec `jwk_jcs-pub`). */
const JWK_CODEC = [0xd1, 0xd6, 0x03]
/** Base58 costs the square of the length; the key of P-256 has 178 characters. */
const LONGEST = 1024

function isJwkKey(identifier: string): boolean {
  const bytes = identifier.startsWith('z') && identifier.length <= LONGEST ? base58(identifier.slice(1)) : null
  return bytes !== null && JWK_CODEC.every((byte, at) => bytes[at] === byte)
}

function keyDocument(did: string, publicKeyJwk: { kty: string }, accept: string): DIDDocument {
  const kid = `${did}#${did.slice('did:key:'.length)}`
  return {
    ...(accept === JSON_LD ? { '@context': CONTEXT } : {}),
    id: did,
    verificationMethod: [{ id: kid, type: 'JsonWebKey2020', controller: did, publicKeyJwk }],
    authentication: [kid],
    assertionMethod: [kid],
    capabilityInvocation: [kid],
    capabilityDelegation: [kid],
  }
}

const success = (didDocument: DIDDocument, contentType: string): DIDResolutionResult => ({
  didResolutionMetadata: { contentType },
  didDocument,
  didDocumentMetadata: {},
})

const failure = (error: string, message?: string): DIDResolutionResult => ({
  didResolutionMetadata: { error, ...(message === undefined ? {} : { message }) },
  didDocument: null,
  didDocumentMetadata: {},
})
