/** What this package throws: the section that asks for it, and what to do. Rows sorted by code. */
export const EBSI_ERRORS = {
  accreditation_revoked: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'ask the accreditor why it took it back, and for a new accreditation: this one cannot be entered again',
  },
  authorisation_refused: {
    spec: 'EBSI Authorisation v4, token endpoint',
    hint: 'bring an authorisation that fits the wish: the service says why it gives no access token',
  },
  did_ebsi_base58: {
    spec: 'EBSI DID Method, Legal entities',
    hint: 'compare it with the registry: it holds a character that base58 does not have',
  },
  did_ebsi_empty: { spec: 'EBSI DID Method, Legal entities', hint: 'give the whole DID: nothing stands after the z' },
  did_ebsi_leading_zero: {
    spec: 'EBSI DID Method, Legal entities',
    hint: 'give the DID as the registry has it: with bytes of zero before it one entity would have many names',
  },
  did_ebsi_length: { spec: 'EBSI DID Method, Legal entities', hint: 'give the whole DID: it is made of a version and 16 bytes' },
  did_ebsi_method: { spec: 'EBSI DID Method, Legal entities', hint: 'give a DID that begins with did:ebsi:, in lower case' },
  did_ebsi_multibase: { spec: 'EBSI DID Method, Legal entities', hint: 'give a DID whose identifier begins with z' },
  did_ebsi_url: { spec: 'DID Core section 3.2', hint: 'give the DID alone, without the name of a key, a path or a query' },
  did_ebsi_version: {
    spec: 'EBSI DID Method, Legal entities',
    hint: 'give a DID of version 1; natural persons have a did:key today',
  },
  did_key_other_codec: {
    spec: 'EBSI DID Method, Natural persons',
    hint: 'give a did:key of a JWK (jwk_jcs-pub), as EBSI asks for; one of the bare point is none',
  },
  did_not_registered: { spec: 'EBSI DID Registry v5', hint: 'onboard the identity first' },
  did_registered_by_other: {
    spec: 'EBSI DID Registry v5',
    hint: 'make a new identity: the registry has this DID, but not with this key for the ledger',
  },
  document_not_as_known: {
    spec: 'EBSI DID Registry v5, updateBaseDocument',
    hint: 'compare the document with what you know of it; then write @context and service whole, with updateBaseDocument',
  },
  key_of_other_kind: {
    spec: 'EBSI DID Method, Legal entities',
    hint: 'make the key again in another store: this one is not on the curve that was asked for',
  },
  onboarding_incomplete: {
    spec: 'EBSI DID Registry v5',
    hint: 'repeat it with the identity that the error names; it goes on where it stopped',
  },
  receipt_missing: {
    spec: 'EBSI Ledger v4, eth_getTransactionReceipt',
    hint: 'repeat the call later: it looks first at what the registry has',
  },
  registry_address_malformed: { spec: 'EBSI Registries', hint: 'give the root of the registries as https://host, or http on this machine' },
  registry_answer_malformed: { spec: 'EBSI Registries', hint: 'try again; the registry does not answer as its description says' },
  registry_answer_of_other: { spec: 'EBSI Registries', hint: 'refuse it: the registry answers about something else than was asked' },
  registry_content_type: { spec: 'EBSI Registries', hint: 'look whether the address is that of a registry' },
  registry_failed: { spec: 'EBSI Registries', hint: 'try again later; the registry could not answer' },
  registry_link_elsewhere: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'do not use this registry: one of its pages points to another place than the list itself',
  },
  registry_not_found: { spec: 'EBSI Registries', hint: 'register it first, or look whether the name is right' },
  registry_not_updated: { spec: 'EBSI Registries', hint: 'repeat the call: the ledger says it is written, the registry does not have it' },
  registry_redirected: { spec: 'EBSI Registries', hint: 'give the address that the registry has now; redirects are not followed' },
  registry_refused: { spec: 'EBSI Registries, JSON-RPC', hint: 'correct what the registry says is wrong' },
  registry_too_large: { spec: 'EBSI Registries', hint: 'refuse it: no answer of a registry is so large' },
  registry_too_slow: { spec: 'EBSI Registries', hint: 'try again later, or allow more time' },
  registry_unreachable: { spec: 'EBSI Registries', hint: 'look whether the address is right and the network is there' },
  schema_reference_unknown: {
    spec: 'EBSI Trusted Schemas Registry v3',
    hint: 'bring the files that the schema names; one of them is not there, or they name each other in a circle',
  },
  service_malformed: { spec: 'DID Core section 5.4', hint: 'give the service an id of its own, a type and a serviceEndpoint' },
  transaction_malformed: { spec: 'EBSI Registries, JSON-RPC', hint: 'sign nothing; the registry did not answer with a transaction' },
  transaction_not_as_asked: {
    spec: 'EBSI Registries, JSON-RPC',
    hint: 'sign nothing; the registry wants another transaction signed than was asked for',
  },
  transaction_reverted: { spec: 'EBSI Ledger v4, eth_getTransactionReceipt', hint: 'correct what the contract says is wrong' },
  transaction_signed_otherwise: { spec: 'EIP-155', hint: 'look at the key: what it signed is not the transaction it was given' },
  update_not_possible: {
    spec: 'EBSI DID Registry v5, updateBaseDocument',
    hint: 'change keys with addKey and removeKey; only services and contexts can be written like this',
  },
} as const satisfies Record<string, { spec: string; hint: string }>

