import type { JsonObject } from '@symbolon/sd-jwt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal } from './answer.ts'
import { newHolder } from './holder.ts'
import { ask, type Changes, credentialIn, freshNonce, prove, tokenOf } from './issuance.ts'
import { type Setting, STATUTE, startSetting } from './setting.ts'

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())
afterEach(() => {
  setting.clock.ahead = 0
})

/** The proof has what is wrong with it; the same token must then still bring the credential to who asks rightly. */
async function expectRefused(changes: Changes, status: number, code: string, words: RegExp): Promise<void> {
  const offer = await setting.offer()
  const token = await tokenOf(setting, offer)
  expectRefusal(await ask(setting, { token, type: STATUTE }, changes), status, code, words)
  expect(await setting.stateOf(offer)).toBe('redeemed')
  credentialIn(await ask(setting, { token, type: STATUTE }))
  expect(await setting.stateOf(offer)).toBe('issued')
}

const without =
  (name: string) =>
  ({ [name]: _, ...rest }: JsonObject): JsonObject =>
    rest
const adding =
  (more: JsonObject) =>
  (honest: JsonObject): JsonObject => ({ ...honest, ...more })

describe('the happy flow, with another proof', () => {
  const other = newHolder()
  it.each<[string, Changes, RegExp]>([
    ['VI-06: for the credential endpoint', { payload: (claims) => ({ ...claims, aud: `${claims.aud}/credential` }) }, /aud/],
    ['VI-06: for the issuer with a slash more', { payload: (claims) => ({ ...claims, aud: `${claims.aud}/` }) }, /aud/],
    ['VI-06: for a list of issuers', { payload: (claims) => ({ ...claims, aud: [claims.aud ?? ''] }) }, /aud/],
    ['VCI F.1: for nobody', { payload: without('aud') }, /aud/],
    ['VI-08: with another typ', { header: adding({ typ: 'JWT' }) }, /typ/],
    ['VI-08: without typ', { header: without('typ') }, /typ/],
    ['KX-12: with the private member in jwk', { header: adding({ jwk: other.secret }) }, /private member/],
    ['VI-07: with two references to a key', { header: adding({ kid: 'did:example:1#key' }) }, /given once/],
    ['VI-07: with a chain beside the key', { header: adding({ x5c: ['MII'] }) }, /given once/],
    ['VI-07: without a key', { header: without('jwk') }, /the key is missing/],
    ['KX-14: with a point that is not on the curve', { header: adding({ jwk: { ...other.jwk, y: other.jwk.x ?? '' } }) }, /no public key/],
    ['VCI F.4: signed with another key', { sign: (input) => other.signer.sign(input) }, /signature/],
    ['VCI F.4: changed after it was signed', { proof: (jwt) => jwt.replace(/\.(.)/, (_, first) => `.${first === 'A' ? 'B' : 'A'}`) }, /./],
    ['RFC 8725 3.1: with alg none', { header: adding({ alg: 'none' }), sign: () => new Uint8Array() }, /alg/],
    ['RFC 8725 3.1: with alg HS256', { header: adding({ alg: 'HS256' }) }, /alg/],
    [
      'SD-26: with a signature that is too long',
      { sign: async (input, honest) => new Uint8Array([...(await honest.sign(input)), 0]) },
      /signature/,
    ],
    ['VCI F.1: of ten minutes ago', { payload: (claims) => ({ ...claims, iat: Number(claims.iat) - 600 }) }, /iat/],
    ['VCI F.1: of tomorrow', { payload: (claims) => ({ ...claims, iat: Number(claims.iat) + 86_400 }) }, /iat/],
    ['VCI F.1: with a client that nobody knows', { payload: adding({ iss: 'my-wallet' }) }, /iss/],
    ['VI-05: without a nonce', { payload: without('nonce') }, /nonce is missing/],
    ['VCI F.1: that is no JWT', { proof: () => 'hello' }, /compact/],
    ['VCI F.1: that is no text', { proof: () => ({ jwt: 'hello' }) }, /string/],
  ])('%s: invalid_proof, nothing issued, nothing lost', async (_about, changes, words) => {
    await expectRefused(changes, 400, 'invalid_proof', words)
  })

  it.each<[string, Changes, string, RegExp]>([
    [
      'VI-09: as `proof`, of an old draft',
      { body: ({ proofs, ...body }) => ({ ...body, proof: { proof_type: 'jwt', jwt: (proofs as { jwt: string[] }).jwt[0] ?? '' } }) },
      'invalid_proof',
      /older than OpenID4VCI 1.0/,
    ],
    ['VCI 8.2: not there at all', { body: without('proofs') }, 'invalid_proof', /proofs is missing/],
    ['VCI 8.2: of a type that is not announced', { body: adding({ proofs: { di_vp: [{}] } }) }, 'invalid_proof', /proof_types_supported/],
    ['VI-11: one twice', { body: ({ proofs, ...body }) => ({ ...body, proofs: doubled(proofs) }) }, 'invalid_proof', /the same key/],
  ])('%s: %s', async (_about, changes, code, words) => {
    await expectRefused(changes, 400, code, words)
  })

  const doubled = (proofs: unknown): JsonObject => {
    const [proof = ''] = (proofs as { jwt: string[] }).jwt
    return { jwt: [proof, proof] }
  }
})

