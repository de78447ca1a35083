import { base64url, type JsonObject, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import type { Unsigned } from '../model.ts'
import type { StatusBits } from './packed.ts'

/** What a status list token says. Times are seconds since 1970, `ttl` seconds. */
export interface StatusListDraft {
  /** Where the list is found: what credentials give as `uri`. */
  readonly uri: string
  readonly issuedAt: number
  readonly expires?: number
  readonly ttl?: number
  readonly bits: StatusBits
  /** The statuses as `setStatus` packs them. */
  readonly packed: Uint8Array
}

/** The payload of a status list token (section 5.1); `deflate` makes a ZLIB stream (RFC 1950), best at its highest level. */
export function encodeStatusList(draft: StatusListDraft, deflate: (bytes: Uint8Array) => Uint8Array): JsonObject {
  const { uri, issuedAt, expires, ttl, bits, packed } = draft
  return {
    sub: uri,
    iat: issuedAt,
    ...(expires !== undefined && { exp: expires }),
    ...(ttl !== undefined && { ttl }),
    status_list: { bits, lst: base64url.encode(deflate(packed)) },
  }
}

/** A status list token that lacks its signature; `x5c` leaf first, without the anchor (HAIP section 6.1). */
export function unsignedStatusList(
  draft: StatusListDraft,
  signer: { readonly algorithm: SignatureAlgorithm; readonly x5c: readonly string[] },
  deflate: (bytes: Uint8Array) => Uint8Array,
): Unsigned {
  const header = { alg: signer.algorithm, typ: 'statuslist+jwt', x5c: [...signer.x5c] }
  const { input, seal } = unsignedJws(header, encodeStatusList(draft, deflate))
  return { algorithm: signer.algorithm, input, seal }
}
