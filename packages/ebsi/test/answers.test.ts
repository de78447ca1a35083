import { describe, expect, test } from 'vitest'
import {
  type Answer,
  EbsiError,
  jsonAnswer,
  presentation,
  readReceipt,
  readRpcAnswer,
  readTokenAnswer,
  readTransactionHash,
  receiptRequest,
  saying,
  sendRequest,
  tokenRequest,
} from '../src/index.ts'
import { encodeCall } from '../src/writing/abi.ts'

const DID = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
const TOKEN = `eyJhbGciOiJFUzI1NiJ9.${'eyJzdWIiOiJ4In0'.repeat(4)}.${'c2ln'.repeat(20)}`
const HASH = `0x${'a1'.repeat(32)}`

const answer = (body: unknown, status = 200, contentType = 'application/json'): Answer => ({
  status,
  contentType,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

function message(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof EbsiError) return error.message
    throw error
  }
  return 'nothing was thrown'
}

describe('EBSI Authorisation v4', () => {
  const asked = { did: DID, audience: 'https://registry.example/authorisation/v4', nonce: 'n-1', now: 1_790_000_000 } as const

  test('the presentation says who, to whom, and for how long', () => {
    const { input, seal } = presentation({ ...asked, kid: `${DID}#k`, algorithm: 'ES256', credentials: ['a.b.c'] })
    const [header = '', payload = ''] = input.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    expect(JSON.parse(header)).toEqual({ alg: 'ES256', typ: 'JWT', kid: `${DID}#k` })
    expect(JSON.parse(payload)).toEqual({
      iss: DID,
      sub: DID,
      aud: 'https://registry.example/authorisation/v4',
      nonce: 'n-1',
      iat: 1_790_000_000,
      nbf: 1_790_000_000,
      exp: 1_790_000_240,
      vp: {
        '@context': ['https://www.w3.org/2018/credentials/v1'],
        type: ['VerifiablePresentation'],
        holder: DID,
        verifiableCredential: ['a.b.c'],
      },
    })
    expect(seal(new Uint8Array(64))).toBe(`${input}.${'A'.repeat(86)}`)
  })

  test('the request for an invitation names the credential in its submission', () => {
    const form = new URLSearchParams(tokenRequest({ scope: 'didr_invite', vpToken: 'a.b.c', id: 's-1' }))
    expect(Object.fromEntries([...form].filter(([name]) => name !== 'presentation_submission'))).toEqual({
      grant_type: 'vp_token',
      scope: 'openid didr_invite',
      vp_token: 'a.b.c',
    })
    expect(JSON.parse(form.get('presentation_submission') ?? '')).toEqual({
      id: 's-1',
      definition_id: 'didr_invite_presentation',
      descriptor_map: [
        {
          id: 'didr_invite_credential',
          format: 'jwt_vp',
          path: '$',
          path_nested: { id: 'didr_invite_credential', format: 'jwt_vc', path: '$.vp.verifiableCredential[0]' },
        },
      ],
    })
  })

  test('the request to write submits nothing', () => {
    const form = new URLSearchParams(tokenRequest({ scope: 'didr_write', vpToken: 'a.b.c', id: 's-1' }))
    expect(form.get('presentation_submission')).toBe('{"id":"s-1","definition_id":"didr_write_presentation","descriptor_map":[]}')
  })

  const granted = { access_token: TOKEN, token_type: 'Bearer', expires_in: 7200, scope: 'openid didr_write' }

  test('a token is used until shortly before it ends', () => {
    expect(readTokenAnswer(answer(granted), 'didr_write', 1000)).toEqual({ token: TOKEN, until: 1000 + 7200 - 30 })
  })

  test.each([
    [{ error: 'invalid_request', error_description: 'DID already registered' }, 400, 'authorisation_refused: DID already registered'],
    [{ error: 'invalid_request' }, 400, 'authorisation_refused: invalid_request'],
    [{ error: 'invalid_request' }, 200, 'authorisation_refused: invalid_request'],
    [{}, 401, 'authorisation_refused: no reason given'],
    [{ error: 'server_error' }, 500, 'registry_failed: HTTP status 500'],
    [granted, 204, 'registry_failed: HTTP status 204'],
    [[], 200, 'registry_answer_malformed: not an object'],
    [{ ...granted, access_token: 'a b' }, 200, 'registry_answer_malformed: access_token'],
    [{ ...granted, access_token: 'a\r\nX-Other: b' }, 200, 'registry_answer_malformed: access_token'],
    [{ ...granted, access_token: 'a'.repeat(20_000) }, 200, 'registry_answer_malformed: access_token'],
    [{ ...granted, token_type: 'DPoP' }, 200, 'registry_answer_malformed: token_type'],
    [{ ...granted, expires_in: '7200' }, 200, 'registry_answer_malformed: expires_in'],
    [{ ...granted, expires_in: 0 }, 200, 'registry_answer_malformed: expires_in'],
    [{ ...granted, scope: 'openid tir_write' }, 200, 'registry_answer_of_other: scope'],
  ])('%j with status %i is refused', (body, status, code) => {
    expect(message(() => readTokenAnswer(answer(body, status), 'didr_write', 1000))).toBe(code)
  })
})

