import { DID_DOCUMENT_TYPE, EBSI_ERRORS, EbsiError, parseDidEbsi } from '@symbolon/ebsi'
import type { DIDDocument, DIDResolutionOptions, DIDResolver } from 'did-resolver'
import { DID_DOCUMENT_TYPES, fetchDocument } from './documents.ts'
import { type NetworkSettings, openNetwork } from './network.ts'
import { failure, success } from './resolution.ts'

/**
 * The entry `ebsi` for a `did-resolver`: reads the DID Registry v5, and nothing else; `versionTime` asks for the document of a moment.
 *
 * Errors are in the result, never thrown: `notFound`, `representationNotSupported`, `invalidOptions`, and `invalidDid` and
 * `internalError` with our code in `message`.
 */
export function getResolver(settings: NetworkSettings): { ebsi: DIDResolver } {
  const network = openNetwork(settings)
  return {
    async ebsi(did, { query }, _, options) {
      const fault = faultOf(did)
      if (fault !== null) return failure('invalidDid', fault)
      const accept = options.accept ?? DID_DOCUMENT_TYPE
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

/** What is wrong with a DID, and what to do: its code alone would say so only to whoever has the table. */
function faultOf(did: string): string | null {
  try {
    parseDidEbsi(did)
    return null
  } catch (error) {
    if (error instanceof EbsiError) return `${error.message}: ${EBSI_ERRORS[error.code].hint}`
    throw error
  }
}

/**
 * The moment that a DID URL or the options ask for; undefined for now, null for what is no moment (DID Resolution, `versionTime`: an
 * XML date-time in UTC).
 */
function versionTime(query: string | undefined, options: DIDResolutionOptions): string | undefined | null {
  const asked = new URLSearchParams(query ?? '')
  const all = [...asked.getAll('versionTime'), ...(options.versionTime === undefined ? [] : [String(options.versionTime)])]
  if (asked.has('versionId') || options.versionId !== undefined || all.length > 1) return null
  const [time] = all
  if (time === undefined) return undefined
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(time) && !Number.isNaN(Date.parse(time)) ? time : null
}
