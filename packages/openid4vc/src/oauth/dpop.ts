import { jwkThumbprint, readEcJwk, type Unsigned } from '@symbolon/credential'
import {
  type Awaitable,
  isObject,
  type JsonObject,
  type Jwk,
  type Jws,
  type Primitives,
  type SignatureAlgorithm,
  unsignedJws,
} from '@symbolon/sd-jwt'
import { type Answer, ProtocolError } from '../errors.ts'
import { comparableAddress } from './address.ts'
import { checkTimes, onceOf, parseJwt, type Refuse, readJti, readTime } from './jwt.ts'
import type { Once } from './once.ts'

const TYP = 'dpop+jwt'
/** How old a proof may be in seconds; a nonce of the server, always demanded, bounds it too. */
const MAX_AGE = 300

/** The algorithms a DPoP proof may be signed with: asymmetric ones (RFC 9449 section 4.3). */
export const DPOP_ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']

/** What a client puts into a proof: its key, the request it is for, when, and a fresh `id` of 96 random bits or more (RFC 9449 section 4.2). */
export interface DpopDraft {
  readonly jwk: Jwk
  readonly algorithm: SignatureAlgorithm
  readonly method: string
  readonly address: string
  readonly issuedAt: number
  readonly id: string
  /** The last one that this server gave. */
  readonly nonce?: string
  /** The token it goes with, at a resource. */
  readonly accessToken?: string
}

/** A DPoP proof that lacks its signature. */
export async function createDpopProof(draft: DpopDraft, primitives: Primitives): Promise<Unsigned> {
  const { algorithm, nonce, accessToken } = draft
  const { kty, crv = '', x = '', y = '' } = draft.jwk
  const payload: JsonObject = {
    jti: draft.id,
    htm: draft.method,
    htu: draft.address.replace(/[?#].*$/s, ''),
    iat: draft.issuedAt,
    ...(nonce !== undefined && { nonce }),
    ...(accessToken !== undefined && { ath: await primitives.digest('sha-256', accessToken) }),
  }
  return { algorithm, ...unsignedJws({ typ: TYP, alg: algorithm, jwk: { kty, crv, x, y } }, payload) }
}

/** What a server demands of a proof: that it is for this request, young, with a nonce of the server's own. */
export interface DpopRule {
  readonly method: string
  /** The address of the endpoint as the client knows it. */
  readonly address: string
  /** Seconds since 1970. */
  readonly now: number
  /** Throws ProtocolError for a nonce that is not ours or too old. */
  checkNonce(nonce: string): Awaitable<unknown>
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly primitives: Primitives
  /** At a resource: the token that came along; errors are then answered with 401 (RFC 9449 section 7.1). */
  readonly accessToken?: string
  /** The thumbprint of the key it must be made with. */
  readonly jkt?: string
}

/**
 * Checks a DPoP proof (RFC 9449 section 4.3): `header` is the whole `DPoP` header, several joined by commas as HTTP does.
 *
 * Answers the thumbprint of its key, and what the store must now accept only once. Throws ProtocolError `invalid_dpop_proof`,
 * `use_dpop_nonce`, or, for a token of another key, `invalid_token`.
 */
export async function verifyDpop(header: string | undefined, rule: DpopRule): Promise<{ jkt: string; once: Once }> {
  const { algorithms, primitives } = rule
  const answer: Answer = rule.accessToken === undefined ? {} : { status: 401 }
  const refused: Refuse = (description, cause) => new ProtocolError('invalid_dpop_proof', description, cause, answer)
  if (header === undefined || header === '') throw refused('a DPoP proof is needed in the header DPoP')
  const jws = parseJwt(header, 'the DPoP header', refused)
  if (jws.header.typ !== TYP) throw refused(`typ must be ${TYP}`)
  const algorithm = algorithms.find((known) => known === jws.header.alg)
  if (algorithm === undefined) throw refused(`alg must be one of ${algorithms.join(', ')}`)
  const jwk = readKey(jws, refused)
  const { jti, issuedAt } = await checkClaims(jws.payload, rule, refused)
  await checkNonce(jws.payload.nonce, rule, answer)
  const key = await importKey(jwk, algorithm, primitives, refused)
  if (!(await primitives.verify(algorithm, key, jws.input, jws.signature))) throw refused('the signature does not fit jwk')
  const jkt = await jwkThumbprint(jwk, primitives)
  if (rule.jkt !== undefined && rule.jkt !== jkt) throw ofAnotherKey(rule, refused)
  // By key: what another wallet calls its proofs does not matter.
  return { jkt, once: await onceOf('dpop', [jkt, jti], issuedAt + MAX_AGE, primitives) }
}

async function importKey(jwk: Jwk, algorithm: SignatureAlgorithm, primitives: Primitives, refused: Refuse) {
  try {
    return await primitives.importKey(jwk, algorithm)
  } catch (cause) {
    throw refused(`jwk is no public key for ${algorithm}`, cause)
  }
}

const ofAnotherKey = (rule: DpopRule, refused: Refuse): ProtocolError =>
  rule.accessToken === undefined
    ? refused('the proof is made with another key than the one this request is bound to')
    : new ProtocolError('invalid_token', 'the access token is bound to another key than the one of the DPoP proof')

function readKey({ header }: Jws, refused: Refuse): Jwk {
  const jwk = header.jwk
  if (jwk === undefined) throw refused('jwk is missing')
  if (!isObject(jwk)) throw refused('jwk must be an object')
  const read = readEcJwk(jwk)
  if (typeof read === 'string') throw refused(`jwk: ${read}`)
  return read
}

async function checkClaims(payload: JsonObject, rule: DpopRule, refused: Refuse): Promise<{ jti: string; issuedAt: number }> {
  const jti = readJti(payload, refused)
  if (payload.htm !== rule.method) throw refused('htm must be the method of this request')
  const htu = payload.htu
  const address = typeof htu === 'string' ? comparableAddress(htu) : null
  if (address === null || address !== comparableAddress(rule.address)) throw refused('htu must be the address of this request')
  const issuedAt = readTime(payload, 'iat', refused)
  if (issuedAt === undefined) throw refused('iat is missing')
  if (issuedAt < rule.now - MAX_AGE) throw refused(`iat is more than ${MAX_AGE} seconds ago; make a new proof for every request`)
  checkTimes(payload, rule.now, refused)
  if (rule.accessToken !== undefined && payload.ath !== (await rule.primitives.digest('sha-256', rule.accessToken))) {
    throw refused('ath must be the hash of the access token')
  }
  return { jti, issuedAt }
}

/** A missing or old nonce is no fault of the client: it is told to take the new one (RFC 9449 sections 8 and 9). */
async function checkNonce(nonce: unknown, rule: DpopRule, answer: Answer): Promise<void> {
  const demand = (description: string, cause?: unknown) => new ProtocolError('use_dpop_nonce', description, cause, answer)
  if (typeof nonce !== 'string') throw demand('the DPoP proof needs the nonce of the DPoP-Nonce header')
  try {
    await rule.checkNonce(nonce)
  } catch (error) {
    if (error instanceof ProtocolError) throw demand('the nonce of the DPoP proof is not ours or too old; use the new one', error)
    throw error
  }
}
