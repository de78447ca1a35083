import type { JsonObject } from '@symbolon/sd-jwt'
import { fault, form, json, object, path } from '../openapi_parts.ts'

const htmlPage = (description: string): JsonObject => ({ description, content: { 'text/html': { schema: { type: 'string' } } } })
const FAULT_PAGE = htmlPage(
  'A page that says what is wrong and what to do: link_malformed, link_ended, browser_not_known, already_answered',
)
const ONWARDS = { '303': { description: 'To the question, or back to the wallet' }, '400': FAULT_PAGE }
const query = (name: string, required = true): JsonObject => ({ name, in: 'query', required, schema: { type: 'string' } })

/** Where a wallet asks and a person answers (RFC 6749, 9126, 9207, 9449). */
export const AUTHORIZATION_PATHS: JsonObject = {
  '/par': {
    post: {
      tags: ['wallet'],
      summary: 'Push what a wallet asks a person for (RFC 9126 section 2)',
      description:
        'Everything is checked here: client, redirect address, PKCE by S256, what is wanted, and the key the code is bound to (a DPoP proof, or dpop_jkt).',
      parameters: [{ name: 'dpop', in: 'header', required: false, schema: { type: 'string' } }],
      requestBody: form(
        ['response_type', 'client_id', 'redirect_uri', 'code_challenge', 'code_challenge_method'],
        [
          ...['scope', 'authorization_details', 'state', 'issuer_state', 'dpop_jkt', 'ui_locales'],
          ...['client_assertion_type', 'client_assertion'],
        ],
        'response_type=code&client_id=wallet&redirect_uri=http%3A%2F%2F127.0.0.1%3A5000%2F&code_challenge=...&code_challenge_method=S256&scope=be-social-statute',
      ),
      responses: {
        '201': json(object(['request_uri', 'expires_in'], {}), 'What stands for the request at /authorize, for 300 seconds'),
        '400': fault(
          'invalid_request, unsupported_response_type, invalid_scope, invalid_authorization_details, invalid_dpop_proof, use_dpop_nonce',
        ),
        '401': fault('invalid_client'),
      },
    },
  },
  '/authorize': {
    get: {
      tags: ['person'],
      summary: 'Where a wallet sends the browser (RFC 9126 section 4)',
      description:
        'Nothing but these two parameters counts. Opening it changes nothing; it may be opened again until somebody has answered.',
      parameters: [query('client_id'), query('request_uri')],
      responses: {
        '200': htmlPage('A page to sign in'),
        '303': { description: 'To the sign-in, to the question, or back to the wallet with error, state and iss' },
        '400': FAULT_PAGE,
      },
    },
  },
  '/authorize/signed-in': {
    get: {
      tags: ['person'],
      summary: 'Where an OpenID provider sends the browser back to',
      parameters: [query('state'), query('code', false), query('error', false), query('iss', false)],
      responses: ONWARDS,
    },
    post: {
      tags: ['person'],
      summary: 'The choice of a synthetic person (development)',
      requestBody: form(['state'], ['person', 'error'], 'state=...&person=...'),
      responses: ONWARDS,
    },
  },
  '/authorize/consent/{id}': {
    get: {
      tags: ['person'],
      summary: 'The question whether the wallet may have it, for the browser in which somebody signed in',
      parameters: [path('id')],
      responses: { '200': htmlPage('The question'), '400': FAULT_PAGE },
    },
    post: {
      tags: ['person'],
      summary: 'The answer: once, with the token of the page',
      parameters: [path('id')],
      requestBody: form(['form', 'answer'], [], 'form=...&answer=yes'),
      responses: {
        '303': { description: 'Back to the wallet with code, state and iss; or with error=access_denied' },
        '400': FAULT_PAGE,
      },
    },
  },
  '/authorize/style.css': {
    get: {
      tags: ['person'],
      summary: 'How these pages look',
      responses: { '200': { description: 'As it says', content: { 'text/css': { schema: { type: 'string' } } } } },
    },
  },
}
