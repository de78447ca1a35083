import type { QuestionSentences } from './index.ts'

export const en: QuestionSentences = {
  access_denied: 'The person did not agree, or holds nothing that answers the question. Ask for another proof.',
  answer_no: 'According to the sources the answer was no on {on}.',
  answer_yes: 'According to the sources the answer was yes on {on}.',
  asked_authority_missing: 'The credential is not from one of the authorities that were asked for. Ask the person for another one.',
  asked_binding_missing: 'The credential is bound to nobody, so it may be a copy. Ask the person for one that is bound to their wallet.',
  asked_claim_missing: 'What was asked for was not shown: {path}. Ask the person to try again, and to agree to show it.',
  asked_format_missing:
    'A credential in another form was shown than was asked for ({found} in place of {asked}). Ask the person to try another wallet.',
  asked_type_missing:
    'Another credential was shown than was asked for ({found} in place of {asked}). Ask the person to choose the right one.',
  asked_value_missing: 'It was shown with another value than was asked for: {path}. Ask again.',
  claim_not_shown: 'What was shown does not say enough to answer the question: a part was not shown, or its source cannot tell.',
  form_too_weak:
    'It was shown in a form that is too weak for this question: it could be shown again by somebody else. Ask the person to answer a challenge, or, where the question takes that, to show a code on a screen.',
  invalid_client:
    'The wallet does not trust whoever asks. Ask for another proof; whoever runs this service has to look at its certificate and its registration.',
  invalid_request:
    'The wallet can do nothing with this request. Ask for another proof; whoever runs this service has to look at the request.',
  invalid_request_uri_method:
    'The wallet can do nothing with this request. Ask for another proof; whoever runs this service has to look at the request.',
  invalid_scope:
    'The wallet can do nothing with this request. Ask for another proof; whoever runs this service has to look at the request.',
  invalid_transaction_data:
    'The wallet can do nothing with this request. Ask for another proof; whoever runs this service has to look at the request.',
  nothing_shown: 'Nothing was shown.',
  paper_not_taken:
    'It was shown on paper, and this question takes no paper. Ask the person to show it from their wallet, or ask for another proof.',
  query_not_answered: 'Not everything that was asked for was shown. Ask the person to try again.',
  query_not_asked: 'Something was shown that was not asked for. Ask the person to try again.',
  server_error: 'The wallet has a fault. Ask the person to try again, or for another proof.',
  temporarily_unavailable: 'The wallet cannot answer now. Ask the person to try again later, or for another proof.',
  unauthorized_client:
    'The wallet does not take such a request from whoever asks. Ask for another proof; whoever runs this service has to look at its registration.',
  unsupported_response_type:
    'The wallet can do nothing with this request. Ask for another proof; whoever runs this service has to look at the request.',
  vp_formats_not_supported:
    'The wallet knows no credential of the form that is asked for. Ask the person to try another wallet, or for another proof.',
  wallet_unavailable: 'There was no wallet that could answer. Ask the person to open theirs and to try again, or for another proof.',
}
