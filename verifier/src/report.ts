import {
  type Check,
  type Credential,
  type CredentialType,
  checkName,
  duration,
  type Language,
  moment,
  type Outcome,
  printable,
  type Report,
  sentence,
  WORDS,
} from '@symbolon/credential'
import type { JsonObject } from '@symbolon/sd-jwt'
import { disclosedLines } from './disclosed.ts'
import { VOCABULARIES } from './mechanisms.ts'

/** A report and what it is about. `now` in seconds since 1970. */
export interface Judged {
  readonly report: Report
  readonly credential?: Credential
  readonly type?: CredentialType
  readonly now: number
  /** Of the question, where one was asked: whether what was shown answers it. */
  readonly isAnswered?: boolean
}

/** The report for programs: codes and facts, no words. */
export function reportData({ report, credential }: Judged): JsonObject {
  const { outcome, checks, evidenceAge } = report
  // As an ordinary object: of one without a prototype JSON is written five times as slowly.
  const claims = credential && believable(report) ? { claims: { ...credential.view.claims } } : {}
  return { outcome, checks: checks as unknown as JsonObject[], evidence_age: evidenceAge, ...claims }
}

/**
 * Whether what was shown may be put before a person or a program: never after a failed check, and with an open one only
 * when at least the signature is right and its signer trusted. What a stranger wrote is not shown as if it were an answer.
 */
function believable({ outcome, checks }: Report): boolean {
  const passed = (id: string) => checks.some((check) => check.id === id && check.outcome === 'pass')
  return outcome !== 'fail' && passed('signature') && passed('trust')
}

const SIGNS: Readonly<Record<Outcome, string>> = { pass: '✓', fail: '✗', unknown: '?' }

/** The report for people: the outcome, every check with its sign and in words, what was shown, what to do. */
export function reportText(judged: Judged, language: Language): string {
  const words = WORDS[language]
  const { checks, outcome } = judged.report
  const blocks = [
    [words.headline[outcome]],
    checkLines(checks, judged.type, language),
    shownLines(judged, language),
    [`${words.headings.next}${words.colon}${nextSteps(judged, language)}`],
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

/** A person reads the last line, so it says what a right check leaves to be done. */
function nextSteps({ report: { outcome, checks }, isAnswered }: Judged, language: Language): string {
  const { next, yetToDo } = WORDS[language]
  if (outcome !== 'pass') return next[outcome]
  if (isAnswered === false) return yetToDo.answerMissing
  const binding = checks.find(({ id }) => id === 'binding')?.code
  const compare =
    binding === 'no_holder_binding' ? yetToDo.comparePerson : binding === 'shown_to_anybody' ? yetToDo.compareIfNamed : undefined
  return compare === undefined ? next.pass : `${compare} ${next.pass}`
}

function checkLines(checks: readonly Check[], type: CredentialType | undefined, language: Language): string[] {
  const words = WORDS[language]
  const rows = checks.map(
    (check) =>
      [
        `${SIGNS[check.outcome]} ${words.outcome[check.outcome]}`,
        checkName(check, language),
        sentence(check.code, named(check.facts, type, language), language, VOCABULARIES),
      ] as const,
  )
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map(([sign, name, text]) => `${sign.padEnd(widths[0] ?? 0)}  ${name.padEnd(widths[1] ?? 0)}  ${text}`)
}

/** The facts, with the type called as people call it. */
const named = (facts: Check['facts'], type: CredentialType | undefined, language: Language): Check['facts'] =>
  type !== undefined && facts.type === type.vct ? { ...facts, type: type.display[language].name } : facts

function shownLines({ report, credential, type, now }: Judged, language: Language): string[] {
  const { colon, headings } = WORDS[language]
  const judgedAt = `${headings.judgedAt}${colon}${moment(now, language) ?? now}`
  if (credential === undefined || !believable(report)) return [judgedAt]
  const { view, binding } = credential
  const lines = disclosedLines(view, type, language)
  const heading = report.outcome === 'pass' ? headings.shown : headings.shownUnconfirmed
  const until = view.expires === undefined ? null : moment(view.expires, language)
  return [
    ...(lines.length === 0 ? [headings.nothingShown] : [`${heading}${colon}`.trimEnd(), ...lines.map((line) => `  ${line}`)]),
    ...(binding === undefined ? [] : [`${headings.shownTo}${colon}${printable(binding.audience)}`]),
    ...(until === null ? [] : [`${headings.validUntil}${colon}${until}`]),
    ...(report.evidenceAge === null ? [] : [`${headings.evidenceAge}${colon}${duration(report.evidenceAge, language)}`]),
    judgedAt,
  ]
}
