import { isObject, type Json, type JsonObject, type Jws, parseJws } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Proof, Vcdm } from '../model.ts'
import * as read from './vc_jwt_members.ts'

/** A credential of the W3C data model in a JWT, its claims and members held against each other; nothing is verified. Times are NumericDates. */
export interface VcJwt {
  readonly version: read.VcdmVersion
  readonly text: string
  readonly proof: Proof
  readonly id?: string
  readonly issuer: string
  readonly subject: JsonObject
  readonly subjectId?: string
  readonly vcdm: Vcdm
  readonly issuedAt?: number
  readonly notBefore?: number
  readonly expires?: number
  /** The credential as it was signed: the `vc` claim, or the payload itself. */
  readonly vc: JsonObject
  readonly payload: JsonObject
}

/**
 * Which differences between a claim and its member are put up with: none, or those that records of the EBSI registry are known to have
 * (other times, of which the narrower count); never that it is another credential, of another issuer or about another subject.
 */
export type Tolerance = 'none' | 'registry'

/** The `typ` of both kinds of VCDM 1.1, and of those secured by VC-JOSE-COSE. */
export const TYP = { jwt: 'JWT', vc: 'vc+jwt', vp: 'vp+jwt' } as const

/**
 * Reads a credential in a JWT: VCDM 1.1 as EBSI profiles it (VCDM 1.1 section 6.3.1), or VCDM 2.0 secured by VC-JOSE-COSE section 3.1.1.
 *
 * Throws `CredentialError` (`vc_malformed`, `vc_claims_differ`, `vc_forms_mixed`) or what `parseJws` throws.
 */
export const parseVcJwt = (text: string, tolerance: Tolerance = 'none'): VcJwt => readVcJwt(parseJws(text), tolerance)

/** The same of a JWS that was parsed before. */
export function readVcJwt(jws: Jws, tolerance: Tolerance = 'none'): VcJwt {
  const { typ } = jws.header
  const version = typ === TYP.vc ? '2.0' : typ === undefined || typ === TYP.jwt ? '1.1' : undefined
  if (version === undefined) throw read.malformed('typ')
  // Who reads one form must not find in it what the reader of the other does not see (VC-JOSE-COSE section 1.1.2.1).
  const { vc, vp, cnf } = jws.payload
  if (vp !== undefined || (version === '2.0' && vc !== undefined))
    throw new CredentialError('vc_forms_mixed', vp === undefined ? 'vc' : 'vp')
  // Its holder is its subject; a second way to name one could name another.
  if (cnf !== undefined) throw new CredentialError('vc_forms_mixed', 'cnf')
  return version === '1.1' ? readVersion1(jws, tolerance) : readVersion2(jws)
}

/** Members of a credential, which stand in `vc` alone: beside it a reader that looks there would find another issuer, type or status. */
export const OF_CREDENTIAL: ReadonlySet<string> = new Set([
  ...['@context', 'type', 'issuer', 'credentialSubject', 'credentialSchema', 'credentialStatus', 'termsOfUse'],
  ...['issued', 'issuanceDate', 'expirationDate', 'validFrom', 'validUntil'],
])

const SCHEMA_TYPES_1: readonly Json[] = ['FullJsonSchemaValidator2021', 'JsonSchema']

function readVersion1(jws: Jws, tolerance: Tolerance): VcJwt {
  const { payload } = jws
  const { vc } = payload
  if (!isObject(vc)) throw read.malformed('vc')
  const beside = Object.keys(payload).find((name) => OF_CREDENTIAL.has(name))
  if (beside !== undefined) throw new CredentialError('vc_forms_mixed', beside)
  const parts = readParts(jws, vc, '1.1')
  const { types } = parts.vcdm
  if (types[0] !== 'VerifiableCredential' || !types.includes('VerifiableAttestation')) throw read.malformed('type')
  const schemas = read.typedObjects(vc, 'credentialSchema')
  if (schemas.length === 0 || !schemas.every(({ type }) => SCHEMA_TYPES_1.includes(type ?? null))) throw read.malformed('credentialSchema')
  same('iss', read.text(payload, 'iss'), parts.issuer)
  same('sub', read.text(payload, 'sub'), read.there(parts.subjectId, 'credentialSubject.id'))
  same('jti', read.text(payload, 'jti'), read.there(parts.id, 'id'))
  const claimed = {
    issuedAt: read.there(read.numericDate(payload, 'iat'), 'iat'),
    notBefore: read.there(read.numericDate(payload, 'nbf'), 'nbf'),
    expires: read.numericDate(payload, 'exp'),
  }
  const issuedAt = read.there(read.dateTime(vc, 'issued'), 'issued')
  const validFrom = read.there(read.dateTime(vc, 'validFrom'), 'validFrom')
  const issuanceDate = read.there(read.dateTime(vc, 'issuanceDate'), 'issuanceDate')
  const expires = read.dateTime(vc, 'expirationDate')
  if (tolerance === 'none') {
    same('iat', claimed.issuedAt, issuedAt)
    same('nbf', claimed.notBefore, validFrom)
    same('issuanceDate', issuanceDate, validFrom)
    same('exp', claimed.expires, expires)
  }
  return whole(jws, vc, parts, {
    issuedAt: read.latest(claimed.issuedAt, issuedAt),
    notBefore: read.latest(claimed.notBefore, validFrom, issuanceDate),
    // EBSI allows this member of the later model, too.
    expires: read.earliest(claimed.expires, expires, read.dateTime(vc, 'validUntil')),
  })
}

