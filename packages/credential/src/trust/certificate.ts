import { AsnConvert } from '@peculiar/asn1-schema'
import {
  Certificate as Asn1Certificate,
  NameConstraints as Asn1NameConstraints,
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  type Extension,
  KeyUsage,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509'
import { base64url, type SignatureAlgorithm } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { type DistinguishedName, distinguishedName, EMAIL_ADDRESS, sameName } from './distinguished_name.ts'
import { type NameConstraints, type SubjectName, subjectName } from './name_constraints.ts'

/** What the path rules read of a certificate (RFC 5280 section 4); nothing in it is verified. Times are seconds since 1970. */
export interface Certificate {
  /** The whole certificate, and the part of it that its issuer signed. */
  readonly der: Uint8Array<ArrayBuffer>
  readonly signed: Uint8Array
  /** DER `ECDSA-Sig-Value`; the algorithm is null when it is none of ours. */
  readonly signature: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm | null
  /** SubjectPublicKeyInfo, and the algorithm its curve is for; null for another kind of key. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly keyAlgorithm: SignatureAlgorithm | null
  readonly issuer: DistinguishedName
  readonly subject: DistinguishedName
  readonly selfIssued: boolean
  readonly notBefore: number
  readonly notAfter: number
  /** The subject and all alternative names, as name constraints see them. */
  readonly names: readonly SubjectName[]
  readonly alternativeNames: readonly SubjectName[]
  /** Null: not an authority. */
  readonly authority: { readonly pathLength: number } | null
  readonly keyUsage: ReadonlySet<string> | null
  readonly extendedKeyUsage: readonly string[] | null
  readonly nameConstraints: NameConstraints | null
  /** What the certificate calls the key of its issuer (RFC 5280 section 4.2.1.1), base64url; null when it does not say. */
  readonly authorityKeyIdentifier: string | null
  /** Critical extensions that we do not process, by number. */
  readonly unknownCritical: readonly string[]
}

/** A certificate of an institution has one to two thousand bytes; more than this is not read. */
export const LARGEST_CERTIFICATE = 8192

const SIGNATURES: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['1.2.840.10045.4.3.2', 'ES256'],
  ['1.2.840.10045.4.3.3', 'ES384'],
  ['1.2.840.10045.4.3.4', 'ES512'],
])
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
/** Named curves as DER object identifiers: the parameters of an EC key (RFC 5480 section 2.1.1.1). */
const CURVES: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['06082a8648ce3d030107', 'ES256'],
  ['06052b81040022', 'ES384'],
  ['06052b81040023', 'ES512'],
])
const V3 = 2
const BASIC_CONSTRAINTS = '2.5.29.19'
const KEY_USAGE = '2.5.29.15'
const EXTENDED_KEY_USAGE = '2.5.29.37'
const NAME_CONSTRAINTS = '2.5.29.30'
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35'
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
const PROCESSED: ReadonlySet<string> = new Set([
  BASIC_CONSTRAINTS,
  KEY_USAGE,
  EXTENDED_KEY_USAGE,
  NAME_CONSTRAINTS,
  SUBJECT_ALTERNATIVE_NAME,
])

