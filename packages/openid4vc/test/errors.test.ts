import { describe, expect, it } from 'vitest'
import { errorResponse, PROTOCOL_CODES, type ProtocolCode, ProtocolError, refusal } from '../src/index.ts'
import { json } from './fixture.ts'

/** Where it is not 400. */
const STATUS: Partial<Record<ProtocolCode, number>> = { insufficient_scope: 403, invalid_client: 401, invalid_token: 401 }
const CODES = Object.keys(PROTOCOL_CODES) as ProtocolCode[]

const ALGORITHMS = 'algs="ES256 ES384 ES512"'

describe('RFC 6749 section 5.2: error answers', () => {
  it.each(CODES)('%s is answered with its status, in the characters of the standard, and never cached', (code) => {
    const { body, headers, ...rest } = errorResponse(new ProtocolError(code, 'a "quoted" back\\slash é\r\n\t'))
    expect(rest).toEqual({ status: STATUS[code] ?? 400 })
    expect(body).toEqual({ error: code, error_description: 'a ?quoted? back?slash ????' })
    expect(headers['cache-control']).toBe('no-store')
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

describe('the errors of a peer', () => {
  it('are told to the person without anything that could steer a terminal', () => {
    expect(refusal(400, json({ error: 'invalid_grant', error_description: '\u001b[2Jgone' })).detail).toBe(
      'invalid_grant: ?[2Jgone (HTTP 400)',
    )
    expect(refusal(502, { contentType: 'text/html', body: '<h1>' }).detail).toBe('HTTP 502')
    expect(refusal(400, json({ error: 5 })).detail).toBe('HTTP 400')
    expect(refusal(400, json({ error: 'invalid_grant' })).refused).toEqual({ status: 400, error: 'invalid_grant' })
    expect(refusal(400, json({ error: 5 })).refused).toEqual({ status: 400 })
    expect(refusal(500, { contentType: 'application/json', body: '{' }).detail).toBe('HTTP 500')
  })
})
