/** Every code we answer a peer with: the HTTP status, the section that defines it, and what the peer can do. Rows sorted by code. */
export const PROTOCOL_CODES = {
  access_denied: {
    status: 400,
    spec: 'RFC 6749 section 4.1.2.1',
    hint: 'the person or the institution said no; ask again only if they want it',
  },
  credential_request_denied: {
    status: 400,
    spec: 'OpenID4VCI 1.0 section 8.3.1.2',
    hint: 'the credential cannot be issued; do not try again',
  },
  insufficient_scope: { status: 403, spec: 'RFC 6750 section 3.1', hint: 'ask for an offer of the credential you want' },
  invalid_authorization_details: {
    status: 400,
    spec: 'RFC 9396 section 5',
    hint: 'send authorization_details of type openid_credential with an identifier of the issuer metadata',
  },
  invalid_client: { status: 401, spec: 'RFC 6749 section 5.2', hint: 'identify the client as it is registered with the institution' },
  invalid_credential_request: { status: 400, spec: 'OpenID4VCI 1.0 section 8.3.1.2', hint: 'correct the credential request as described' },
  invalid_dpop_proof: { status: 400, spec: 'RFC 9449 section 5', hint: 'make a new DPoP proof for exactly this request' },
  invalid_encryption_parameters: {
    status: 400,
    spec: 'OpenID4VCI 1.0 section 8.3.1.2',
    hint: 'follow the encryption members of the issuer metadata',
  },
  invalid_grant: { status: 400, spec: 'RFC 6749 section 5.2', hint: 'ask the issuer for a new offer' },
  invalid_nonce: { status: 400, spec: 'OpenID4VCI 1.0 section 8.3.1.2', hint: 'fetch a new c_nonce from the nonce endpoint' },
  invalid_notification_id: {
    status: 400,
    spec: 'OpenID4VCI 1.0 section 11.3',
    hint: 'send the notification_id of the credential response, with the access token of the same authorization',
  },
  invalid_notification_request: { status: 400, spec: 'OpenID4VCI 1.0 section 11.3', hint: 'correct the notification as described' },
  invalid_proof: { status: 400, spec: 'OpenID4VCI 1.0 section 8.3.1.2', hint: 'make the key proof as appendix F asks' },
  invalid_request: { status: 400, spec: 'RFC 6749 section 5.2', hint: 'correct the request as described' },
  invalid_scope: { status: 400, spec: 'RFC 6749 section 5.2', hint: 'ask for a scope of the issuer metadata' },
  invalid_token: { status: 401, spec: 'RFC 6750 section 3.1', hint: 'redeem an offer for a new access token' },
  unauthorized_client: { status: 400, spec: 'RFC 6749 section 5.2', hint: 'use a grant that this client may use, or register the client' },
  unknown_credential_configuration: {
    status: 400,
    spec: 'OpenID4VCI 1.0 section 8.3.1.2',
    hint: 'choose an identifier from credential_configurations_supported',
  },
  unknown_credential_identifier: {
    status: 400,
    spec: 'OpenID4VCI 1.0 section 8.3.1.2',
    hint: 'use one of the credential_identifiers of the token response',
  },
  unsupported_grant_type: {
    status: 400,
    spec: 'RFC 6749 section 5.2',
    hint: 'use a grant type that the authorization server metadata announces',
  },
  unsupported_response_type: { status: 400, spec: 'RFC 6749 section 4.1.2.1', hint: 'send response_type=code' },
  use_dpop_nonce: { status: 400, spec: 'RFC 9449 section 8', hint: 'make the DPoP proof again with the nonce of the DPoP-Nonce header' },
} as const satisfies Record<string, { status: number; spec: string; hint: string }>

export type ProtocolCode = keyof typeof PROTOCOL_CODES

