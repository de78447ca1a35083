import { calendarDay, type Language, printable, sentence, type Vocabulary } from '@symbolon/credential'
import type { VpError } from '@symbolon/openid4vc'
import type { QuestionCode } from '../errors.ts'
import type { Judgement, Reason } from '../judge.ts'
import type { Question } from '../question.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'

/** The sentences of one language, for what was shown and for what a wallet answers instead; {on}, {path}, {asked} and {found} are facts. */
export type QuestionSentences = Readonly<Record<QuestionCode | VpError, string>>

const SENTENCES: Readonly<Record<Language, QuestionSentences>> = { nl, fr, de, en }

/** One reason as a sentence that a clerk and a citizen can act on; `vocabularies` as `sentence` takes them. */
export function reasonText({ code, facts }: Reason, language: Language, vocabularies: readonly Vocabulary[] = []): string {
  const words = SENTENCES[language]
  if (!Object.hasOwn(words, code)) return sentence(code, facts, language, vocabularies)
  return words[code as keyof typeof words].replaceAll(/\{(\w+)\}/g, (_whole, name: string) => fact(facts[name], language))
}

function fact(value: Reason['facts'][string] | undefined, language: Language): string {
  if (Array.isArray(value)) return printable(value.map((part) => (part === null ? '*' : String(part))).join('.'))
  return typeof value === 'string' ? (calendarDay(value, language) ?? printable(value)) : ''
}

/** The sentence of an answer: yes; no, according to the sources; or unknown, and how to prove it otherwise. */
export function answerText({ display }: Question, answer: Extract<Judgement, { accepted: true }>['answer'], language: Language): string {
  const words = display[language]
  return answer === 'yes' ? words.yes : `${words[answer]} ${words.otherwise}`
}
