import type { Form, Language } from '@symbolon/credential'
import type { DcqlQuery } from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { Rule } from './rule.ts'

/** What a verifier wants to know, read and found right (specs/question.md). Lengths of time in seconds. */
export interface Question {
  /** The name of the folder. */
  readonly name: string
  readonly revision: number
  /** What a request asks for. */
  readonly query: DcqlQuery
  /** What codes answer it with, beside what answers the request: without a connection either is taken. */
  readonly codeQuery: DcqlQuery | undefined
  /** The query as it is published. */
  readonly queryJson: JsonObject
  readonly rule: Rule
  /** The weakest form that is accepted. */
  readonly form: Form
  /** The oldest status evidence that counts. */
  readonly maxStatusAge: number
  /** How long an answer may be read after it came. */
  readonly retention: number
  /** What a verdict of the source itself means, by its code; another one leaves the answer unknown. */
  readonly means: Readonly<Record<string, 'no'>>
  /** What the relying party fixes, by name: how the whole of it must look. */
  readonly given: Readonly<Record<string, RegExp>>
  readonly timeZone: string
  readonly legal: { readonly basis: string }
  /** The published authorisation to ask. */
  readonly authorisation: { readonly reference: string; readonly url: string }
  readonly display: Readonly<Record<Language, QuestionWords>>
}

/** A question's words in one language. */
export interface QuestionWords {
  readonly question: string
  /** What the answer is used for. */
  readonly purpose: string
  readonly yes: string
  readonly no: string
  readonly unknown: string
  /** How a person who has the right can prove it otherwise. */
  readonly otherwise: string
}

/** What is wrong with a value that was fixed for a question, and its name. */
export interface GivenFault {
  readonly name: string
  readonly what: 'missing' | 'malformed' | 'not_asked'
}

/** The first of these given values that is not just what the question wants, or undefined. */
export function givenFault({ given }: Question, values: Readonly<Record<string, string>>): GivenFault | undefined {
  const stranger = Object.keys(values).find((name) => !Object.hasOwn(given, name))
  if (stranger !== undefined) return { name: stranger, what: 'not_asked' }
  for (const [name, form] of Object.entries(given)) {
    if (!Object.hasOwn(values, name)) return { name, what: 'missing' }
    if (!form.test(values[name] ?? '')) return { name, what: 'malformed' }
  }
  return undefined
}

/** The formats of all that answers it, online or in a code; each once. */
export const formatsOf = ({ query, codeQuery }: Question): readonly string[] => [
  ...new Set([query, codeQuery].flatMap((one) => one?.credentials.map(({ format }) => format) ?? [])),
]
