import {
  authorityKeys,
  type Check,
  type Credential,
  type CredentialType,
  formOf,
  isEnough,
  localDate,
  type TextReport,
} from '@symbolon/credential'
import { answersSets, type CredentialQuery, type DcqlQuery, type Held, type Miss, matchCredential } from '@symbolon/openid4vc'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { QUESTION_CODES, type QuestionCode } from './errors.ts'
import type { Question } from './question.ts'
import { evaluate } from './rule.ts'

/** Why an answer is what it is: a check's verdict, or a reason of ours; `facts` hold no claim values. */
export interface Reason {
  readonly code: string
  /** The check that said so. */
  readonly check?: string
  readonly spec: string
  readonly facts: { readonly [name: string]: Json }
}

/** What came of an answer: what it means, or why it is none. */
export type Judgement =
  | {
      readonly accepted: true
      readonly answer: 'yes' | 'no' | 'unknown'
      readonly reasons: readonly Reason[]
      /** Seconds since the oldest status evidence was signed; null when none was needed or none was there. */
      readonly evidenceAge: number | null
    }
  | { readonly accepted: false; readonly reasons: readonly Reason[] }

/** How a presentation is judged: online from a cache, offline from a bundle. */
export type CheckText = (text: string, demands: { readonly maxStatusAge: number }) => Promise<TextReport>

/** What judging needs; `now` in seconds since 1970. */
export interface JudgeContext {
  /** What was asked for: `question.query`, or `question.codeQuery`. */
  readonly query: DcqlQuery
  readonly check: CheckText
  /** The types that are known, by `vct`. */
  readonly types: ReadonlyMap<string, CredentialType>
  readonly now: number
  /** What the relying party fixed. */
  readonly given: Readonly<Record<string, string>>
}

interface Presented {
  readonly query: CredentialQuery
  readonly report: TextReport
  readonly credential: Credential
}

/**
 * Judges what was presented, by the identifiers of the queries: the same for a desk without network and for a service (OpenID4VP 1.0 section 8.6).
 *
 * First each presentation by itself: one that is not whole, not signed as it says, not shown by its holder to this verifier, or not what its query asks for
 * makes the whole answer none. What is left must be all that was asked for. Then what the source or the trust file says; and at last, on verified claims, the rule.
 */
export async function judge(question: Question, tokens: ReadonlyMap<string, readonly string[]>, context: JudgeContext): Promise<Judgement> {
  const presented: Presented[] = []
  const refused: Reason[] = []
  for (const [id, texts] of tokens) {
    const query = context.query.credentials.find((one) => one.id === id)
    if (query === undefined) return { accepted: false, reasons: [reason('query_not_asked')] }
    for (const text of texts) {
      const report = await context.check(text, { maxStatusAge: question.maxStatusAge })
      const found = fault(report) ?? onPaper(question, query, report) ?? missOf(query, report) ?? tooWeak(question, report)
      if (found !== null) refused.push(...found)
      else if (report.credential !== undefined) presented.push({ query, report, credential: report.credential })
    }
  }
  if (refused.length > 0) return { accepted: false, reasons: refused }
  if (tokens.size === 0) return { accepted: true, answer: 'unknown', reasons: [reason('nothing_shown')], evidenceAge: null }
  if (!answersSets(context.query, new Set(presented.map(({ query }) => query.id))))
    return { accepted: false, reasons: [reason('query_not_answered')] }
  return { accepted: true, ...answerOf(question, presented, context), evidenceAge: ageOf(presented) }
}

/** Checks whose failure says that this is no presentation for us, whoever made it. */
const INTEGRITY: ReadonlySet<string> = new Set(['structure', 'signature', 'binding', 'type', 'bundle', 'replay'])

function fault({ checks }: TextReport): Reason[] | null {
  const failed = checks.filter(({ id, outcome }) => outcome === 'fail' && INTEGRITY.has(id))
  return failed.length === 0 ? null : failed.map(said)
}

