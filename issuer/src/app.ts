import { createNonce, errorResponse, NONCE_PURPOSES, nonceResponse, ProtocolError, parseNotification } from '@symbolon/openid4vc'
import { bearerCheck, type HttpAnswer, type HttpRequest, type Metrics, operations, Refusal, type Route } from '@symbolon/service'
import { type Guarding, withAccess } from './access.ts'
import { type Administration, administration } from './admin.ts'
import { authorizationRoutes, type Pushing } from './authorize/index.ts'
import { documentation } from './docs_page.ts'
import { dpopNonce } from './dpop.ts'
import { batchSize, type Issuing, issue } from './issue.ts'
import { offerDocument } from './offer_link.ts'
import { openApi } from './openapi.ts'
import { type Publishing, publishing } from './published.ts'
import { giveToken, revokeToken, type TokenGiving } from './token.ts'

/** All that the routes lead to. */
export type Parts = Issuing &
  Administration &
  Guarding &
  TokenGiving &
  Pushing &
  Publishing & { readonly adminToken: string; readonly metrics: Metrics; readonly ready: () => Promise<boolean> }

const JSON_BODY = 'application/json'

/** Every address of the issuer: this table is what it answers, and nothing else. */
export async function routes(parts: Parts): Promise<Route[]> {
  const base = new URL(parts.url).pathname.replace(/\/$/, '')
  const admin = administration(parts)
  const public_ = await publishing(parts)
  const issuing = { ...parts, batchSize: batchSize(parts.types) }
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
    ...authorizationRoutes(parts),
    { method: 'POST', path: `${base}/token`, open: true, handle: (request) => giveToken(request, parts) },
    { method: 'POST', path: `${base}/revoke`, open: true, handle: (request) => revokeToken(request, parts) },
    { method: 'GET', path: `${base}/offers/:handle`, open: true, handle: (request) => offer(request, parts) },
    { method: 'POST', path: `${base}/nonce`, open: true, handle: () => nonce(parts) },
    { method: 'POST', path: `${base}/credential`, open: true, handle: (request) => credential(request, issuing) },
    { method: 'POST', path: `${base}/notification`, open: true, handle: (request) => notification(request, parts) },
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
    { method: 'POST', path: `${base}/admin/offers/:id/renew`, handle: guarded(admin.renewOffer) },
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

/** An offer by reference (OpenID4VCI 1.0 section 4.1.3), as long as it can be used. */
const offer = async ({ parameters }: HttpRequest, { url, offers }: Parts): Promise<HttpAnswer> => ({
  json: offerDocument(url, await offers.fetch(parameters.handle ?? '')),
})

/** Also where a wallet gets its first nonce for a DPoP proof (OpenID4VCI 1.0 section 7.2). */
async function nonce(parts: Parts): Promise<HttpAnswer> {
  const { now, secrets, primitives } = parts
  const made = await createNonce(NONCE_PURPOSES.credential, now(), primitives.random, secrets.nonce)
  return { headers: await dpopNonce(parts), json: nonceResponse(made) }
}

const credential = (request: HttpRequest, parts: Parts & { readonly batchSize: number }): Promise<HttpAnswer> =>
  withAccess(request, 'credential', parts, async (access, claimed) => ({ json: await issue(request, access, claimed, parts) }))

const notification = (request: HttpRequest, parts: Parts): Promise<HttpAnswer> =>
  withAccess(request, 'notification', parts, async (access, claimed) => {
    await parts.deliveries.notify(access, parseNotification(request), claimed)
    return { status: 204 }
  })
