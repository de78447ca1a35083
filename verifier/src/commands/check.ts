import { type Answer, EXIT, RefusedError, readText, UsageError, verb } from '@symbolon/command-line'
import {
  type Check,
  CREDENTIAL_CODES,
  type CredentialCode,
  CredentialError,
  type Dictionaries,
  isCode,
  openForCheck,
  type Report,
  unpackCode,
  verifyBy,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { givenFault, judge, type Question } from '@symbolon/question'
import { answerData, answerLines } from '../answer.ts'
import { settings } from '../config.ts'
import { EXIT_OF, EXIT_OF_ANSWER } from '../explain.ts'
import { loadQuestions, queryFor } from '../questions.ts'
import { LARGEST_BUNDLE } from '../renew.ts'
import { type Judged, reportData, reportText } from '../report.ts'
import { answerLinesOf } from '../stream.ts'
import { parseLength, parseMoment } from '../time.ts'
import { trusted } from '../trust.ts'
import { loadTypes } from '../types.ts'

const LARGEST_PRESENTATION = 16 * 1024 * 1024

/** Most rights are asked with status evidence of at most a week; who relies on it more closely says so with --max-age. */
const MAX_STATUS_AGE = 7 * 86_400

/** `check FILE|-`: judges what a citizen shows with a bundle, a trust file and a clock; opens no connection of any kind. */
export const check = verb({
  name: 'check',
  summary: 'judges what a citizen shows, with no network',
  usage:
    'FILE|- --bundle BUNDLE [--aud A --nonce N] [--at TIME] [--question NAME] [--given NAME=VALUE...] [--max-age LENGTH] [--trust FILE] [--types DIR] [--lang L] [--stream]',
  example: 'symbolon-verifier check shown.txt --bundle bundle.json --aud https://desk.example.be --nonce 8Yt2mQ',
  options: {
    bundle: { type: 'string', value: 'BUNDLE', help: 'the evidence, as `bundle fetch` keeps it' },
    aud: { type: 'string', value: 'A', help: 'who asked: the audience that the holder was given' },
    nonce: { type: 'string', value: 'N', help: 'the nonce that the holder was given' },
    at: { type: 'string', value: 'TIME', help: 'judge as at this time: RFC 3339 or seconds since 1970; without it, now' },
    question: { type: 'string', value: 'NAME', help: 'answer this question by what is shown (`symbolon-verifier questions` lists them)' },
    given: { type: 'string', value: 'NAME=VALUE', multiple: true, help: 'what you fix of the question, as country=DE' },
    questions: { type: 'string', value: 'DIR', help: 'further questions of your own (specs/question.md)' },
    'max-age': { type: 'string', value: 'LENGTH', help: 'oldest status evidence that counts, as 12h or 7d; without it, 7d' },
    trust: { type: 'string', value: 'FILE', help: 'the trust file' },
    types: { type: 'string', value: 'DIR', help: 'further types of your own: a folder of bricks (specs/credential-type.md)' },
    lang: { type: 'string', value: 'L', help: 'nl, fr, de or en; without it, by LANG' },
    stream: { type: 'boolean', help: 'one presentation or code a line on standard input, one JSON line each on standard output' },
  },
  operands: [1, 1],
  notes: [
    'with --question: exit 0 yes; 1 no, or not accepted; 2 not known.',
    'with --stream: exit 0 when every line was answered, whatever the answers; the bundle is opened once, so a wrong one ends it at once.',
    'exit 0 valid; 1 not valid, or the bundle is not trusted; 2 not known; 64 wrong usage; 78 wrong settings or trust file.',
    'FILE holds an SD-JWT, with or without the signature of its holder, or the text of a QR code (SY1:..., specs/code.md).',
    'Without both --aud and --nonce a presentation signed by its holder stays not known: it may be a copy.',
  ].join('\n'),
  async run({ options, operands: [path = ''], stdin, stdout, talk }) {
    const { bundle, aud, nonce, stream } = options
    if (bundle === undefined) throw new UsageError('check: --bundle is needed', 'fetch one with `symbolon-verifier bundle fetch URL`')
    if (path === '-' && bundle === '-') throw new UsageError('check: standard input cannot be both the presentation and the bundle')
    if (stream && path !== '-') throw new UsageError('check: --stream reads standard input', 'give - for the file')
    const at = options.at === undefined ? undefined : parseMoment(options.at)
    if (at === null) throw new UsageError('check: --at is no time', 'give RFC 3339, as 2026-06-15T12:00:00Z, or seconds since 1970')
    const clock = () => at ?? Math.floor(Date.now() / 1000)
    const maxAge = options['max-age'] === undefined ? undefined : parseLength(options['max-age'])
    if (maxAge === null) throw new UsageError('check: --max-age is no length of time', 'give a number with s, m, h or d, as 12h or 7d')
    const where = settings(options)
    const { language } = where
    const anchors = await trusted(where, talk)
    const types = loadTypes(options.types)
    const asked = options.question === undefined ? undefined : questionOf(options.question, loadQuestions(types, options.questions))
    const given = givenOf(options.given ?? [], asked)
    // Evidence is young enough for the question, and for whoever asks more closely.
    const maxStatusAge = asked === undefined ? (maxAge ?? MAX_STATUS_AGE) : Math.min(maxAge ?? asked.maxStatusAge, asked.maxStatusAge)
    const policy = { types, maxStatusAge, ...(aud !== undefined && { audience: aud }), ...(nonce !== undefined && { nonce }) }
    const answer = (judged: Judged): Unsaid => ({
      exit: EXIT_OF[judged.report.outcome],
      data: reportData(judged),
      text: () => reportText(judged, language),
    })

    const bundleText = await readText(bundle, LARGEST_BUNDLE, stdin).catch(unreadable('bundle', 'bundle_malformed'))
    if (typeof bundleText !== 'string') return said(answer({ report: bundleText, now: clock() }))
    const opened = await openForCheck(bundleText, { anchors, primitives, now: clock() })
    if ('report' in opened) return said(answer({ report: opened.report, now: clock() }))

    /** The answer to what was read: a presentation, a code, or the report on why it is neither. */
    const answered = async (read: string | Report): Promise<Unsaid> => {
      const now = clock()
      const text = typeof read === 'string' ? await shownIn(read.trim(), opened.bundle.dictionaries) : read
      if (typeof text !== 'string') return answer({ report: text, now })
      const report = await verifyBy(opened.bundle, text, { anchors, policy, now, primitives })
      const { credential } = report
      const type = credential && types.get(credential.view.type)
      const judged = { report, now, ...(credential && { credential }), ...(type && { type }) }
      if (asked === undefined) return answer(judged)
      const tokens = new Map([[queryFor(asked, credential), [text]]])
      const judgement = await judge(asked, tokens, { types, now, given, check: async () => report })
      return {
        exit: judgement.accepted ? EXIT_OF_ANSWER[judgement.answer] : EXIT.refused,
        data: { ...reportData(judged), ...answerData(judgement, language) },
        text: () => `${answerLines(asked, judgement, language).join('\n')}\n\n${reportText(judged, language)}`,
      }
    }
    if (stream) {
      await answerLinesOf(stdin, stdout, async (line) => (await answered(line ?? tooLong())).data)
      return undefined
    }
    return said(await answered(await readText(path, LARGEST_PRESENTATION, stdin).catch(unreadable('structure', 'format_not_known'))))
  },
})

/** An answer whose words are found when somebody reads them: most of the work of a check is in them. */
type Unsaid = Omit<Answer, 'text'> & { text(): string }

const said = (answer: Unsaid): Answer => ({ ...answer, text: answer.text() })

function questionOf(name: string, known: ReadonlyMap<string, Question>): Question {
  const question = known.get(name)
  if (question === undefined) throw new UsageError(`check: there is no question ${name}`, `known are ${[...known.keys()].join(', ')}`)
  return question
}

function givenOf(pairs: readonly string[], question: Question | undefined): Record<string, string> {
  const given = Object.fromEntries(pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]))
  const fault = question ? givenFault(question, given) : Object.keys(given)[0]
  if (fault === undefined) return given
  throw new UsageError(
    `check: --given ${fault}: it is missing, has another form, or was not asked for`,
    'give each value the question wants, as --given country=DE',
  )
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

/** A file too large or not of text is malformed, and so a failed check; one that cannot be read is wrong usage. */
function unreadable(id: string, code: CredentialCode) {
  return (error: unknown): Report => {
    if (!(error instanceof RefusedError)) throw error
    return failed(id, code, error.message)
  }
}

const tooLong = (): Report => failed('structure', 'format_not_known', 'a line that is longer than any presentation')

function failed(id: string, code: CredentialCode, detail: string): Report {
  const check: Check = { id, outcome: 'fail', code, spec: CREDENTIAL_CODES[code].spec, facts: { detail } }
  return { outcome: check.outcome, checks: [check], evidenceAge: null }
}
