import { SD_JWT_ERRORS, type SdJwtCode } from '@symbolon/sd-jwt'

/** The codes of this package, for malformed artefacts and for checks: the section that asks for it, and what to do. Rows sorted by code. */
export const CREDENTIAL_CODES = {
  algorithm_not_for_key: { spec: 'RFC 7515 section 4.1.1', hint: 'refuse it: it is not signed with the kind of key it names' },
  anchor_for_other_purpose: { spec: 'README, Trust', hint: 'refuse it, or give its anchor an entry for this purpose in the trust file' },
  binding_not_checked: { spec: 'RFC 9901 section 7.3', hint: 'give both the audience and the nonce that you asked with' },
  bundle_altered: { spec: 'specs/bundle.md', hint: 'fetch the bundle again; a content is not the one that was signed for' },
  bundle_clock_behind: {
    spec: 'specs/bundle.md',
    hint: 'check the clock of this machine: it says a time before a bundle that was seen here',
  },
  bundle_expired: { spec: 'specs/bundle.md', hint: 'fetch a newer bundle' },
  bundle_from_the_future: { spec: 'specs/bundle.md', hint: 'check the clock of this machine' },
  bundle_incomplete: { spec: 'specs/bundle.md', hint: 'take the whole bundle, as its issuer serves it at /bundle' },
  bundle_issuer_taken: {
    spec: 'specs/bundle.md',
    hint: 'name whoever merges with --issuer URL: the merged bundle cannot be of the issuer of one that goes in',
  },
  bundle_malformed: { spec: 'specs/bundle.md', hint: 'fetch the bundle again; the file is cut off or is not a bundle' },
  bundle_memory_malformed: {
    spec: 'specs/bundle.md',
    hint: 'look who changed bundles.json in the data folder; without the file the memory begins anew',
  },
  bundle_memory_missing: { spec: 'specs/bundle.md', hint: 'give a data folder that can be written, with --home or SYMBOLON_HOME' },
  bundle_newest_seen: { spec: 'specs/bundle.md', hint: 'nothing to do' },
  bundle_not_trusted: { spec: 'specs/bundle.md', hint: 'add the signer of the bundle to the trust file, after comparing its fingerprint' },
  bundle_older_than_seen: { spec: 'specs/bundle.md', hint: 'use the newer bundle that was seen here, or fetch one' },
  bundle_parts_differ: { spec: 'specs/bundle.md', hint: 'leave out one of the two bundles: both cannot be right about the same thing' },
  bundle_source_repeated: { spec: 'specs/bundle.md', hint: 'leave out the older one' },
  bundle_trusted: { spec: 'specs/bundle.md', hint: 'nothing to do' },
  certificate_algorithm_not_allowed: {
    spec: 'RFC 5280 section 4.1.1.2',
    hint: 'ask the issuer for certificates with P-256, P-384 or P-521 keys, signed with the SHA-2 of the same size',
  },
  certificate_anchor_in_chain: { spec: 'HAIP 1.0 section 6.1.1', hint: 'ask the issuer to leave the anchor out of x5c' },
  certificate_expired: { spec: 'RFC 5280 section 6.1.3', hint: 'ask the issuer to sign with a certificate that is valid' },
  certificate_extended_key_usage: { spec: 'RFC 5280 section 4.2.1.12', hint: 'ask the issuer for a certificate made for this purpose' },
  certificate_extension_unknown: {
    spec: 'RFC 5280 section 6.1.4',
    hint: 'ask the issuer for a certificate without critical extensions of its own',
  },
  certificate_for_ca: {
    spec: 'RFC 5280 section 4.2.1.9',
    hint: 'ask the issuer to sign with a certificate of its own instead of that of an authority',
  },
  certificate_issuer_wrong: {
    spec: 'RFC 5280 section 6.1.3',
    hint: 'ask the issuer for its certificates in order, each certified by the next',
  },
  certificate_key_unusable: { spec: 'RFC 5280 section 4.1.2.7', hint: 'ask the issuer for a new certificate' },
  certificate_key_usage: { spec: 'RFC 5280 section 4.2.1.3', hint: 'ask the issuer for a certificate whose key may be used like this' },
  certificate_malformed: { spec: 'RFC 5280 section 4.1', hint: 'ask the issuer for a new certificate' },
  certificate_name_not_permitted: { spec: 'RFC 5280 section 4.2.1.10', hint: 'refuse it: the authority above may not certify this name' },
  certificate_not_ca: { spec: 'RFC 5280 section 6.1.4', hint: 'refuse it: one of the certificates may not certify others' },
  certificate_not_yet_valid: { spec: 'RFC 5280 section 6.1.3', hint: 'check the clock of this machine, or wait' },
  certificate_path_too_long: { spec: 'RFC 5280 section 6.1.4', hint: 'refuse it: the authority above allows fewer authorities below it' },
  certificate_self_signed: { spec: 'HAIP 1.0 section 6.1.1', hint: 'ask the issuer for a certificate from an authority' },
  certificate_signature_wrong: {
    spec: 'RFC 5280 section 6.1.3',
    hint: 'refuse it: one of the certificates was changed or not signed by the authority it names',
  },
  chain_malformed: { spec: 'RFC 7515 section 4.1.6', hint: 'ask the issuer for a credential whose x5c holds certificates, leaf first' },
  chain_missing: { spec: 'HAIP 1.0 section 6.1.1', hint: 'ask the issuer for a credential that carries its certificates in x5c' },
  chain_too_long: { spec: 'RFC 5280 section 6.1', hint: 'ask the issuer for a chain of at most eight certificates' },
  challenge_expired: { spec: 'specs/code.md', hint: 'make a new challenge' },
  challenge_malformed: { spec: 'specs/code.md', hint: 'ask for a new challenge, and scan it whole' },
  challenge_not_trusted: { spec: 'specs/code.md', hint: 'show nothing, or say that you accept an unknown asker' },
  claim_against_type: { spec: 'specs/credential-type.md', hint: 'ask the issuer for a credential as its type wants it' },
  claim_concealed: { spec: 'SD-JWT VC draft 19 section 5.6.4', hint: 'ask the issuer for a credential as its type wants it' },
  claim_not_concealed: { spec: 'SD-JWT VC draft 19 section 5.6.4', hint: 'ask the issuer for a credential as its type wants it' },
  code_content_not_known: { spec: 'specs/code.md', hint: 'use a newer reader: what is in this code is of a later version of the format' },
  code_dictionary_not_known: {
    spec: 'specs/code.md',
    hint: 'use a newer reader: this code is written with a dictionary that this one does not have',
  },
  code_does_not_fit: { spec: 'specs/code.md', hint: 'show it online, or hand it over as a file; show fewer claims' },
  code_format_not_held: { spec: 'specs/code.md', hint: 'show it online, or hand it over as a file; codes hold SD-JWT VCs only' },
  code_malformed: { spec: 'specs/code.md', hint: 'scan the code again; it is cut off, or is no code of this format' },
  code_too_large: { spec: 'specs/code.md', hint: 'refuse it: no code of this format is so large' },
  did_document_malformed: { spec: 'DID Core section 5', hint: 'fetch the DID document again; it is damaged, or none' },
  did_document_missing: { spec: 'DID Core section 7.1', hint: 'bring the DID document of the issuer, or a bundle that holds it' },
  did_document_of_other: { spec: 'DID Core section 5.1.1', hint: 'refuse it: that document speaks for somebody else' },
  did_malformed: { spec: 'DID Core section 3.2', hint: 'name a key of P-256, P-384 or P-521 by its DID and the name of the key, DID#name' },
  did_not_issuer: {
    spec: 'VC-JOSE-COSE section 4.1',
    hint: 'refuse it: it is signed with a key of somebody else than it names as its issuer',
  },
  document_key_for_other_use: {
    spec: 'DID Core section 5.3.2',
    hint: 'refuse it: its issuer uses this key for something else than for signing credentials',
  },
  document_key_not_readable: {
    spec: 'DID Core section 5.2',
    hint: 'ask the issuer to sign with a key of P-256, P-384 or P-521 that is its own',
  },
  document_key_unknown: {
    spec: 'VC-JOSE-COSE section 4.2',
    hint: 'refuse it, unless the issuer has renewed its key since: then bring its document of the moment of signing',
  },
  envelope_malformed: {
    spec: 'SD-JWT VC draft 19 section 2.2.2',
    hint: 'ask the issuer for a credential whose named claim has the right form',
  },
  format_not_known: {
    spec: 'OpenID4VCI 1.0 appendix A',
    hint: 'give an SD-JWT VC, the text with ~ in it, or a W3C credential or presentation in a JWT',
  },
  format_not_of_type: { spec: 'specs/credential-type.md', hint: 'ask the issuer for a credential in a format of its type' },
  holder_key_not_expected: { spec: 'specs/credential-type.md', hint: 'refuse it: credentials of this type are never bound to a key' },
  issuer_metadata_malformed: { spec: 'SD-JWT VC draft 19 section 4.2', hint: 'fetch the metadata of the issuer again' },
  issuer_metadata_not_of_issuer: { spec: 'SD-JWT VC draft 19 section 4.3', hint: 'refuse it: that metadata speaks for somebody else' },
  issuer_metadata_without_keys: {
    spec: 'SD-JWT VC draft 19 section 4.2',
    hint: 'ask the issuer to put its keys into the metadata itself (jwks)',
  },
  issuer_not_authorised_for_type: { spec: 'README, Trust', hint: 'refuse it, or add the type to the entry of the trust file' },
  issuer_not_in_certificate: { spec: 'SD-JWT VC draft 19 section 2.5', hint: 'refuse it: the certificate names another issuer' },
  issuer_not_trusted: {
    spec: 'SD-JWT VC draft 19 section 2.5',
    hint: 'refuse it, or add the anchor to the trust file, after comparing its fingerprint',
  },
  issuer_trusted: { spec: 'SD-JWT VC draft 19 section 2.5', hint: 'nothing to do' },
  key_missing: { spec: 'SD-JWT VC draft 19 section 2.5', hint: 'bring the metadata of the issuer, or a bundle that holds it' },
  key_not_in_metadata: {
    spec: 'SD-JWT VC draft 19 section 4.2',
    hint: 'fetch the metadata of the issuer again; it names no such key, or several',
  },
  no_holder_binding: { spec: 'specs/credential-type.md', hint: 'compare the person with an identity document' },
  not_shown_before: { spec: 'specs/code.md', hint: 'nothing to do' },
  period_ended: { spec: 'specs/credential-type.md', hint: 'ask the holder for a newer document' },
  period_malformed: {
    spec: 'specs/credential-type.md',
    hint: 'ask the issuer for a credential that says from when to when it holds, as dates of the calendar',
  },
  period_not_begun: { spec: 'specs/credential-type.md', hint: 'ask again once the period has begun' },
  period_open: { spec: 'specs/credential-type.md', hint: 'nothing to do' },
  period_runs: { spec: 'specs/credential-type.md', hint: 'nothing to do' },
  presentation_of_other: { spec: 'OpenID4VP 1.0 section 8.6', hint: 'refuse it: who shows the credential is not its subject' },
  replay_not_checked: { spec: 'specs/code.md', hint: 'give the verifier a data folder in which it may write' },
  revoked: { spec: 'Token Status List section 7.1', hint: 'refuse it; the holder can ask the issuer why' },
  right_ended: { spec: 'specs/credential-type.md', hint: 'issue nothing: the last day of the right, or of its document, is over' },
  row_malformed: {
    spec: 'specs/credential-type.md',
    hint: 'correct the query or the mapping of the source, in the columns named in the message',
  },
  schema_not_known: { spec: 'VCDM 1.1 section 5.4', hint: 'use a verifier that knows this schema, or ask the issuer which one is meant' },
  schema_not_of_type: { spec: 'VCDM 1.1 section 5.4', hint: 'ask the issuer for a credential that names the schema of its type' },
  shown_before: { spec: 'specs/code.md', hint: 'ask the person for a new code: one is good for one verdict' },
  shown_by_holder: { spec: 'RFC 9901 section 7.3', hint: 'nothing to do' },
  shown_for_other_question: { spec: 'specs/code.md', hint: 'ask the person for a code for this question' },
  shown_to_anybody: { spec: 'specs/code.md', hint: 'it may be a copy: compare the person with an identity document' },
  signature_not_checked: { spec: 'RFC 9901 section 7.1', hint: 'bring what is missing to find the key' },
  signature_valid: { spec: 'RFC 9901 section 7.1', hint: 'nothing to do' },
  status_index_wrong: { spec: 'Token Status List section 8.3', hint: 'refuse it: its place is not in the list it names' },
  status_list_expired: { spec: 'Token Status List section 8.3', hint: 'fetch the status list again' },
  status_list_from_the_future: { spec: 'Token Status List section 8.3', hint: 'check the clock of this machine' },
  status_list_malformed: { spec: 'Token Status List section 5.1', hint: 'fetch the status list again' },
  status_list_missing: { spec: 'Token Status List section 8.3', hint: 'fetch the status list, or a bundle that holds it' },
  status_list_not_trusted: {
    spec: 'Token Status List section 11.3',
    hint: 'see first whether the issuer is trusted; if it is, add the signer of the status list to the trust file, after comparing its fingerprint',
  },
  status_list_of_other: { spec: 'Token Status List section 8.3', hint: 'fetch the status list again; this one is for other credentials' },
  status_list_purpose_wrong: {
    spec: 'Bitstring Status List 1.0 section 3.2',
    hint: 'fetch the status list again; this one is kept for another purpose',
  },
  status_list_signature_wrong: { spec: 'Token Status List section 5.1', hint: 'fetch the status list again; this one was changed' },
  status_mechanism_unknown: {
    spec: 'Token Status List section 6.1',
    hint: 'look up its status by the means it names; it is none that is known here',
  },
  status_missing: {
    spec: 'HAIP 1.0 section 6.1',
    hint: 'refuse it: credentials of this type say where to look up whether they still hold',
  },
  status_not_needed: { spec: 'HAIP 1.0 section 6.1', hint: 'nothing to do' },
  status_not_valid: { spec: 'Token Status List section 7.1', hint: 'refuse it; the holder can ask the issuer what its status means' },
  status_purpose_not_known: {
    spec: 'Bitstring Status List 1.0 section 2.1',
    hint: 'ask the issuer what this status means; only revocation and suspension are known here',
  },
  status_reference_malformed: { spec: 'Token Status List section 6.2', hint: 'ask the issuer for a credential with a well-formed status' },
  status_size_not_known: {
    spec: 'Bitstring Status List 1.0 section 2.1',
    hint: 'ask the issuer what this status means; only entries of one bit are known here',
  },
  status_too_old: { spec: 'Token Status List section 8.3', hint: 'fetch a newer status list or bundle' },
  status_valid: { spec: 'Token Status List section 7.1', hint: 'nothing to do' },
  suspended: { spec: 'Token Status List section 7.1', hint: 'refuse it for now; the holder can ask the issuer why' },
  trust_file_malformed: { spec: 'README, Trust', hint: 'correct the entries named in the message' },
  type_integrity_wrong: {
    spec: 'SD-JWT VC draft 19 section 6',
    hint: 'fetch the bundle again; the description of the type is not the one that was signed for',
  },
  type_known: { spec: 'SD-JWT VC draft 19 section 2.2.2.1', hint: 'nothing to do' },
  type_malformed: { spec: 'specs/credential-type.md', hint: 'correct the files and paths named in the message' },
  type_metadata_missing: { spec: 'SD-JWT VC draft 19 section 5.3', hint: 'fetch a bundle that holds the description of this type' },
  type_metadata_of_other: {
    spec: 'SD-JWT VC draft 19 section 5.2',
    hint: 'refuse it: the description that it was signed with is not that of its type',
  },
  type_not_known: { spec: 'SD-JWT VC draft 19 section 2.2.2.1', hint: 'use a verifier that knows this type' },
  types_not_of_type: { spec: 'VCDM 1.1 section 4.3', hint: 'ask the issuer for a credential with just the types of its kind' },
  valid_now: { spec: 'RFC 7519 section 4.1.5', hint: 'nothing to do' },
  valid_until: { spec: 'RFC 7519 section 4.1.4', hint: 'nothing to do' },
  validity_unlimited: { spec: 'HAIP 1.0 section 6.1', hint: 'ask the issuer for a credential that ends or has a status' },
  vc_claims_differ: { spec: 'VCDM 1.1 section 6.3.1', hint: 'refuse it: the JWT says in a claim something else than the credential in it' },
  vc_forms_mixed: {
    spec: 'VC-JOSE-COSE section 1.1.2.1',
    hint: 'refuse it: it has members of two forms, and readers of each would see something else',
  },
  vc_malformed: { spec: 'VCDM 1.1 section 4', hint: 'ask the issuer for a credential whose named member is there and has the right form' },
  well_formed: { spec: 'RFC 9901 section 7.1', hint: 'nothing to do' },
  zlib_malformed: { spec: 'RFC 1950 section 2.2', hint: 'fetch the status list again; it is cut off or is not compressed as it should be' },
  zlib_too_large: { spec: 'Token Status List section 8.3', hint: 'refuse it: the status list inflates to more than we read' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type CredentialCode = keyof typeof CREDENTIAL_CODES

/** Every code that a report can hold: the fault of an SD-JWT keeps its name. */
export type Code = CredentialCode | SdJwtCode
export const CODES: Readonly<Record<Code, { readonly spec: string; readonly hint: string }>> = { ...SD_JWT_ERRORS, ...CREDENTIAL_CODES }

/** A malformed artefact: `code` says which rule it breaks, `detail` where; neither holds claim values, keys or tokens. */
export class CredentialError extends Error {
  readonly code: CredentialCode
  constructor(code: CredentialCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`)
    this.name = 'CredentialError'
    this.code = code
  }
}
