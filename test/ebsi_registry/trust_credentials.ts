import { randomUUID } from 'node:crypto'
import { type Identity, signJwt } from './identity.ts'
import { attributeUrl, type State, schemaUrl } from './state.ts'

const ATTESTATION_SCHEMA = 'z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM'
const ACCREDITATION_SCHEMA = 'zDeJstYXMhqtDCocKhXbKMJSFJgChXeV7hqeRVNkLv1xh'
/** Of 2022-11: the one that the live root names, and does not satisfy. */
const ROOT_SCHEMA = 'zjVFNvbEBPAr3a724DttioZpgZmNr75BBtRzZqk7pkDe'
const BELGIUM = 'https://publications.europa.eu/resource/authority/atu/BEL'
const YEAR = 365 * 24 * 60 * 60

/** What a subject is accredited for; `schemaId` is an address of a schema; the jurisdiction is Belgium unless said (facts, 5). */
export interface AccreditedFor {
  readonly schemaId: string
  readonly types: readonly string[]
  readonly limitJurisdiction?: string | readonly string[]
}

interface Content {
  /** Without the two that every credential has. */
  readonly types: readonly string[]
  readonly subject: Readonly<Record<string, unknown>> & { readonly id: string }
  /** The issuer's own accrediting attribute; null: none is named. */
  readonly under: string | null
  readonly status?: object
  readonly schema?: string
  /** Seconds from now. */
  readonly lifetime?: number
}

/** A VC-JWT of VCDM 1.1 as EBSI profiles it (facts, 7.1), by the issuer's P-256 key. */
export function attest({ origin, now }: State, issuer: Identity, content: Content): string {
  const { types, subject, under, status, schema = schemaUrl(origin, ATTESTATION_SCHEMA), lifetime = 5 * YEAR } = content
  const iat = now()
  const exp = iat + lifetime
  const text = (time: number): string => new Date(time * 1000).toISOString().replace('.000Z', 'Z')
  const id = `urn:uuid:${randomUUID()}`
  const vc = {
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    id,
    type: ['VerifiableCredential', 'VerifiableAttestation', ...types],
    issuer: issuer.did,
    issuanceDate: text(iat),
    issued: text(iat),
    validFrom: text(iat),
    expirationDate: text(exp),
    credentialSubject: subject,
    credentialSchema: { id: schema, type: 'FullJsonSchemaValidator2021' },
    ...(status === undefined ? {} : { credentialStatus: status }),
    ...(under === null ? {} : { termsOfUse: { id: attributeUrl(origin, issuer.did, under), type: 'IssuanceCertificate' } }),
  }
  const kid = `${issuer.did}#${issuer.signingKey.kid}`
  return signJwt(issuer.signingKey, { kid }, { iss: issuer.did, sub: subject.id, jti: id, iat, nbf: iat, exp, vc })
}

/** `VerifiableAuthorisationToOnboard` for a DID that is not registered yet. */
export const authorisationToOnboard = (state: State, issuer: Identity, under: string | null, did: string): string =>
  attest(state, issuer, { types: ['VerifiableAuthorisationToOnboard'], subject: { id: did }, under })

/** The types of the credential for each role. */
const ROLE_TYPES = {
  RootTAO: ['VerifiableAuthorisationForTrustChain'],
  TAO: ['VerifiableAccreditation', 'VerifiableAccreditationToAccredit'],
  TI: ['VerifiableAccreditation', 'VerifiableAccreditationToAttest'],
} as const

export type Role = keyof typeof ROLE_TYPES
export const ROLES = Object.keys(ROLE_TYPES) as Role[]

export interface Accreditation {
  readonly did: string
  readonly role: Role
  /** The id reserved for it, 64 hex digits. */
  readonly attributeId: string
  readonly accreditedFor: readonly AccreditedFor[]
}

/** The accreditation credential of a role; that of a root lists nothing, for it covers everything. */
export function accreditation(
  state: State,
  issuer: Identity,
  under: string | null,
  { did, role, attributeId, accreditedFor }: Accreditation,
): string {
  const isRoot = role === 'RootTAO'
  // The schema asks for a jurisdiction.
  const limited = accreditedFor.map((one) => ({ limitJurisdiction: BELGIUM, ...one }))

  return attest(state, issuer, {
    types: ROLE_TYPES[role],
    subject: { id: did, reservedAttributeId: attributeId, ...(isRoot ? {} : { accreditedFor: limited }) },
    under,
    schema: schemaUrl(state.origin, isRoot ? ATTESTATION_SCHEMA : ACCREDITATION_SCHEMA),
    status: { id: attributeUrl(state.origin, did, attributeId), type: 'EbsiAccreditationEntry' },
  })
}

/** What the office says of itself, in the shape of the live root: it attests authorisations for trust chains. */
export function officeAccreditation(state: State, office: Identity, attributeId: string): string {
  const types = ['VerifiableCredential', 'VerifiableAttestation', 'VerifiableAuthorisationForTrustChain']
  const accreditedFor = [{ schemaId: schemaUrl(state.origin, ATTESTATION_SCHEMA), types }]
  return attest(state, office, {
    types: ROLE_TYPES.TI,
    subject: { id: office.did, reservedAttributeId: attributeId, accreditedFor },
    under: null,
    schema: schemaUrl(state.origin, ROOT_SCHEMA),
  })
}
