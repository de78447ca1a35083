import { type DidEbsiFault, didEbsiOf, readDidEbsi } from '@symbolon/credential'
import { type EbsiCode, EbsiError } from '../errors.ts'

const SUBJECT = 16

const CODE_OF: Readonly<Record<DidEbsiFault, EbsiCode>> = {
  base58: 'did_ebsi_base58',
  empty: 'did_ebsi_empty',
  leading_zero: 'did_ebsi_leading_zero',
  length: 'did_ebsi_length',
  method: 'did_ebsi_method',
  multibase: 'did_ebsi_multibase',
  url: 'did_ebsi_url',
  version: 'did_ebsi_version',
}

/** The 16 bytes that name a legal entity (EBSI DID Method, version 1); throws `EbsiError` with one code for each thing that can be wrong. */
export function parseDidEbsi(did: string): Uint8Array {
  const read = readDidEbsi(did)
  if ('subject' in read) return read.subject
  throw new EbsiError(CODE_OF[read.fault], read.isOfPerson && 'version 2 was that of natural persons')
}

/** Whether the text is a DID of a legal entity, version 1, and nothing else. */
export const isDidEbsi = (did: string): boolean => 'subject' in readDidEbsi(did)

/** The DID of 16 bytes; throws `EbsiError` (`did_ebsi_length`) for another number of them. */
export function didEbsi(subject: Uint8Array): string {
  const did = didEbsiOf(subject)
  if (did === null) throw new EbsiError('did_ebsi_length')
  return did
}

/** A new DID of a legal entity, from as many unpredictable bytes as `random` is asked for. */
export const createDidEbsi = (random: (bytes: number) => Uint8Array): string => didEbsi(random(SUBJECT))
