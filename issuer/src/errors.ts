import { RefusedError } from '@symbolon/command-line'
import { Refusal } from '@symbolon/service'

/** Every code of the calls of an institution and of what is published: HTTP status, the section that asks for it, what the caller can do. Rows sorted by code. */
export const ISSUER_CODES = {
  grant_not_allowed: {
    status: 409,
    spec: 'specs/credential-type.md',
    hint: 'offer another credential type; this one does not allow the grant',
  },
  grant_not_supported: {
    status: 400,
    spec: 'OpenID4VCI 1.0 section 4.1.1',
    hint: 'leave grant away, or ask for pre-authorized_code or authorization_code',
  },
  issuance_not_found: { status: 404, spec: 'issuer/README.md', hint: 'there is no such issuance; search for it' },
  offer_forgotten: {
    status: 409,
    spec: 'issuer/README.md',
    hint: 'for whom the offer was is wiped; make a new one with the number of the person',
  },
  offer_not_found: { status: 404, spec: 'issuer/README.md', hint: 'there is no such offer, or it is forgotten after 30 days' },
  offer_used: { status: 409, spec: 'issuer/README.md', hint: 'a credential was issued for this offer; change the status of the issuance' },
  part_not_found: { status: 404, spec: 'specs/bundle.md', hint: 'the bundle has no such part any more; fetch the manifest again' },
  revocation_final: { status: 409, spec: 'EUDI ARF 3.0 VCR_04', hint: 'what was revoked stays revoked; issue anew instead' },
  right_ended: { status: 409, spec: 'specs/credential-type.md', hint: 'the right, or its document, has ended; there is nothing to issue' },
  source_data_invalid: { status: 409, spec: 'specs/credential-type.md', hint: 'correct the data in the source, its query or its mapping' },
  status_list_not_found: {
    status: 404,
    spec: 'Token Status List section 8.1',
    hint: 'there is no such status list; take its address from a credential',
  },
  status_not_published: {
    status: 409,
    spec: 'specs/credential-type.md',
    hint: 'credentials of this type carry no status; they end within a day',
  },
  subject_not_found: { status: 404, spec: 'issuer/README.md', hint: 'the source has nothing about this person for this credential type' },
  suspension_not_allowed: {
    status: 409,
    spec: 'specs/credential-type.md',
    hint: 'credentials of this type are valid or revoked, never suspended',
  },
  type_not_found: { status: 404, spec: 'issuer/README.md', hint: 'there is no such credential type here; the issuer metadata lists them' },
} as const satisfies Record<string, { status: number; spec: string; hint: string }>

export type IssuerCode = keyof typeof ISSUER_CODES

/** A request that is refused with a code of the table; without a description of its own it says the hint. */
export const refused = (code: IssuerCode, description: string = ISSUER_CODES[code].hint): Refusal =>
  new Refusal(ISSUER_CODES[code].status, code, description)

/** Every code of the command line's own. Rows sorted by code. */
export const ISSUER_COMMAND_CODES = {
  accreditation_ended: { spec: 'EBSI Trust Model', hint: 'ask its accreditor for a new one' },
  accreditation_of_other: {
    spec: 'EBSI Trust Model',
    hint: 'bring the accreditation whose subject is the DID that `symbolon-issuer keys ebsi` shows',
  },
  answer_malformed: { spec: 'issuer/README.md', hint: 'what answers there is no issuer; name another address with ISSUER_URL' },
  identity_missing: { spec: 'issuer/README.md', hint: 'make one with `symbolon-issuer keys ebsi create --registry URL`' },
  identity_not_registered: {
    spec: 'EBSI DID Registry v5',
    hint: 'register it with `symbolon-issuer keys ebsi create --onboarding FILE`',
  },
  identity_of_other_registry: {
    spec: 'issuer/README.md',
    hint: 'leave --registry away, or make another identity in another folder (ISSUER_EBSI_FOLDER)',
  },
  identity_registered: {
    spec: 'issuer/README.md',
    hint: 'go on with `symbolon-issuer keys ebsi accredit FILE`, or make another in another folder (ISSUER_EBSI_FOLDER)',
  },
  identity_unknown_to_registry: {
    spec: 'EBSI DID Registry v5',
    hint: 'look whether the registry is the right one; if it lost its records, enter the DID again with `symbolon-issuer keys ebsi create --onboarding FILE`',
  },
  issuer_unreachable: { spec: 'issuer/README.md', hint: 'start it with `symbolon-issuer serve`, or name another address with ISSUER_URL' },
  onboarding_of_other: {
    spec: 'EBSI Trust Model',
    hint: 'ask an accreditor for a VerifiableAuthorisationToOnboard for the DID that `symbolon-issuer keys ebsi` shows',
  },
  trust_credential_malformed: { spec: 'EBSI Trust Model', hint: 'bring the VC-JWT as its accreditor gave it, whole and alone in the file' },
  veramo_missing: {
    spec: 'issuer/README.md',
    hint: 'install it beside the issuer: npm install @veramo/core@7 @veramo/did-manager@7 @veramo/key-manager@7',
  },
} as const satisfies Record<string, { spec: string; hint: string }>

/** A command that cannot be done (exit 1), with the hint of its code. */
export const commandRefused = (code: keyof typeof ISSUER_COMMAND_CODES, message: string): RefusedError =>
  new RefusedError(code, message, ISSUER_COMMAND_CODES[code].hint)
