import { fileURLToPath } from 'node:url'
import { UsageError } from '@symbolon/command-line'
// Its own door: most commands of a wallet read no questions.
import { loadQuestions, loadTypes } from '@symbolon/command-line/folders'
import type { Question } from '@symbolon/question'

/** The types and questions beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const folder = (name: string): string => fileURLToPath(new URL(`../../specs/${name}`, import.meta.url))

/** The wallet's own copy of a question, among those it was delivered with and those in a folder of the person's own. Throws `UsageError`, `SettingsError` (78). */
export function questionNamed(name: string, own?: string): Question {
  const known = loadQuestions(loadTypes([folder('credentials')]), own === undefined ? [folder('questions')] : [folder('questions'), own])
  const question = known.get(name)
  if (question === undefined)
    throw new UsageError(
      `this wallet has no question ${name}, so nothing is shown`,
      `it has ${[...known.keys()].join(', ')}; --questions names a folder with more`,
      'question_unknown',
    )
  return question
}
