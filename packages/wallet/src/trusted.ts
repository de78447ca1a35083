import { type Anchors, type Evidence, findSigner, type Outcome, type Part, partKey, type SignerVerdict } from '@symbolon/credential'
import { wellKnownAddress } from '@symbolon/openid4vc'
import { isObject, type JsonObject, type Primitives, parseJsonObject } from '@symbolon/sd-jwt'
import type { Send } from './outside.ts'

/** Whether the trust file vouches for an issuer, known before anything is sent to it. */
export interface Vouching {
  readonly outcome: Outcome
  readonly code: string
  /** The name of the entry that vouches; only with `pass`. */
  readonly anchor?: string
}

/** What is known about an issuer's keys: the document as it was fetched, and as evidence for judging its credentials. */
export interface IssuerKeys {
  readonly document: JsonObject | undefined
  readonly evidence: Evidence
}

/**
 * Fetches the keys an issuer publishes (SD-JWT VC section 4), by a GET that says nothing of who asks; no document, no statement.
 *
 * Each key carries its certificates as `x5c`. Their leaf names the issuer's own address, and TLS proves that we talk to
 * that address: so a chain copied from another issuer helps nobody, and a person hears whose offer it is before the
 * code is redeemed.
 */
export async function fetchIssuerKeys(issuer: string, send: Send): Promise<IssuerKeys> {
  const answer = await send({ method: 'GET', address: wellKnownAddress(issuer, 'jwt-vc-issuer'), headers: { accept: 'application/json' } })
  const document = answer.status === 200 ? read(answer.body) : undefined
  if (document?.issuer !== issuer) return { document: undefined, evidence: new Map() }
  const part: Part = { kind: 'issuer_metadata', id: issuer, content: answer.body, mediaType: answer.contentType ?? '' }
  return { document, evidence: new Map([[partKey(part), part]]) }
}

/** Whether one of the published keys may sign credentials of this type for this issuer; `fail` only when all that is there leads elsewhere. */
export async function judgeIssuer(
  issuer: string,
  type: string,
  keys: IssuerKeys,
  context: { anchors: Anchors; primitives: Primitives; now: number },
): Promise<Vouching> {
  let best: SignerVerdict | undefined
  for (const key of published(keys.document)) {
    const header: JsonObject = key.x5c !== undefined ? { x5c: key.x5c } : { kid: key.kid ?? null }
    const claim = { purpose: 'credential', type, issuer } as const
    const found = await findSigner({ header, algorithm: ALGORITHM[String(key.crv)] ?? '' }, claim, { ...context, evidence: keys.evidence })
    if (found.outcome === 'pass') return { outcome: 'pass', code: found.code, ...(found.anchor && { anchor: found.anchor.name }) }
    if (best === undefined || found.outcome === 'fail') best = found
  }
  return best === undefined ? { outcome: 'unknown', code: 'key_missing' } : { outcome: best.outcome, code: best.code }
}

const ALGORITHM: { readonly [curve: string]: string } = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }
/** An issuer has a handful of keys; each costs the validation of a chain. */
const MOST_KEYS = 8

function published(document: JsonObject | undefined): JsonObject[] {
  const jwks = document?.jwks
  return isObject(jwks) && Array.isArray(jwks.keys) ? jwks.keys.filter(isObject).slice(0, MOST_KEYS) : []
}

function read(body: string): JsonObject | undefined {
  try {
    return parseJsonObject(body)
  } catch {
    return undefined
  }
}
