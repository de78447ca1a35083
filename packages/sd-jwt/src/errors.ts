/** Every fault this package reports: where the rule stands, and what is wrong or what to do. */
export const SD_JWT_ERRORS = {
  algorithm_not_allowed: {
    spec: 'RFC 9901 section 7.1 (2.1)',
    hint: 'The signature algorithm is not one of those that are accepted here; `none` never is.',
  },
  audience_wrong: { spec: 'RFC 7519 section 4.1.3', hint: 'The SD-JWT is addressed (`aud`) to somebody else.' },
  base64url_malformed: {
    spec: 'RFC 7515 section 2',
    hint: 'Use base64url without padding, white space, `+`, `/` or spare bits that are not zero.',
  },
  claim_malformed: { spec: 'RFC 7519 section 4.1', hint: 'A registered claim does not have the type its definition asks for.' },
  claim_missing: { spec: 'RFC 9901 section 7.1 (6)', hint: 'A claim without which the SD-JWT cannot be judged is not there.' },
  claim_name_taken: { spec: 'RFC 9901 section 7.1 (3.3.2.3)', hint: 'A disclosure names a claim that is already there at that level.' },
  claim_not_disclosable: {
    spec: 'RFC 9901 section 9.7',
    hint: 'A claim that decides on validity comes by a disclosure; it has to stand in the payload in clear.',
  },
  claim_not_there: { spec: 'RFC 9901 section 4.2', hint: 'A path leads to no claim; compare it with the claims at hand.' },
  critical_header_unknown: {
    spec: 'RFC 7515 section 4.1.11',
    hint: 'The header asks with `crit` for an extension that is not known here.',
  },
  digest_repeated: { spec: 'RFC 9901 section 7.1 (4)', hint: 'The same digest stands in more than one place.' },
  digests_malformed: {
    spec: 'RFC 9901 section 4.2.4',
    hint: '`_sd` must be an array of strings, and `...` the only member, a string, of an object in an array.',
  },
  disclosure_malformed: {
    spec: 'RFC 9901 section 4.2',
    hint: 'A disclosure must be [salt, name, value] or [salt, value]; salt and name are strings.',
  },
  disclosure_misplaced: {
    spec: 'RFC 9901 section 7.1 (3.3)',
    hint: 'A disclosure of a member is referred to from an array, or one of an element from `_sd`.',
  },
  disclosure_not_referenced: { spec: 'RFC 9901 section 7.1 (5)', hint: 'A disclosure came along that no digest refers to.' },
  disclosure_repeated: { spec: 'RFC 9901 section 7.1 (4)', hint: 'The same disclosure came along twice.' },
  expired: { spec: 'RFC 7519 section 4.1.4', hint: 'The time in `exp` is over.' },
  frame_malformed: { spec: 'RFC 9901 section 4.2', hint: 'The description of what to conceal contradicts itself or the claims.' },
  hash_claim_misplaced: { spec: 'RFC 9901 section 4.1.1', hint: '`_sd_alg` stands only at the top level of the payload.' },
  hash_not_supported: { spec: 'RFC 9901 section 4.1.1', hint: '`_sd_alg` must be sha-256, sha-384 or sha-512.' },
  holder_key_missing: {
    spec: 'RFC 9901 section 7.3 (5.1)',
    hint: 'Key binding is required, and the SD-JWT names no holder key in `cnf.jwk`.',
  },
  json_malformed: { spec: 'RFC 8259', hint: 'The text is not UTF-8 JSON of the expected kind.' },
  json_member_repeated: { spec: 'RFC 7515 section 4', hint: 'An object has two members with the same name.' },
  json_serialization_malformed: {
    spec: 'RFC 9901 section 8',
    hint: 'The JSON serialisation does not have the members that it needs, or has one in a wrong place.',
  },
  jws_malformed: {
    spec: 'RFC 7515 section 7.1',
    hint: 'A compact JWS is header.payload.signature, header and payload JSON objects, with `alg`.',
  },
  key_binding_ahead: {
    spec: 'RFC 9901 section 7.3 (5.5)',
    hint: 'The key binding was made later than the present time allows; compare the clocks.',
  },
  key_binding_audience_wrong: { spec: 'RFC 9901 section 7.3 (5.6)', hint: 'The key binding was made for another verifier.' },
  key_binding_hash_wrong: {
    spec: 'RFC 9901 section 7.3 (5.7)',
    hint: 'The key binding was made over another SD-JWT or other disclosures.',
  },
  key_binding_malformed: {
    spec: 'RFC 9901 section 4.3',
    hint: 'A key binding has `iat` (a number), `aud`, `nonce` and `sd_hash` (strings).',
  },
  key_binding_missing: { spec: 'RFC 9901 section 7.3 (2)', hint: 'Key binding is required, and none came along.' },
  key_binding_nonce_wrong: { spec: 'RFC 9901 section 7.3 (5.6)', hint: 'The key binding does not answer this request.' },
  key_binding_not_valid_now: {
    spec: 'RFC 9901 section 7.3 (5.8)',
    hint: 'The `exp` or `nbf` of the key binding excludes the present time.',
  },
  key_binding_signature_wrong: {
    spec: 'RFC 9901 section 7.3 (5.3)',
    hint: 'The key binding was not signed with the holder key that the issuer named.',
  },
  key_binding_too_old: { spec: 'RFC 9901 section 7.3 (5.5)', hint: 'The key binding was made too long ago; ask for a new presentation.' },
  key_binding_type_wrong: { spec: 'RFC 9901 section 7.3 (5.4)', hint: 'The `typ` of a key binding is kb+jwt.' },
  key_binding_unexpected: {
    spec: 'RFC 9901 section 7.2',
    hint: 'A key binding came along where none may be, as in what an issuer hands out.',
  },
  key_unusable: { spec: 'RFC 7517 section 4', hint: 'The key is not a public key of the curve that the algorithm needs.' },
  not_yet_valid: { spec: 'RFC 7519 section 4.1.5', hint: 'The time in `nbf` is still to come.' },
  reserved_name: { spec: 'RFC 9901 section 4.2.1', hint: 'No claim is named `_sd`, `...` or `_sd_alg`.' },
  sd_jwt_malformed: {
    spec: 'RFC 9901 section 4',
    hint: 'An SD-JWT is <JWT>~<disclosure>~...~, each part followed by a tilde, then perhaps a key binding.',
  },
  signature_wrong: { spec: 'RFC 9901 section 7.1 (2.2)', hint: 'The signature does not fit what was signed and the key of the issuer.' },
  too_deep: { spec: 'RFC 8259 section 9', hint: 'The nesting is deeper than the limit.' },
  too_large: { spec: 'RFC 8259 section 9', hint: 'The text is longer than the limit.' },
  too_many_disclosures: { spec: 'RFC 9901 section 4', hint: 'There are more disclosures than the limit.' },
  type_wrong: { spec: 'RFC 9901 section 9.11', hint: 'The `typ` of the header is not the expected one.' },
} as const satisfies Record<string, { spec: string; hint: string }>

/** The closed union of fault codes. */
export type SdJwtCode = keyof typeof SD_JWT_ERRORS

/** A refusal: `code` for programs, `spec` for the curious, the message for people. It never holds what was refused. */
export class SdJwtError extends Error {
  override readonly name = 'SdJwtError'
  readonly code: SdJwtCode
  readonly spec: string

  /** `detail` names a place (a path, a header name, a limit), never a value. */
  constructor(code: SdJwtCode, detail?: string) {
    const { spec, hint } = SD_JWT_ERRORS[code]
    super(`${code}${detail === undefined ? '' : ` (${detail})`}: ${hint} [${spec}]`)
    this.code = code
    this.spec = spec
  }
}
