import { NOTIFICATION_EVENTS, refreshToken } from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import { fault, form, json, object, path, text } from './openapi_parts.ts'

const described = (summary: string): JsonObject => ({
  get: { tags: ['wallet'], summary, responses: { '200': json({ type: 'object' }, 'The document') } },
})

/** Documents whose addresses stand between host and path. */
export const WELL_KNOWN_PATHS: JsonObject = {
  '/.well-known/openid-credential-issuer': described('Credential issuer metadata (OpenID4VCI 1.0 section 12.2)'),
  '/.well-known/oauth-authorization-server': described('Authorization server metadata (RFC 8414)'),
  '/.well-known/jwt-vc-issuer': described('The keys of the issuer (SD-JWT VC section 4)'),
}

const evidence = (summary: string, mediaType: string | readonly string[], parameters: JsonObject[] = []): JsonObject => ({
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

/** A header with which a wallet proves its key (RFC 9449), and the one that brings a nonce for the next proof. */
const PROOF = { name: 'dpop', in: 'header', required: false, schema: { type: 'string' } }
const ACCESS = { tags: ['wallet'], security: [{ wallet: [] }, { bound: [] }], parameters: [PROOF] }
const NOT_ADMITTED = {
  '401': fault('invalid_token, invalid_dpop_proof, use_dpop_nonce; WWW-Authenticate names the schemes'),
}

/** What wallets call. */
export const WALLET_PATHS: JsonObject = {
  '/offers/{handle}': {
    get: {
      tags: ['wallet'],
      summary: 'An offer by reference (OpenID4VCI 1.0 section 4.1.3)',
      parameters: [path('handle')],
      responses: { '200': json({ type: 'object' }, 'The offer, as long as it can be used'), '404': fault('offer_not_found') },
    },
  },
  '/token': {
    post: {
      tags: ['wallet'],
      summary:
        'A token for the code of an offer or of an authorization, or for a refresh token (OpenID4VCI 1.0 section 6, RFC 6749 sections 4.1.3 and 6)',
      description: 'With a DPoP proof the token is bound to its key (RFC 9449), and comes with a refresh token where the type allows it.',
      parameters: [PROOF],
      requestBody: form(
        ['grant_type'],
        ['pre-authorized_code', 'tx_code', 'code', 'redirect_uri', 'code_verifier', 'authorization_details', refreshToken.id, 'client_id'],
        'grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&pre-authorized_code=...&tx_code=123456',
      ),
      responses: {
        '200': json(object(['access_token', 'token_type', 'expires_in'], {}), 'An access token'),
        '400': fault(
          'invalid_request, invalid_grant, invalid_authorization_details, unauthorized_client, unsupported_grant_type, invalid_dpop_proof, use_dpop_nonce',
        ),
        '401': fault('invalid_client'),
      },
    },
  },
  '/revoke': {
    post: {
      tags: ['wallet'],
      summary: 'Give a token back (RFC 7009); with a refresh token everything that hangs on it ends',
      requestBody: form(['token'], ['client_id'], 'token=...'),
      responses: {
        '200': { description: 'It does not work any more; also for one that never did' },
        '400': fault('invalid_request, invalid_grant'),
        '401': fault('invalid_client'),
      },
    },
  },
  '/nonce': {
    post: {
      tags: ['wallet'],
      summary: 'A fresh nonce for key proofs, and one for DPoP proofs as DPoP-Nonce (OpenID4VCI 1.0 section 7)',
      responses: { '200': json(object(['c_nonce'], { c_nonce: { type: 'string' } }), 'The nonce') },
    },
  },
  '/credential': {
    post: {
      ...ACCESS,
      summary: 'Fetch a credential, one copy for each key proof (OpenID4VCI 1.0 section 8)',
      description:
        'Asking again for the same keys, before anything was said at /notification, revokes the copies of the answer that did not arrive.',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', anyOf: [{ required: ['credential_configuration_id'] }, { required: ['credential_identifier'] }] },
            example: { credential_configuration_id: 'be-social-statute', proofs: { jwt: ['eyJ...'] } },
          },
        },
      },
      responses: {
        '200': json(object(['credentials', 'notification_id'], {}), 'The copies'),
        '400': fault(
          'invalid_credential_request, unknown_credential_configuration, unknown_credential_identifier, invalid_proof, invalid_nonce, credential_request_denied, invalid_encryption_parameters',
        ),
        ...NOT_ADMITTED,
        '403': fault('insufficient_scope'),
      },
    },
  },
  '/notification': {
    post: {
      ...ACCESS,
      summary: 'Say what became of the copies (OpenID4VCI 1.0 section 11)',
      description: 'Twice is once. After credential_failure and credential_deleted the copies are revoked.',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: object(['notification_id', 'event'], {
              notification_id: { type: 'string' },
              event: { type: 'string', enum: [...NOTIFICATION_EVENTS] },
              event_description: { type: 'string' },
            }),
            example: { notification_id: '...', event: NOTIFICATION_EVENTS[0] },
          },
        },
      },
      responses: {
        '204': { description: 'Noted' },
        '400': fault('invalid_notification_id, invalid_notification_request'),
        ...NOT_ADMITTED,
      },
    },
  },
}

/** What verifiers fetch. */
export const VERIFIER_PATHS: JsonObject = {
  '/vct/{type}': evidence('Type Metadata of a credential type (SD-JWT VC section 5)', 'application/json', [path('type')]),
  '/status-lists/{id}': evidence(
    'A status list (Token Status List section 5.1, or Bitstring Status List 1.0 in a JWT)',
    ['application/statuslist+jwt', 'application/jwt'],
    [path('id')],
  ),
  '/bundle': evidence('The offline bundle, whole', 'application/vnd.symbolon.bundle+json'),
  '/bundle/manifest': evidence('The signed manifest of the bundle', 'application/vnd.symbolon.bundle-manifest+jwt'),
  '/bundle/parts/{digest}': evidence('One part of the bundle', 'application/octet-stream', [path('digest')]),
}
