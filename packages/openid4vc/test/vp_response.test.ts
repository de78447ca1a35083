import type { JsonObject } from '@symbolon/sd-jwt'
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, generateKeyPair, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  createErrorResponse,
  createResponse,
  directPost,
  directPostJwt,
  type ExpectedPresentation,
  type Message,
  type PresentationRequest,
  parseClientMetadata,
  parsePresentationRequest,
  parseResponse,
  parseResponseAnswer,
  RESPONSE_MODES,
  requestParameters,
  responseAnswer,
  VP_ERRORS,
  vpErrorNamed,
} from '../src/index.ts'
import { form, json } from './fixture.ts'
import { answerKey, draft, encryptionKey, query } from './vp_fixture.ts'

const request: PresentationRequest = parsePresentationRequest(requestParameters(draft))
const clear: PresentationRequest = { ...request, responseMode: directPost }
const tokens = new Map([['statute', ['eyJ.a~b~c']]])
const expected: ExpectedPresentation = { mode: directPostJwt, query, state: draft.state, decryptionKey: answerKey.secret }
const inClear: ExpectedPresentation = { mode: directPost, query, state: draft.state }
const post = (members: Record<string, string>) => form({ state: draft.state, ...members })

/** A JWE with another header, key or content. */
async function jwe(
  header: JsonObject = {},
  content: string = JSON.stringify({ vp_token: { statute: ['a~'] }, state: draft.state }),
  to = answerKey.open.jwk,
) {
  const key = await importJWK({ ...to }, 'ECDH-ES')
  return new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', kid: 'enc-1', ...header })
    .encrypt(key)
}
const refused = (message: Message, by: ExpectedPresentation, what: string) => expect(parseResponse(message, by)).rejects.toThrow(what)

