import { base64url } from './base64url.ts'
import { SdJwtError } from './errors.ts'
import { LIMITS, type Limits, ownMember, parseJsonObject } from './json.ts'
import type { JsonObject, Primitives, PublicKey, SignatureAlgorithm } from './primitives.ts'

/** A parsed compact JWS; its signature has not been looked at. */
export interface Jws {
  readonly header: JsonObject
  readonly payload: JsonObject
  /** What was signed: header.payload as received. */
  readonly input: string
  readonly signature: Uint8Array
  readonly text: string
}

/** Something that only lacks a signature: sign `input`, then `seal`. */
export interface UnsignedJws {
  readonly input: string
  /** The compact JWS; the signature is r||s. */
  seal(signature: Uint8Array): string
}

/** Length of r||s in bytes (RFC 7518 section 3.4). */
export const SIGNATURE_BYTES: Readonly<Record<SignatureAlgorithm, number>> = { ES256: 64, ES384: 96, ES512: 132 }

/**
 * Parses a compact JWS whose payload is a JSON object (RFC 7515 section 7.1).
 *
 * Refuses `crit` here already, since no extension is known. Throws `jws_malformed`, `critical_header_unknown`, and what `base64url` and `parseJson` throw.
 */
export function parseJws(text: string, limits: Limits = LIMITS): Jws {
  if (text.length > limits.size) throw new SdJwtError('too_large', `limit ${limits.size} characters`)
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 1 || second < 0 || text.indexOf('.', second + 1) >= 0) throw new SdJwtError('jws_malformed', 'not three parts')
  const header = parseJsonObject(base64url.decodeText(text.slice(0, first)), limits)
  if (Object.hasOwn(header, 'crit')) throw new SdJwtError('critical_header_unknown')
  if (typeof ownMember(header, 'alg') !== 'string') throw new SdJwtError('jws_malformed', 'alg')
  const payload = parseJsonObject(base64url.decodeText(text.slice(first + 1, second)), limits)
  return { header, payload, input: text.slice(0, second), signature: base64url.decode(text.slice(second + 1)), text }
}

/** The header as it stands in a JWS: written once for many that have the same. */
export const encodeHeader = (header: JsonObject): string => base64url.encodeText(JSON.stringify(header))

/** Writes header and payload; what is left to do is to sign. A header that is text was encoded before. */
export function unsignedJws(header: JsonObject | string, payload: JsonObject): UnsignedJws {
  const encoded = typeof header === 'string' ? header : encodeHeader(header)
  const input = `${encoded}.${base64url.encodeText(JSON.stringify(payload))}`
  return { input, seal: (signature) => `${input}.${base64url.encode(signature)}` }
}

/**
 * The algorithm of a JWS, if it is one of the accepted ones; throws `algorithm_not_allowed` (RFC 8725 sections 3.1, 3.2).
 */
export function allowedAlgorithm(jws: Jws, algorithms: readonly SignatureAlgorithm[]): SignatureAlgorithm {
  const found = algorithms.find((algorithm) => algorithm === jws.header.alg)
  if (found === undefined) throw new SdJwtError('algorithm_not_allowed')
  return found
}

/** Whether the signature of a JWS is right for this key and one of these algorithms; throws `algorithm_not_allowed`. */
export async function verifyJws(
  jws: Jws,
  options: { key: PublicKey; algorithms: readonly SignatureAlgorithm[]; primitives: Primitives },
): Promise<boolean> {
  const algorithm = allowedAlgorithm(jws, options.algorithms)
  if (jws.signature.length !== SIGNATURE_BYTES[algorithm]) return false
  return options.primitives.verify(algorithm, options.key, jws.input, jws.signature)
}