export type EbsiCode = keyof typeof EBSI_ERRORS

/** A refusal of this package: `code` says which rule is broken, `detail` where; neither holds what was refused. */
export class EbsiError extends Error {
  readonly code: EbsiCode
  constructor(code: EbsiCode, detail?: string, cause?: unknown) {
    super(detail === undefined ? code : `${code}: ${detail}`, cause === undefined ? undefined : { cause })
    this.name = 'EbsiError'
    this.code = code
  }
}

/** What walking from an issuer to a root can find: a report names one of them. Rows sorted by code; their sentences are in words/. */
export const CHAIN_CODES = {
  accreditation_attribute_mismatch: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'refuse it: an accreditation stands in an attribute that was reserved for another one',
  },
  accreditation_expired: {
    spec: 'EBSI Trust Model, Accreditation',
    hint: 'ask the issuer to have its accreditation renewed; one above it has ended',
  },
  accreditation_issuer_mismatch: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'refuse it: an accreditation is signed by somebody else than the registry says',
  },
  accreditation_key_purpose: {
    spec: 'DID Core section 5.3.2',
    hint: 'refuse it: an accreditation is signed with a key that is for something else',
  },
  accreditation_key_unknown: {
    spec: 'EBSI DID Registry v5',
    hint: 'bring the DID document of the accreditor of the moment of signing: a bundle of `bundle fetch --ebsi` holds it',
  },
  accreditation_malformed: {
    spec: 'EBSI Trust Model, Accreditation',
    hint: 'refuse it: what the registry has is no accreditation, or one without all its members',
  },
  accreditation_not_yet_valid: { spec: 'EBSI Trust Model, Accreditation', hint: 'check the clock of this machine, or wait' },
  accreditation_signature: {
    spec: 'EBSI Trust Model, Accreditation',
    hint: 'refuse it: an accreditation was changed, or not signed by its accreditor with ES256',
  },
  accreditation_status_unknown: {
    spec: 'EBSI Trust Model, Accreditation',
    hint: 'ask the accreditor: it says in a way that is not read here whether an accreditation still holds',
  },
  accreditation_subject_mismatch: { spec: 'EBSI Trust Model, Accreditation', hint: 'refuse it: an accreditation is about somebody else' },
  anchor_not_trusted: {
    spec: 'README, Trust',
    hint: 'refuse it, or add the root to the trust file (did, for credential), after comparing its DID',
  },
  attribute_absent: { spec: 'EBSI Trusted Issuers Registry v5', hint: 'refuse it: the registry has no such accreditation, or no longer' },
  attribute_empty: { spec: 'EBSI Trusted Issuers Registry v5', hint: 'ask the issuer to put its accreditation into the registry' },
  attribute_hash_mismatch: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'refuse it: the record was changed after the registry took it in',
  },
  attribute_malformed: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'fetch the records of the registry again; one of them cannot be read',
  },
  attribute_of_other: { spec: 'EBSI Trusted Issuers Registry v5', hint: 'refuse it: the record is about somebody else than was asked for' },
  attribute_revoked: { spec: 'EBSI Trusted Issuers Registry v5', hint: 'refuse it: an accreditation was taken back' },
  attribute_role_undefined: { spec: 'EBSI Trusted Issuers Registry v5', hint: 'refuse it: the registry gives no role that is known' },
  attribute_unknown: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'fetch a bundle that holds the records of this issuer and of those above it: `bundle fetch --ebsi`',
  },
  chain_cycle: { spec: 'EBSI Trust Model, Trust chain', hint: 'refuse it: accreditations lead back to themselves' },
  chain_too_deep: { spec: 'EBSI Trust Model, Trust chain', hint: 'refuse it, or allow longer chains in the settings of the verifier' },
  chain_trusted: { spec: 'EBSI Trust Model, Trust chain', hint: 'nothing to do' },
  evidence_stale: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'fetch the records of the registry again: they are older than is allowed here, or nobody knows how old',
  },
  issuer_not_did_ebsi: { spec: 'EBSI Trust Model, Trusted Issuer', hint: 'refuse it, or add its issuer itself to the trust file' },
  jurisdiction_not_covered: {
    spec: 'EBSI Trust Model, Accreditation',
    hint: 'refuse it: its issuer, or one above it, is not accredited for this jurisdiction',
  },
  list_issuer_mismatch: {
    spec: 'Bitstring Status List 1.0 section 3.2',
    hint: 'refuse it: the status list is signed by somebody else than the issuer',
  },
  role_mismatch: { spec: 'EBSI Trusted Issuers Registry v5', hint: 'refuse it: the registry gives another role than the accreditation' },
  role_too_low: { spec: 'EBSI Trust Model, Trust chain', hint: 'refuse it: somebody accredits who may only issue' },
  root_mismatch: {
    spec: 'EBSI Trusted Issuers Registry v5',
    hint: 'refuse it: the records name different roots, or another than the one at the end',
  },
  schema_not_covered: {
    spec: 'EBSI Trust Model, Accreditation',
    hint: 'refuse it: its issuer is accredited for this type with another schema',
  },
  scope_widened: { spec: 'EBSI Trust Model, Trust chain', hint: 'refuse it: an accreditor gives more than it was given' },
  terms_of_use_ambiguous: {
    spec: 'EBSI Trust Model, Terms of use',
    hint: 'refuse it: it names several accreditations of its issuer, and none leads to a root that is trusted',
  },
  terms_of_use_missing: { spec: 'EBSI Trust Model, Terms of use', hint: 'refuse it: it does not say by which accreditation it was issued' },
  terms_of_use_not_registry: {
    spec: 'EBSI Trust Model, Terms of use',
    hint: 'refuse it: it names an accreditation outside the registries that are trusted; if its network should count, set SYMBOLON_EBSI_REGISTRIES',
  },
  terms_of_use_other_did: { spec: 'EBSI Trust Model, Terms of use', hint: 'refuse it: it names the accreditation of somebody else' },
  type_not_covered: { spec: 'EBSI Trust Model, Accreditation', hint: 'refuse it: its issuer is not accredited for this type' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type ChainCode = keyof typeof CHAIN_CODES