/** Members of the earlier data model, which readers of the later one do not look at. */
const OF_VERSION_1 = ['issued', 'issuanceDate', 'expirationDate'] as const

function readVersion2(jws: Jws): VcJwt {
  const { payload } = jws
  const earlier = OF_VERSION_1.find((name) => payload[name] !== undefined)
  if (earlier !== undefined) throw new CredentialError('vc_forms_mixed', earlier)
  const parts = readParts(jws, payload, '2.0')
  if (!parts.vcdm.types.includes('VerifiableCredential')) throw read.malformed('type')
  same('iss', read.optionalText(payload, 'iss') ?? parts.issuer, parts.issuer)
  same('sub', read.optionalText(payload, 'sub') ?? parts.subjectId, parts.subjectId)
  same('jti', read.optionalText(payload, 'jti') ?? parts.id, parts.id)
  // `iat` and `exp` are of the signature, the others of the credential: it holds while both do.
  const issuedAt = read.numericDate(payload, 'iat')
  return whole(jws, payload, parts, {
    issuedAt,
    notBefore: read.latest(read.numericDate(payload, 'nbf'), read.dateTime(payload, 'validFrom')),
    expires: read.earliest(read.numericDate(payload, 'exp'), read.dateTime(payload, 'validUntil')),
  })
}

/** Revocation, suspension, and room for others; each may cost a list. */
const MOST_STATUSES = 8

type Parts = Pick<VcJwt, 'version' | 'issuer' | 'subject' | 'vcdm' | 'id' | 'subjectId'>

/** What both versions have. */
function readParts({ header }: Jws, vc: JsonObject, version: read.VcdmVersion): Parts {
  read.requireContext(vc['@context'], version)
  const [subject, another] = read.several(vc, 'credentialSubject')
  if (!isObject(subject) || another !== undefined) throw read.malformed('credentialSubject')
  const issuer = read.identifier(vc, 'issuer')
  checkKeyName(header.kid, issuer, version)
  const id = read.optionalText(vc, 'id')
  const subjectId = subject.id === undefined ? undefined : read.text(subject, 'id', 'credentialSubject.id')
  return {
    version,
    issuer,
    subject,
    vcdm: {
      types: read.texts(vc, 'type'),
      schemas: read.typedObjects(vc, 'credentialSchema').map((schema) => read.text(schema, 'id', 'credentialSchema.id')),
      termsOfUse: read.typedObjects(vc, 'termsOfUse'),
      status: read.typedObjects(vc, 'credentialStatus', MOST_STATUSES),
    },
    ...(id !== undefined && { id }),
    ...(subjectId !== undefined && { subjectId }),
  }
}

/** A key that is named by a DID is one of the issuer itself, and an issuer that is a DID names its key so (VC-JOSE-COSE section 4.1). */
function checkKeyName(kid: Json | undefined, issuer: string, version: read.VcdmVersion): void {
  const named = typeof kid === 'string' && kid.startsWith('did:') ? kid.indexOf('#') : -1
  if (typeof kid === 'string' && named > 0) same('kid', kid.slice(0, named), issuer)
  else if (version === '1.1' || issuer.startsWith('did:')) throw read.malformed('kid')
}

type Period = { readonly [time in 'issuedAt' | 'notBefore' | 'expires']: number | undefined }

function whole(
  { header, payload, input, signature, text }: Jws,
  vc: JsonObject,
  parts: Parts,
  { issuedAt, notBefore, expires }: Period,
): VcJwt {
  if (expires !== undefined && notBefore !== undefined && expires < notBefore) throw read.malformed('its end comes before its start')
  return {
    ...parts,
    text,
    proof: { algorithm: String(header.alg), header, input, signature },
    ...(issuedAt !== undefined && { issuedAt }),
    ...(notBefore !== undefined && { notBefore }),
    ...(expires !== undefined && { expires }),
    vc,
    payload,
  }
}

function same(claim: string, value: string | number | undefined, member: string | number | undefined): void {
  const equal = typeof value === 'number' ? Math.floor(value) === member : value === member
  if (!equal) throw new CredentialError('vc_claims_differ', claim)
}
