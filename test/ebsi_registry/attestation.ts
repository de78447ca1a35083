import { documentAt, keyFor } from './did_entries.ts'
import { attributeOf } from './issuer_entries.ts'
import { decode, isSignedBy } from './jws.ts'
import { ACCREDITATIONS } from './scopes.ts'
import { type State, TIR } from './state.ts'

/** A credential that does not verify; the message says why. */
export class Unverified extends Error {}

export interface Attestation {
  readonly issuer: string
  readonly subject: string | undefined
  readonly types: readonly string[]
  readonly vc: Readonly<Record<string, unknown>>
  /** Unix seconds, as far as they are there. */
  readonly notBefore: number | undefined
  readonly expires: number | undefined
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])
const texts = (value: unknown): string[] => list(value).filter((one) => typeof one === 'string')
const seconds = (text: unknown): number | undefined => (typeof text === 'string' ? Math.floor(Date.parse(text) / 1000) : undefined)

function must(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Unverified(reason)
}

/** Reads a VC-JWT and its claims, and compares them with the members (facts, 7.1); of VCDM 2.0 the credential may be the payload itself. Proves nothing yet. */
export function readAttestation(jwt: unknown): Attestation & { kid: string } {
  const decoded = decode(jwt)
  must(decoded !== null, 'the credential is no JWT')
  const { header, payload } = decoded
  const vc = isObject(payload.vc) ? payload.vc : payload
  const issuer = isObject(vc.issuer) ? vc.issuer.id : vc.issuer
  const subject = isObject(vc.credentialSubject) ? vc.credentialSubject.id : undefined
  must(typeof header.kid === 'string' && typeof issuer === 'string', 'the credential has no kid or no issuer')
  must(header.kid.split('#')[0] === issuer && (payload.iss === undefined || payload.iss === issuer), 'iss, issuer and kid differ')
  must(payload.sub === undefined || payload.sub === subject, 'sub is not the credential subject')
  must(payload.jti === undefined || payload.jti === vc.id, 'jti is not the id of the credential')
  must(payload.nbf === undefined || vc.validFrom === undefined || payload.nbf === seconds(vc.validFrom), 'nbf is not validFrom')
  const expires = seconds(vc.expirationDate ?? vc.validUntil)
  must(payload.exp === undefined || expires === undefined || payload.exp === expires, 'exp is not expirationDate')
  const subjectText = typeof subject === 'string' ? subject : undefined
  const notBefore = payload.nbf ?? seconds(vc.validFrom)
  return { kid: header.kid, issuer, subject: subjectText, types: texts(vc.type), vc, notBefore, expires: payload.exp ?? expires }
}

/** Reads a VC-JWT and checks signature, purpose of the key and dates; throws `Unverified`. */
export async function verifyAttestation(state: State, jwt: unknown): Promise<Attestation> {
  const attestation = readAttestation(jwt)
  const document = documentAt(state, attestation.issuer, state.now())
  must(document !== null, 'the issuer of the credential is not registered')
  const key = keyFor(document, attestation.kid, 'assertionMethod')
  must(key !== null, 'the key of the credential is not in assertionMethod')
  must(await isSignedBy(String(jwt), key), 'the signature of the credential does not verify')
  checkDates(attestation, state.now())
  return attestation
}

function checkDates({ notBefore, expires }: Attestation, now: number): void {
  must(notBefore === undefined || notBefore <= now, 'the credential is not valid yet')
  must(expires === undefined || expires > now, 'the credential has expired')
}

/** Types that everybody has, and that need no accreditation. */
const PLAIN = ['VerifiableCredential', 'VerifiableAttestation', 'VerifiableAccreditation']

/** Checks `termsOfUse` of a trust credential against this registry, one step up as EBSI's own services do; throws `Unverified`. */
export function checkTermsOfUse(state: State, { issuer, subject, types, vc }: Attestation): void {
  const terms = list(vc.termsOfUse).filter(isObject)
  if (terms.length === 0) {
    // Self-accredited: a root that says so of itself, and that the registry knows as one.
    const roots = [...(state.issuers.get(issuer)?.attributes.values() ?? [])].filter((one) => one.at(-1)?.issuerType === 'RootTAO')
    must(issuer === subject && roots.length > 0, 'the credential has no terms of use')
    return
  }
  let missing = [...types, ...accreditedTypes(vc)].filter((type) => !PLAIN.includes(type))
  for (const term of terms) {
    must(term.type === 'IssuanceCertificate' && typeof term.id === 'string', 'the terms of use are no IssuanceCertificate')
    const [, did = '', id = ''] = /^\/issuers\/([^/]+)\/attributes\/((?:0x)?[0-9a-f]{64})$/.exec(ownPath(state, term.id)) ?? []
    must(did === issuer, 'the terms of use are not an attribute of the issuer in this registry')
    const found = attributeOf(state.issuers.get(did), id)
    must(found !== null, 'the attribute in the terms of use is not registered')
    must(found.latest.issuerType !== 'Revoked' && found.latest.issuerType !== 'undefined', 'the accreditation of the issuer is revoked')
    must(found.latest.body !== '', 'the attribute in the terms of use has no data')
    const accreditation = readAttestation(found.latest.body)
    checkDates(accreditation, state.now())
    missing = missing.filter((type) => !covers(accreditation, type))
  }
  must(missing.length === 0, `the issuer is not accredited for ${missing.join(', ')}`)
}

const ownPath = ({ origin }: State, url: string): string =>
  url.startsWith(`${origin}${TIR}/`) ? url.slice(origin.length + TIR.length) : ''

/** The types in `accreditedFor` of a credential. */
export function accreditedTypes(vc: Readonly<Record<string, unknown>>): string[] {
  const subjects = list(vc.credentialSubject).filter(isObject)
  return subjects
    .flatMap(({ accreditedFor }) => list(accreditedFor))
    .filter(isObject)
    .flatMap(({ types }) => texts(types))
}

/** Whether an accreditation, with the rights that come with it (facts, 6 step 5), covers a type. */
export function covers({ types, vc }: Attestation, type: string): boolean {
  const [chain, toAttest, toAccredit] = ACCREDITATIONS
  if (types.includes(chain) || accreditedTypes(vc).includes(type)) return true
  if (type === 'VerifiableAuthorisationToOnboard') return types.includes(toAttest) || types.includes(toAccredit)
  return (type === toAttest || type === toAccredit) && types.includes(toAccredit)
}
