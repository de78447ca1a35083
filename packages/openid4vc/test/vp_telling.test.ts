import { prepareAnchors } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { type AuthenticRequest, authenticateRequest, type RequestLink, readRequest, refusalOf } from '../src/index.ts'
import { context, draft, HOST, REQUEST_URI, RESPONSE_URI, requestObject } from './vp_fixture.ts'

const reference = (clientId = draft.clientId): RequestLink => ({ kind: 'reference', clientId, requestUri: REQUEST_URI, method: 'get' })

describe('OpenID4VP 1.0 section 8.5: telling what is wrong with a request', () => {
  const authentic = async (payload: JsonObject): Promise<AuthenticRequest> =>
    authenticateRequest(reference(), await requestObject({ payload }), context)
  const told = async (payload: JsonObject) => {
    const opened = await authentic(payload)
    try {
      readRequest(opened, context)
    } catch (error) {
      const refusal = refusalOf(opened, error as never)
      return refusal && { address: refusal.address, ...Object.fromEntries(new URLSearchParams(refusal.message.body)) }
    }
    return undefined
  }

  it('to the address of who asks, with state, and in words', async () => {
    expect(await told({ response_type: 'code' })).toEqual({
      address: RESPONSE_URI,
      error: 'unsupported_response_type',
      error_description: 'response_type must be vp_token',
      state: 'state-1',
    })
    expect(await told({ redirect_uri: 'https://verifier.example/' })).toMatchObject({ error: 'invalid_request' })
    expect(await told({ scope: 'pid', dcql_query: undefined as never })).toMatchObject({ error: 'invalid_scope' })
    expect(await told({ dcql_query: { credentials: [{ id: 'a', format: 'unheard-of', meta: {} }] } })).toMatchObject({
      error: 'vp_formats_not_supported',
    })
    expect(await told({ transaction_data: ['x'] })).toMatchObject({ error: 'invalid_transaction_data' })
  })

  it('to an address elsewhere only when somebody vouches for who asks', async () => {
    const payload = { response_uri: 'https://elsewhere.example/' }
    const nobody = { ...context, anchors: await prepareAnchors([], primitives) }
    const of = async (rule: typeof context) =>
      refusalOf(await authenticateRequest(reference(), await requestObject({ payload }), rule), { error: 'access_denied' })
    expect(await of(context)).toMatchObject({ address: 'https://elsewhere.example/' })
    expect(await of(nobody)).toBeUndefined()
    const same = await authenticateRequest(reference(), await requestObject(), nobody)
    expect(refusalOf(same, { error: 'access_denied' })).toMatchObject({ address: RESPONSE_URI })
  })

  it('to nobody where the address is missing or not allowed', async () => {
    expect(await told({ response_uri: 'http://verifier.example/' })).toBeUndefined()
    expect(await told({ response_uri: 1 })).toBeUndefined()
    const opened = await authenticateRequest(
      reference(`x509_san_dns:${HOST}`),
      await requestObject({ payload: { response_uri: 'https://other.example/' } }, { ...draft, clientId: `x509_san_dns:${HOST}` }),
      context,
    )
    expect(refusalOf(opened, { error: 'access_denied' })).toBeUndefined()
  })
})
