import { createHash } from 'node:crypto'
import { jwkThumbprint } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { describe, expect, it } from 'vitest'
import {
  bearer,
  challenged,
  DPOP_ALGORITHMS,
  dpop,
  errorResponse,
  type ProtocolCode,
  ProtocolError,
  parseAccessToken,
  TOKEN_SCHEMES,
  verifyPresented,
} from '../src/index.ts'
import { expectProtocolError, holderKey, ISSUER, NOW, publicMembers, signed } from './fixture.ts'

const ALGS = 'algs="ES256 ES384 ES512"'
const challengeOf = (error: ProtocolError): string | undefined => errorResponse(error).headers['www-authenticate']

describe('RFC 6750 section 2.1, RFC 9449 section 7.1: the token of a request', () => {
  it('is read with its scheme, whatever the case of the scheme (RFC 9110 section 11.1)', () => {
    const token = 'abc.D-_~+/=='
    for (const name of ['Bearer', 'bearer', 'BEARER']) expect(parseAccessToken(`${name} ${token}`)).toEqual({ scheme: bearer, token })
    for (const name of ['DPoP', 'dpop', 'DPOP']) expect(parseAccessToken(`${name}  ${token} `)).toEqual({ scheme: dpop, token })
    expect(TOKEN_SCHEMES.map(({ id }) => id)).toEqual(['Bearer', 'DPoP'])
  })

  it.each([
    [undefined, 'Bearer, DPoP '],
    ['', 'Bearer, DPoP '],
    ['Basic abc', 'Bearer, DPoP '],
    ['x Bearer abc', 'Bearer, DPoP '],
    ['Bearer', 'Bearer error="invalid_token"'],
    ['Bearer ', 'Bearer error="invalid_token"'],
    ['Bearer a b', 'Bearer error="invalid_token"'],
    ['Bearer é', 'Bearer error="invalid_token"'],
    ['Bearer a, DPoP b', 'Bearer error="invalid_token"'],
    [`Bearer ${'x'.repeat(4_097)}`, 'Bearer error="invalid_token"'],
    ['DPoP', 'DPoP error="invalid_token"'],
    ['dpop a=b', 'DPoP error="invalid_token"'],
    ['constructor abc', 'Bearer, DPoP '],
  ])('is none in %s', async (header, challenge) => {
    const error = await expectProtocolError(() => parseAccessToken(header), 'invalid_token', /an access token is needed/)
    expect(error.status).toBe(401)
    expect(challengeOf(error)?.startsWith(challenge)).toBe(true)
  })
})

describe('RFC 9449 section 7.2: the challenge', () => {
  const gone = new ProtocolError('invalid_token', 'gone')
  const said = 'error="invalid_token", error_description="gone"'
  it.each([
    ['RFC 6750 3.1: names no error where no token came at all', undefined, `Bearer, DPoP ${ALGS}`],
    ['RFC 6750 3.1: names no error for a scheme that is not spoken', 'Basic abc', `Bearer, DPoP ${ALGS}`],
    ['is that of the scheme used, and names the other way', 'Bearer abc', `Bearer ${said}, DPoP ${ALGS}`],
    ['RFC 9449 7.1: says which algorithms will do', 'DPoP abc', `DPoP ${said}, ${ALGS}`],
  ])('%s', (_about, authorization, expected) => {
    expect(challengeOf(challenged(gone, authorization))).toBe(expected)
  })

  it('goes with a token that does not reach far enough (RFC 6750 section 3.1)', () => {
    const error = challenged(new ProtocolError('insufficient_scope', 'for another credential'), 'DPoP abc')
    expect(error.status).toBe(403)
    expect(challengeOf(error)).toBe(`DPoP error="insufficient_scope", error_description="for another credential", ${ALGS}`)
  })

  it('keeps what the error was to be answered with', () => {
    const error = challenged(gone.answeredWith({ headers: { 'dpop-nonce': 'n' } }), 'Bearer abc')
    expect(error.headers).toMatchObject({ 'dpop-nonce': 'n', 'www-authenticate': expect.any(String) })
  })

  it.each(['invalid_proof', 'invalid_request', 'invalid_nonce'] as ProtocolCode[])('does not go with %s', (code) => {
    const error = new ProtocolError(code, 'no')
    expect(challenged(error, 'DPoP abc')).toBe(error)
  })
})

describe('RFC 9449 section 7: a token is presented as the one it is', async () => {
  const key = holderKey()
  const jkt = await jwkThumbprint(key.jwk, primitives)
  const address = `${ISSUER}/credential`
  const rule = { method: 'POST', address, now: NOW, checkNonce: () => undefined, algorithms: DPOP_ALGORITHMS, primitives }
  const proofOf = (token: string, by = key) => {
    const ath = createHash('sha256').update(token).digest('base64url')
    const payload = { jti: 'j', htm: 'POST', htu: address, iat: NOW, nonce: 'n', ath }
    return signed(by, { typ: 'dpop+jwt', alg: 'ES256', jwk: publicMembers(by) }, payload)
  }

  it('bound, with a proof that may be used once', async () => {
    const once = await verifyPresented({ scheme: dpop, token: 'T' }, jkt, await proofOf('T'), rule)
    expect(once).toEqual({ value: expect.stringMatching(/^dpop:/), expires: NOW + 300 })
  })

  it('or not bound, without; a proof is not asked for then', async () => {
    expect(await verifyPresented({ scheme: bearer, token: 'T' }, undefined, undefined, rule)).toBeUndefined()
    expect(await verifyPresented({ scheme: bearer, token: 'T' }, undefined, 'nonsense', rule)).toBeUndefined()
  })

  it.each<[string, typeof bearer, string | undefined, string | undefined, ProtocolCode, RegExp]>([
    ['7.2: a bound token as a bearer token', bearer, jkt, await proofOf('T'), 'invalid_token', /bound to a key and needs a DPoP proof/],
    ['7.1: a bearer token as a bound one', dpop, undefined, await proofOf('T'), 'invalid_token', /bound to no key/],
    ['7.1: a bound token without proof', dpop, jkt, undefined, 'invalid_dpop_proof', /a DPoP proof is needed/],
    ['4.3: a bound token with the proof of another key', dpop, jkt, await proofOf('T', holderKey()), 'invalid_token', /another key/],
    ['4.3: a bound token with the proof for another token', dpop, jkt, await proofOf('U'), 'invalid_dpop_proof', /ath/],
  ])('%s is refused with 401', async (_about, scheme, bound, proof, code, words) => {
    const error = await expectProtocolError(() => verifyPresented({ scheme, token: 'T' }, bound, proof, rule), code, words)
    expect(error.status).toBe(401)
    expect(challengeOf(challenged(error, `${scheme.id} T`))).toContain(`${scheme.id} error="${code}"`)
  })
})
