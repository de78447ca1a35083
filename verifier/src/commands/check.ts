import { availableParallelism } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { type Answer, RefusedError, readText, UsageError, verb } from '@symbolon/command-line'
import { type Challenge, type CredentialCode, CredentialError, MOST_IN_CODE, ownChallenge, type Report } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { readBundle } from '../bundle_file.ts'
import { ebsi, settings } from '../config.ts'
import { type Desk, type DeskSettings, failed, openDesk, type Unsaid } from '../desk.ts'
import { openThreads } from '../desk_threads.ts'
import { replayMemory } from '../replay.ts'
import { answerLinesOf, judgesAt } from '../stream.ts'
import { parseLength, parseMoment } from '../time.ts'
import { trustEntries } from '../trust.ts'

const LARGEST_PRESENTATION = 16 * 1024 * 1024
/** Each takes some fifty megabytes: a number with a digit too many must not take the machine down. */
const MOST_CORES = 64

/** `check FILE|-`: judges what a citizen shows with a bundle, a trust file and a clock; opens no connection of any kind. */
export const check = verb({
  name: 'check',
  summary: 'judges what a citizen shows, with no network',
  usage:
    'FILE|- --bundle BUNDLE [--challenge FILE | --aud A --nonce N] [--at TIME] [--question NAME [--question-hash HASH]] [--given NAME=VALUE...] [--max-age LENGTH] [--trust FILE] [--types DIR] [--lang L] [--stream [--cores N]]',
  example: 'symbolon-verifier check shown.txt --bundle bundle.json --aud https://desk.example.be --nonce 8Yt2mQ',
  options: {
    bundle: { type: 'string', value: 'BUNDLE', help: 'the evidence, as `bundle fetch` keeps it' },
    aud: { type: 'string', value: 'A', help: 'who asked: the audience that the holder was given' },
    nonce: { type: 'string', value: 'N', help: 'the nonce that the holder was given' },
    challenge: {
      type: 'string',
      value: 'FILE',
      help: 'the challenge that is answered, as `challenge --out` keeps it: it says the question too',
    },
    at: { type: 'string', value: 'TIME', help: 'judge as at this time: RFC 3339 or seconds since 1970; without it, now' },
    question: { type: 'string', value: 'NAME', help: 'answer this question by what is shown (`symbolon-verifier questions` lists them)' },
    'question-hash': {
      type: 'string',
      value: 'HASH',
      help: 'take that question from the bundle, if it has this hash (`bundle inspect --json`)',
    },
    given: { type: 'string', value: 'NAME=VALUE', multiple: true, help: 'what you fix of the question, as country=DE' },
    questions: { type: 'string', value: 'DIR', help: 'further questions of your own (specs/question.md)' },
    'max-age': { type: 'string', value: 'LENGTH', help: 'oldest status evidence that counts, as 12h or 7d; without it, 7d' },
    trust: { type: 'string', value: 'FILE', help: 'the trust file' },
    types: { type: 'string', value: 'DIR', help: 'further types of your own: a folder of bricks (specs/credential-type.md)' },
    lang: { type: 'string', value: 'L', help: 'nl, fr, de or en; without it, by LANG' },
    stream: { type: 'boolean', help: 'one presentation or code a line on standard input, one JSON line each on standard output' },
    cores: { type: 'string', value: 'N', help: 'with --stream: how many cores judge, or `all`; without it, one' },
  },
  operands: [1, 1],
  notes: [
    'with --question: exit 0 yes; 1 no, or not accepted; 2 not known.',
    'with --stream: exit 0 when every line was answered, whatever the answers; the bundle is opened once, so a wrong one ends it at once.',
    'exit 0 valid; 1 not valid, or the bundle is not trusted; 2 not known; 64 wrong usage; 78 wrong settings or trust file.',
    'FILE holds an SD-JWT, with or without the signature of its holder, or the text of a QR code (SY1:..., specs/code.md).',
    'Without --challenge, or both --aud and --nonce, a presentation signed by its holder stays not known: it may be a copy.',
    'Accreditations of EBSI count of the network in SYMBOLON_EBSI_REGISTRIES: its name, as pilot, or NETWORK=URL; without it, production.',
    'A code for whoever looks needs neither: it is good for two minutes, and taken once.',
  ].join('\n'),
  async run({ options, operands: [path = ''], stdin, stdout, talk }) {
    const { bundle, aud, nonce, stream } = options
    if (bundle === undefined) throw new UsageError('check: --bundle is needed', 'fetch one with `symbolon-verifier bundle fetch URL`')
    if (path === '-' && bundle === '-') throw new UsageError('check: standard input cannot be both the presentation and the bundle')
    if (stream && path !== '-') throw new UsageError('check: --stream reads standard input', 'give - for the file')
    if (options.cores !== undefined && !stream) throw new UsageError('check: --cores goes with --stream', 'one presentation needs one core')
    const cores = coresOf(options.cores ?? '1')
    if (cores === null)
      throw new UsageError(`check: --cores is no number from 1 to ${MOST_CORES}`, 'give one, or `all` for every core of this machine')
    if (options.challenge !== undefined && (stream || [aud, nonce, options.question].some((one) => one !== undefined)))
      throw new UsageError(
        'check: --challenge says for whom and which question, and is for one verdict',
        'leave --aud, --nonce, --question and --stream away',
      )
    const at = options.at === undefined ? undefined : parseMoment(options.at)
    if (at === null) throw new UsageError('check: --at is no time', 'give RFC 3339, as 2026-06-15T12:00:00Z, or seconds since 1970')
    const maxAge = options['max-age'] === undefined ? undefined : parseLength(options['max-age'])
    if (maxAge === null) throw new UsageError('check: --max-age is no length of time', 'give a number with s, m, h or d, as 12h or 7d')
    const where = settings(options)
    const challenge = options.challenge === undefined ? undefined : await challengeIn(options.challenge, stdin)
    const trust = await trustEntries(where, talk)
    const desk: DeskSettings = {
      bundle: await readBundle(bundle, stdin).catch(unreadable('bundle', 'bundle_malformed')),
      ...{ trust, ebsi: ebsi(), home: where.home, language: where.language, given: options.given ?? [] },
      ...(options.types !== undefined && { types: options.types }),
      ...(options.questions !== undefined && { questions: options.questions }),
      ...(options.question !== undefined && { question: options.question }),
      ...(options['question-hash'] !== undefined && { questionHash: options['question-hash'] }),
      ...(aud !== undefined && { audience: aud }),
      ...(nonce !== undefined && { nonce }),
      ...(challenge && { challenge }),
      ...(at !== undefined && { at }),
      ...(maxAge !== undefined && { maxAge }),
    }
    const opened = await openDesk(desk, replayMemory(where.home))
    if ('refused' in opened) return said(opened.refused)
    const { answer, look, replay } = opened.desk
    if (stream) {
      if (cores === 1) await answerLinesOf(stdin, stdout, judgesAt({ look }), replay)
      else await answerInThreads({ stdin, stdout }, { ...desk, seen: opened.seen }, cores, replay)
      return undefined
    }
    return said(await answer(await readText(path, LARGEST_PRESENTATION, stdin).catch(unreadable('structure', 'format_not_known'))))
  },
})

