import type { QuestionSentences } from './index.ts'

export const en: QuestionSentences = {
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
  nothing_shown: 'Nothing was shown.',
  query_not_answered: 'Not everything that was asked for was shown. Ask the person to try again.',
  query_not_asked: 'Something was shown that was not asked for. Ask the person to try again.',
}
