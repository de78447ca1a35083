import type { Json } from '@symbolon/sd-jwt'
import { LARGEST_CERTIFICATE } from '../trust/certificate.ts'
import type { FoundKey, KeyHint, NoKey, Signed } from './key_hint.ts'

/** Nobody has more authorities above one another; each costs a verification. */
const LONGEST_CHAIN = 8
const LONGEST_TEXT = Math.ceil(LARGEST_CERTIFICATE / 3) * 4

/** The certificates are in the header (HAIP section 6.1.1): leaf first, each certified by the next, the last one by an anchor. */
export const x5c: KeyHint = {
  id: 'x5c',
  spec: 'RFC 7515 section 4.1.6',
  needs: ({ header }) => (isMine(header) ? [] : null),
  find: ({ header }) => (isMine(header) ? readChain(header.x5c) : null),
}

/** A header that speaks of certificates is judged by them alone, even when they are elsewhere or broken; one with their hash alone by `x5t.ts`. */
const isMine = (header: Signed['header']): boolean => MINE.some((name) => Object.hasOwn(header, name))
const MINE: readonly string[] = ['x5c', 'x5u', 'x5t']

/** The certificates of an `x5c` as text, not too many and none too long; none of them is read. */
export function readChain(value: Json | undefined): Extract<FoundKey, { chain: unknown }> | NoKey {
  if (value === undefined) return { outcome: 'unknown', code: 'chain_missing', facts: {} }
  if (!Array.isArray(value) || value.length === 0) return { outcome: 'fail', code: 'chain_malformed', facts: {} }
  if (value.length > LONGEST_CHAIN) return { outcome: 'fail', code: 'chain_too_long', facts: { certificates: value.length } }
  const position = value.findIndex((text) => typeof text !== 'string' || text.length > LONGEST_TEXT)
  if (position >= 0) return { outcome: 'fail', code: 'chain_malformed', facts: { certificate: position } }
  return { chain: value as string[] }
}
