import { checkName, type Language } from '@symbolon/credential'
import { answerText, type Judgement, type Question, type Reason, reasonText } from '@symbolon/question'
import type { JsonObject } from '@symbolon/sd-jwt'
import { VOCABULARIES } from './mechanisms.ts'

/** An answer for programs: `answer` only where there is one; `reasons` with their sentences. */
export const answerData = (judgement: Judgement, language: Language): JsonObject => ({
  ...(judgement.accepted && { answer: judgement.answer }),
  reasons: judgement.reasons.map((reason) => reasonData(reason, language)),
})

/** One reason: its code, the check that failed, the section, and a sentence that a clerk and a citizen can act on. */
export const reasonData = (reason: Reason, language: Language): JsonObject => ({
  code: reason.code,
  ...(reason.check !== undefined && { check: reason.check }),
  spec: reason.spec,
  text: reasonText(reason, language, VOCABULARIES),
})

/** An answer for people. */
export function answerLines(question: Question, judgement: Judgement, language: Language): string[] {
  const { question: asked } = question.display[language]
  const reasons = judgement.reasons.map((reason) => `  ${named(reason, language)}${reasonText(reason, language, VOCABULARIES)}`)
  return [asked, ...(judgement.accepted ? [answerText(question, judgement.answer, language)] : []), ...reasons]
}

const named = (reason: Reason, language: Language): string =>
  reason.check === undefined
    ? ''
    : `${checkName({ id: reason.check, outcome: 'unknown', code: reason.code, spec: reason.spec, facts: {} }, language)}: `
