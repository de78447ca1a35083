import { type CredentialType, compileSchema, type Fault, LANGUAGES, type Language } from '@symbolon/credential'
import { type DcqlQuery, parseDcql } from '@symbolon/openid4vc'
import { type Json, type JsonObject, parseJson } from '@symbolon/sd-jwt'
import { checkRule } from './check_rule.ts'
import { QUESTION_FAULTS, type QuestionFaultCode } from './errors.ts'
import type { Question, QuestionWords } from './question.ts'
import { evaluate, type Rule } from './rule.ts'
import { DISPLAY, QUESTION, SAMPLES } from './schema.ts'

export type QuestionFault = Fault<QuestionFaultCode>

/** The files of a question by their names relative to its folder. */
export interface QuestionFolder {
  readonly name: string
  readonly files: { readonly [name: string]: string }
}

const FILE = 'question.json'
const SAMPLE_FILE = 'samples.json'
const displayFile = (language: Language): string => `display/${language}.json`
const REQUIRED = [FILE, SAMPLE_FILE, ...LANGUAGES.map(displayFile)]
const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 }

const codes = { missing: 'member_missing', unknown: 'member_unknown', malformed: 'member_malformed' } as const
type Checker = (value: unknown, file: string) => QuestionFault[]

/** Compiled with the first question that is read: most commands read none, and every one of them would pay for it. */
function checkerOf(schema: JsonObject): Checker {
  let check: Checker | undefined
  return (value, file) => {
    check ??= compileSchema<QuestionFaultCode>(schema, codes)
    return check(value, file)
  }
}

const checkQuestion = checkerOf(QUESTION)
const checkDisplay = checkerOf(DISPLAY)
const checkSamples = checkerOf(SAMPLES)

export const questionFault = (code: QuestionFaultCode, file: string, path: string, what: string): QuestionFault => ({
  file,
  path,
  code,
  message: `${what}: ${QUESTION_FAULTS[code]}`,
})

interface Sample {
  readonly name: string
  readonly claims: { readonly [type: string]: JsonObject }
  readonly given?: Readonly<Record<string, string>>
  readonly today: string
  readonly answer: 'yes' | 'no' | 'unknown'
}

interface QuestionJson {
  readonly revision: number
  readonly dcql_query: JsonObject
  readonly code_query?: JsonObject
  readonly rule: Rule
  readonly form: Question['form']
  readonly max_status_age: string
  readonly retention: string
  readonly means?: Readonly<Record<string, 'no'>>
  readonly given?: Readonly<Record<string, string>>
  readonly time_zone: string
  readonly legal: { readonly basis: string }
  readonly authorisation: { readonly reference: string; readonly url: string }
}

/** Reads a question (specs/question.md) against the types that this verifier knows, by `vct`: the question, or everything that is wrong with it at once. */
export function parseQuestion(
  { name, files }: QuestionFolder,
  types: ReadonlyMap<string, CredentialType>,
): { question?: Question; faults: QuestionFault[] } {
  const faults: QuestionFault[] = []
  const documents = readFiles(files, faults)
  const display = readDisplays(documents, faults)
  const json = checked<QuestionJson>(documents, FILE, checkQuestion, faults)
  const samples = checked<Sample[]>(documents, SAMPLE_FILE, checkSamples, faults)
  const query = json && readQuery(json.dcql_query, 'dcql_query', faults)
  const codeQuery = json?.code_query && readQuery(json.code_query, 'code_query', faults)
  if (json && query)
    faults.push(
      ...checkRule(json, { query, codeQuery: codeQuery || undefined }, types).map(([code, path, what]) =>
        questionFault(code, FILE, path, what),
      ),
    )
  if (json && samples) faults.push(...judgeSamples(json.rule, samples))
  if (json === undefined || query === undefined || display === undefined || faults.length > 0) return { faults }
  const { revision, rule, form, means = {}, given = {}, time_zone: timeZone, legal, authorisation } = json
  const question: Question = {
    ...{
      name,
      revision,
      query,
      codeQuery: codeQuery || undefined,
      queryJson: json.dcql_query,
      rule,
      form,
      means,
      timeZone,
      legal,
      authorisation,
      display,
    },
    maxStatusAge: seconds(json.max_status_age),
    retention: seconds(json.retention),
    given: Object.fromEntries(Object.entries(given).map(([key, pattern]) => [key, new RegExp(`^(?:${pattern})$`, 'u')])),
  }
  return { question, faults }
}

const seconds = (length: string): number => Number.parseInt(length, 10) * (UNITS[length.slice(-1)] ?? 1)

function readFiles(files: QuestionFolder['files'], faults: QuestionFault[]): ReadonlyMap<string, Json> {
  const documents = new Map<string, Json>()
  for (const file of Object.keys(files))
    if (!REQUIRED.includes(file)) faults.push(questionFault('file_unknown', file, '', 'no part of a question'))
  for (const file of REQUIRED) {
    const text = Object.hasOwn(files, file) ? files[file] : undefined
    if (text === undefined) {
      faults.push(questionFault('file_missing', file, '', 'not there'))
      continue
    }
    try {
      documents.set(file, parseJson(text))
    } catch (error) {
      faults.push(questionFault('file_not_json', file, '', error instanceof Error ? error.message : 'not JSON'))
    }
  }
  return documents
}

function checked<T>(documents: ReadonlyMap<string, Json>, file: string, check: Checker, faults: QuestionFault[]): T | undefined {
  const document = documents.get(file)
  if (document === undefined) return undefined
  const found = check(document, file)
  faults.push(...found)
  return found.length > 0 ? undefined : (document as unknown as T)
}

function readDisplays(documents: ReadonlyMap<string, Json>, faults: QuestionFault[]): Question['display'] | undefined {
  const [nl, fr, de, en] = LANGUAGES.map((language) => checked<QuestionWords>(documents, displayFile(language), checkDisplay, faults))
  return nl && fr && de && en && { nl, fr, de, en }
}

function readQuery(value: JsonObject, member: string, faults: QuestionFault[]): DcqlQuery | undefined {
  try {
    return parseDcql(value, (place, what) => new QueryFault(place, what), member)
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error
    faults.push(questionFault('query_malformed', FILE, `/${error.place.replaceAll(/[[.]/g, '/').replaceAll(']', '')}`, error.what))
    return undefined
  }
}

class QueryFault extends Error {
  readonly place: string
  readonly what: string
  constructor(place: string, what: string) {
    super(`${place} ${what}`)
    this.place = place
    this.what = what
  }
}

const ANSWERS = { true: 'yes', false: 'no', unknown: 'unknown' } as const

function judgeSamples(rule: Rule, samples: readonly Sample[]): QuestionFault[] {
  return samples.flatMap(({ name, claims, given = {}, today, answer }, index) => {
    const views = new Map(Object.entries(claims).map(([type, shown]) => [type, [{ claims: shown }]]))
    const found = ANSWERS[evaluate(rule, { views, today, given })]
    return found === answer ? [] : [questionFault('sample_wrong', SAMPLE_FILE, `/${index}/answer`, `"${name}" is ${found} by the rule`)]
  })
}
