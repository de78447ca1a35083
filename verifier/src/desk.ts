import { EXIT, UsageError } from '@symbolon/command-line'
import {
  type Anchor,
  type Challenge,
  type Check,
  type CredentialCode,
  CredentialError,
  type Dictionaries,
  isCode,
  type Language,
  type Memory,
  type OfflineReport,
  openForCheck,
  prepareAnchors,
  printable,
  type Report,
  showAudience,
  unpackCode,
  verdict,
  verifyBy,
} from '@symbolon/credential'
import type { EbsiSettings } from '@symbolon/ebsi'
import { primitives } from '@symbolon/primitives/node'
import { type GivenFault, givenFault, judge, type Question } from '@symbolon/question'
import type { JsonObject } from '@symbolon/sd-jwt'
import { answerData, answerLines } from './answer.ts'
import { EXIT_OF, EXIT_OF_ANSWER } from './explain.ts'
import { mechanismsOf } from './mechanisms.ts'
import { recallAndKeep } from './memory.ts'
import { checkOnce, expired, type Once, onceOf, withCheck } from './once.ts'
import { GIVEN_FAULTS, loadQuestions, pinnedQuestion, queryFor } from './questions.ts'
import type { ReplayMemory } from './replay.ts'
import { type Judged, reportData, reportText } from './report.ts'
import { loadTypes } from './types.ts'

/** Most rights are asked with status evidence of at most a week; who relies on it more closely says so with --max-age. */
const MAX_STATUS_AGE = 7 * 86_400

/** All that decides how a text is judged. Plain data, so that a thread can be told it: each opens a desk of its own, and all judge alike. */
export interface DeskSettings {
  /** The bundle as text, or the report on why it could not be read. */
  readonly bundle: string | Report
  readonly trust: readonly Anchor[]
  readonly ebsi: EbsiSettings
  /** Where it is remembered which bundles were seen. */
  readonly home: string
  /** What was remembered before this bundle came, for whom it was recalled already. */
  readonly seen?: Memory
  readonly language: Language
  /** Folders of the institution's own. */
  readonly types?: string
  readonly questions?: string
  readonly question?: string
  /** The hash of that question, when it comes with the bundle. */
  readonly questionHash?: string
  /** What is fixed of the question, as `NAME=VALUE`. */
  readonly given: readonly string[]
  readonly audience?: string
  readonly nonce?: string
  /** The challenge that is to be answered: it has audience, nonce and question of its own. */
  readonly challenge?: Challenge
  /** Seconds since 1970; absent: now, whenever that is. */
  readonly at?: number
  /** Seconds. */
  readonly maxAge?: number
}

/** An answer whose words are found when somebody reads them: most of the work of a check is in them. */
export interface Unsaid {
  readonly exit: number
  readonly data: JsonObject
  text(): string
}

/** Where texts are judged, one after another, with a bundle that was opened once. */
export interface Desk {
  /** The answer to what was read: a presentation, a code, or the report on why it is neither. */
  answer(read: string | Report): Promise<Unsaid>
  /** The first half of it: all but whether it was read before. Of several at once, or at several desks, that is asked afterwards and in their order. */
  look(read: string | Report): Promise<Looked>
  /** Whether this is the first time that it is read. */
  replay(once: Once): Check
}

/** What was found of a text. */
export interface Looked {
  /** Undefined when it does not matter how often it is read. */
  readonly once?: Once
  /** The answer, by what `replay` says of `once`. */
  answer(replay?: Check): Promise<Unsaid>
}

/**
 * Opens a desk; `refused` says why the bundle is not used.
 *
 * Throws `UsageError` for a question there is none of and for what is given wrong, and `SettingsError` as `loadTypes` and `loadQuestions` do.
 */