const CODE_OF: Readonly<Record<Miss['code'], QuestionCode>> = {
  authority_not_asked: 'asked_authority_missing',
  binding_missing: 'asked_binding_missing',
  claim_missing: 'asked_claim_missing',
  format_not_asked: 'asked_format_missing',
  type_not_asked: 'asked_type_missing',
  value_not_asked: 'asked_value_missing',
}

/** The wallet's own matching is never believed: whether it answers its query is found out again (section 14.11). */
function missOf(query: CredentialQuery, { credential }: TextReport): Reason[] | null {
  if (credential === undefined) return null
  const held: Held = { view: credential.view, authorityKeys: query.authorities.length === 0 ? [] : authorityKeys(credential.proof.header) }
  const found = matchCredential(query, held)
  if (!('code' in found)) return null
  const { code, path, asked, found: type } = found
  return [
    reason(CODE_OF[code], {
      ...(path && { path: [...path] }),
      ...(asked && { asked: [...asked] }),
      ...(type !== undefined && { found: type }),
    }),
  ]
}

/** Of a question that takes no paper another credential is not what is wrong: there is no paper that would be the right one. */
function onPaper({ form }: Question, query: CredentialQuery, { credential }: TextReport): Reason[] | null {
  if (credential === undefined || query.isOfType(credential.view)) return null
  return formOf(credential) === 'paper' && !isEnough('paper', form) ? [reason('paper_not_taken')] : null
}

/** A question that wants to be asked is not answered by what anybody could show again. */
function tooWeak({ form: weakest }: Question, { credential }: TextReport): Reason[] | null {
  const form = credential && formOf(credential)
  return form === undefined || isEnough(form, weakest) ? null : [reason('form_too_weak', { form, weakest })]
}

function answerOf(question: Question, presented: readonly Presented[], { types, now, given }: JudgeContext) {
  const good = presented.filter(({ report }) => report.outcome === 'pass')
  const views = Map.groupBy(
    good.map(({ credential: { view } }) => view),
    ({ type }) => types.get(type)?.name ?? '',
  )
  const today = localDate(now, question.timeZone)
  const truth = evaluate(question.rule, { views, today, given })
  if (truth === 'true') return { answer: 'yes', reasons: [reason('answer_yes', { on: today })] } as const
  const bad = presented.filter(({ report }) => report.outcome !== 'pass')
  const verdicts = bad.map(({ report }) => report.checks.filter(({ outcome }) => outcome !== 'pass'))
  const saysNo = verdicts.find((checks) => sourceSaysNo(checks, question))
  if (saysNo !== undefined) return { answer: 'no', reasons: saysNo.filter(({ code }) => means(question, code)).map(said) } as const
  if (bad.length > 0) return { answer: 'unknown', reasons: verdicts.flat().map(said) } as const
  if (truth === 'false') return { answer: 'no', reasons: [reason('answer_no', { on: today })] } as const
  return { answer: 'unknown', reasons: [reason('claim_not_shown')] } as const
}

/** A verdict of the source counts only when nothing else is wrong, but that the credential has ended, which a right that ended often has too. */
const sourceSaysNo = (checks: readonly Check[], question: Question): boolean =>
  checks.some(({ code }) => means(question, code)) && checks.every(({ code }) => means(question, code) || code === 'expired')

const means = ({ means: table }: Question, code: string): boolean => Object.hasOwn(table, code)

const ageOf = (presented: readonly Presented[]): number | null => {
  const ages = presented.map(({ report }) => report.evidenceAge).filter((age) => age !== null)
  return ages.length === 0 ? null : Math.max(...ages)
}

const said = ({ id, code, spec, facts }: Check): Reason => ({ code, check: id, spec, facts })
const reason = (code: QuestionCode, facts: JsonObject = {}): Reason => ({
  code,
  spec: QUESTION_CODES[code].spec,
  facts: facts as Reason['facts'],
})
