import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { authenticateRequest, readRequest, statedPurposeInfo } from '../src/index.ts'
import { expectPeerError } from './fixture.ts'
import { type Change, context, draft, REQUEST_URI, requestObject } from './vp_fixture.ts'

async function open(change: Change = {}, made = draft) {
  const link = { kind: 'reference', clientId: draft.clientId, requestUri: REQUEST_URI, method: 'get' } as const
  return readRequest(await authenticateRequest(link, await requestObject(change, made), context), context)
}

describe('OpenID4VP 1.0 section 5.11: what for, as who asks says it', () => {
  const stated = { purpose: { nl: 'Korting', en: 'Reduction' }, authorisation: { reference: '26/001', url: 'https://authority.example/1' } }
  const withData = (data: JsonObject) =>
    open({
      payload: {
        verifier_info: [
          { format: 'x', data: 1 },
          { ...statedPurposeInfo(stated), data },
        ],
      },
    })

  it('comes back as it was said; none is none', async () => {
    expect((await open({}, { ...draft, verifierInfo: [statedPurposeInfo(stated)] })).statedPurpose).toEqual(stated)
    expect((await withData({ purpose: {} })).statedPurpose).toEqual({ purpose: {} })
    expect(await open()).not.toHaveProperty('statedPurpose')
  })

  it.each([
    ['no purpose', {}],
    ['words that are none', { purpose: { nl: 1 } }],
    ['words without end', { purpose: { nl: 'x'.repeat(1001) } }],
    ['languages without end', { purpose: Object.fromEntries(new Array(41).fill(0).map((_, index) => [`l${index}`, 'x'])) }],
    ['an authorisation without reference', { purpose: {}, authorisation: { url: 'https://authority.example/1' } }],
    ['an authorisation at an address that is a script', { purpose: {}, authorisation: { reference: '1', url: 'javascript:alert(1)' } }],
  ] as [string, JsonObject][])('%s: refused', (_name, data) => expectPeerError(() => withData(data), 'request_malformed', 'verifier_info'))
})
