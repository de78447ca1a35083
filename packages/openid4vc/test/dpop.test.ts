import { createHash } from 'node:crypto'
import { jwkThumbprint } from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import { primitives as pagePrimitives } from '@symbolon/primitives/web'
import { base64url, type Json, type JsonObject, parseJws } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkNonce,
  createDpopProof,
  createNonce,
  DPOP_ALGORITHMS,
  type DpopRule,
  demandsDpopNonce,
  NONCE_PURPOSES,
  verifyDpop,
} from '../src/index.ts'
import {
  type Change,
  nonce as credentialNonce,
  expectProtocolError,
  holderKey,
  ISSUER,
  json,
  mac,
  NOW,
  publicMembers,
  signed,
  withOtherSignature,
} from './fixture.ts'

const key = holderKey()
const jkt = await jwkThumbprint(key.jwk, primitives)
const nonce = (at = NOW): Promise<string> => createNonce(NONCE_PURPOSES.dpop, at, primitives.random, mac)
const TOKEN = 'the.access-token'
const ath = createHash('sha256').update(TOKEN).digest('base64url')

const rule: DpopRule = {
  method: 'POST',
  address: `${ISSUER}/token`,
  now: NOW,
  checkNonce: (value) => checkNonce(value, { purpose: NONCE_PURPOSES.dpop, now: NOW, maxAge: 300, mac }),
  algorithms: DPOP_ALGORITHMS,
  primitives,
}
const resource: DpopRule = { ...rule, address: `${ISSUER}/credential`, accessToken: TOKEN, jkt }

/** A right proof for the token endpoint with some members changed. */
async function proof(change: { header?: Change; payload?: Change } = {}, by = key): Promise<string> {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicMembers(by), ...change.header }
  const payload = { jti: 'j', htm: 'POST', htu: rule.address, iat: NOW, nonce: await nonce(), ...change.payload }
  return signed(by, header, payload)
}

const forResource = (payload: Change = {}, by = key) => proof({ payload: { htu: resource.address, ath, ...payload } }, by)

describe('RFC 9449 section 4.2: a proof', () => {
  it.each(['ES256', 'ES384', 'ES512'] as const)('comes back as it was made, with %s, in a process and in a page', async (algorithm) => {
    const holder = holderKey({ ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[algorithm])
    const draft = { jwk: holder.jwk, algorithm, method: 'POST', address: `${ISSUER}/credential?a#b`, issuedAt: NOW, id: 'x'.repeat(16) }
    const unsigned = await createDpopProof({ ...draft, nonce: await nonce(), accessToken: TOKEN }, primitives)
    const header = unsigned.seal(await signer(holder.privateKey, algorithm).sign(unsigned.input))
    const thumbprint = await jwkThumbprint(holder.jwk, primitives)
    for (const set of [primitives, pagePrimitives]) {
      const verified = await verifyDpop(header, { ...resource, jkt: thumbprint, primitives: set })
      expect(verified).toEqual({ jkt: thumbprint, once: { value: expect.stringMatching(/^dpop:[\w-]{43}$/), expires: NOW + 300 } })
    }
  })

  it('says nothing it need not say, and nothing private', async () => {
    const jwk = { ...key.jwk, d: 'secret', kid: '1' }
    const draft = { jwk, algorithm: 'ES256', method: 'POST', address: rule.address, issuedAt: NOW, id: 'i' } as const
    const { input } = await createDpopProof(draft, primitives)
    const [header = '', payload = ''] = input.split('.').map(base64url.decodeText)
    expect(JSON.parse(header)).toEqual({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: key.jwk.x, y: key.jwk.y } })
    expect(JSON.parse(payload)).toEqual({ jti: 'i', htm: 'POST', htu: rule.address, iat: NOW })
  })

  it('VI-16: may say more than we know', async () => {
    const more = {
      header: { kid: '1', new: [1] },
      payload: { new: { a: 1 }, ath: 'not looked at without a token', nbf: NOW, exp: NOW + 300 },
    }
    expect((await verifyDpop(await proof(more), rule)).jkt).toBe(jkt)
  })
})

