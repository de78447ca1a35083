import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SettingsError } from '@symbolon/command-line'
import { type Credential, type CredentialType, faultLine } from '@symbolon/credential'
import { type DcqlQuery, matchCredential } from '@symbolon/openid4vc'
import { parseQuestion, type Question } from '@symbolon/question'
// Its own door: checking must not load a web server.
import { readFolder } from '@symbolon/service/bricks'

/** The questions beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const QUESTIONS = fileURLToPath(new URL('../../specs/questions', import.meta.url))

/**
 * The questions this verifier can ask, by name: those it was delivered with, and those in a folder of its own.
 *
 * Throws `SettingsError` (78) with all faults of all questions; a name that stands in both folders is one.
 */
export function loadQuestions(types: ReadonlyMap<string, CredentialType>, own?: string): ReadonlyMap<string, Question> {
  const questions = new Map<string, Question>()
  const faults: string[] = []
  for (const folder of own === undefined ? [QUESTIONS] : [QUESTIONS, own]) {
    if (!existsSync(folder)) faults.push(`${folder}: there is no such folder`)
    for (const name of existsSync(folder) ? foldersIn(folder) : []) {
      const read = parseQuestion({ name, files: readFolder(join(folder, name)) }, types)
      faults.push(...read.faults.map((fault) => `${name}/${faultLine(fault)}`))
      if (questions.has(name)) faults.push(`${name}: there is another question of this name`)
      if (read.question) questions.set(name, read.question)
    }
  }
  if (faults.length > 0) throw new SettingsError(faults, 'correct the files named above (specs/question.md)', 'question_malformed')
  return questions
}

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

/** The query that one credential alone answers, of those for requests and those for codes; or the first, so that what is missing can be said. */
export function queryFor(
  { query, codeQuery }: Question,
  credential: Credential | undefined,
): { readonly query: DcqlQuery; readonly id: string } {
  const all = [query, ...(codeQuery ? [codeQuery] : [])].flatMap((query) => query.credentials.map((one) => ({ query, one })))
  const held = credential && { view: credential.view, authorityKeys: [] }
  const isOfType = ({ one }: (typeof all)[number]) => credential !== undefined && one.types?.includes(credential.view.type) === true
  const fitting = all.find(({ one }) => held && !('code' in matchCredential({ ...one, authorities: [] }, held)))
  const found = fitting ?? all.find(isOfType) ?? all[0]
  return { query: found?.query ?? query, id: found?.one.id ?? '' }
}
