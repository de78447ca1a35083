import { base58, toBase58 } from '@symbolon/credential'
import { EbsiError } from '../errors.ts'

const PREFIX = 'did:ebsi:'
const VERSION = 1
const SUBJECT = 16
/** Base58 costs the square of the length; version 2, which must still be told apart, has 45 characters. */
const LONGEST = 64

/**
 * The 16 bytes that name a legal entity in `did:ebsi:z<base58btc of 01 and the bytes>` (EBSI DID Method, version 1).
 *
 * They come from a random source, not from a key: who may sign for them only the registry says. Throws `EbsiError`
 * with one code for each thing that can be wrong.
 */
export function parseDidEbsi(did: string): Uint8Array {
  if (!did.startsWith(PREFIX)) throw new EbsiError('did_ebsi_method')
  const identifier = did.slice(PREFIX.length)
  if (/[/?#;]/.test(identifier)) throw new EbsiError('did_ebsi_url')
  if (!identifier.startsWith('z')) throw new EbsiError('did_ebsi_multibase')
  if (identifier.length === 1) throw new EbsiError('did_ebsi_empty')
  if (identifier.length > LONGEST) throw new EbsiError('did_ebsi_length')
  const bytes = base58(identifier.slice(1))
  if (bytes === null) throw new EbsiError('did_ebsi_base58')
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first > 0 && bytes[first] === VERSION) throw new EbsiError('did_ebsi_leading_zero')
  if (bytes[0] !== VERSION) throw new EbsiError('did_ebsi_version', bytes[0] === 2 ? 'version 2 was that of natural persons' : undefined)
  if (bytes.length !== 1 + SUBJECT) throw new EbsiError('did_ebsi_length')
  return bytes.subarray(1)
}

/** Whether the text is a DID of a legal entity, version 1, and nothing else. */
export function isDidEbsi(did: string): boolean {
  // Nearly every issuer that is asked about is none, and an error takes longer to make than the rest of a check's look at it.
  if (!did.startsWith(PREFIX)) return false
  try {
    parseDidEbsi(did)
    return true
  } catch (error) {
    if (error instanceof EbsiError) return false
    throw error
  }
}

/** The DID of 16 bytes; throws `EbsiError` (`did_ebsi_length`) for another number of them. */
export function didEbsi(subject: Uint8Array): string {
  if (subject.length !== SUBJECT) throw new EbsiError('did_ebsi_length')
  return `${PREFIX}z${toBase58(Uint8Array.of(VERSION, ...subject))}`
}

/** A new DID of a legal entity, from as many unpredictable bytes as `random` is asked for. */
export const createDidEbsi = (random: (bytes: number) => Uint8Array): string => didEbsi(random(SUBJECT))
