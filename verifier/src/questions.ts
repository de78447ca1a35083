import { fileURLToPath } from 'node:url'
import { UsageError } from '@symbolon/command-line'
import { loadQuestions as load } from '@symbolon/command-line/folders'
import { type Bundle, type Credential, type CredentialType, faultLine, printable } from '@symbolon/credential'
import { type DcqlQuery, matchCredential } from '@symbolon/openid4vc'
import { type GivenFault, parseQuestion, type Question, questionIn } from '@symbolon/question'

/** The questions beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const QUESTIONS = fileURLToPath(new URL('../../specs/questions', import.meta.url))

/** The questions this verifier can ask, by name: those it was delivered with, and those in a folder of its own. Throws `SettingsError` (78). */
export const loadQuestions = (types: ReadonlyMap<string, CredentialType>, own?: string): ReadonlyMap<string, Question> =>
  load(types, own === undefined ? [QUESTIONS] : [QUESTIONS, own])

/** The question of a bundle whose hash was pinned; undefined when none was. Throws `UsageError` when it is not there, is another one, or is not right. */
export function pinnedQuestion(
  bundle: Bundle,
  name: string | undefined,
  hash: string | undefined,
  types: ReadonlyMap<string, CredentialType>,
): Question | undefined {
  if (hash === undefined) return undefined
  const part = bundle.pinned('question', hash)
  const folder = part === undefined ? null : questionIn(part)
  if (folder === null)
    throw new UsageError(
      `the bundle holds no question of the hash ${hash}`,
      'a hash stands in `bundle inspect`, or leave --question-hash away',
    )
  if (folder.name !== name) throw new UsageError(`the question of that hash is ${printable(folder.name)}`, 'name it with --question')
  const { question, faults } = parseQuestion(folder, types)
  if (question === undefined)
    throw new UsageError(`the question of that hash is none that this verifier understands`, faults.map(faultLine).join('\n'))
  return question
}

/** What is wrong with what was fixed for a question, for whoever fixed it. */
export const GIVEN_FAULTS: Readonly<Record<GivenFault['what'], string>> = {
  missing: 'it is missing',
  malformed: 'it has another form than the question wants',
  not_asked: 'it was not asked for',
}

/** The query that one credential alone answers, of those for requests and those for codes; or the first, so that what is missing can be said. */
export function queryFor(
  { query, codeQuery }: Question,
  credential: Credential | undefined,
): { readonly query: DcqlQuery; readonly id: string } {
  const all = [query, ...(codeQuery ? [codeQuery] : [])].flatMap((query) => query.credentials.map((one) => ({ query, one })))
  const held = credential && { view: credential.view, authorityKeys: [] }
  const isOfType = ({ one }: (typeof all)[number]) => credential !== undefined && one.isOfType(credential.view)
  const fitting = all.find(({ one }) => held && !('code' in matchCredential({ ...one, authorities: [] }, held)))
  const found = fitting ?? all.find(isOfType) ?? all[0]
  return { query: found?.query ?? query, id: found?.one.id ?? '' }
}
