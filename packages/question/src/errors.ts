/** Every reason for an answer that is not a check's: where it is laid down, and what to do. Rows sorted by code. */
export const QUESTION_CODES = {
  answer_no: { spec: 'specs/question.md', hint: 'tell the person that the sources say no on that day, and how to prove otherwise' },
  answer_yes: { spec: 'specs/question.md', hint: 'nothing to do' },
  asked_authority_missing: {
    spec: 'OpenID4VP 1.0 section 6.1.1',
    hint: 'ask for a credential of one of the authorities that were asked for',
  },
  asked_binding_missing: { spec: 'OpenID4VP 1.0 section 6.1', hint: 'ask for a credential that is bound to a key' },
  asked_claim_missing: { spec: 'OpenID4VP 1.0 section 8.6', hint: 'ask again; a claim that was asked for was not shown' },
  asked_format_missing: { spec: 'OpenID4VP 1.0 section 8.6', hint: 'ask again; a credential in another format was shown' },
  asked_type_missing: { spec: 'OpenID4VP 1.0 section 8.6', hint: 'ask again; a credential of another type was shown' },
  asked_value_missing: { spec: 'OpenID4VP 1.0 section 8.6', hint: 'ask again; a claim was shown with another value than was asked for' },
  claim_not_shown: { spec: 'specs/question.md', hint: 'ask for another proof: what was shown does not decide the question' },
  form_too_weak: {
    spec: 'specs/code.md',
    hint: 'ask for an answer to a challenge, or for a code on a screen: this question takes nothing weaker',
  },
  nothing_shown: { spec: 'specs/question.md', hint: 'ask for another proof: nothing was shown' },
  paper_not_taken: {
    spec: 'specs/question.md',
    hint: 'ask the person to show it from a wallet: this question takes no paper',
  },
  query_not_answered: { spec: 'OpenID4VP 1.0 section 8.6', hint: 'ask again; not everything that was asked for was shown' },
  query_not_asked: { spec: 'OpenID4VP 1.0 section 8.1', hint: 'ask again; something was shown that was not asked for' },
} as const satisfies Record<string, { spec: string; hint: string }>

export type QuestionCode = keyof typeof QUESTION_CODES

/** Every way a question can be written wrongly (specs/question.md), with what to do about it. Rows sorted by code. */
export const QUESTION_FAULTS = {
  file_missing: 'add the file',
  file_not_json: 'correct the JSON; members must not be repeated',
  file_unknown: 'remove the file, or correct its name',
  given_unused: 'use every given value in the rule, or remove it',
  member_malformed: 'see specs/question.md for what this member may be',
  member_missing: 'add the member',
  member_unknown: 'remove the member, or correct its name',
  place_may_be_hidden: 'name a place whose members, or elements, are always shown',
  place_not_in_type: 'name only claims that the type has',
  query_malformed: 'correct the query (OpenID4VP 1.0 section 6)',
  sample_wrong: 'correct the rule, or the answer of the sample',
  type_unknown: 'ask for types that this verifier knows',
  value_not_asked: 'ask for every claim that the rule reads',
} as const satisfies Record<string, string>

export type QuestionFaultCode = keyof typeof QUESTION_FAULTS