describe('OpenID4VP 1.0 section 8: an answer', () => {
  it.each(RESPONSE_MODES.map((mode) => [mode.id, mode] as const))('comes back as it was made: %s', async (_id, mode) => {
    const message = await createResponse({ ...request, responseMode: mode }, tokens)
    expect(message.contentType).toBe('application/x-www-form-urlencoded')
    expect(await parseResponse(message, { ...expected, mode })).toEqual({ kind: 'presentations', tokens })
  })

  it('8.3: is a JWE to the key of the request, kid copied, A256GCM before A128GCM, with members at the top', async () => {
    const { body } = await createResponse(request, tokens)
    const response = String(new URLSearchParams(body).get('response'))
    expect(body).not.toContain('vp_token')
    expect(decodeProtectedHeader(response)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'enc-1' })
    const { plaintext } = await compactDecrypt(response, await importJWK({ ...answerKey.secret } as never, 'ECDH-ES'))
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({ vp_token: { statute: ['eyJ.a~b~c'] }, state: draft.state })
  })

  it('8.3: without a list of content encryptions it is A128GCM', async () => {
    const { encrypted_response_enc_values_supported: _, ...bare } = draft.clientMetadata
    const { body } = await createResponse({ ...request, clientMetadata: parseClientMetadata(bare) }, tokens)
    expect(decodeProtectedHeader(String(new URLSearchParams(body).get('response')))).toMatchObject({ enc: 'A128GCM' })
  })

  it('VP-18: another request has another key, and neither opens what was made for the other', async () => {
    const other = await encryptionKey('enc-2')
    await refused(await createResponse(request, tokens), { ...expected, decryptionKey: other.secret }, 'not the one of this request')
    await refused(post({ response: await jwe({}, undefined, other.open.jwk) }), expected, 'cannot be read')
  })

  it('VP-19: a vp_token in clear where encryption was asked for, alone or beside a JWE', async () => {
    await refused(await createResponse(clear, tokens), expected, 'must be encrypted')
    await refused(post({ response: await jwe(), vp_token: '{}' }), expected, 'must be encrypted')
    await refused(post({ error: 'access_denied', vp_token: '{}' }), expected, 'must be encrypted')
    await refused(post({}), expected, 'must be encrypted')
  })

  it('8.2: a JWE where the answer was asked for in clear', async () => refused(await createResponse(request, tokens), inClear, 'in clear'))

  it('8.3: zip, unknown header members, another algorithm or content encryption, a foreign curve', async () => {
    await refused(
      post({
        response: (await jwe()).replace(
          /^[^.]+/,
          Buffer.from(JSON.stringify({ alg: 'ECDH-ES', enc: 'A128GCM', kid: 'enc-1', zip: 'DEF' })).toString('base64url'),
        ),
      }),
      expected,
      'must not have zip',
    )
    await refused(
      post({
        response: (await jwe()).replace(
          /^[^.]+/,
          Buffer.from(JSON.stringify({ alg: 'ECDH-ES', enc: 'A128GCM', kid: 'enc-1', crit: ['x'] })).toString('base64url'),
        ),
      }),
      expected,
      'must not have crit',
    )
    const content = new TextEncoder().encode(JSON.stringify({ vp_token: { statute: ['a~'] }, state: draft.state }))
    const wrapped = await new CompactEncrypt(content)
      .setProtectedHeader({ alg: 'ECDH-ES+A128KW', enc: 'A128GCM', kid: 'enc-1' })
      .encrypt(await importJWK({ ...answerKey.open.jwk }, 'ECDH-ES+A128KW'))
    await refused(post({ response: wrapped }), expected, 'cannot be read')
    await refused(post({ response: await jwe({ enc: 'A128CBC-HS256' }) }), expected, 'cannot be read')
    const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-384' })
    const foreign = await new CompactEncrypt(content)
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', kid: 'enc-1' })
      .encrypt(publicKey)
    await refused(post({ response: foreign }), expected, 'cannot be read')
  })

  it('KX-14, 8.3: a key that is no point of its curve is passed over; there is none other: request_malformed', async () => {
    const off = { kid: 'off', jwk: { ...answerKey.open.jwk, y: answerKey.open.jwk.x ?? '' } }
    const to = (...encryptionKeys: (typeof off)[]) =>
      createResponse({ ...request, clientMetadata: { ...request.clientMetadata, encryptionKeys } }, tokens)
    expect(await parseResponse(await to(off, answerKey.open as typeof off), expected)).toEqual({ kind: 'presentations', tokens })
    await expect(to(off)).rejects.toThrow('request_malformed')
  })

  it('8.5: presentations and an error in one answer', async () => {
    await refused(post({ vp_token: '{"statute":["a~"]}', error: 'access_denied' }), inClear, 'not both')
    const both = { vp_token: { statute: ['a~'] }, error: 'access_denied', state: draft.state }
    await refused(post({ response: await jwe({}, JSON.stringify(both)) }), expected, 'not both')
  })

  it.each(['a', 'a.b.c.d.e', '....', 'eyJhbGciOiJub25lIn0..'])('8.3: %s is no JWE', async (response) =>
    refused(post({ response }), expected, 'invalid_request'),
  )

  it('8.3: content that is no JSON object, or has a member twice', async () => {
    for (const content of ['[]', '{', '{"vp_token":{},"vp_token":{}}', '\u{fffd}'])
      await refused(post({ response: await jwe({}, content) }), expected, 'cannot be read')
  })

  it('the key of the request is wiped with its answer: nothing is read afterwards', async () => {
    const { decryptionKey: _, ...without } = expected
    await refused(await createResponse(request, tokens), without, 'not there any more')
  })

  it.each([
    ['VP-20: an id that was not asked for', '{"other":["a~"]}', 'not asked for'],
    ['VP-20: vp_token as a string', '"a~"', 'must be an object'],
    ['VP-20: vp_token empty', '{}', 'must not be empty'],
    ['VP-20: an array', '[["a~"]]', 'must be an object'],
    ['8.1: a presentation outside an array', '{"statute":"a~"}', 'must be an array'],
    ['8.1: an empty array', '{"statute":[]}', 'must be an array'],
    ['8.1: something else than text', '{"statute":[1]}', 'must be an array'],
    ['VP-13: two presentations, multiple absent', '{"statute":["a~","b~"]}', 'one presentation'],
    ['__proto__ as an id', '{"__proto__":["a~"]}', 'not asked for'],
    ['a member twice', '{"statute":["a~"],"statute":["b~"]}', 'strict JSON'],
  ])('%s: 400', async (_name, vp_token, what) => {
    await refused(post({ vp_token }), inClear, what)
    await expect(parseResponse(post({ vp_token }), inClear)).rejects.toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('8.1: several where multiple was asked for, but not without end', async () => {
    const credentials = query.credentials.map((one) => ({ ...one, multiple: true }))
    const many = { ...inClear, query: { ...query, credentials } }
    expect(await parseResponse(post({ vp_token: '{"statute":["a~","b~"]}' }), many)).toMatchObject({ kind: 'presentations' })
    await refused(post({ vp_token: JSON.stringify({ statute: Array(17).fill('a~') }) }), many, 'at most 16')
  })

  it('5.3: state must be that of the request', async () => {
    for (const state of ['other', '']) await refused(form({ state, vp_token: '{"statute":["a~"]}' }), inClear, 'state')
  })

  it('another content type, a parameter twice, more than anybody sends', async () => {
    await refused(json({ vp_token: {} }), inClear, 'content type')
    await refused({ contentType: 'application/x-www-form-urlencoded', body: 'state=a&state=b' }, inClear, 'twice')
    await refused({ contentType: 'application/x-www-form-urlencoded', body: `vp_token=${'a'.repeat(1_048_576)}` }, inClear, 'at most')
  })
})

describe('OpenID4VP 1.0 section 8.5: an answer that says no', () => {
  it('VP-21: is understood at once, in both modes, also in clear where encryption was asked for', async () => {
    const message = createErrorResponse(request, 'access_denied', 'the person said "no"\n')
    for (const by of [expected, inClear])
      expect(await parseResponse(message, by)).toEqual({ kind: 'error', error: 'access_denied', description: 'the person said ?no??' })
    const encrypted = post({ response: await jwe({}, JSON.stringify({ error: 'access_denied', state: draft.state })) })
    expect(await parseResponse(encrypted, expected)).toEqual({ kind: 'error', error: 'access_denied' })
  })

  it('knows every code of the standard; another is told as invalid_request', () => {
    for (const code of Object.keys(VP_ERRORS)) expect(vpErrorNamed(code)).toBe(code)
    expect([
      'access_denied',
      'invalid_client',
      'invalid_request',
      'invalid_request_uri_method',
      'invalid_scope',
      'invalid_transaction_data',
      'server_error',
      'temporarily_unavailable',
      'unauthorized_client',
      'unsupported_response_type',
      'vp_formats_not_supported',
      'wallet_unavailable',
    ]).toEqual(Object.keys(VP_ERRORS))
    for (const name of ['constructor', 'no_such_error']) expect(vpErrorNamed(name)).toBe('invalid_request')
  })

  it('with the state of another request it says nothing', async () =>
    refused(form({ error: 'access_denied', state: 'x' }), expected, 'state'))
})

describe('OpenID4VP 1.0 section 8.2: what the verifier answers', () => {
  const read = (message: Message, from = 'https://museum.example/responses/1') => parseResponseAnswer(message, from)
  const redirected = (address: string, from?: string) => read(json({ redirect_uri: address }), from).redirectUri

  it('comes back as it was made', () => {
    expect(read(json(responseAnswer()))).toEqual({})
    expect(redirected('https://museum.example/?response_code=a')).toBe('https://museum.example/?response_code=a')
    expect(redirected('https://museum.example/#response_code=a')).toContain('#response_code')
    expect(read(json({ new: 1 }))).toEqual({})
    expect(read({ contentType: undefined, body: '' })).toEqual({})
  })

  it('anything else is a fault: response_answer_malformed', () => {
    for (const address of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'http://museum.example/', 'calculator:'])
      expect(() => redirected(address)).toThrow('response_answer_malformed')
    for (const wrong of [json({ redirect_uri: 1 }), json([] as never), { contentType: 'text/html', body: '<p>' }])
      expect(() => read(wrong)).toThrow('response_answer_malformed')
  })

  it('a verifier on the network sends nobody to a program of this machine, and no terminal hears more than an address', () => {
    expect(() => redirected('http://localhost:4002/return')).toThrow('response_answer_malformed')
    expect(redirected('http://localhost:4002/return', 'http://localhost:4001/responses/1')).toBe('http://localhost:4002/return')
    expect(redirected('https://museum.example/\u001b[2Jx')).toBe('https://museum.example/%1B[2Jx')
  })
})
