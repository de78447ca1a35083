import { authorizationCode } from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import { STATUSES } from './issuances.ts'

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
      ...below(base, ADMIN),
      ...Object.fromEntries(Object.entries(WELL_KNOWN).map(([path, item]) => [`${path}${base}`, item])),
      ...below(base, WALLET),
      ...OPERATIONS,
    },
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        institution: { type: 'http', scheme: 'bearer', description: 'The token of the institution (ISSUER_ADMIN_TOKEN_FILE)' },
        wallet: { type: 'http', scheme: 'bearer', description: 'An access token from /token, good for 300 seconds' },
      },
    },
  }
}

const ABOUT =
  'Offers, issues and revokes credentials out of an authentic source. The calls below /admin are for the institution; they answer JSON, and errors as { error, error_description } with a code that stays.'

const TAGS = {
  institution: 'Offers and issuances; a bearer token is needed.',
  wallet: 'OpenID4VCI 1.0, pre-authorized code.',
  verifier: 'What checking needs; made for caches.',
  operation: 'For those who run it.',
}

const below = (base: string, paths: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(paths).map(([path, item]) => [base + path, item]))

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: JsonObject, description: string): JsonObject => ({ description, content: { 'application/json': { schema } } })
const text = (mediaType: string, description: string): JsonObject => ({
  description,
  headers: { ETag: { schema: { type: 'string' } } },
  content: { [mediaType]: { schema: { type: 'string' } } },
})
const body = (schema: string, example: JsonObject): JsonObject => ({
  required: true,
  content: { 'application/json': { schema: ref(schema), example } },
})
const fault = (description: string): JsonObject => json(ref('Error'), description)
const path = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string' } })

const INSTITUTION = { tags: ['institution'], security: [{ institution: [] }] }
const REFUSED = { '400': fault('invalid_request, grant_not_supported'), '401': fault('token_missing, invalid_token') }
const BODY_REFUSED = { ...REFUSED, '413': fault('request_too_large'), '415': fault('unsupported_media_type') }

const ADMIN: JsonObject = {
  '/admin/offers': {
    post: {
      ...INSTITUTION,
      operationId: 'createOffer',
      summary: 'Offer a credential to a person',
      description:
        'Asks the source about the subject and makes an offer that one wallet can redeem once. The code and tx_code are told here and never again.',
      requestBody: body('OfferWish', { type: 'be-social-statute', subject: '91641210452', tx_code: true }),
      responses: {
        '201': json(ref('NewOffer'), 'The offer; show `uri` as a QR code or a link, send `tx_code` another way'),
        ...BODY_REFUSED,
        '404': fault('type_not_found, subject_not_found'),
        '409': fault('right_ended, source_data_invalid, grant_not_allowed'),
      },
    },
  },
  '/admin/offers/{id}': {
    get: {
      ...INSTITUTION,
      operationId: 'readOffer',
      summary: 'What became of an offer',
      parameters: [path('id')],
      responses: { '200': json(ref('Offer'), 'Its state'), ...REFUSED, '404': fault('offer_not_found') },
    },
    delete: {
      ...INSTITUTION,
      operationId: 'withdrawOffer',
      summary: 'Withdraw an offer',
      description: 'Neither its code nor an access token made from it works afterwards. Twice is once.',
      parameters: [path('id')],
      responses: { '204': { description: 'Withdrawn' }, ...REFUSED, '404': fault('offer_not_found'), '409': fault('offer_used') },
    },
  },
  '/admin/issuances/search': {
    post: {
      ...INSTITUTION,
      operationId: 'searchIssuances',
      summary: 'What was issued, newest first, without claims',
      requestBody: body('Search', { subject: '91641210452' }),
      responses: { '200': json(ref('Page'), 'At most 50; `cursor` when there are more'), ...BODY_REFUSED },
    },
  },
  '/admin/issuances/{id}/status': {
    post: {
      ...INSTITUTION,
      operationId: 'changeStatus',
      summary: 'Revoke, suspend or restore every copy of an issuance',
      description:
        'What was revoked stays revoked. The same status again changes nothing and is no fault. Put nothing about the person into `reason`.',
      parameters: [path('id')],
      requestBody: body('StatusWish', { status: 'revoked', reason: 'the source changed' }),
      responses: {
        '200': json(ref('Issuance'), 'The issuance as it is now'),
        ...BODY_REFUSED,
        '404': fault('issuance_not_found'),
        '409': fault('revocation_final, suspension_not_allowed, status_not_published'),
      },
    },
  },
}

const described = (summary: string): JsonObject => ({
  get: { tags: ['wallet'], summary, responses: { '200': json({ type: 'object' }, 'The document') } },
})

const WELL_KNOWN: JsonObject = {
  '/.well-known/openid-credential-issuer': described('Credential issuer metadata (OpenID4VCI 1.0 section 12.2)'),
  '/.well-known/oauth-authorization-server': described('Authorization server metadata (RFC 8414)'),
  '/.well-known/jwt-vc-issuer': described('The keys of the issuer (SD-JWT VC section 4)'),
}

const page = (summary: string, mediaType: string): JsonObject => ({
  get: { tags: ['institution'], summary, responses: { '200': text(mediaType, 'As it says') } },
})

