import {
  bearer,
  createNonce,
  errorResponse,
  NONCE_PURPOSES,
  nonceResponse,
  ProtocolError,
  parseTokenRequest,
  preAuthorizedCode,
  tokenResponse,
} from '@symbolon/openid4vc'
import { bearerCheck, type HttpRequest, type Metrics, operations, Refusal, type Route } from '@symbolon/service'
import { type Administration, administration } from './admin.ts'
import { documentation } from './docs_page.ts'
import { type Issuing, issue } from './issue.ts'
import { TOKEN_LIFE } from './offers.ts'
import { openApi } from './openapi.ts'
import { type Publishing, publishing } from './published.ts'

/** All that the routes lead to. */
export type Parts = Issuing &
  Administration &
  Publishing & { readonly adminToken: string; readonly metrics: Metrics; readonly ready: () => Promise<boolean> }

const JSON_BODY = 'application/json'

/** Every address of the issuer: this table is what it answers, and nothing else. */
export async function routes(parts: Parts): Promise<Route[]> {
  const base = new URL(parts.url).pathname.replace(/\/$/, '')
  const admin = administration(parts)
  const public_ = await publishing(parts)
  const institution = bearerCheck(parts.adminToken, 'issuer')
  const guarded =
    (call: Route['handle']): Route['handle'] =>
    async (request) => {
      institution(request)
      return call(request)
    }
  return [
    // For wallets. Well-known addresses stand between host and path (OpenID4VCI section 12.2.2, RFC 8414 section 3, SD-JWT VC section 4).
    { method: 'GET', path: `/.well-known/openid-credential-issuer${base}`, open: true, handle: public_.issuerMetadata },
    { method: 'GET', path: `/.well-known/oauth-authorization-server${base}`, open: true, handle: public_.serverMetadata },
    { method: 'GET', path: `/.well-known/jwt-vc-issuer${base}`, open: true, handle: public_.issuerKeys },
    { method: 'POST', path: `${base}/token`, open: true, handle: (request) => token(request, parts) },
    { method: 'POST', path: `${base}/nonce`, open: true, handle: () => nonce(parts) },
    { method: 'POST', path: `${base}/credential`, open: true, handle: (request) => credential(request, parts) },
    // For verifiers.
    { method: 'GET', path: `${base}/vct/:type`, open: true, handle: public_.type },
    { method: 'GET', path: `${base}/status-lists/:id`, open: true, handle: public_.statusList },
    { method: 'GET', path: `${base}/bundle`, open: true, handle: public_.bundle },
    { method: 'GET', path: `${base}/bundle/manifest`, open: true, handle: public_.manifest },
    { method: 'GET', path: `${base}/bundle/parts/:digest`, open: true, handle: public_.part },
    // For the institution.
    { method: 'POST', path: `${base}/admin/offers`, consumes: JSON_BODY, handle: guarded(admin.createOffer) },
    { method: 'GET', path: `${base}/admin/offers/:id`, handle: guarded(admin.readOffer) },
    { method: 'DELETE', path: `${base}/admin/offers/:id`, handle: guarded(admin.withdrawOffer) },
    { method: 'POST', path: `${base}/admin/issuances/search`, consumes: JSON_BODY, handle: guarded(admin.searchIssuances) },
    { method: 'POST', path: `${base}/admin/issuances/:id/status`, consumes: JSON_BODY, handle: guarded(admin.changeStatus) },
    { method: 'GET', path: `${base}/openapi.json`, handle: async () => ({ json: openApi(parts.url) }) },
    ...documentation(base),
    // For those who run it.
    ...operations(parts.metrics, parts.ready),
  ]
}

/** What a fault of the floors below means to the caller. */
export function explain(error: unknown): Refusal | null {
  if (!(error instanceof ProtocolError)) return null
  const { status, headers } = errorResponse(error)
  return new Refusal(status, error.code, error.description, headers)
}

async function token(request: HttpRequest, { offers }: Parts) {
  const { grant, form } = parseTokenRequest(request)
  if (grant !== preAuthorizedCode) throw new ProtocolError('unsupported_grant_type', 'this grant type is not announced in the metadata')
  const accessToken = await offers.redeem(preAuthorizedCode.parseRequest(form))
  return { json: tokenResponse({ accessToken, scheme: bearer, lifetime: TOKEN_LIFE }) }
}

async function nonce({ now, secrets, primitives }: Parts) {
  return { json: nonceResponse(await createNonce(NONCE_PURPOSES.credential, now(), primitives.random, secrets.nonce)) }
}

async function credential(request: HttpRequest, parts: Parts) {
  // RFC 6750 section 2.3: a token in an address ends up in logs and histories.
  if (request.query.has('access_token')) throw new ProtocolError('invalid_request', 'send the access token as Authorization: Bearer ...')
  return { json: await issue(request, request.headers.authorization, parts) }
}
