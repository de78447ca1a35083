import { dpop } from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import { AUTHORIZATION_PATHS } from './authorize/openapi.ts'
import { INSTITUTION_PATHS, SCHEMAS } from './openapi_institution.ts'
import { json, text } from './openapi_parts.ts'
import { VERIFIER_PATHS, WALLET_PATHS, WELL_KNOWN_PATHS } from './openapi_wallet.ts'

/** The OpenAPI 3.1 description of every address of the issuer; `url` is the issuer's public one. */
export function openApi(url: string): JsonObject {
  const { origin, pathname } = new URL(url)
  const base = pathname.replace(/\/$/, '')
  return {
    openapi: '3.1.1',
    info: { title: 'Symbolon issuer', version: '0.1.0', description: ABOUT, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: origin }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: {
      ...below(base, INSTITUTION_PATHS),
      ...Object.fromEntries(Object.entries(WELL_KNOWN_PATHS).map(([path, item]) => [`${path}${base}`, item])),
      ...below(base, AUTHORIZATION_PATHS),
      ...below(base, WALLET_PATHS),
      ...below(base, VERIFIER_PATHS),
      ...below(base, PAGES),
      ...OPERATIONS,
    },
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        institution: { type: 'http', scheme: 'bearer', description: 'The token of the institution (ISSUER_ADMIN_TOKEN_FILE)' },
        wallet: { type: 'http', scheme: 'bearer', description: 'An access token from /token, good for 300 seconds' },
        bound: {
          type: 'http',
          scheme: dpop.id,
          description: 'The same, bound to a key: each request has a proof in the header DPoP (RFC 9449)',
        },
      },
    },
  }
}

const ABOUT =
  'Offers, issues and revokes credentials out of an authentic source. The calls below /admin are for the institution; they answer JSON, and errors as { error, error_description } with a code that stays.'

const TAGS = {
  institution: 'Offers and issuances; a bearer token is needed.',
  wallet: 'OpenID4VCI 1.0.',
  person: 'Pages for the person whose wallet asks.',
  verifier: 'What checking needs; made for caches.',
  operation: 'For those who run it.',
}

const below = (base: string, paths: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(paths).map(([path, item]) => [base + path, item]))

const page = (summary: string, mediaType: string): JsonObject => ({
  get: { tags: ['institution'], summary, responses: { '200': text(mediaType, 'As it says') } },
})

/** The description itself, and the page that shows it. */
const PAGES: JsonObject = {
  '/openapi.json': page('This description', 'application/json'),
  '/docs': page('A page to read and try it', 'text/html'),
  '/docs/page.js': page('What that page runs', 'text/javascript'),
  '/docs/page.css': page('How that page looks', 'text/css'),
}

const operation = (summary: string, responses: JsonObject): JsonObject => ({ get: { tags: ['operation'], summary, responses } })

const OPERATIONS: JsonObject = {
  '/healthz': operation('Whether the process answers', { '200': json({ type: 'object' }, 'It does') }),
  '/readyz': operation('Whether it can do its work', {
    '200': json({ type: 'object' }, 'It can'),
    '503': json({ type: 'object' }, 'It cannot'),
  }),
  '/metrics': operation('Counts for Prometheus', { '200': text('text/plain', 'Exposition format') }),
}