const evidence = (summary: string, mediaType: string, parameters: JsonObject[] = []): JsonObject => ({
  get: {
    tags: ['verifier'],
    summary,
    ...(parameters.length > 0 && { parameters }),
    responses: {
      '200': text(mediaType, 'With validators and a lifetime'),
      '304': { description: 'Not changed since the entity tag that was sent' },
      ...(parameters.length > 0 && { '404': fault('There is none') }),
    },
  },
})

const WALLET: JsonObject = {
  '/token': {
    post: {
      tags: ['wallet'],
      summary: 'Redeem the code of an offer (OpenID4VCI 1.0 section 6)',
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              required: ['grant_type', 'pre-authorized_code'],
              properties: { grant_type: { type: 'string' }, 'pre-authorized_code': { type: 'string' }, tx_code: { type: 'string' } },
            },
            example: 'grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&pre-authorized_code=...&tx_code=123456',
          },
        },
      },
      responses: {
        '200': json({ type: 'object', required: ['access_token', 'token_type', 'expires_in'] }, 'An access token'),
        '400': fault('invalid_request, invalid_grant, unsupported_grant_type'),
      },
    },
  },
  '/nonce': {
    post: {
      tags: ['wallet'],
      summary: 'A fresh nonce for a key proof (OpenID4VCI 1.0 section 7)',
      responses: { '200': json({ type: 'object', required: ['c_nonce'] }, 'The nonce') },
    },
  },
  '/credential': {
    post: {
      tags: ['wallet'],
      security: [{ wallet: [] }],
      summary: 'Fetch one credential (OpenID4VCI 1.0 section 8)',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', required: ['credential_configuration_id'] },
            example: { credential_configuration_id: 'be-social-statute', proofs: { jwt: ['eyJ...'] } },
          },
        },
      },
      responses: {
        '200': json({ type: 'object', required: ['credentials'] }, 'The credential'),
        '400': fault(
          'invalid_credential_request, unknown_credential_configuration, invalid_proof, invalid_nonce, credential_request_denied, invalid_encryption_parameters',
        ),
        '401': fault('invalid_token'),
        '403': fault('insufficient_scope'),
      },
    },
  },
  '/vct/{type}': evidence('Type Metadata of a credential type (SD-JWT VC section 5)', 'application/json', [path('type')]),
  '/status-lists/{id}': evidence('A status list token (Token Status List section 5.1)', 'application/statuslist+jwt', [path('id')]),
  '/bundle': evidence('The offline bundle, whole', 'application/vnd.symbolon.bundle+json'),
  '/bundle/manifest': evidence('The signed manifest of the bundle', 'application/vnd.symbolon.bundle-manifest+jwt'),
  '/bundle/parts/{digest}': evidence('One part of the bundle', 'application/octet-stream', [path('digest')]),
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

const STATUS = { type: 'string', enum: Object.keys(STATUSES) }
const TIME = { type: 'string', format: 'date-time' }
const LINE = { type: 'string', minLength: 1, maxLength: 100 }

const object = (required: readonly string[], properties: JsonObject, closed = false): JsonObject => ({
  type: 'object',
  required: [...required],
  properties,
  ...(closed && { additionalProperties: false }),
})

const SCHEMAS: JsonObject = {
  Error: object(['error', 'error_description'], {
    error: { type: 'string' },
    error_description: { type: 'string' },
    request_id: { type: 'string' },
  }),
  OfferWish: object(
    ['type', 'subject'],
    {
      type: { ...LINE, description: 'The folder of the credential type' },
      subject: { ...LINE, description: 'The key of the person in the source (an INSZ)' },
      grant: {
        type: 'string',
        enum: ['pre-authorized_code', authorizationCode.id],
        description: 'authorization_code is refused: grant_not_supported',
      },
      tx_code: { type: 'boolean', description: 'Whether a code of six digits goes to the person another way' },
    },
    true,
  ),
  NewOffer: object(['id', 'uri', 'credential_offer', 'expires_at'], {
    id: { type: 'string' },
    uri: { type: 'string', description: 'openid-credential-offer://...' },
    credential_offer: { type: 'object' },
    tx_code: { type: 'string', pattern: '^[0-9]{6}$' },
    expires_at: TIME,
  }),
  Offer: object(['id', 'type', 'state', 'created_at', 'expires_at'], {
    id: { type: 'string' },
    type: { type: 'string' },
    state: { type: 'string', enum: ['open', 'redeemed', 'issued', 'withdrawn', 'blocked', 'expired'] },
    created_at: TIME,
    expires_at: TIME,
    issuance: { type: 'string' },
  }),
  Search: object([], { subject: LINE, type: LINE, cursor: LINE }, true),
  Page: object(['issuances'], { issuances: { type: 'array', items: ref('Issuance') }, cursor: { type: 'string' } }),
  Issuance: object(['id', 'type', 'status', 'copies', 'issued_at', 'expires_at'], {
    id: { type: 'string' },
    type: { type: 'string' },
    status: STATUS,
    copies: { type: 'integer' },
    issued_at: TIME,
    expires_at: TIME,
  }),
  StatusWish: object(['status', 'reason'], { status: STATUS, reason: { type: 'string', minLength: 1, maxLength: 200 } }, true),
}
