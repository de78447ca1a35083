import type { JsonObject } from '@symbolon/sd-jwt'

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: JsonObject, description: string): JsonObject => ({ description, content: { 'application/json': { schema } } })
const fault = (description: string): JsonObject => json(ref('Error'), description)
const path = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string' } })
const text = { type: 'string' }
const TOKEN = [{ relyingParty: [] }]

/** The description of the calls (OpenAPI 3.1). */
export const openApi = (url: string): JsonObject => ({
  openapi: '3.1.0',
  info: {
    title: 'Symbolon verifier',
    version: '0.1.0',
    description:
      'A relying party posts a question, a wallet answers the request, the relying party reads yes, no or unknown, with the reason.',
  },
  servers: [{ url }],
  paths: {
    '/requests': {
      post: {
        summary: 'Asks a question: answers the link for the wallet',
        security: TOKEN,
        requestBody: {
          required: true,
          content: { 'application/json': { schema: ref('NewRequest'), example: { question: 'museum-reduced-price' } } },
        },
        responses: {
          '201': json(ref('Created'), 'uri goes into a link or a QR code'),
          '400': fault('given_wrong, redirect_uri_not_registered, invalid_request'),
          '401': fault('token_missing, invalid_token'),
          '403': fault('question_not_allowed, asked_beyond_registration'),
          '503': fault('access_certificate_unusable'),
        },
      },
    },
    '/requests/{id}': {
      get: {
        summary: 'What became of a request; reasons in the language of Accept-Language',
        security: TOKEN,
        parameters: [path('id')],
        responses: { '200': json(ref('State'), 'its state, and the answer if there is one'), '404': fault('request_not_found') },
      },
    },
    '/requests/{id}/complete': {
      post: {
        summary: 'On the same device: the browser has come back with its response_code',
        security: TOKEN,
        parameters: [path('id')],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: ref('Complete'), example: { response_code: 'from the redirect' } } },
        },
        responses: {
          '200': json(ref('State'), 'its state, and the answer'),
          '400': fault('response_code_wrong'),
          '404': fault('request_not_found'),
        },
      },
    },
    '/request-objects/{handle}': {
      get: {
        summary: 'The signed request, for a wallet (OpenID4VP 1.0 section 5.10)',
        parameters: [path('handle')],
        responses: requestObject,
      },
      post: { summary: 'The same, with wallet_nonce', parameters: [path('handle')], responses: requestObject },
    },
    '/responses/{handle}': {
      post: {
        summary: 'The answer of a wallet (OpenID4VP 1.0 sections 8.2, 8.3)',
        parameters: [path('handle')],
        requestBody: {
          required: true,
          content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: { response: text } } } },
        },
        responses: {
          '200': json({ type: 'object', properties: { redirect_uri: text } }, 'taken'),
          '400': fault('invalid_request, with the reason'),
        },
      },
    },
    '/openapi.json': { get: { summary: 'This description', responses: { '200': json({ type: 'object' }, 'OpenAPI 3.1') } } },
    '/healthz': { get: { summary: 'The process answers', responses: { '200': json({ type: 'object' }, 'alive') } } },
    '/readyz': {
      get: {
        summary: 'It can do its work',
        responses: { '200': json({ type: 'object' }, 'ready'), '503': json({ type: 'object' }, 'not ready') },
      },
    },
    '/metrics': {
      get: { summary: 'Prometheus', responses: { '200': { description: 'metrics', content: { 'text/plain': { schema: text } } } } },
    },
  },
  components: {
    securitySchemes: { relyingParty: { type: 'http', scheme: 'bearer' } },
    schemas: {
      NewRequest: {
        type: 'object',
        required: ['question'],
        properties: {
          question: text,
          device: { enum: ['cross', 'same'], default: 'cross' },
          redirect_uri: text,
          given: { type: 'object', additionalProperties: text },
        },
      },
      Created: {
        type: 'object',
        required: ['id', 'uri', 'request_uri', 'expires_at'],
        properties: { id: text, uri: text, request_uri: text, expires_at: { type: 'integer' } },
      },
      Complete: { type: 'object', required: ['response_code'], properties: { response_code: text } },
      State: {
        type: 'object',
        required: ['state', 'reasons'],
        properties: {
          state: { enum: ['waiting', 'answered', 'refused', 'expired'] },
          answer: { enum: ['yes', 'no', 'unknown'] },
          reasons: {
            type: 'array',
            items: { type: 'object', required: ['code', 'text'], properties: { code: text, check: text, spec: text, text } },
          },
        },
      },
      Error: { type: 'object', required: ['error', 'error_description'], properties: { error: text, error_description: text } },
    },
  },
})

const requestObject: JsonObject = {
  '200': { description: 'a request object', content: { 'application/oauth-authz-req+jwt': { schema: text } } },
  '404': fault('request_not_open'),
}