/** Every code for what a peer sent us and what cannot be used: the section it breaks and what our own user can do. Rows sorted by code. */
export const PEER_CODES = {
  authorization_refused: { spec: 'RFC 6749 section 4.1.2.1', hint: 'the answer says why; begin again if you did want the credential' },
  authorization_response_malformed: {
    spec: 'RFC 6749 section 4.1.2',
    hint: 'begin again; do not follow a link that somebody else gave you',
  },
  authorization_response_of_another: {
    spec: 'RFC 9207 section 2.4',
    hint: 'do not go on: another server answered than the one that was asked',
  },
  client_id_unknown: { spec: 'OpenID4VP 1.0 section 5.9.3', hint: 'do not answer: who asks cannot be told in a way that is known here' },
  client_id_wrong: { spec: 'OpenID4VP 1.0 section 5.9.3', hint: 'do not answer: who asks is not who it says it is' },
  credential_response_malformed: { spec: 'OpenID4VCI 1.0 section 8.3', hint: 'tell the issuer what its answer lacks' },
  issuer_metadata_malformed: { spec: 'OpenID4VCI 1.0 section 12.2.4', hint: 'tell the issuer which member of its metadata is wrong' },
  issuer_metadata_of_another: {
    spec: 'OpenID4VCI 1.0 section 12.2.4',
    hint: 'do not use this offer: the metadata belongs to another issuer',
  },
  nonce_response_malformed: { spec: 'OpenID4VCI 1.0 section 7.2', hint: 'tell the issuer what its answer lacks' },
  offer_malformed: {
    spec: 'OpenID4VCI 1.0 section 4.1',
    hint: 'give the link itself, or - with the link alone on standard input; or ask for a new offer',
  },
  offer_not_supported: {
    spec: 'OpenID4VCI 1.0 section 4.1.1',
    hint: 'ask the issuer for an offer with a pre-authorized code or an authorization code',
  },
  pushed_response_malformed: { spec: 'RFC 9126 section 2.2', hint: 'tell the issuer what its answer lacks' },
  refused_by_peer: {
    spec: 'RFC 6749 section 5.2, OpenID4VCI 1.0 section 8.3.1',
    hint: 'its answer says why; an offer or a request that no longer works has to be made anew',
  },
  registration_malformed: { spec: 'ETSI TS 119 475 section 5.2', hint: 'tell who asks that its registration certificate cannot be read' },
  request_expired: {
    spec: 'OpenID4VP 1.0 section 5, RFC 9101 section 4',
    hint: 'ask for a new request, and check the clock of this device',
  },
  request_formats_unknown: { spec: 'OpenID4VP 1.0 section 8.5', hint: 'tell who asks; this wallet has nothing of those formats' },
  request_malformed: { spec: 'OpenID4VP 1.0 section 5.1', hint: 'tell who asks which part of the request is wrong' },
  request_not_haip: {
    spec: 'HAIP 1.0 sections 5, 5.1',
    hint: 'tell who asks what its request lacks; this wallet takes requests of HAIP only',
  },
  request_not_signed: { spec: 'OpenID4VP 1.0 section 5.9.3', hint: 'do not answer: a request under this name has to be signed' },
  request_not_supported: { spec: 'OpenID4VP 1.0 section 8', hint: 'tell who asks; this wallet cannot answer in that way' },
  request_of_another: { spec: 'OpenID4VP 1.0 sections 5.8, 5.10', hint: 'do not answer: the request was made for somebody else' },
  request_scope_unknown: { spec: 'OpenID4VP 1.0 section 5.5', hint: 'tell who asks to send dcql_query in place of scope' },
  request_signature_wrong: {
    spec: 'OpenID4VP 1.0 section 5.9.3',
    hint: 'do not answer: the request was changed, or comes from somebody else',
  },
  request_signed: { spec: 'OpenID4VP 1.0 section 5.9.3', hint: 'do not answer: nothing says whose key signed the request' },
  request_type_unknown: { spec: 'OpenID4VP 1.0 section 5.6', hint: 'tell who asks that response_type must be vp_token' },
  request_uri_method_unknown: { spec: 'OpenID4VP 1.0 section 5.1', hint: 'tell who asks that the method must be get or post' },
  response_answer_malformed: {
    spec: 'OpenID4VP 1.0 section 8.2',
    hint: 'the presentation has arrived; tell who asked what its answer lacks',
  },
  response_uri_wrong: { spec: 'OpenID4VP 1.0 section 5.9.3', hint: 'do not answer: the presentation would go to somebody else' },
  server_metadata_malformed: { spec: 'RFC 8414 section 2', hint: 'tell the issuer which member of its metadata is wrong' },
  server_metadata_of_another: { spec: 'RFC 8414 section 3.3', hint: 'do not use this offer: the metadata belongs to another server' },
  token_response_malformed: { spec: 'RFC 6749 section 5.1, OpenID4VCI 1.0 section 6.2', hint: 'tell the issuer what its answer lacks' },
  transaction_data_unknown: { spec: 'OpenID4VP 1.0 section 8.4', hint: 'tell who asks; what you would agree to could not be shown' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type PeerCode = keyof typeof PEER_CODES

/** The characters an `error_description` may have (OpenID4VCI 1.0 section 8.3.1.2); what a peer wrote must not steer a terminal or a log either. */
export const printable = (text: string): string => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 300)

/** How a ProtocolError is answered where it is not as its row says: another status, headers of its own (names in small letters). */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A peer broke the protocol and is told so: `code` on the wire, `status` of HTTP, `description` that a stranger can act on.
 *
 * The description keeps to the characters the standard allows; `cause` never leaves the house.
 */
export class ProtocolError extends Error {
  readonly code: ProtocolCode
  readonly status: number
  readonly description: string
  readonly headers: Readonly<Record<string, string>>
  constructor(code: ProtocolCode, description: string, cause?: unknown, answer: Answer = {}) {
    super(`${code}: ${printable(description)}`, cause === undefined ? undefined : { cause })
    this.name = 'ProtocolError'
    this.code = code
    this.status = answer.status ?? PROTOCOL_CODES[code].status
    this.description = printable(description)
    this.headers = answer.headers ?? {}
  }

  /** The same error, answered with another status or with more headers. */
  answeredWith({ status = this.status, headers = {} }: Answer): ProtocolError {
    return new ProtocolError(this.code, this.description, this.cause, { status, headers: { ...this.headers, ...headers } })
  }
}

/** How a peer said no: the HTTP status, and the code of its body where it has one. */
export interface Refused {
  readonly status: number
  readonly error?: string
}

/** What a peer sent us cannot be used: `code` says which rule it breaks, `detail` the place in its message; no values of it. `refused`: only with `refused_by_peer`. */
export class PeerError extends Error {
  readonly code: PeerCode
  readonly detail: string
  readonly refused: Refused | undefined
  constructor(code: PeerCode, detail: string, cause?: unknown, refused?: Refused) {
    super(`${code}: ${printable(detail)}`, cause === undefined ? undefined : { cause })
    this.name = 'PeerError'
    this.code = code
    this.refused = refused
    this.detail = printable(detail)
  }
}
