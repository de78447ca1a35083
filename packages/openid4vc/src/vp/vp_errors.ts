/** Every error that a wallet answers a request with (OpenID4VP 1.0 section 8.5, RFC 6749 section 4.1.2.1), and what the verifier can do. Rows sorted by code. */
export const VP_ERRORS = {
  access_denied: {
    spec: 'OpenID4VP 1.0 section 8.5',
    hint: 'the person said no, or has nothing that answers the request; ask for another proof',
  },
  invalid_client: {
    spec: 'OpenID4VP 1.0 section 8.5',
    hint: 'the wallet does not trust who asks; look at the certificate and the client identifier',
  },
  invalid_request: { spec: 'OpenID4VP 1.0 section 8.5', hint: 'correct the request as described' },
  invalid_request_uri_method: { spec: 'OpenID4VP 1.0 section 8.5', hint: 'use get or post as request_uri_method' },
  invalid_scope: { spec: 'OpenID4VP 1.0 section 8.5', hint: 'ask by dcql_query' },
  invalid_transaction_data: { spec: 'OpenID4VP 1.0 section 8.5', hint: 'leave transaction_data out, or use a type that the wallet knows' },
  server_error: { spec: 'RFC 6749 section 4.1.2.1', hint: 'ask again later; the wallet has a fault' },
  temporarily_unavailable: { spec: 'RFC 6749 section 4.1.2.1', hint: 'ask again later' },
  unauthorized_client: { spec: 'RFC 6749 section 4.1.2.1', hint: 'ask in another way; the wallet does not take this one from you' },
  unsupported_response_type: { spec: 'RFC 6749 section 4.1.2.1', hint: 'ask with response_type=vp_token' },
  vp_formats_not_supported: { spec: 'OpenID4VP 1.0 section 8.5', hint: 'ask for a format that the wallet has' },
  wallet_unavailable: { spec: 'OpenID4VP 1.0 section 8.5', hint: 'ask again later' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type VpError = keyof typeof VP_ERRORS

/** The error of that name, or `invalid_request` for one that the standard does not know: whoever says no says it in any words. */
export const vpErrorNamed = (name: string): VpError => (Object.hasOwn(VP_ERRORS, name) ? (name as VpError) : 'invalid_request')
