import { errorResponse, ProtocolError } from '@symbolon/openid4vc'
import { type HttpRequest, type Metrics, operations, Refusal, type Route, refusal } from '@symbolon/service'
import { type Answering, completeRequest, readRequest, takeResponse } from './answering.ts'
import { createRequest, fetchRequest } from './asking.ts'
import { openApi } from './openapi.ts'
import { type RelyingParties, type RelyingParty, tokenHash } from './relying_parties.ts'

/** All that the routes lead to. */
export interface Parts extends Answering {
  readonly parties: RelyingParties
  readonly metrics: Metrics
  readonly ready: () => Promise<boolean>
}

const JSON_BODY = 'application/json'

/** Every address of the verifier: this table is what it answers, and nothing else. */
export function routes(parts: Parts): Route[] {
  const base = new URL(parts.url).pathname.replace(/\/$/, '')
  const guarded =
    (call: (request: HttpRequest, party: RelyingParty, parts: Parts) => ReturnType<Route['handle']>): Route['handle'] =>
    async (request) =>
      call(request, partyOf(request, parts.parties), parts)
  return [
    // For relying parties.
    { method: 'POST', path: `${base}/requests`, consumes: JSON_BODY, handle: guarded(createRequest) },
    { method: 'GET', path: `${base}/requests/:id`, handle: guarded(readRequest) },
    { method: 'POST', path: `${base}/requests/:id/complete`, consumes: JSON_BODY, handle: guarded(completeRequest) },
    // For wallets.
    { method: 'GET', path: `${base}/request-objects/:handle`, open: true, handle: (request) => fetchRequest(request, parts) },
    { method: 'POST', path: `${base}/request-objects/:handle`, open: true, handle: (request) => fetchRequest(request, parts) },
    { method: 'POST', path: `${base}/responses/:handle`, open: true, handle: (request) => takeResponse(request, parts) },
    { method: 'GET', path: `${base}/openapi.json`, handle: async () => ({ json: openApi(parts.url) }) },
    // For those who run it.
    ...operations(parts.metrics, parts.ready),
  ]
}

/** Whose token this is (RFC 6750 section 2.1): it alone decides who asks. */
function partyOf({ headers, query }: HttpRequest, parties: RelyingParties): RelyingParty {
  if (query.has('access_token')) throw refusal('invalid_request', 'a token in an address ends up in logs; send it as a header')
  const given = headers.authorization?.match(/^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i)?.[1]
  if (given === undefined) throw refusal('token_missing', undefined, { 'www-authenticate': 'Bearer realm="verifier"' })
  // By its digest: comparing digests tells nothing about the token.
  const party = parties.get(tokenHash(given))
  if (party === undefined)
    throw refusal('invalid_token', undefined, { 'www-authenticate': 'Bearer realm="verifier", error="invalid_token"' })
  return party
}

/** What a fault of the floors below means to the caller. */
export function explain(error: unknown): Refusal | null {
  if (!(error instanceof ProtocolError)) return null
  const { status, headers } = errorResponse(error)
  return new Refusal(status, error.code, error.description, headers)
}
