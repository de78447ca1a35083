/** Every code a malformed artefact or a check of this package can give: the section that asks for it, and what to do. Rows sorted by code. */
export const CREDENTIAL_CODES = {
  algorithm_not_accepted: { spec: 'RFC 9901 section 7.1', hint: 'ask the issuer for a credential signed with ES256, ES384 or ES512' },
  audience_wrong: { spec: 'RFC 9901 section 7.3', hint: 'ask the holder to show it again, to you' },
  binding_not_checked: { spec: 'RFC 9901 section 7.3', hint: 'give both the audience and the nonce that you asked with' },
  bundle_altered: { spec: 'specs/bundle.md', hint: 'fetch the bundle again; a content is not the one that was signed for' },
  bundle_expired: { spec: 'specs/bundle.md', hint: 'fetch a newer bundle' },
  bundle_from_the_future: { spec: 'specs/bundle.md', hint: 'check the clock of this machine' },
  bundle_malformed: { spec: 'specs/bundle.md', hint: 'fetch the bundle again; the file is cut off or is not a bundle' },
  bundle_not_trusted: { spec: 'specs/bundle.md', hint: 'add the signer of the bundle to the trust file, after comparing its fingerprint' },
  bundle_trusted: { spec: 'specs/bundle.md', hint: 'nothing to do' },
  claim_concealed: { spec: 'SD-JWT VC draft 19 section 5.6.4', hint: 'ask the issuer for a credential as its type wants it' },
  claim_not_concealed: { spec: 'SD-JWT VC draft 19 section 5.6.4', hint: 'ask the issuer for a credential as its type wants it' },
  claim_not_there: { spec: 'OpenID4VCI 1.0 appendix C', hint: 'choose one of the claims that `show` lists' },
  critical_header_not_known: {
    spec: 'RFC 7515 section 4.1.11',
    hint: 'ask the issuer for a credential without critical header parameters',
  },
  envelope_concealed: {
    spec: 'SD-JWT VC draft 19 section 2.2.2.3',
    hint: 'refuse it: its validity, type or issuer was hidden in a disclosure',
  },
  envelope_malformed: {
    spec: 'SD-JWT VC draft 19 section 2.2.2',
    hint: 'ask the issuer for a credential whose named claim has the right form',
  },
  expired: { spec: 'RFC 7519 section 4.1.4', hint: 'ask the holder to refresh the credential' },
  format_not_known: { spec: 'SD-JWT VC draft 19 section 2.2', hint: 'give an SD-JWT VC, the text with ~ in it' },
  format_not_of_type: { spec: 'specs/credential-type.md', hint: 'ask the issuer for a credential in a format of its type' },
  holder_key_malformed: { spec: 'RFC 7800 section 3.2', hint: 'ask the issuer for a credential with a usable holder key' },
  holder_key_missing: { spec: 'RFC 9901 section 7.3', hint: 'refuse it: credentials of this type are bound to a key' },
  holder_key_not_expected: { spec: 'specs/credential-type.md', hint: 'refuse it: credentials of this type are never bound to a key' },
  key_binding_in_future: { spec: 'RFC 9901 section 7.3', hint: 'compare the clocks of both devices and ask the holder to show it again' },
  key_binding_malformed: { spec: 'RFC 9901 section 4.3', hint: 'ask the holder to show it again' },
  key_binding_missing: { spec: 'RFC 9901 section 7.3', hint: 'ask the holder to show it from the wallet that holds its key' },
  key_binding_not_for_this: {
    spec: 'RFC 9901 section 4.3.1',
    hint: 'ask the holder to show it again; what was disclosed was changed afterwards',
  },
  key_binding_signature_wrong: { spec: 'RFC 9901 section 7.3', hint: 'refuse it: whoever shows it does not have the key of the holder' },
  key_binding_too_old: { spec: 'RFC 9901 section 7.3', hint: 'ask the holder to show it again, now' },
  no_holder_binding: { spec: 'specs/credential-type.md', hint: 'compare the person with an identity document' },
  nonce_wrong: { spec: 'RFC 9901 section 7.3', hint: 'ask the holder to show it again, for your present question' },
  not_yet_valid: { spec: 'RFC 7519 section 4.1.5', hint: 'check the clock of this machine, or wait' },
  period_ended: { spec: 'specs/credential-type.md', hint: 'ask the holder for a newer document' },
  period_not_begun: { spec: 'specs/credential-type.md', hint: 'ask again once the period has begun' },
  period_open: { spec: 'specs/credential-type.md', hint: 'nothing to do' },
  period_runs: { spec: 'specs/credential-type.md', hint: 'nothing to do' },
  shown_by_holder: { spec: 'RFC 9901 section 7.3', hint: 'nothing to do' },
  signature_not_checked: { spec: 'RFC 9901 section 7.1', hint: 'bring what is missing to find the key' },
  signature_valid: { spec: 'RFC 9901 section 7.1', hint: 'nothing to do' },
  signature_wrong: { spec: 'RFC 9901 section 7.1', hint: 'refuse it: it was changed, or never signed by that issuer' },
  trust_file_malformed: { spec: 'README, Trust', hint: 'correct the entries named in the message' },
  typ_not_accepted: { spec: 'SD-JWT VC draft 19 section 2.2.1', hint: 'ask the issuer for a credential with typ dc+sd-jwt' },
  type_integrity_wrong: {
    spec: 'SD-JWT VC draft 19 section 6',
    hint: 'fetch the bundle again; the description of the type is not the one that was signed for',
  },
  type_known: { spec: 'SD-JWT VC draft 19 section 2.2.2.1', hint: 'nothing to do' },
  type_malformed: { spec: 'specs/credential-type.md', hint: 'correct the files and paths named in the message' },
  type_metadata_missing: { spec: 'SD-JWT VC draft 19 section 5.3', hint: 'fetch a bundle that holds the description of this type' },
  type_not_known: { spec: 'SD-JWT VC draft 19 section 2.2.2.1', hint: 'use a verifier that knows this type' },
  valid_now: { spec: 'RFC 7519 section 4.1.5', hint: 'nothing to do' },
  valid_until: { spec: 'RFC 7519 section 4.1.4', hint: 'nothing to do' },
  validity_unlimited: { spec: 'HAIP 1.0 section 6.1', hint: 'ask the issuer for a credential that ends or has a status' },
  well_formed: { spec: 'RFC 9901 section 7.1', hint: 'nothing to do' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type CredentialCode = keyof typeof CREDENTIAL_CODES

/** A malformed artefact: `code` says which rule it breaks, `detail` where; neither holds claim values, keys or tokens. */
export class CredentialError extends Error {
  readonly code: CredentialCode
  constructor(code: CredentialCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`)
    this.name = 'CredentialError'
    this.code = code
  }
}
