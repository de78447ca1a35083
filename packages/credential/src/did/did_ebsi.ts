import { base58, toBase58 } from './base58.ts'

const PREFIX = 'did:ebsi:'
const VERSION = 1
const SUBJECT = 16
/** Base58 costs the square of the length; version 2, which must still be told apart, has 45 characters. */
const LONGEST = 64

/** What can be wrong with a `did:ebsi`. */
export type DidEbsiFault = 'method' | 'url' | 'multibase' | 'empty' | 'length' | 'base58' | 'leading_zero' | 'version'

/**
 * The 16 bytes that name a legal entity in `did:ebsi:z<base58btc of 01 and the bytes>` (EBSI DID Method, version 1), or what is wrong.
 *
 * They come from a random source, not from a key: who may sign for them only the registry says. `isOfPerson` where it was once that of a
 * natural person (version 2).
 */
export function readDidEbsi(did: string): { readonly subject: Uint8Array } | { readonly fault: DidEbsiFault; readonly isOfPerson?: true } {
  if (!did.startsWith(PREFIX)) return { fault: 'method' }
  const identifier = did.slice(PREFIX.length)
  if (/[/?#;]/.test(identifier)) return { fault: 'url' }
  if (!identifier.startsWith('z')) return { fault: 'multibase' }
  if (identifier.length === 1) return { fault: 'empty' }
  if (identifier.length > LONGEST) return { fault: 'length' }
  const bytes = base58(identifier.slice(1))
  if (bytes === null) return { fault: 'base58' }
  if (bytes[0] === 0 && bytes.find((byte) => byte !== 0) === VERSION) return { fault: 'leading_zero' }
  if (bytes[0] !== VERSION) return { fault: 'version', ...(bytes[0] === 2 && { isOfPerson: true }) }
  return bytes.length === 1 + SUBJECT ? { subject: bytes.slice(1) } : { fault: 'length' }
}

/** The DID of 16 bytes; null for another number of them. */
export const didEbsiOf = (subject: Uint8Array): string | null =>
  subject.length === SUBJECT ? `${PREFIX}z${toBase58(Uint8Array.of(VERSION, ...subject))}` : null
