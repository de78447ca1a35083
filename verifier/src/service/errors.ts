import { Refusal } from '@symbolon/service'

/** Every code that the service refuses a relying party with: HTTP status, where the rule stands, what to do. Rows sorted by code. */
export const VERIFIER_SERVICE_CODES = {
  access_certificate_unusable: {
    status: 503,
    spec: 'verifier/README.md',
    hint: 'put a good key and access certificate into the folder of this relying party; no restart is needed',
  },
  asked_beyond_registration: {
    status: 403,
    spec: 'EUDI ARF 3.0 RPRC_21',
    hint: 'have the registration of the relying party widened, or ask a question that it covers',
  },
  given_wrong: { status: 400, spec: 'specs/question.md', hint: 'give just the values that the question wants' },
  question_not_allowed: {
    status: 403,
    spec: 'verifier/README.md',
    hint: 'ask one of the questions of this relying party, or have its file widened',
  },
  redirect_uri_not_registered: {
    status: 400,
    spec: 'OpenID4VP 1.0 section 8.2',
    hint: 'use one of the redirect addresses of this relying party, letter by letter',
  },
  request_not_found: {
    status: 404,
    spec: 'verifier/README.md',
    hint: 'there is no such request of this relying party, or it is forgotten',
  },
  request_not_open: {
    status: 404,
    spec: 'OpenID4VP 1.0 section 5.10',
    hint: 'ask for a new request: this one was answered, or has expired',
  },
  response_code_wrong: {
    status: 400,
    spec: 'OpenID4VP 1.0 section 14.3',
    hint: 'complete a request once, with the code that the browser brought back',
  },
} as const satisfies Record<string, { status: number; spec: string; hint: string }>

export type ServiceRefusal = keyof typeof VERIFIER_SERVICE_CODES

/** A refusal with a code of the table; without a description of its own it says the hint. */
export const refused = (code: ServiceRefusal, description: string = VERIFIER_SERVICE_CODES[code].hint): Refusal =>
  new Refusal(VERIFIER_SERVICE_CODES[code].status, code, description)
