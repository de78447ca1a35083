import {
  base64url,
  type Json,
  type JsonObject,
  type Jws,
  LIMITS,
  type PublicKey,
  parseJws,
  SdJwtError,
  type SignatureAlgorithm,
} from '@symbolon/sd-jwt'
import { inflateZlib } from '../compression/zlib.ts'
import { type CredentialCode, CredentialError } from '../errors.ts'
import { memo } from '../memo.ts'
import type { Need, Part } from '../model.ts'
import { findSigner, signerNeeds } from '../trust/find_signer.ts'
import { isAtHome } from '../trust/named.ts'
import type { SignerVerdict, TrustContext } from '../trust/verdict.ts'
import { LARGEST_LIST, listMemory } from './list_memory.ts'
import { getStatus, type StatusBits } from './packed.ts'

/** A status list whose signer is trusted and whose signature is right. Times are seconds since 1970, `ttl` seconds. */
export interface StatusList {
  readonly uri: string
  readonly bits: StatusBits
  readonly issuedAt: number
  readonly expires?: number
  /** How long a copy may be used before asking for a newer one, within sane bounds (section 11.5). */
  readonly ttl?: number
  /** The status at an index; undefined when the list has no such index. */
  status(index: number): number | undefined
}

/** Why a text is no usable status list: no statement can be made (section 8.3). */
export interface StatusListFault {
  readonly code: CredentialCode
  readonly facts: JsonObject
}

const TYP = 'statuslist+jwt'
/** Characters of a token: 2^24 entries of two bits of which one in five is revoked, in base64url twice (`lst` and the payload around it). */
export const LIMITS_OF_LIST = { ...LIMITS, size: 4 * 1024 * 1024 }
/** Clocks differ; a list from further in the future was not made by an honest clock. */
export const CLOCK_SKEW = 60
const SHORTEST_TTL = 60
const LONGEST_TTL = 7 * 24 * 3600

interface Remembered {
  readonly jws: Jws
  readonly signedBy: PublicKey
  readonly bits: StatusBits
  readonly packed: Uint8Array
}

const memory = listMemory<Remembered>()

/** Which list is wanted, and for what; without a credential at hand only the list is known. */
export interface ExpectedList {
  /** The list that the credential names. */
  readonly uri: string
  /** The `vct` that the signer of the list must be allowed to speak of. */
  readonly type?: string
  /** The `iss` of the credential: a signer whose certificate names places must be at home there, or where the list is. */
  readonly credentialIssuer?: string
}

/**
 * Reads a status list token (draft 21 section 8.3 steps 3 to 5): shape, signer, signature, then times, and inflates it
 * last; `now` in seconds.
 */
export async function readStatusList(text: string, expected: ExpectedList, context: TrustContext): Promise<StatusList | StatusListFault> {
  try {
    return await read(text, expected, context)
  } catch (error) {
    if (error instanceof CredentialError) return { code: error.code, facts: { list: expected.uri, detail: error.message } }
    if (error instanceof SdJwtError) return { code: 'status_list_malformed', facts: { list: expected.uri, detail: error.code } }
    throw error
  }
}