/** The challenge in a file of ours. */
async function challengeIn(path: string, stdin: Readable): Promise<Challenge> {
  const text = await readText(path, MOST_IN_CODE + 2, stdin)
  try {
    return await ownChallenge(text.replace(/\r?\n$/, ''), primitives)
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    throw new UsageError(`check: --challenge ${path}: ${error.message}`, 'make one with `symbolon-verifier challenge QUESTION --out FILE`')
  }
}

const said = (answer: Unsaid): Answer => ({ ...answer, text: answer.text() })

/** A file too large or not of text is malformed, and so a failed check; one that cannot be read is wrong usage. */
function unreadable(id: string, code: CredentialCode) {
  return (error: unknown): Report => {
    if (!(error instanceof RefusedError)) throw error
    return failed(id, code, error.message)
  }
}

/** How many cores that is; null for what is no such number. */
function coresOf(text: string): number | null {
  if (text === 'all') return availableParallelism()
  return /^[1-9]\d?$/.test(text) && Number(text) <= MOST_CORES ? Number(text) : null
}

async function answerInThreads(
  { stdin, stdout }: { readonly stdin: Readable; readonly stdout: Writable },
  desk: DeskSettings,
  count: number,
  replay: Desk['replay'],
): Promise<void> {
  const threads = openThreads(desk, count)
  try {
    await answerLinesOf(stdin, stdout, threads, replay)
  } finally {
    await threads.close()
  }
}
