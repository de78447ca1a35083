import { fileURLToPath } from 'node:url'
import { loadQuestions as load } from '@symbolon/command-line/folders'
import type { Credential, CredentialType } from '@symbolon/credential'
import { type DcqlQuery, matchCredential } from '@symbolon/openid4vc'
import type { Question } from '@symbolon/question'

/** The questions beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const QUESTIONS = fileURLToPath(new URL('../../specs/questions', import.meta.url))

/** The questions this verifier can ask, by name: those it was delivered with, and those in a folder of its own. Throws `SettingsError` (78). */
export const loadQuestions = (types: ReadonlyMap<string, CredentialType>, own?: string): ReadonlyMap<string, Question> =>
  load(types, own === undefined ? [QUESTIONS] : [QUESTIONS, own])

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