/** Reads one DER certificate of version 3, strictly; throws `CredentialError` (`certificate_malformed`) with what is wrong. */
export function parseCertificate(der: Uint8Array<ArrayBuffer>): Certificate {
  if (der.length > LARGEST_CERTIFICATE) throw malformed(`it has more than ${LARGEST_CERTIFICATE} bytes`)
  const { tbsCertificate: tbs, tbsCertificateRaw, signatureAlgorithm, signatureValue } = decode(der, Asn1Certificate, 'certificate')
  if (tbs.version !== V3) throw malformed('it is not of version 3')
  if (tbs.signature.algorithm !== signatureAlgorithm.algorithm) throw malformed('its two signature algorithms differ')
  if (tbsCertificateRaw === undefined) throw malformed('it has no content')
  const extensions = byNumber(tbs.extensions ?? [])
  const issuer = distinguishedName(tbs.issuer)
  const subject = distinguishedName(tbs.subject)
  if (issuer.parts.length === 0) throw malformed('its issuer has no name')
  const alternativeNames = [...(optional(extensions, SUBJECT_ALTERNATIVE_NAME, SubjectAlternativeName) ?? [])].map(subjectName)
  const basic = optional(extensions, BASIC_CONSTRAINTS, BasicConstraints)
  const usage = optional(extensions, KEY_USAGE, KeyUsage)
  const extended = optional(extensions, EXTENDED_KEY_USAGE, ExtendedKeyUsage)
  const constraints = optional(extensions, NAME_CONSTRAINTS, Asn1NameConstraints)
  const keyIdentifier = optional(extensions, AUTHORITY_KEY_IDENTIFIER, AuthorityKeyIdentifier)?.keyIdentifier
  if (constraints !== undefined && !basic?.cA) throw malformed('it has name constraints and is not an authority')
  return {
    der,
    signed: new Uint8Array(tbsCertificateRaw),
    signature: new Uint8Array(signatureValue),
    // The algorithms we know have no parameters (RFC 5758 section 3.2).
    signatureAlgorithm: signatureAlgorithm.parameters == null ? (SIGNATURES.get(signatureAlgorithm.algorithm) ?? null) : null,
    publicKey: new Uint8Array(AsnConvert.serialize(tbs.subjectPublicKeyInfo)),
    keyAlgorithm: keyAlgorithm(tbs.subjectPublicKeyInfo.algorithm),
    issuer,
    subject,
    selfIssued: sameName(issuer, subject),
    notBefore: seconds(tbs.validity.notBefore.getTime()),
    notAfter: seconds(tbs.validity.notAfter.getTime()),
    names: [...subjectNames(subject), ...alternativeNames],
    alternativeNames,
    authority: basic?.cA ? { pathLength: Number(basic.pathLenConstraint ?? Number.POSITIVE_INFINITY) } : null,
    keyUsage: usage === undefined ? null : new Set<string>(usage.toJSON()),
    extendedKeyUsage: extended === undefined ? null : [...extended],
    nameConstraints: constraints === undefined ? null : nameConstraints(constraints),
    authorityKeyIdentifier: keyIdentifier === undefined ? null : base64url.encode(new Uint8Array(keyIdentifier.buffer)),
    unknownCritical: [...extensions.values()]
      .filter(({ critical, extnID }) => critical && !PROCESSED.has(extnID))
      .map(({ extnID }) => extnID),
  }
}

/**
 * Decodes, and encodes again to compare: the library forgives much (other encodings than DER, bytes after the end, list
 * elements it cannot read, which it drops), and a rule on a dropped element would be a rule not applied.
 */
function decode<T>(der: Uint8Array<ArrayBuffer>, kind: new () => T, what: string): T {
  let value: T
  let again: Uint8Array
  try {
    value = AsnConvert.parse(der, kind)
    again = new Uint8Array(AsnConvert.serialize(value))
  } catch {
    throw malformed(`its ${what} cannot be read`)
  }
  if (again.length !== der.length || again.some((byte, index) => byte !== der[index])) throw malformed(`its ${what} is not DER`)
  return value
}

function byNumber(extensions: readonly Extension[]): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>()
  for (const extension of extensions) {
    if (found.has(extension.extnID)) throw malformed('it has the same extension twice')
    found.set(extension.extnID, extension)
  }
  return found
}

function optional<T>(extensions: ReadonlyMap<string, Extension>, number: string, kind: new () => T): T | undefined {
  const extension = extensions.get(number)
  return extension && decode(new Uint8Array(extension.extnValue.buffer), kind, `extension ${number}`)
}

function keyAlgorithm({ algorithm, parameters }: { algorithm: string; parameters?: ArrayBuffer | null }): SignatureAlgorithm | null {
  if (algorithm !== EC_PUBLIC_KEY || parameters == null) return null
  return CURVES.get(new Uint8Array(parameters).toHex()) ?? null
}

function subjectNames(subject: DistinguishedName): SubjectName[] {
  const names: SubjectName[] = subject.parts.length === 0 ? [] : [{ form: 'directory', name: subject }]
  if (subject.parts.some((part) => part.includes(JSON.stringify(EMAIL_ADDRESS)))) names.push({ form: 'email' })
  return names
}

function nameConstraints({ permittedSubtrees, excludedSubtrees }: Asn1NameConstraints): NameConstraints {
  const subtrees = [...(permittedSubtrees ?? []), ...(excludedSubtrees ?? [])]
  if (subtrees.length === 0) throw malformed('its name constraints are empty')
  if (subtrees.some(({ minimum, maximum }) => minimum !== 0 || maximum !== undefined))
    throw malformed('its name constraints have distances')
  return {
    permitted: [...(permittedSubtrees ?? [])].map(({ base }) => subjectName(base)),
    excluded: [...(excludedSubtrees ?? [])].map(({ base }) => subjectName(base)),
  }
}

function seconds(time: Date): number {
  const value = time.getTime() / 1000
  if (!Number.isFinite(value)) throw malformed('its validity is not a time')
  return value
}

const malformed = (what: string): CredentialError => new CredentialError('certificate_malformed', what)
