import { confirm, EXIT, type Streams, UsageError } from '@symbolon/command-line'
import { printable } from '@symbolon/credential'
import { type Answered, answerRequest, type Choice, dottedPath, type OpenedRequest, openRequest } from '@symbolon/wallet'
import { type Given, settings } from '../config.ts'
import { refused } from '../errors.ts'
import { openBrowser } from '../front_channel/browser.ts'
import { outside } from '../outside.ts'
import { nameOf } from '../words.ts'
import { anchorsOf, open } from './options.ts'

/** The options of `present` that are for requests. */
export interface AnswerOptions extends Given {
  readonly yes?: boolean
  readonly 'dry-run'?: boolean
  readonly reuse?: boolean
  readonly unverified?: boolean
  readonly credential?: string
  readonly 'passphrase-file'?: string
  readonly trust?: string
}

/** Answers the request of a verifier (OpenID4VP 1.0), after the person has seen who asks, what for, and claim by claim what would be shown. */
export async function answer(link: string, options: AnswerOptions, streams: Streams, talk: (line: string) => void) {
  const where = settings(options)
  const wallet = await open(where, streams)
  const opened = await openRequest(link, wallet, await anchorsOf(where), outside)
  for (const line of introduction(opened, where.languages)) talk(line)
  if (opened.asker.outcome === 'fail') {
    await opened.decline('invalid_client', 'the wallet does not know who asks')
    throw refused('asker_not_trusted', 'nobody in your trust file vouches for whoever asks')
  }
  if (opened.asker.outcome === 'unknown' && options.unverified !== true) {
    await opened.decline('access_denied', 'the wallet answers only whom somebody vouches for')
    throw refused('asker_unknown', 'nobody vouches for whoever asks')
  }
  const chosen = choose(opened, options.credential)
  if (chosen.length === 0) {
    await opened.decline('access_denied', 'nothing in this wallet answers the request')
    throw refused('nothing_answers', missing(opened))
  }
  for (const choice of chosen) for (const line of shownLines(choice, where.languages)) talk(line)
  const data = described(opened, chosen)
  if (options['dry-run']) return { data: { ...data, sent: false }, text: 'Nothing was sent.' }
  // What goes beyond a registration a person must have seen: no flag agrees to it.
  if (opened.beyond.length > 0 && options.yes === true) {
    await opened.decline('access_denied', 'more is asked than the registration allows')
    throw refused('asked_beyond_registration', 'more is asked than whoever asks is registered for')
  }
  if (!(await confirm(streams, 'Show this?', options.yes))) {
    await opened.decline('access_denied', 'the person said no')
    throw refused('not_confirmed', 'nothing was shown')
  }
  const done = await answerRequest(opened, chosen, wallet, outside, { reuse: options.reuse === true })
  for (const one of done.disclosure.shown)
    if (one.reused) talk(`A copy of ${one.credentialId} was shown again: whoever saw it before can tell that it is you.`)
  await goOn(done, talk)
  return {
    exit: EXIT.done,
    data: { ...data, sent: true, ...(done.redirectUri !== undefined && { redirect_uri: done.redirectUri }) },
    text: 'Shown.',
  }
}

function* introduction({ asker, registration, beyond }: OpenedRequest, languages: readonly string[]): Generator<string> {
  yield `Asked by ${printable(registration.registration?.name ?? asker.subject ?? asker.clientId)}${asker.anchor === undefined ? '' : `, vouched for by ${printable(asker.anchor)} in your trust file`}.`
  const purpose = registration.registration?.purpose ?? {}
  const language = [...languages, 'en', ...Object.keys(purpose)].find((one) => Object.hasOwn(purpose, one))
  if (language !== undefined) yield `For: ${printable(purpose[language] ?? '')}.`
  const policy = registration.registration?.privacyPolicy
  if (policy !== undefined) yield `Its privacy policy: ${printable(policy)}`
  if (registration.outcome !== 'pass') yield `No registration says what it may ask (${registration.code}).`
  for (const { types, path } of beyond)
    yield `It asks for more than it is registered for: ${printable(path === undefined ? types.join(', ') : dottedPath(path))}.`
}

/** The preferred combination; of several credentials that answer, the one named, or the first. */
function choose({ choices }: OpenedRequest, credential: string | undefined): Choice[] {
  return [...choices.values()].flatMap((some) => some.find(({ held }) => held.id === credential) ?? some[0] ?? [])
}

function missing({ misses }: OpenedRequest): string {
  const why = misses.map(({ queryId, credentialId, code }) => `${printable(queryId)}: ${credentialId} ${code}`)
  return why.length === 0 ? 'this wallet holds no credential that answers' : `this wallet holds nothing that answers (${why.join('; ')})`
}

function* shownLines({ held, shown, hidden }: Choice, languages: readonly string[]): Generator<string> {
  yield `Of ${nameOf(held, languages)} (${held.id}) is shown:`
  for (const path of shown) yield `  ${printable(dottedPath(path))}`
  if (shown.length === 0) yield '  only what cannot be hidden'
  yield `  ${hidden.length} other claims stay hidden.`
}

const described = ({ asker, registration, beyond, request }: OpenedRequest, chosen: readonly Choice[]) => ({
  asker: {
    client_id: asker.clientId,
    outcome: asker.outcome,
    code: asker.code,
    subject: asker.subject ?? null,
    anchor: asker.anchor ?? null,
  },
  registration: { outcome: registration.outcome, code: registration.code, name: registration.registration?.name ?? null },
  beyond_registration: beyond.map(({ queryId, types, path }) => ({
    query: queryId,
    types: [...types],
    path: path ? dottedPath(path) : null,
  })),
  response_uri: request.responseUri,
  shown: chosen.map(({ queryId, held, shown, hidden }) => ({
    query: queryId,
    id: held.id,
    type: held.type,
    shown: shown.map(dottedPath),
    hidden: hidden.length,
  })),
})

async function goOn({ redirectUri }: Answered, talk: (line: string) => void): Promise<void> {
  if (redirectUri === undefined) return
  talk(`Go on at ${redirectUri}`)
  if (process.stdout.isTTY) await openBrowser(redirectUri)
}

/** Whether an operand is a request: a link, as no identifier of a credential is. */
export function isRequest(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text)
}

/** A request needs none of what names a credential and a verifier by hand. */
export function refuseByHand(options: { readonly aud?: string; readonly nonce?: string; readonly show?: readonly string[] }): void {
  if (options.aud !== undefined || options.nonce !== undefined || options.show !== undefined)
    throw new UsageError('present: a request says itself for whom and what', 'leave --aud, --nonce and --show away')
}