describe('the happy flow, with another nonce', () => {
  it.each<[string, (nonce: string) => string]>([
    ['VI-05: one that was made up', () => 'bm90LW91cnM'],
    ['VI-05: one bit off', (nonce) => `${nonce.startsWith('A') ? 'B' : 'A'}${nonce.slice(1)}`],
    ['VI-05: one that is no base64url', (nonce) => `${nonce}=`],
  ])('%s: invalid_nonce', async (_about, change) => {
    const payload = (claims: JsonObject) => ({ ...claims, nonce: change(String(claims.nonce)) })
    await expectRefused({ payload }, 400, 'invalid_nonce', /./)
  })

  it('VI-05: one of another time', async () => {
    const offer = await setting.offer()
    const nonce = await freshNonce(setting)
    setting.clock.ahead = 301
    const token = await tokenOf(setting, offer)
    expectRefusal(await ask(setting, { token, type: STATUTE, nonce }), 400, 'invalid_nonce', /expired/)
    expect(await setting.stateOf(offer)).toBe('redeemed')
    credentialIn(await ask(setting, { token, type: STATUTE }))
  })

  it('VI-05: one that was used, by the same wallet and by another', async () => {
    const [one, other] = [await setting.offer(), await setting.offer({ person: 'P02' })]
    const [token, otherToken] = [await tokenOf(setting, one), await tokenOf(setting, other)]
    const nonce = await freshNonce(setting)
    credentialIn(await ask(setting, { token, type: STATUTE, nonce }))
    expectRefusal(await ask(setting, { token, type: STATUTE, nonce }), 400, 'invalid_nonce', /used before/)
    expectRefusal(await ask(setting, { token: otherToken, type: STATUTE, nonce }), 400, 'invalid_nonce', /used before/)
    expect(await setting.stateOf(other)).toBe('redeemed')
    credentialIn(await ask(setting, { token: otherToken, type: STATUTE }))
  })

  it('VI-05: one that five use at once brings one credential', async () => {
    const offer = await setting.offer()
    const token = await tokenOf(setting, offer)
    const nonce = await freshNonce(setting)
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(setting, { token, type: STATUTE, nonce })))
    expect(answers.map(({ status, body }) => body.error ?? status).sort()).toEqual([200, ...Array(4).fill('invalid_nonce')])
  })

  it('VI-05: a whole proof, sent again, is refused', async () => {
    const holder = newHolder()
    const token = await tokenOf(setting, await setting.offer())
    const proof = await prove(setting, holder, await freshNonce(setting))
    credentialIn(await ask(setting, { token, type: STATUTE }, { proof: () => proof }))
    expectRefusal(await ask(setting, { token, type: STATUTE }, { proof: () => proof }), 400, 'invalid_nonce')
  })
})

describe('the happy flow, with another credential request', () => {
  it.each<[string, Changes, number, string]>([
    [
      'VCI 8.2: an unknown configuration',
      { body: adding({ credential_configuration_id: 'passport' }) },
      400,
      'unknown_credential_configuration',
    ],
    [
      'VCI 8.2: a configuration named like a member of every object',
      { body: adding({ credential_configuration_id: 'constructor' }) },
      400,
      'unknown_credential_configuration',
    ],
    [
      'VI-09: a format instead of an identifier',
      { body: ({ proofs = {} }) => ({ format: 'dc+sd-jwt', proofs }) },
      400,
      'invalid_credential_request',
    ],
    ['VCI 8.2: nothing that says which', { body: without('credential_configuration_id') }, 400, 'invalid_credential_request'],
    [
      'VI-10: an identifier although none was given',
      { body: ({ proofs = {} }) => ({ credential_identifier: STATUTE, proofs }) },
      400,
      'invalid_credential_request',
    ],
    [
      'VI-12: an answer encrypted to a key of its own',
      { body: adding({ credential_response_encryption: { jwk: {}, enc: 'A128GCM' } }) },
      400,
      'invalid_encryption_parameters',
    ],
    ['VCI 8.2: no JSON', { credentialRequest: (request) => ({ ...request, body: '{' }) }, 400, 'invalid_credential_request'],
    ['VCI 8.2: a list', { credentialRequest: (request) => ({ ...request, body: '[]' }) }, 400, 'invalid_credential_request'],
    [
      'RFC 7515 4: a member twice',
      {
        credentialRequest: (request) => ({ ...request, body: request.body?.replace('{', '{"credential_configuration_id":"ehic",') ?? '' }),
      },
      400,
      'invalid_credential_request',
    ],
    [
      'VCI 8.2: nested without end',
      { credentialRequest: (request) => ({ ...request, body: '['.repeat(30_000) }) },
      400,
      'invalid_credential_request',
    ],
    [
      'VCI 8.2: another content type',
      { credentialRequest: (request) => ({ ...request, headers: { ...request.headers, 'content-type': 'text/plain' } }) },
      400,
      'invalid_credential_request',
    ],
  ])('%s', async (_about, changes, status, code) => {
    await expectRefused(changes, status, code, /./)
  })

  it('VI-16: members nobody knows are ignored', async () => {
    const token = await tokenOf(setting, await setting.offer())
    const answer = await ask(
      setting,
      { token, type: STATUTE },
      { body: adding({ wallet_colour: 'blue' }), payload: adding({ mood: 'good' }) },
    )
    expect(credentialIn(answer)).toContain('~')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