export async function openDesk(
  settings: DeskSettings,
  memory: () => ReplayMemory | null,
): Promise<{ readonly desk: Desk; readonly seen: Memory } | { readonly refused: Unsaid }> {
  const { bundle, language, challenge, at, maxAge } = settings
  const { audience, nonce } = challenge ?? settings
  const question = challenge?.question ?? settings.question
  const clock = () => at ?? Math.floor(Date.now() / 1000)
  const anchors = await prepareAnchors(settings.trust, primitives)
  const mechanisms = mechanismsOf(settings.ebsi)
  const types = loadTypes(settings.types)
  const own =
    question === undefined || settings.questionHash !== undefined
      ? undefined
      : questionOf(question, loadQuestions(types, settings.questions))
  if (own) givenOf(settings.given, own)
  const said = (judged: Judged): Unsaid => ({
    exit: EXIT_OF[judged.report.outcome],
    data: reportData(judged),
    text: () => reportText(judged, language),
  })

  if (typeof bundle !== 'string') return { refused: said({ report: bundle, now: clock() }) }
  const opened = await openForCheck(bundle, { anchors, primitives, now: clock() })
  if ('report' in opened) return { refused: said({ report: opened.report, now: clock() }) }
  const seen = settings.seen !== undefined ? settings.seen : await recallAndKeep(settings.home, opened.bundle.manifest, clock())

  const asked = own ?? pinnedQuestion(opened.bundle, question, settings.questionHash, types)
  const given = givenOf(settings.given, asked)
  // Evidence is young enough for the question, and for whoever asks more closely.
  const maxStatusAge = asked === undefined ? (maxAge ?? MAX_STATUS_AGE) : Math.min(maxAge ?? asked.maxStatusAge, asked.maxStatusAge)
  // Whoever asks takes an answer; who only looks, what is shown to anybody.
  const whom = audience === undefined && nonce === undefined ? { showAudience: showAudience(question) } : {}
  const policy = { types, maxStatusAge, ...whom, ...(audience !== undefined && { audience }), ...(nonce !== undefined && { nonce }) }

  const look = async (read: string | Report): Promise<Looked> => {
    const now = clock()
    const text = typeof read === 'string' ? await shownIn(read.trim(), opened.bundle.dictionaries) : read
    if (typeof text !== 'string') return { answer: async () => said({ report: text, now }) }
    if (challenge && challenge.expires < now) return { answer: async () => said({ report: expired(now - challenge.expires), now }) }
    const alone = await verifyBy(opened.bundle, text, { anchors, mechanisms, policy, now, primitives, memory: seen })
    const once = await onceOf(alone, challenge, now)
    return {
      ...(once && { once }),
      answer: (replay) => judged(replay === undefined ? alone : withCheck(alone, replay), text, now),
    }
  }

  const judged = async (report: OfflineReport, text: string, now: number): Promise<Unsaid> => {
    const { credential } = report
    const type = credential && types.get(credential.view.type)
    const found = { report, now, ...(credential && { credential }), ...(type && { type }) }
    if (asked === undefined) return said(found)
    const { query, id } = queryFor(asked, credential)
    const judgement = await judge(asked, new Map([[id, [text]]]), { query, types, now, given, check: async () => report })
    return {
      exit: judgement.accepted ? EXIT_OF_ANSWER[judgement.answer] : EXIT.refused,
      data: { ...reportData(found), ...answerData(judgement, language) },
      text: () =>
        `${answerLines(asked, judgement, language).join('\n')}\n\n${reportText({ ...found, isAnswered: judgement.accepted }, language)}`,
    }
  }

  const replay = (once: Once): Check => checkOnce(once, memory(), once.now)
  const answer = async (read: string | Report): Promise<Unsaid> => {
    const { once, answer } = await look(read)
    return answer(once && replay(once))
  }
  return { desk: { answer, look, replay }, seen }
}

/** The report on what could not even be read. */
export function failed(id: string, code: CredentialCode, detail: string): Report {
  return { outcome: 'fail', checks: [verdict(id, 'fail', code, { detail })], evidenceAge: null }
}

function questionOf(name: string, known: ReadonlyMap<string, Question>): Question {
  const question = known.get(name)
  if (question === undefined) throw new UsageError(`check: there is no question ${name}`, `known are ${[...known.keys()].join(', ')}`)
  return question
}

function givenOf(pairs: readonly string[], question: Question | undefined): Record<string, string> {
  const given = Object.fromEntries(pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]))
  const fault = question ? givenFault(question, given) : strayGiven(given)
  if (fault === undefined) return given
  const wanted = Object.keys(question?.given ?? {}).map((name) => `--given ${name}=VALUE`)
  throw new UsageError(
    `check: --given ${printable(fault.name, 60)}: ${GIVEN_FAULTS[fault.what]}`,
    question === undefined
      ? 'name the question with --question'
      : wanted.length === 0
        ? `${question.name} wants none`
        : `${question.name} wants ${wanted.join(' ')} (\`symbolon-verifier questions ${question.name}\` shows their forms)`,
  )
}

/** Without a question nothing can be fixed. */
function strayGiven(given: Readonly<Record<string, string>>): GivenFault | undefined {
  const [name] = Object.keys(given)
  return name === undefined ? undefined : { name, what: 'not_asked' }
}

/** What is shown: the text itself, or what was packed into the text of a QR code. A code that holds nothing is a failed check. */
async function shownIn(text: string, dictionaries: Dictionaries): Promise<string | Report> {
  if (!isCode(text)) return text
  try {
    return await unpackCode(text, primitives, dictionaries)
  } catch (error) {
    if (error instanceof CredentialError) return failed('structure', error.code, error.message)
    throw error
  }
}
