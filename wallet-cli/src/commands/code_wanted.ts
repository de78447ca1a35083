import { confirm, readText, type Streams, UsageError } from '@symbolon/command-line'
import {
  type Asker,
  CredentialError,
  type Form,
  isEnough,
  isFormatOfCodes,
  LANGUAGES,
  MOST_IN_CODE,
  openChallenge,
  printable,
  showAudience,
} from '@symbolon/credential'
import { formatsOf, type Question } from '@symbolon/question'
import { type Choice, choicesFor, dottedPath, hasEnded, unusedCopies, WalletError } from '@symbolon/wallet'
import type { Settings } from '../config.ts'
import { refused } from '../errors.ts'
import { outside } from '../outside.ts'
import { questionNamed } from '../questions.ts'
import { choiceLines } from '../request_words.ts'
import type { OpenWallet } from '../wallet_file.ts'
import { ON_PAPER } from '../words.ts'
import { isBound, isNotInCodes, packer } from './code_fit.ts'
import { trial, type Wanted, wantedOf } from './hand_over.ts'
import { anchorsOf } from './options.ts'

/** What is to be shown in a code, of which credential, to whom, and in which form. */
export interface Asked extends Wanted {
  readonly wallet: OpenWallet
  readonly id: string
  readonly form: Form
  /** Whether a new one is shown when it has grown old. */
  readonly rotates: boolean
}

interface CodeOptions {
  readonly challenge?: string
  readonly question?: string
  readonly questions?: string
  readonly aud?: string
  readonly nonce?: string
  readonly show?: readonly string[]
  readonly unverified?: boolean
  readonly reuse?: boolean
  readonly yes?: boolean
}

interface Around {
  readonly where: Settings
  readonly streams: Streams
  open(): Promise<OpenWallet>
  talk(line: string): void
}

/** Finds out what a call of `code` is to show. Throws `UsageError`, `RefusedError`, and `CredentialError` for a challenge that is none. */
export async function asked(options: CodeOptions, operands: readonly string[], around: Around): Promise<Asked> {
  const { challenge, question, aud, nonce, show } = options
  const [id, ...morePaths] = operands
  const named = challenge ?? question
  if (named === undefined) {
    if (id === undefined)
      throw new UsageError('code: name a credential, a question or a challenge', '`symbolon-wallet list` lists what is held')
    if (aud === undefined && nonce === undefined) {
      if (morePaths.length > 0 && show === undefined) throw new UsageError('code: one identifier at a time; claims come after --show')
      const wallet = await around.open()
      return { wallet, id, show: [...(show ?? []), ...morePaths], ...shownBy(wallet, id) }
    }
    return { ...wantedOf(options, morePaths, 'code'), wallet: await around.open(), id, form: 'answer', rotates: false }
  }
  if ((challenge !== undefined && question !== undefined) || [aud, nonce, show].some((one) => one !== undefined) || morePaths.length > 0)
    throw new UsageError('code: a challenge or a question says itself what is shown', 'leave the other one, --aud, --nonce and --show away')
  return challenge === undefined ? toWhoeverLooks(named, id, options, around) : toChallenge(named, id, options, around)
}

/** What answers a question, for whoever looks at the screen. */
async function toWhoeverLooks(name: string, id: string | undefined, { questions, reuse }: CodeOptions, around: Around): Promise<Asked> {
  const question = questionNamed(name, questions)
  refuseWithoutCodes(question)
  if (!isEnough('show', question.form))
    throw refused('form_too_weak', `${name} takes only an answer to the challenge of whoever asks, and none is here`)
  const wallet = await around.open()
  const choice = await answering(question, { wallet, id, audience: showAudience(name), reuse: reuse === true })
  told(choice, question, around)
  return { wallet, ...shownOf(choice), ...shownBy(wallet, choice.held.id, name) }
}

/** The answer to a challenge, after the person has seen who asks what. */
async function toChallenge(path: string, id: string | undefined, options: CodeOptions, around: Around): Promise<Asked> {
  const { where, streams, talk } = around
  const text = (await readText(path, MOST_IN_CODE + 2, streams.stdin)).replace(/\r?\n$/, '')
  const context = { anchors: await anchorsOf(where), primitives: outside.primitives, now: outside.now() }
  const { challenge, asker } = await openChallenge(text, context)
  const question = questionNamed(challenge.question, options.questions)
  refuseWithoutCodes(question)
  const wallet = await around.open()
  const { audience, nonce } = challenge
  const choice = await answering(question, { wallet, id, audience, reuse: options.reuse === true })
  talk(
    asker.outcome === 'pass'
      ? `Asked by ${printable(asker.subject, 300)}, vouched for by ${printable(asker.anchor)} in your trust file.`
      : UNKNOWN,
  )
  told(choice, question, around)
  if (!isBound(wallet, choice.held.id)) talk(UNSIGNED)
  await admit(asker, options, streams)
  // It may have taken the person a while: who asked has gone by then, and somebody else may have the challenge.
  await openChallenge(text, { ...context, now: outside.now() })
  const who = asker.outcome === 'pass' ? { asker: keptOf(asker) } : {}
  const { purpose } = wordsOf(question, where)
  return {
    wallet,
    ...shownOf(choice),
    audience,
    nonce,
    ...who,
    purpose,
    form: isBound(wallet, choice.held.id) ? 'answer' : 'paper',
    rotates: false,
  }
}