describe('JSON-RPC 2.0', () => {
  test('the requests are those of the registries', () => {
    const transaction = { from: 'f', to: 't', data: 'd', value: '0x0', nonce: '0x1', chainId: '0x2', gasLimit: '0x3', gasPrice: '0x0' }
    expect(JSON.parse(sendRequest(3, transaction, { signedRawTransaction: '0xf8', r: '0x1', s: '0x2', v: '0x1b' }))).toEqual({
      jsonrpc: '2.0',
      id: 3,
      method: 'sendSignedTransaction',
      params: [{ protocol: 'eth', unsignedTransaction: transaction, signedRawTransaction: '0xf8', r: '0x1', s: '0x2', v: '0x1b' }],
    })
    expect(JSON.parse(receiptRequest(4, HASH))).toEqual({ jsonrpc: '2.0', id: 4, method: 'eth_getTransactionReceipt', params: [HASH] })
  })

  const refusal = { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'Invalid params: did must be a did:ebsi' } }

  test.each([
    ['an error with HTTP 400', answer(refusal, 400), 'registry_refused: Invalid params: did must be a did:ebsi'],
    ['an error with HTTP 200', answer(refusal, 200), 'registry_refused: Invalid params: did must be a did:ebsi'],
    ['an error with a result beside it', answer({ ...refusal, result: '0x1' }), 'registry_refused: Invalid params: did must be a did:ebsi'],
    ['an error that is text', answer({ jsonrpc: '2.0', id: 1, error: 'no' }), 'registry_refused: no'],
    ['an error that is null', answer({ jsonrpc: '2.0', id: 1, error: null, result: 1 }), 'registry_refused: no reason given'],
    [
      'a problem (RFC 7807)',
      answer({ title: 'Unauthorized', status: 401, detail: 'Invalid JWT' }, 401, 'application/problem+json'),
      'registry_refused: Unauthorized: Invalid JWT',
    ],
    ['a problem without a detail', answer({ title: 'Forbidden' }, 403, 'application/problem+json'), 'registry_refused: Forbidden'],
    ['a page of a proxy', answer('<html>', 502, 'text/html'), 'registry_failed: HTTP status 502'],
    ['a status 500', answer({ title: 'Internal' }, 500, 'application/problem+json'), 'registry_failed: HTTP status 500'],
    ['a status 204', answer({ jsonrpc: '2.0', id: 1, result: 1 }, 204), 'registry_failed: HTTP status 204'],
    ['another media type', answer({ jsonrpc: '2.0', id: 1, result: 1 }, 200, 'text/plain'), 'registry_content_type: application/json'],
    ['no JSON', answer('{'), 'registry_answer_malformed: not JSON'],
    ['a member twice', answer('{"jsonrpc":"2.0","id":1,"result":1,"result":2}'), 'registry_answer_malformed: not JSON'],
    ['a list', answer([]), 'registry_answer_malformed: not an object'],
    ['another protocol', answer({ jsonrpc: '1.0', id: 1, result: 1 }), 'registry_answer_malformed: jsonrpc'],
    ['the answer to another request', answer({ jsonrpc: '2.0', id: 2, result: 1 }), 'registry_answer_of_other: id'],
    ['no result', answer({ jsonrpc: '2.0', id: 1 }), 'registry_answer_malformed: result'],
  ])('refuses %s', (_, given, code) => {
    expect(message(() => readRpcAnswer(given, 1))).toBe(code)
  })

  test('gives the result, null too', () => {
    expect(readRpcAnswer(answer({ jsonrpc: '2.0', id: 1, result: null }), 1)).toBeNull()
    expect(readRpcAnswer(answer({ jsonrpc: '2.0', id: 1, result: 'x' }, 200, 'application/json; charset=utf-8'), 1)).toBe('x')
  })

  test('a transaction hash has 32 bytes', () => {
    expect(readTransactionHash(HASH.toUpperCase().replace('0X', '0x'))).toBe(HASH)
    expect(message(() => readTransactionHash('0x12'))).toBe('registry_answer_malformed: transaction hash')
    expect(message(() => readTransactionHash(null))).toBe('registry_answer_malformed: transaction hash')
  })

  test.each([
    [null, false],
    [{ transactionHash: HASH, status: '0x1' }, true],
  ])('a receipt %j says %s', (receipt, isMined) => {
    expect(readReceipt(receipt, HASH)).toBe(isMined)
  })

  test.each([
    [{ transactionHash: `0x${'b2'.repeat(32)}`, status: '0x1' }, 'registry_answer_of_other: receipt'],
    [{ transactionHash: HASH }, 'registry_answer_malformed: receipt status'],
    [{ transactionHash: HASH, status: 1 }, 'registry_answer_malformed: receipt status'],
    ['0x1', 'registry_answer_malformed: receipt'],
    [{ transactionHash: HASH, status: '0x0' }, 'transaction_reverted: no reason given'],
    [
      { transactionHash: HASH, status: '0x0', revertReason: encodeCall('08c379a0', ['string'], ['did already exists']) },
      'transaction_reverted: did already exists',
    ],
    [{ transactionHash: HASH, status: '0x0', revertReason: '0x00' }, 'transaction_reverted: 0x00'],
  ])('a receipt %j is no success', (receipt, code) => {
    expect(message(() => readReceipt(receipt, HASH))).toBe(code)
  })
})

describe('what a peer says', () => {
  test('has no token, no key and no line break in it when we repeat it', () => {
    expect(saying(`Invalid JWT ${TOKEN}\nnext`)).toBe('Invalid JWT (...) next')
    expect(saying(`key 0x04${'ab'.repeat(64)}!`)).toBe('key (...)!')
    expect(saying(`did ${DID} is not registered`)).toBe(`did ${DID} is not registered`)
    expect(saying('\u001b[31mred')).toBe('[31mred')
  })

  test('is short', () => {
    expect(saying('no '.repeat(1000)).length).toBeLessThan(210)
    expect(saying({ not: 'text' })).toBe('no reason given')
  })

  test('counts only in the media type that was asked for', () => {
    expect(message(() => jsonAnswer({ status: 200, contentType: undefined, body: '{}' }))).toBe('registry_content_type: application/json')
    expect(jsonAnswer(answer({}, 200, 'Application/JSON ; charset=utf-8'))).toEqual({})
  })
})