describe('RFC 9449 section 4.3: a proof is refused', () => {
  const jwk = { kty: 'EC', crv: 'P-256', x: key.jwk.x ?? '', y: key.jwk.y ?? '' }
  const other = holderKey()
  const header = (members: Change) => () => proof({ header: members })
  const payload = (members: Change) => () => proof({ payload: members })
  it.each<[string, () => string | undefined | Promise<string>, RegExp]>([
    ['1: of which there are two, as HTTP joins them', async () => `${await proof()}, ${await proof()}`, /one JWS in compact form, once/],
    ['1: of which there are two, joined without a space', async () => `${await proof()},${await proof()}`, /one JWS in compact form, once/],
    ['1: that is missing', () => undefined, /a DPoP proof is needed/],
    ['1: that is empty', () => '', /a DPoP proof is needed/],
    ['2: that is no JWS', () => 'abc', /one JWS in compact form/],
    ['2: that has white space around it', async () => ` ${await proof()}`, /one JWS in compact form/],
    ['2: that has padding', async () => `${await proof()}=`, /one JWS in compact form/],
    ['2: that has two parts', async () => (await proof()).split('.').slice(0, 2).join('.'), /one JWS in compact form/],
    ['2: that is encrypted', async () => `${await proof()}.a.b`, /one JWS in compact form/],
    ['2: whose payload is no object', async () => (await proof()).replace(/\.[^.]+\./, `.${base64url.encodeText('[]')}.`), /is not a JWS/],
    [
      '2: with a member twice',
      async () => (await proof()).replace(/\.[^.]+\./, `.${base64url.encodeText('{"a":1,"a":1}')}.`),
      /is not a JWS/,
    ],
    ['2: with an extension that must be understood', header({ crit: ['b64'], b64: true }), /is not a JWS/],
    ['2: of 9 kB', payload({ x: 'x'.repeat(9_000) }), /at most 8192 characters/],
    ['3: without jti', payload({ jti: undefined }), /jti is missing/],
    ['3: with an empty jti', payload({ jti: '' }), /jti must be text of 1 to 256/],
    ['3: with a jti that is no text', payload({ jti: 1 }), /jti must be text/],
    ['11.1: with a jti of 257 characters', payload({ jti: 'j'.repeat(257) }), /jti must be text of 1 to 256/],
    ['3: without htm', payload({ htm: undefined }), /htm must be the method/],
    ['3: without htu', payload({ htu: undefined }), /htu must be the address/],
    ['3: without iat', payload({ iat: undefined }), /iat is missing/],
    ['3: with an iat that is text', payload({ iat: String(NOW) }), /iat must be a number/],
    ['4: without typ', header({ typ: undefined }), /typ must be dpop\+jwt/],
    ['4: with another typ', header({ typ: 'JWT' }), /typ must be dpop\+jwt/],
    ['4: with the typ of a key proof', header({ typ: 'openid4vci-proof+jwt' }), /typ must be dpop\+jwt/],
    ['4: with the whole media type', header({ typ: 'application/dpop+jwt' }), /typ must be dpop\+jwt/],
    ['5: without alg', header({ alg: undefined }), /is not a JWS/],
    ['5: with alg none', header({ alg: 'none' }), /alg must be one of ES256, ES384, ES512/],
    ['5: with a MAC', header({ alg: 'HS256' }), /alg must be one of/],
    ['5: with an algorithm that is not announced', header({ alg: 'RS256' }), /alg must be one of/],
    ['5: with an algorithm named like a member of every object', header({ alg: 'constructor' }), /alg must be one of/],
    ['5: with the algorithm of another curve', header({ alg: 'ES384' }), /jwk is no public key for ES384/],
    ['6: with another signature', async () => withOtherSignature(await proof()), /signature does not fit/],
    ['6: signed with another key', async () => proof({ header: { jwk } }, other), /signature does not fit/],
    ['6: with a signature of another length', async () => (await proof()).slice(0, -2), /signature does not fit/],
    ['6: without jwk', header({ jwk: undefined }), /jwk is missing/],
    ['6: with jwk as text', header({ jwk: 'x' }), /jwk must be an object/],
    ['6: with an RSA key', header({ jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }), /jwk: kty/],
    ['6: with a point that is not on the curve', header({ jwk: { ...jwk, x: jwk.y } }), /jwk is no public key for ES256/],
    ['6: with a key for encryption', header({ jwk: { ...jwk, use: 'enc' } }), /jwk: use/],
    ['7: with the private key', header({ jwk: { ...jwk, d: 'AA' } }), /jwk: it has a private member/],
    ['7: with a symmetric key', header({ jwk: { kty: 'oct', k: 'AA' } }), /jwk: it has a private member/],
    ['8: for another method', payload({ htm: 'GET' }), /htm must be the method/],
    ['8: for the method in small letters', payload({ htm: 'post' }), /htm must be the method/],
    ['9: for another path', payload({ htu: `${ISSUER}/credential` }), /htu must be the address/],
    ['9: for a path with a slash more', payload({ htu: `${ISSUER}/token/` }), /htu must be the address/],
    ['9: for another host', payload({ htu: 'https://evil.example/token' }), /htu must be the address/],
    ['9: for another port', payload({ htu: `${ISSUER}:8443/token` }), /htu must be the address/],
    ['9: for http', payload({ htu: 'http://issuer.example/token' }), /htu must be the address/],
    ['9: for a path alone', payload({ htu: '/token' }), /htu must be the address/],
    ['9: for an address with a user name', payload({ htu: 'https://u@issuer.example/token' }), /htu must be the address/],
    ['9: for an address that only a lenient parser reads', payload({ htu: 'https:\\\\issuer.example\\token' }), /htu must be the address/],
    ['9: for an address with a tab in it', payload({ htu: `${ISSUER}/to\tken` }), /htu must be the address/],
    ['9: for an address without slashes', payload({ htu: 'https:issuer.example/token' }), /htu must be the address/],
    ['9: for several addresses', payload({ htu: [rule.address] }), /htu must be the address/],
    ['11: that is 301 seconds old', payload({ iat: NOW - 301 }), /iat is more than 300 seconds ago/],
    ['11: that is made in 61 seconds', payload({ iat: NOW + 61 }), /iat is more than 60 seconds ahead/],
    ['RFC 7519 4.1.4: that is over', payload({ exp: NOW }), /exp is over/],
    ['RFC 7519 4.1.5: that is not yet good', payload({ nbf: NOW + 61 }), /nbf is more than 60 seconds ahead/],
  ])('%s', async (_about, make, words) => {
    const made = await make()
    const error = await expectProtocolError(() => verifyDpop(made, rule), 'invalid_dpop_proof', words)
    expect(error.status).toBe(400)
    expect(error.headers).toEqual({})
  })

  it('11: not within the window, 300 seconds back and 60 ahead', async () => {
    for (const iat of [NOW - 300, NOW - 10, NOW + 10, NOW + 60, NOW + 0.5]) {
      const { once } = await verifyDpop(await proof({ payload: { iat } }), rule)
      expect(once.expires).toBe(Math.ceil(iat + 300))
    }
  })

  it('9: not for the same address written otherwise (RFC 3986 sections 6.2.2 and 6.2.3), nor for query and fragment', async () => {
    const address = `${ISSUER}/t%C3%A9~en/a`
    for (const htu of [
      address,
      'HTTPS://ISSUER.example:443/t%c3%a9~en/a',
      `${ISSUER}/t%C3%A9%7Een/a`,
      `${ISSUER}/t%C3%A9~en/b/../a`,
      `${ISSUER}/./t%C3%A9~en/%61`,
      `${address}?x=1`,
      `${address}#y`,
      `${address}?x=1#y`,
    ]) {
      expect((await verifyDpop(await proof({ payload: { htu } }), { ...rule, address })).jkt).toBe(jkt)
    }
    for (const htu of [`${ISSUER}/t%25C3%A9~en/a`, `${ISSUER}/t%C3%A9~en%2Fa`, `${ISSUER}/T%C3%A9~en/a`]) {
      const made = await proof({ payload: { htu } })
      await expectProtocolError(() => verifyDpop(made, { ...rule, address }), 'invalid_dpop_proof', /htu/)
    }
  })

  it('12: whatever is changed in the text of a right one', async () => {
    const right = await proof()
    const character = fc.constantFrom(...'ABCabc019-_.,= \n')
    await fc.assert(
      fc.asyncProperty(fc.nat(right.length - 1), character, async (at, put) => {
        fc.pre(right[at] !== put)
        const changed = right.slice(0, at) + put + right.slice(at + 1)
        const error = await verifyDpop(changed, rule).catch((thrown) => thrown)
        expect(['invalid_dpop_proof', 'use_dpop_nonce']).toContain(error.code)
      }),
      { numRuns: 300 },
    )
  })

  it('never with any other error, whatever the members are', async () => {
    const value = fc.jsonValue() as fc.Arbitrary<Json>
    const names = ['typ', 'alg', 'jwk', 'jti', 'htm', 'htu', 'iat', 'nonce', 'exp', 'nbf', 'ath', 'crit', '__proto__']
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), value, fc.boolean(), async (name, given, inHeader) => {
        const change: Change = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(given)}}`)
        const made = await proof(inHeader ? { header: change } : { payload: change })
        const outcome = await verifyDpop(made, rule).catch((thrown) => thrown)
        expect(['invalid_dpop_proof', 'use_dpop_nonce', undefined]).toContain(outcome.code)
      }),
      { numRuns: 300 },
    )
  })
})

describe('RFC 9449 section 7.1: a proof at a resource', () => {
  it('fits the token and its key', async () => {
    expect((await verifyDpop(await forResource(), resource)).jkt).toBe(jkt)
  })

  it.each<[string, Change, RegExp]>([
    ['without ath', { ath: undefined }, /ath must be the hash/],
    ['with the hash of another token', { ath: createHash('sha256').update('x').digest('base64url') }, /ath must be the hash/],
    ['with padding in ath', { ath: `${ath}=` }, /ath must be the hash/],
    ['for another method', { htm: 'GET' }, /htm/],
  ])('is refused with 401 %s', async (_about, change, words) => {
    const made = await forResource(change)
    const error = await expectProtocolError(() => verifyDpop(made, resource), 'invalid_dpop_proof', words)
    expect(error.status).toBe(401)
  })

  it('is refused with 401 invalid_token when the token is bound to another key', async () => {
    const made = await forResource({}, holderKey())
    const error = await expectProtocolError(() => verifyDpop(made, resource), 'invalid_token', /another key/)
    expect(error.status).toBe(401)
  })
})

describe('RFC 9449 section 10: a proof of the key that a request is bound to', () => {
  it('is accepted, and another one refused', async () => {
    expect((await verifyDpop(await proof(), { ...rule, jkt })).jkt).toBe(jkt)
    const made = await proof({}, holderKey())
    await expectProtocolError(() => verifyDpop(made, { ...rule, jkt }), 'invalid_dpop_proof', /another key than the one this request/)
  })
})

describe('RFC 9449 sections 8 and 9: the nonce of the server', () => {
  it.each<[string, () => Json | undefined | Promise<string>]>([
    ['missing', () => undefined],
    ['a number', () => 5],
    ['random', () => base64url.encode(primitives.random(38))],
    ['empty', () => ''],
    ['too old', () => nonce(NOW - 301)],
    ['a c_nonce', () => credentialNonce()],
  ])('is demanded with 400 at the server and with 401 at a resource when it is %s', async (_about, make) => {
    const value = await make()
    for (const [made, demand, status] of [
      [await proof({ payload: { nonce: value } }), rule, 400],
      [await forResource({ nonce: value }), resource, 401],
    ] as const) {
      const error = await expectProtocolError(() => verifyDpop(made, demand), 'use_dpop_nonce', /nonce/)
      expect(error.status).toBe(status)
    }
  })

  it('may be used more than once; the proof may not: its name is that of its key and jti', async () => {
    const value = await nonce()
    const names = async (payload: Change, by = key) =>
      (await verifyDpop(await proof({ payload: { nonce: value, ...payload } }, by), rule)).once.value
    const first = await names({})
    expect(await names({ iat: NOW - 5 })).toBe(first)
    expect(await names({ jti: 'k' })).not.toBe(first)
    expect(await names({}, holderKey())).not.toBe(first)
    expect(await names({ jti: 'é"\\ \u0000' })).toMatch(/^dpop:[\w-]{43}$/)
  })

  it('does not hide a fault of our own', async () => {
    const made = await proof()
    const broken = () => {
      throw new TypeError('our own')
    }
    await expect(verifyDpop(made, { ...rule, checkNonce: broken })).rejects.toThrow(TypeError)
  })

  it('is seen by a wallet in the body of a server or in the challenge of a resource, and nowhere else', () => {
    const none = json({})
    const body = json({ error: 'use_dpop_nonce' })
    expect(demandsDpopNonce(400, body, undefined)).toBe(true)
    for (const [status, message, challenge] of [
      [401, body, undefined],
      [400, none, 'DPoP error="use_dpop_nonce"'],
      [400, { ...body, contentType: 'text/html' }, undefined],
      [200, body, 'DPoP error="use_dpop_nonce"'],
      [403, none, 'DPoP error="use_dpop_nonce"'],
    ] as const) {
      expect(demandsDpopNonce(status, message, challenge)).toBe(false)
    }
  })

  it.each([
    ['DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"', true],
    ['dpop algs="ES256 PS256", error=use_dpop_nonce', true],
    ['Bearer, DPoP algs="ES256", error="use_dpop_nonce"', true],
    ['Bearer error="invalid_token", error_description="a \\"b\\", c", DPoP error="use_dpop_nonce"', true],
    ['DPoP error="use_dpop_nonce", Bearer error="invalid_token"', true],
    ['Basic realm="DPoP error=use_dpop_nonce"', false],
    ['Bearer error="use_dpop_nonce", DPoP algs="ES256"', false],
    ['DPoP algs="ES256", Bearer error="use_dpop_nonce"', false],
    ['DPoP error="invalid_token"', false],
    ['DPoP error_description="error=use_dpop_nonce"', false],
    ['', false],
  ])('RFC 9110 section 11.6.1: is found in the right challenge of %s', (challenge, expected) => {
    expect(demandsDpopNonce(401, json({}), challenge)).toBe(expected)
  })
})

describe('RFC 9449: the published proofs', () => {
  const head =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR' +
    'nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19'
  const at = { ...rule, address: 'https://server.example.com/token' }
  const published = [
    [
      'figure 2, for a token',
      'eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg',
      { ...at, now: 1_562_262_616 },
    ],
    [
      'figure 7, for a refresh',
      'eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjY1Mjk2fQ.pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5QsGSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA',
      { ...at, now: 1_562_265_296 },
    ],
    [
      'figure 13, for a resource',
      'eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA',
      {
        ...rule,
        method: 'GET',
        address: 'https://resource.example.org/protectedresource',
        now: 1_562_262_618,
        accessToken: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
        jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      },
    ],
  ] as const

  it.each(published)('%s: is right in all but the nonce, which none of them has', async (_about, rest, demand) => {
    const header = `${head}.${rest}`
    await expectProtocolError(() => verifyDpop(header, demand), 'use_dpop_nonce', /needs the nonce/)
    const jws = parseJws(header)
    const publicKey = await primitives.importKey(jws.header.jwk as JsonObject & { kty: string }, 'ES256')
    expect(await primitives.verify('ES256', publicKey, jws.input, jws.signature)).toBe(true)
  })

  it('figure 9: the thumbprint of their key', async () => {
    const { jwk } = parseJws(`${head}.${published[0][1]}`).header
    expect(await jwkThumbprint(jwk as JsonObject & { kty: string }, primitives)).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I')
  })
})
