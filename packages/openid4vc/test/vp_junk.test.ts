import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import {
  authenticateRequest,
  createRequestObject,
  directPost,
  directPostJwt,
  judgeRegistration,
  PeerError,
  ProtocolError,
  parseDcql,
  parseRequestLink,
  parseResponse,
  parseResponseAnswer,
  type RequestLink,
  readRegistration,
  readRequest,
  refusalOf,
} from '../src/index.ts'
import { form, json, vector } from './fixture.ts'
import { answerKey, context, draft, query, REQUEST_URI, requestObject, verifier } from './vp_fixture.ts'

const JUNK: readonly Json[] = [null, true, 0, -1, 1e300, '', 'x', '\u{0}', [], [null], [[]], {}, { a: 1 }, JSON.parse('{"__proto__":1}')]

/** The same document once for each of its members and each piece of junk in its place. */
function* spoiled(value: Json): Generator<Json> {
  yield* JUNK
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value))
    for (const other of spoiled(member)) yield Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other }
}

/** What a call throws, or undefined. */
async function thrown(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error
  }
}
const isOneOf = (error: unknown, kind: typeof PeerError | typeof ProtocolError): boolean => error === undefined || error instanceof kind

const payloadOf = (input: string): JsonObject => JSON.parse(Buffer.from(input.split('.')[1] ?? '', 'base64url').toString())
const { input } = createRequestObject(
  { ...draft, verifierInfo: [{ format: 'registration_cert', data: 'a.b.c' }] },
  { algorithm: 'ES256', x5c: verifier.x5c },
)

describe('whatever a peer of OpenID4VP sends is used or refused, and nothing else happens', () => {
  it('section 5.1: a signed request, each member spoiled', async () => {
    const { asker } = await authenticateRequest(
      { kind: 'reference', clientId: draft.clientId, requestUri: REQUEST_URI, method: 'get' },
      await requestObject(),
      context,
    )
    let refused = 0
    for (const parameters of spoiled(payloadOf(input))) {
      if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) continue
      const error = await thrown(() => readRequest({ parameters, asker }, context))
      expect(isOneOf(error, PeerError), `${JSON.stringify(parameters)}: ${error}`).toBe(true)
      if (error === undefined) continue
      refused++
      expect(await thrown(() => refusalOf({ parameters, asker }, error as PeerError))).toBeUndefined()
    }
    expect(refused).toBeGreaterThan(200)
  })

  it('section 5: the header of a request, each member spoiled', async () => {
    const link: RequestLink = { kind: 'reference', clientId: draft.clientId, requestUri: REQUEST_URI, method: 'get' }
    const header: JsonObject = { alg: 'ES256', typ: 'x', x5c: [...verifier.x5c] }
    for (const [name, value] of Object.entries(header))
      for (const other of spoiled(value)) {
        const error = await thrown(async () => authenticateRequest(link, await requestObject({ header: { [name]: other } }), context))
        expect(error, `${name} ${JSON.stringify(other)}`).toBeInstanceOf(PeerError)
      }
  })

  it('section 5: links', async () => {
    for (const name of ['client_id', 'request_uri', 'request', 'dcql_query', 'client_metadata', 'verifier_info', '__proto__'])
      for (const value of JUNK) {
        const link = `openid4vp://?client_id=redirect_uri:x&${name}=${encodeURIComponent(JSON.stringify(value))}`
        const error = await thrown(() => parseRequestLink(link))
        expect(isOneOf(error, PeerError), `${link}: ${error}`).toBe(true)
      }
  })

  it('section 8.1: an answer, each member spoiled', async () => {
    for (const token of spoiled({ statute: ['a~'] })) {
      const message = form({ state: draft.state, vp_token: JSON.stringify(token) })
      const error = await thrown(() => parseResponse(message, { mode: directPost, query, state: draft.state }))
      expect(isOneOf(error, ProtocolError), `${message.body}: ${error}`).toBe(true)
    }
    for (const response of ['', '.', '....', 'e30..a.b.c', 'e30.a.b.c.d', `${'a'.repeat(9_999)}.a.a.a.a`]) {
      const expected = { mode: directPostJwt, query, state: draft.state, decryptionKey: answerKey.secret }
      expect(await thrown(() => parseResponse(form({ state: draft.state, response }), expected))).toBeInstanceOf(ProtocolError)
    }
  })

  it('section 8.2: what the verifier answers', async () => {
    for (const value of spoiled({ redirect_uri: 'https://museum.example/' }))
      expect(
        isOneOf(await thrown(() => parseResponseAnswer(json(value as JsonObject), 'https://museum.example/responses/1')), PeerError),
      ).toBe(true)
  })

  it('section 5.11: statements about who asks', async () => {
    for (const data of JUNK) {
      const asker = { outcome: 'pass', organisation: 'x' } as const
      expect((await judgeRegistration([{ format: 'registration_cert', data }], asker, context)).outcome).toBe('fail')
    }
    const payload = { name: 'a', sub: 'b', iat: 1, exp: 2, purpose: [{ lang: 'nl', value: 'x' }] }
    const claims = [{ format: 'dc+sd-jwt', meta: { vct_values: ['t'] }, claim: [{ path: ['a', null, 0] }] }]
    for (const value of spoiled({ ...payload, credentials: claims }))
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        expect(isOneOf(await thrown(() => readRegistration(value)), PeerError), JSON.stringify(value)).toBe(true)
  })
})

describe('OpenID4VP 1.0 section 8.3', () => {
  it('the encrypted answer of the standard is read', async () => {
    const { jwe, private_jwk: decryptionKey, expected_payload: payload } = JSON.parse(vector('openid4vp/encrypted-response.json'))
    const [id, presentations] = Object.entries(payload.vp_token)[0] ?? []
    const asked = { credentials: [{ id: String(id), format: 'dc+sd-jwt', meta: { vct_values: ['t'] } }] }
    const expected = { mode: directPostJwt, query: parseDcql(asked, (place, what) => new Error(place + what)), decryptionKey }
    expect(await parseResponse(form({ response: jwe }), expected)).toEqual({
      kind: 'presentations',
      tokens: new Map([[id, presentations]]),
    })
    const flipped = `${jwe.slice(0, -2)}${jwe.at(-2) === 'A' ? 'B' : 'A'}${jwe.at(-1)}`
    await expect(parseResponse(form({ response: flipped }), expected)).rejects.toThrow('cannot be read')
  })
})
