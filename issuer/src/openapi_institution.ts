import { authorizationCode, preAuthorizedCode } from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import { STATUSES } from './issuances.ts'
import { body, fault, json, object, path, ref } from './openapi_parts.ts'

const INSTITUTION = { tags: ['institution'], security: [{ institution: [] }] }
const REFUSED = { '400': fault('invalid_request, grant_not_supported'), '401': fault('token_missing, invalid_token') }
const BODY_REFUSED = { ...REFUSED, '413': fault('request_too_large'), '415': fault('unsupported_media_type') }

/** The calls of an institution. */
export const INSTITUTION_PATHS: JsonObject = {
  '/admin/offers': {
    post: {
      ...INSTITUTION,
      operationId: 'createOffer',
      summary: 'Offer a credential to a person',
      description:
        'Asks the source about the subject and makes an offer that one wallet can redeem once. Link, QR code and tx_code are told here and never again. With `codes` the small credentials for QR codes and paper go along that have their rows from the same type, as far as the source has what they need.',
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
      description: 'Neither its code nor a token made from it works afterwards. Twice is once.',
      parameters: [path('id')],
      responses: { '204': { description: 'Withdrawn' }, ...REFUSED, '404': fault('offer_not_found'), '409': fault('offer_used') },
    },
  },
  '/admin/offers/{id}/renew': {
    post: {
      ...INSTITUTION,
      operationId: 'renewOffer',
      summary: 'Make an offer anew that was blocked, lost or is over',
      description:
        'Withdraws the offer and makes another for the same person, type and grant, with a new code and, if it had one, a new tx_code. Until a credential was issued, and as long as the number of the person is not wiped: a day after the end of an offer that nobody redeemed.',
      parameters: [path('id')],
      requestBody: body('RenewalWish', { qr: true }, false),
      responses: {
        '201': json(ref('NewOffer'), 'The new offer, with an id of its own'),
        ...REFUSED,
        '404': fault('offer_not_found, type_not_found, subject_not_found'),
        '409': fault('offer_used, offer_forgotten, right_ended, source_data_invalid, grant_not_allowed'),
        '413': fault('request_too_large'),
      },
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
      summary: 'Revoke, suspend or restore every copy of an issuance, and what went along for codes',
      description:
        'What was revoked stays revoked. The same status again is no fault. What was issued for QR codes and paper of this type by the same offer, at once or at a later refresh, follows in the same transaction, as far as it carries a status; `along` names it. While it is suspended or revoked, none of them is issued any more. When one of them may not be suspended, nothing changes (`suspension_not_allowed`). Put nothing about the person into `reason`.',
      parameters: [path('id')],
      requestBody: body('StatusWish', { status: 'revoked', reason: 'the source changed' }),
      responses: {
        '200': json(ref('StatusChange'), 'The issuance as it is now, and those that followed'),
        ...BODY_REFUSED,
        '404': fault('issuance_not_found'),
        '409': fault('revocation_final, suspension_not_allowed, status_not_published'),
      },
    },
  },
}

const STATUS = { type: 'string', enum: Object.keys(STATUSES) }
const TIME = { type: 'string', format: 'date-time' }
const LINE = { type: 'string', minLength: 1, maxLength: 100 }

const ISSUANCE = {
  id: { type: 'string' },
  type: { type: 'string' },
  status: STATUS,
  copies: { type: 'integer', description: 'How many were made, also those that were replaced' },
  issued_at: TIME,
  expires_at: TIME,
}

const LOOKS = {
  by_reference: { type: 'boolean', description: 'Whether the link leads to the offer in place of holding it: a smaller QR code' },
  qr: { type: 'boolean', description: 'Whether the link is wanted as a QR code too, an SVG document' },
}

/** What those calls take and answer. */
export const SCHEMAS: JsonObject = {
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
        enum: ['pre-authorized_code', preAuthorizedCode.id, authorizationCode.id],
        description: 'Where the person signs in at the issuer: authorization_code; it must then be the subject who does',
      },
      codes: { type: 'boolean', description: 'Whether the small credentials for QR codes and paper of the type go along (specs/code.md)' },
      tx_code: { type: 'boolean', description: 'Whether a code of six digits goes to the person another way' },
      ...LOOKS,
    },
    true,
  ),
  NewOffer: object(['id', 'uri', 'credential_offer', 'expires_at'], {
    id: { type: 'string' },
    uri: { type: 'string', description: 'openid-credential-offer://...' },
    credential_offer: { type: 'object' },
    tx_code: { type: 'string', pattern: '^[0-9]{6}$' },
    qr: { type: 'string', description: 'An SVG document; as secret as `uri`' },
    expires_at: TIME,
  }),
  RenewalWish: object([], LOOKS, true),
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
  Issuance: object(Object.keys(ISSUANCE), ISSUANCE),
  StatusChange: object([...Object.keys(ISSUANCE), 'along'], {
    ...ISSUANCE,
    along: { type: 'array', items: ref('Issuance'), description: 'What was issued for codes by the same offer and changed with it' },
  }),
  StatusWish: object(['status', 'reason'], { status: STATUS, reason: { type: 'string', minLength: 1, maxLength: 200 } }, true),
}