/** Refuses a question that no code can answer, whoever asks it and whatever is held: all that it takes is of formats that codes do not hold. */
function refuseWithoutCodes(question: Question): void {
  const formats = formatsOf(question)
  if (!formats.some(isFormatOfCodes)) throw new CredentialError('code_format_not_held', `${question.name} takes ${formats.join(', ')}`)
}

const UNSIGNED = 'WARNING: you do not sign this: whoever gets it can show it to others as long as it is good.'
const UNKNOWN = 'Asked by somebody unknown: nobody in your trust file vouches for whoever asks.'

/** What the history keeps of one who is known. */
const keptOf = ({ subject, organisation, anchor }: Extract<Asker, { readonly outcome: 'pass' }>) => ({
  name: printable(subject),
  ...(organisation !== undefined && { organisationId: printable(organisation) }),
  anchor,
})

/** `--yes` agrees to what is shown, never to whom. */
async function admit(asker: Asker, { yes, unverified }: CodeOptions, streams: Streams): Promise<void> {
  if (asker.outcome !== 'pass' && !unverified && yes) throw refused('asker_unknown', 'nobody vouches for whoever asks')
  if (!(await confirm(streams, 'Show this?', yes))) throw refused('not_confirmed', 'nothing was shown')
}

/** What answers and fits into a code, the small ones for codes first; only the named credential, where one is. Throws WalletError `nothing_to_show`. */
async function answering({ codeQuery, query, form }: Question, { wallet, id, audience, reuse }: Looking): Promise<Choice> {
  const found: Choice[] = []
  for (const one of codeQuery === undefined ? [query] : [codeQuery, query]) {
    const { selections } = await choicesFor(one, wallet.state.credentials, outside.primitives, outside.now())
    for (const [candidates, ...others] of selections) if (candidates && others.length === 0) found.push(...candidates)
  }
  // A copy that nobody has seen before one that links what it shows; what has ended only where there is nothing else, so that the person hears why.
  const now = outside.now()
  const worth = ({ held }: Choice) => (unusedCopies(held, now).length > 0 ? 2 : held.copies.every((copy) => hasEnded(copy, now)) ? 0 : 1)
  found.sort((one, other) => worth(other) - worth(one))
  let last: unknown = new WalletError(found.length === 0 ? 'nothing_to_show' : 'credential_not_asked', id)
  for (const choice of found.filter(({ held }) => id === undefined || held.id === id)) {
    // What no holder signs is no answer, and not shown by anybody: where a question wants that, the wallet keeps it back.
    if (!isBound(wallet, choice.held.id) && form !== 'paper') continue
    try {
      if (!reuse && isBound(wallet, choice.held.id) && unusedCopies(choice.held, now).length === 0) throw new WalletError('copies_spent')
      await packer(wallet, choice.held.id)(await trial(wallet, choice.held.id, { audience, paths: choice.paths }))
      return choice
    } catch (error) {
      if (!isNotInCodes(error)) throw error
      last = error
    }
  }
  throw last
}

/** Where to look, for the one named if there is one, and whether a copy may be shown again. */
interface Looking {
  readonly wallet: OpenWallet
  readonly id: string | undefined
  readonly audience: string
  readonly reuse: boolean
}

/** For whoever looks; what no holder signs is paper, whatever it is drawn on. */
const shownBy = (wallet: OpenWallet, id: string, question?: string) =>
  isBound(wallet, id)
    ? ({ audience: showAudience(question), form: 'show', rotates: true } as const)
    : ({ audience: ON_PAPER, form: 'paper', rotates: false } as const)

const shownOf = ({ held, paths }: Choice) => ({ id: held.id, show: paths.map(dottedPath) })

function told(choice: Choice, question: Question, { where, talk }: Around): void {
  const words = wordsOf(question, where)
  talk(`${words.question} ${words.purpose}`)
  for (const line of choiceLines([choice], outside.now(), where.languages)) talk(line)
}

/** In the first language of the person that every question speaks. */
function wordsOf({ display }: Question, { languages }: Settings) {
  const language = LANGUAGES.find((one) => one === languages.find((wish) => LANGUAGES.some((known) => known === wish))) ?? 'en'
  return display[language]
}
