import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import {
  authenticateRequest,
  directPost,
  haipFaults,
  parsePresentationRequest,
  type RequestLink,
  readRequest,
  refusalOf,
  requestParameters,
} from '../src/index.ts'
import { expectPeerError } from './fixture.ts'
import { type Change, context, draft, HOST, REQUEST_URI, RESPONSE_URI, requestObject } from './vp_fixture.ts'

const haip = { ...context, haip: true }
const reference = (clientId = draft.clientId): RequestLink => ({ kind: 'reference', clientId, requestUri: REQUEST_URI, method: 'get' })
const authenticate = async (change: Change = {}, link = reference(), made = draft) =>
  authenticateRequest(link, await requestObject(change, made), haip)
const open = async (change: Change = {}, link = reference(), made = draft) => readRequest(await authenticate(change, link, made), haip)
const metadata = (change: JsonObject): Change => ({ payload: { client_metadata: { ...draft.clientMetadata, ...change } } })

describe('HAIP 1.0 section 5: a request', () => {
  it('as this toolkit makes it is one', async () => {
    expect((await open()).nonce).toBe(draft.nonce)
    const origin = { prefix: 'x509_hash', algorithm: 'ES256', requestUri: REQUEST_URI }
    expect(haipFaults(origin, parsePresentationRequest(requestParameters(draft)))).toEqual([])
  })

  it('5: client_id by x509_hash', () => {
    const clientId = `x509_san_dns:${HOST}`
    return expectPeerError(() => open({}, reference(clientId), { ...draft, clientId }), 'request_not_haip', 'begin with x509_hash')
  })

  it('5.1: by request_uri, not by value', async () => {
    const { body } = await requestObject()
    const authentic = await authenticateRequest({ kind: 'value', clientId: draft.clientId, request: body }, undefined, haip)
    await expectPeerError(() => readRequest(authentic, haip), 'request_not_haip', 'fetched by request_uri')
    expect(readRequest(authentic, context).nonce).toBe(draft.nonce)
  })

  it('5, 5.1: signed', async () => {
    const clientId = `redirect_uri:${RESPONSE_URI}`
    const parameters = requestParameters({ ...draft, clientId })
    const authentic = await authenticateRequest({ kind: 'parameters', clientId, parameters }, undefined, haip)
    await expectPeerError(() => readRequest(authentic, haip), 'request_not_haip', 'signed with ES256')
  })

  it('5.1: the answer encrypted', () =>
    expectPeerError(() => open({}, reference(), { ...draft, responseMode: directPost }), 'request_not_haip', 'encrypts the answer'))

  it('5: A128GCM and A256GCM, both', async () => {
    for (const only of [['A128GCM'], ['A256GCM']])
      await expectPeerError(() => open(metadata({ encrypted_response_enc_values_supported: only })), 'request_not_haip', 'must have A')
  })

  it('7: signed with ES256, which everybody verifies', () => {
    const request = parsePresentationRequest(requestParameters(draft))
    for (const origin of [{ algorithm: 'ES384' }, {}])
      expect(haipFaults({ prefix: 'x509_hash', requestUri: REQUEST_URI, ...origin }, request)).toEqual(['it must be signed with ES256'])
  })

  it('5: all that is lacking is named at once, and the verifier is told', async () => {
    const authentic = await authenticate({ payload: { response_mode: 'direct_post', client_metadata: { vp_formats_supported: {} } } })
    let fault: unknown
    try {
      readRequest(authentic, haip)
    } catch (error) {
      fault = error
    }
    expect(String(fault)).toMatch(/encrypts the answer.*ECDH-ES on P-256.*A256GCM/)
    const told = refusalOf(authentic, fault as Parameters<typeof refusalOf>[1])
    expect(told?.message.body).toContain('error=invalid_request')
  })
})

describe('OpenID4VP 1.0 section 8.2: a request that was fetched over https', () => {
  it('must not have an answer posted to what listens on this very machine, nor a refusal', async () => {
    const change = { payload: { response_uri: 'http://127.0.0.1:8080/admin' } }
    await expectPeerError(() => open(change), 'response_uri_wrong', 'https')
    expect(refusalOf(await authenticate(change), { error: 'access_denied' })).toBeUndefined()
  })
})
