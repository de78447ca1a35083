import { type Json, type JsonObject, type PublicKey, parseJws, SdJwtError } from '@symbolon/sd-jwt'
import { inflateGzip } from '../compression/gzip.ts'
import { CredentialError } from '../errors.ts'
import { readVcJwt, type VcJwt } from '../formats/vc_jwt_reader.ts'
import type { Part, View } from '../model.ts'
import { findSigner } from '../trust/find_signer.ts'
import { isAtHome } from '../trust/named.ts'
import type { TrustContext } from '../trust/verdict.ts'
import { LARGEST_LIST, listMemory } from './list_memory.ts'
import { ALGORITHMS, CLOCK_SKEW, LIMITS_OF_LIST, type StatusListFault } from './status_list_token.ts'

/** What tells the lists of one mechanism from those of another. */
export interface ListKind {
  /** The type of the list as a credential, and of its subject. */
  readonly credentialType: string
  readonly subjectType: string
  /** The compressed bits; null for a text that is not written as this mechanism wants. */
  decode(encodedList: string): Uint8Array | null
}

/** For whom a list is read: a credential that it must be of, or, without one at hand, whoever names the list for a type. */
export type ListReader = View | { readonly issuer: null; readonly type: string | undefined }

/** A list whose signature is right. Times are seconds since 1970, `ttl` seconds. */
export interface ListCredential {
  readonly issuer: string
  readonly purposes: readonly string[]
  readonly issuedAt: number
  readonly expires?: number
  readonly ttl?: number
  /** The bit at an index, the most significant of a byte first; undefined when the list has no such index. */
  bit(index: number): boolean | undefined
}

/** Fewer entries tell who is meant by the list alone (Bitstring Status List 1.0 section 3.2, step 9). */
export const LEAST_ENTRIES = 131_072

interface Remembered {
  readonly vc: VcJwt
  readonly signedBy: PublicKey
  readonly packed: Uint8Array
}
const memory = listMemory<Remembered>()

/**
 * Reads a list that is a W3C credential: shape, whose it is, signer, signature, and inflates it last.
 *
 * It must be the one at that address, for the signature does not cover where it was found, and of the very issuer of the credential if there is one.
 */
export async function readListCredential(
  { content, id: list }: Part,
  reader: ListReader,
  kind: ListKind,
  context: TrustContext,
): Promise<ListCredential | StatusListFault> {
  try {
    return await read(content, list, reader, kind, context)
  } catch (error) {
    if (error instanceof SdJwtError) return { code: 'status_list_malformed', facts: { list, detail: error.code } }
    if (!(error instanceof CredentialError)) throw error
    const code = error.code.startsWith('vc_') ? 'status_list_malformed' : error.code
    return { code, facts: { list, detail: error.message } }
  }
}

async function read(
  text: string,
  list: string,
  reader: ListReader,
  kind: ListKind,
  context: TrustContext,
): Promise<ListCredential | StatusListFault> {
  const known = memory.recall(context.anchors, text)
  const vc = known?.vc ?? readVcJwt(parseJws(text, LIMITS_OF_LIST))
  const { subject, proof, issuer } = vc
  if (!vc.vcdm.types.includes(kind.credentialType)) throw malformed('its type')
  if (![subject.type].flat().includes(kind.subjectType)) throw malformed('the type of its subject')
  if (!isAt(list, vc) || (reader.issuer !== null && issuer !== reader.issuer) || !isOwnProxy(list, issuer))
    return { code: 'status_list_of_other', facts: { list } }
  const issuedAt = vc.issuedAt ?? vc.notBefore
  if (issuedAt === undefined) throw malformed('its time')
  const purposes = [subject.statusPurpose].flat().filter((purpose) => typeof purpose === 'string')
  const ttl = readTtl(subject.ttl)

  const algorithm = ALGORITHMS.find((name) => name === proof.algorithm)
  if (algorithm === undefined) return notTrusted(list, 'algorithm_not_allowed')
  const { type } = reader
  const claim = { purpose: 'status', ...(type !== undefined && { type }), issuer, ...(reader.issuer !== null && { view: reader }) } as const
  const signer = await findSigner(proof, claim, context)
  if (signer.outcome !== 'pass' || signer.key === null) return notTrusted(list, signer.code, signer.facts)
  if (signer.certificate !== undefined && !isAtHome(signer.certificate, [list, issuer]))
    return notTrusted(list, 'issuer_not_in_certificate')
  const isKnown = known !== undefined && known.signedBy === signer.key
  if (!isKnown && !(await context.primitives.verify(algorithm, signer.key, proof.input, proof.signature))) {
    return { code: 'status_list_signature_wrong', facts: { list } }
  }
  if (Math.max(issuedAt, vc.notBefore ?? 0) > context.now + CLOCK_SKEW) return { code: 'status_list_from_the_future', facts: { list } }

  const packed = known?.packed ?? unpack(subject, kind)
  if (!isKnown) memory.keep(context.anchors, text, { vc, signedBy: signer.key, packed })
  return {
    issuer,
    purposes,
    issuedAt,
    ...(vc.expires !== undefined && { expires: vc.expires }),
    ...(ttl !== undefined && { ttl }),
    bit: (index) => bitAt(packed, index),
  }
}

/** Whether a list says of itself that it is the one at that address, as a credential or by its subject (`<list>#list`). */
const isAt = (list: string, { id, subjectId }: VcJwt): boolean => [id, subjectId].some((name) => name?.split('#', 1)[0] === list)

/** A list that the registry of EBSI fetches for its issuer has the issuer's DID in its address: that of another is fetched for another. */
function isOwnProxy(list: string, issuer: string): boolean {
  const named = /\/issuers\/(did:[^/]+)\/proxies\//.exec(list)?.[1]
  return named === undefined || named === issuer
}

function unpack({ encodedList }: JsonObject, kind: ListKind): Uint8Array {
  const compressed = typeof encodedList === 'string' ? kind.decode(encodedList) : null
  if (compressed === null) throw malformed('its encodedList')
  const packed = inflateGzip(compressed, LARGEST_LIST)
  if (packed.length * 8 < LEAST_ENTRIES) throw malformed(`it has fewer than ${LEAST_ENTRIES} entries`)
  return packed
}

function bitAt(packed: Uint8Array, index: number): boolean | undefined {
  const byte = packed[Math.floor(index / 8)]
  return byte === undefined ? undefined : ((byte >> (7 - (index % 8))) & 1) === 1
}

/** In milliseconds, where it is said (Bitstring Status List 1.0 section 2.2). */
function readTtl(ttl: Json | undefined): number | undefined {
  if (ttl === undefined) return undefined
  if (typeof ttl !== 'number' || ttl <= 0) throw malformed('its ttl')
  return ttl / 1000
}

const notTrusted = (list: string, reason: string, facts: JsonObject = {}): StatusListFault => ({
  code: 'status_list_not_trusted',
  facts: { ...facts, list, reason },
})

const malformed = (what: string): CredentialError => new CredentialError('status_list_malformed', what)
