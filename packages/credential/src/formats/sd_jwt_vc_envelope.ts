import { checkPermanent, isObject, type Json, type JsonObject, type Jwk, type Revealed } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { StatusReference, View } from '../model.ts'

/** Claims that are never in a disclosure, nor anything inside them (SD-JWT VC section 2.2.2.3, RFC 9901 section 9.7). */
const NEVER_CONCEALED: readonly string[] = ['iss', 'aud', 'nbf', 'exp', 'cnf', 'vct', 'vct#integrity', 'aka_vcts', 'status']

/** The envelope: what surrounds the claims of the type. `sub`, `jti` and `iat` may be concealed but are no claims of a type either. */
const ENVELOPE: ReadonlySet<string> = new Set([
  'iss',
  'nbf',
  'exp',
  'cnf',
  'vct',
  'vct#integrity',
  'aka_vcts',
  'status',
  'sub',
  'jti',
  'iat',
  'aud',
])

const malformed = (name: string): CredentialError => new CredentialError('envelope_malformed', name)

/** Reads the view out of a revealed SD-JWT VC; throws `CredentialError` for a claim of the envelope that is concealed, missing or of the wrong shape. */
export function readEnvelope(revealed: Revealed): View {
  checkPermanent(revealed, NEVER_CONCEALED)
  const claims: JsonObject = Object.create(null)
  const envelope: JsonObject = Object.create(null)
  for (const name of Object.keys(revealed.claims)) (ENVELOPE.has(name) ? envelope : claims)[name] = revealed.claims[name] as Json
  const { vct } = envelope
  if (typeof vct !== 'string' || vct === '') throw malformed('vct')
  const issuer = optional(envelope, 'iss', 'string')
  const issuedAt = numericDate(envelope, 'iat')
  const notBefore = numericDate(envelope, 'nbf')
  const expires = numericDate(envelope, 'exp')
  const typeIntegrity = optional(envelope, 'vct#integrity', 'string')
  const status = readStatus(envelope.status)
  const holderKey = readHolderKey(envelope.cnf)
  return {
    format: 'dc+sd-jwt',
    type: vct,
    claims,
    envelope,
    disclosable: revealed.placed.map(({ path }) => path),
    ...(issuer !== undefined && { issuer }),
    ...(issuedAt !== undefined && { issuedAt }),
    ...(notBefore !== undefined && { notBefore }),
    ...(expires !== undefined && { expires }),
    ...(typeIntegrity !== undefined && { typeIntegrity }),
    ...(status && { status }),
    ...(holderKey && { holderKey }),
  }
}

function optional(envelope: JsonObject, name: string, kind: 'string'): string | undefined {
  const value = envelope[name]
  if (value !== undefined && typeof value !== kind) throw malformed(name)
  return value as string | undefined
}

/** RFC 7519 section 2: seconds; a negative or an absurdly late one is a fault, not a date. */
function numericDate(envelope: JsonObject, name: string): number | undefined {
  const value = envelope[name]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || value < 0 || value > 253_402_300_799) throw malformed(name)
  return value
}

/** `status` must be a status list reference: another mechanism could hide a revocation that we do not look up. */
function readStatus(status: Json | undefined): StatusReference | undefined {
  if (status === undefined) return undefined
  const reference = isObject(status) ? status.status_list : undefined
  if (!isObject(reference)) throw malformed('status.status_list')
  const { idx, uri } = reference
  if (typeof idx !== 'number' || !Number.isSafeInteger(idx) || idx < 0) throw malformed('status.status_list.idx')
  if (typeof uri !== 'string' || uri === '') throw malformed('status.status_list.uri')
  return { index: idx, uri }
}

/** Only `cnf.jwk` (HAIP section 6.1), public: a private member there would tell the holder's key to everybody. */
function readHolderKey(cnf: Json | undefined): Jwk | undefined {
  if (cnf === undefined) return undefined
  const jwk = isObject(cnf) ? cnf.jwk : undefined
  if (!isObject(jwk)) throw malformed('cnf.jwk')
  const { kty, crv, x, y } = jwk
  if (kty !== 'EC' || typeof crv !== 'string' || typeof x !== 'string' || typeof y !== 'string' || jwk.d !== undefined)
    throw malformed('cnf.jwk')
  return { kty, crv, x, y }
}
