import { describe, expect, it } from 'vitest'
import { errorResponse, PEER_CODES, PROTOCOL_CODES, type ProtocolCode, ProtocolError } from '../src/index.ts'

/** The status of every code where nothing else is said. */
const STATUS: Record<ProtocolCode, number> = {
  access_denied: 400,
  credential_request_denied: 400,
  insufficient_scope: 403,
  invalid_authorization_details: 400,
  invalid_client: 401,
  invalid_credential_request: 400,
  invalid_dpop_proof: 400,
  invalid_encryption_parameters: 400,
  invalid_grant: 400,
  invalid_nonce: 400,
  invalid_notification_id: 400,
  invalid_notification_request: 400,
  invalid_proof: 400,
  invalid_request: 400,
  invalid_scope: 400,
  invalid_token: 401,
  unauthorized_client: 400,
  unknown_credential_configuration: 400,
  unknown_credential_identifier: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  use_dpop_nonce: 400,
}

const ALGORITHMS = 'algs="ES256 ES384 ES512"'

describe('RFC 6749 section 5.2: error answers', () => {
  it.each(Object.entries(STATUS) as [ProtocolCode, number][])(
    "%s is answered with %i, in the standard's characters, never cached",
    (code, status) => {
      const { body, headers, ...rest } = errorResponse(new ProtocolError(code, 'a "quoted" back\\slash é\r\n\t'))
      expect(rest).toEqual({ status })
      expect(body).toEqual({ error: code, error_description: 'a ?quoted? back?slash ????' })
      expect(headers['cache-control']).toBe('no-store')
    },
  )

  it('there is a row for each code', () => {
    expect(Object.keys(STATUS)).toEqual(Object.keys(PROTOCOL_CODES))
  })

  it('take another status and more headers, and keep what they had', () => {
    const error = new ProtocolError('use_dpop_nonce', 'again', new Error('inside'), { status: 401, headers: { a: '1' } })
    const answer = errorResponse(error.answeredWith({ headers: { 'dpop-nonce': 'n' } }))
    expect(answer).toMatchObject({ status: 401, headers: { a: '1', 'dpop-nonce': 'n', 'cache-control': 'no-store' } })
    expect(error.answeredWith({ status: 400 })).toMatchObject({ code: error.code, description: 'again', status: 400, cause: error.cause })
    expect(error.headers).toEqual({ a: '1' })
  })
})

describe('RFC 9449 section 7.2: challenges where nobody said which scheme was meant', () => {
  it('name the error for each scheme', () => {
    const said = 'error="invalid_token", error_description="gone"'
    expect(errorResponse(new ProtocolError('invalid_token', 'gone')).headers['www-authenticate']).toBe(
      `Bearer ${said}, DPoP ${said}, ${ALGORITHMS}`,
    )
  })

  it.each(['invalid_client', 'use_dpop_nonce', 'invalid_grant'] as const)(
    'RFC 6749 section 5.2: there is none for %s at the token endpoint',
    (code) => {
      expect(errorResponse(new ProtocolError(code, 'no')).headers).toEqual({ 'cache-control': 'no-store' })
    },
  )
})

describe('what peers did wrong', () => {
  it('has a section and a hint for each code', () => {
    for (const code of [
      'authorization_refused',
      'authorization_response_malformed',
      'authorization_response_of_another',
      'pushed_response_malformed',
    ] as const) {
      expect(PEER_CODES[code].spec).toMatch(/^RFC \d+ section/)
    }
  })
})