async function read(
  text: string,
  { uri, type, credentialIssuer }: ExpectedList,
  context: TrustContext,
): Promise<StatusList | StatusListFault> {
  const known = memory.recall(context.anchors, text)
  const { header, payload, input, signature } = known?.jws ?? parseJws(text, LIMITS_OF_LIST)
  if (header.typ !== TYP || header.crit !== undefined) throw malformed('its typ')
  if (payload.sub !== uri) return { code: 'status_list_of_other', facts: { list: uri } }
  const { issuedAt, begins, expires, ttl } = readTimes(payload)

  const algorithm = ALGORITHMS.find((name) => name === header.alg)
  if (algorithm === undefined) return notTrusted(uri, 'algorithm_not_allowed')
  const issuer = typeof payload.iss === 'string' ? { issuer: payload.iss } : {}
  const signer = await findSigner({ header, algorithm }, { purpose: 'status', ...(type !== undefined && { type }), ...issuer }, context)
  if (signer.outcome !== 'pass' || signer.key === null) return notTrusted(uri, signer.code, signer)
  const owner = [uri, ...(credentialIssuer === undefined ? [] : [credentialIssuer])]
  if (signer.certificate !== undefined && !isAtHome(signer.certificate, owner)) return notTrusted(uri, 'issuer_not_in_certificate', signer)
  const isKnown = known !== undefined && known.signedBy === signer.key
  if (!isKnown && !(await context.primitives.verify(algorithm, signer.key, input, signature))) {
    return { code: 'status_list_signature_wrong', facts: { list: uri } }
  }

  const facts = { list: uri, issued_at: issuedAt }
  if (begins > context.now + CLOCK_SKEW) return { code: 'status_list_from_the_future', facts }
  if (expires !== undefined && expires <= context.now) return { code: 'status_list_expired', facts: { ...facts, at: expires } }
  const { bits, packed } = known ?? readList(payload.status_list)
  if (!isKnown)
    memory.keep(context.anchors, text, {
      jws: known?.jws ?? { header, payload, input, signature, text },
      signedBy: signer.key,
      bits,
      packed,
    })
  return {
    uri,
    bits,
    issuedAt,
    ...(expires !== undefined && { expires }),
    ...(ttl !== undefined && { ttl }),
    status: (index) => getStatus(packed, bits, index),
  }
}

/** Whether a text says that it is a status list token; nothing else of it is looked at. */
export function isStatusListToken(text: string): boolean {
  try {
    return parseJws(text, LIMITS_OF_LIST).header.typ === TYP
  } catch (error) {
    if (error instanceof SdJwtError) return false
    throw error
  }
}

/** What must be brought to find the signer of a list; nothing for a text that is none, which `readStatusList` will say. */
export function listSignerNeeds(part: Part): Need[] {
  const known = needed.get(part)
  if (known !== undefined) return known
  const needs = signerNeedsOf(part.content)
  needed.set(part, needs)
  return needs
}

/** Many credentials share one list, and reading it takes longer than reading all of them. */
const needed = memo<Part, Need[]>()

function signerNeedsOf(text: string): Need[] {
  try {
    const { header, payload } = parseJws(text, LIMITS_OF_LIST)
    const issuer = [payload.iss, payload.issuer].find((name) => typeof name === 'string')
    return signerNeeds({ header }, issuer === undefined ? {} : { issuer })
  } catch (error) {
    if (error instanceof SdJwtError) return []
    throw error
  }
}

export const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']

function notTrusted(list: string, reason: string, signer?: SignerVerdict): StatusListFault {
  return { code: 'status_list_not_trusted', facts: { ...signer?.facts, list, reason } }
}

interface Times {
  readonly issuedAt: number
  readonly begins: number
  readonly expires: number | undefined
  readonly ttl: number | undefined
}

/** Section 5.1: `iat` must be there, `exp` and `ttl` may; `nbf` counts as in any JWT (RFC 7519 section 4.1.5). */
function readTimes(payload: JsonObject): Times {
  const { iat, nbf = iat, exp, ttl } = payload
  if (!isTime(iat)) throw malformed('its iat')
  if (!isTime(nbf)) throw malformed('its nbf')
  if (exp !== undefined && !isTime(exp)) throw malformed('its exp')
  if (ttl !== undefined && (!isTime(ttl) || ttl === 0)) throw malformed('its ttl')
  const sane = ttl === undefined ? undefined : Math.min(Math.max(ttl, SHORTEST_TTL), LONGEST_TTL)
  return { issuedAt: iat, begins: Math.max(iat, nbf), expires: exp, ttl: sane }
}

/** Section 4.2. */
function readList(value: Json | undefined): { bits: StatusBits; packed: Uint8Array } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('its status_list')
  const bits = BITS.find((known) => known === value.bits)
  if (bits === undefined) throw malformed('its bits')
  if (typeof value.lst !== 'string') throw malformed('its lst')
  return { bits, packed: inflateZlib(base64url.decode(value.lst), LARGEST_LIST) }
}

const BITS: readonly StatusBits[] = [1, 2, 4, 8]

const isTime = (value: Json | undefined): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

const malformed = (what: string): CredentialError => new CredentialError('status_list_malformed', what)
