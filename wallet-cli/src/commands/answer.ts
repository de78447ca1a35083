import { confirm, EXIT, type Streams, UsageError } from '@symbolon/command-line'
import { answerRequest, choose, type OpenedRequest, openRequest } from '@symbolon/wallet'
import { type Given, settings } from '../config.ts'
import { refused } from '../errors.ts'
import { openBrowser } from '../front_channel/browser.ts'
import { outside } from '../outside.ts'
import { choiceLines, described, introduction, purposeOf } from '../request_words.ts'
import { anchorsOf, open } from './options.ts'

/** The options of `present` that are for requests. */
export interface AnswerOptions extends Given {
  readonly yes?: boolean
  readonly 'dry-run'?: boolean
  readonly reuse?: boolean
  readonly unverified?: boolean
  readonly haip?: boolean
  readonly credential?: readonly string[]
}

/** Whether an operand is a request: a link, as no identifier of a credential is. */
export const isRequest = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text)

/** A request needs none of what names a verifier and claims by hand. */
export function refuseByHand(options: { readonly aud?: string; readonly nonce?: string; readonly show?: readonly string[] }): void {
  if (options.aud !== undefined || options.nonce !== undefined || options.show !== undefined)
    throw new UsageError('present: a request says itself for whom and what', 'leave --aud, --nonce and --show away')
}

/** Answers the request of a verifier (OpenID4VP 1.0), after the person has seen who asks, what for, and claim by claim what would be shown. */
export async function answer(link: string, options: AnswerOptions, streams: Streams, talk: (line: string) => void) {
  const where = settings(options)
  const wallet = await open(where, streams)
  const opened = await openRequest(link, wallet, await anchorsOf(where), outside, {
    ...{ silent: options['dry-run'] === true, haip: options.haip === true },
  })
  for (const line of introduction(opened, where.languages)) talk(line)
  await admit(opened, options, streams)
  if (opened.selections.length === 0 && (await mayTell(options, streams))) await opened.decline()
  const chosen = choose(opened, options.credential ?? [], outside.now())
  for (const line of choiceLines(chosen, outside.now(), where.languages)) talk(line)
  const data = described(opened, chosen, outside.now())
  if (options['dry-run']) return { data: { ...data, sent: false }, text: 'Nothing was sent.' }
  if (!(await confirm(streams, 'Show this?', options.yes))) {
    await opened.decline()
    throw refused('not_confirmed', 'nothing was shown, and whoever asks was told so')
  }
  const purpose = purposeOf(opened, where.languages)
  const { disclosure, redirectUri } = await answerRequest(opened, chosen, wallet, outside, { reuse: options.reuse === true, purpose })
  for (const { credentialId, reused } of disclosure.shown)
    if (reused) talk(`A copy of ${credentialId} was shown again: whoever saw it before can tell that it is you.`)
  if (redirectUri !== undefined) {
    talk(`Go on at ${redirectUri}`)
    if (process.stdout.isTTY) await openBrowser(redirectUri)
  }
  return { exit: EXIT.done, data: { ...data, sent: true, ...(redirectUri !== undefined && { redirect_uri: redirectUri }) }, text: 'Shown.' }
}

/** Whether a person is there who can be asked. */
export const isAtTerminal = ({ stdin, stderr }: Streams): boolean => stdin.isTTY === true && stderr.isTTY === true

/** Refuses whom nobody may answer, and lets the person decide where the trust file cannot. `--yes` agrees to what is shown, never to whom or to too much. */
async function admit({ asker, registration, beyond, decline }: OpenedRequest, options: AnswerOptions, streams: Streams): Promise<void> {
  if (asker.outcome === 'fail') {
    await decline('invalid_client')
    throw refused('asker_not_trusted', `nobody in your trust file vouches for whoever asks (${asker.code})`)
  }
  if (asker.outcome === 'pass' && registration.outcome === 'fail') {
    await decline('invalid_client')
    throw refused('registration_wrong', `what came with the request as its registration does not count (${registration.code})`)
  }
  if (options['dry-run']) return
  if (beyond.length > 0 && options.yes) throw refused('asked_beyond_registration', 'more is asked than whoever asks is registered for')
  if (asker.outcome === 'pass' || options.unverified) return
  if (options.yes || !isAtTerminal(streams)) throw refused('asker_unknown', 'nobody vouches for whoever asks')
  if (await confirm(streams, 'Nobody vouches for whoever asks. Go on all the same?', false)) return
  // A stranger who is not wanted is not even called.
  throw refused('not_confirmed', 'nothing was shown, and nobody was told')
}

/** That nothing is shown says something too: the person decides (OpenID4VP 1.0 sections 15.1, 15.5.1). */
async function mayTell(options: AnswerOptions, streams: Streams): Promise<boolean> {
  if (options['dry-run'] || (!options.yes && !isAtTerminal(streams))) return false
  return confirm(streams, 'Nothing in this wallet answers. Tell whoever asks that nothing is shown?', options.yes)
}
