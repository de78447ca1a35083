import { type Path, printable } from '@symbolon/credential'
import { type Choice, dottedPath, type Exposure, isBare, leaves, type OpenedRequest, unusedCopies } from '@symbolon/wallet'
import { claimLine, counted, nameOf } from './words.ts'

/** Who asks and what for, as a person reads it before anything is shown. */
export function* introduction(opened: OpenedRequest, languages: readonly string[]): Generator<string> {
  const { request, asker, registration, beyond } = opened
  const { registration: registered } = registration
  yield `Asked by ${printable(registered?.name ?? asker.subject ?? asker.clientId, 300)}${asker.anchor === undefined ? '' : `, vouched for by ${printable(asker.anchor)} in your trust file`}.`
  if (asker.outcome === 'unknown') yield `Nobody in your trust file vouches for whoever asks (${asker.code}).`
  const stated = inWords(request.statedPurpose?.purpose, languages)
  if (stated !== undefined) yield `It says what for: ${stated}`
  const purpose = inWords(registered?.purpose, languages)
  if (purpose !== undefined) yield `Registered for: ${purpose}`
  const { authorisation } = request.statedPurpose ?? {}
  yield authorisation === undefined
    ? 'It names no published authorisation.'
    : `It names a published authorisation: ${printable(authorisation.reference, 300)}, ${printable(authorisation.url, 300)}`
  if (registered?.privacyPolicy !== undefined) yield `Its privacy policy: ${printable(registered.privacyPolicy, 300)}`
  if (registration.outcome !== 'pass') yield `Nothing that counts says what it may ask (${registration.code}).`
  for (const { types, path } of beyond)
    yield `WARNING: it asks for more than it is registered for: ${printable(path === undefined ? types.join(', ') : dottedPath(path), 300)}.`
}

/** What for, for the history: what whoever asks says, or else what it is registered for. */
export const purposeOf = ({ request, registration }: OpenedRequest, languages: readonly string[]): string | undefined =>
  inWords(request.statedPurpose?.purpose, languages) ?? inWords(registration.registration?.purpose, languages)

/** A credential, and what becomes of its claims. */
type Told = Exposure & Pick<Choice, 'held' | 'claims'>

/** Of a credential without disclosures. */
export const ALL_SHOWN = 'All of it is shown: nothing of it can be hidden.'

/** Claim by claim what becomes of each credential that was chosen. */
export function* choiceLines(chosen: readonly Told[], now: number, languages: readonly string[]): Generator<string> {
  for (const choice of chosen) {
    const { held } = choice
    const unused = unusedCopies(held, now).length
    yield `Of ${nameOf(held, languages)} (${held.id}, ${unused === 0 ? 'no unused copy left' : counted(unused, 'unused copy', 'unused copies')}):`
    if (isBare(choice)) yield `  ${ALL_SHOWN}`
    yield* claimLines(choice, languages)
  }
}

/** What becomes of each claim, with the values that are shown. */
export function* claimLines({ held, claims, shown, always, hidden }: Told, languages: readonly string[]): Generator<string> {
  const values = new Map(leaves(claims).map(({ path, value }) => [JSON.stringify(path), value]))
  const line = (path: Path) => claimLine(held, path, values.get(JSON.stringify(path)) ?? null, languages)
  for (const path of shown) yield `  shown    ${line(path)}`
  for (const path of always) yield `  always   ${line(path)}`
  for (const [member, paths] of Map.groupBy(hidden, ([first]) => String(first))) {
    const inside = paths.filter(({ length }) => length > 1).map((path) => printable(dottedPath(path.slice(1))))
    yield `  hidden   ${printable(member)}${inside.length === 0 ? '' : `: ${inside.join(', ')}`}`
  }
}

/** The same for programs: paths, never values. */
export const described = ({ request, asker, registration, beyond }: OpenedRequest, chosen: readonly Choice[], now: number) => ({
  asker: {
    ...{ client_id: asker.clientId, outcome: asker.outcome, code: asker.code },
    ...{ subject: asker.subject ?? null, organisation_id: asker.organisation ?? null, anchor: asker.anchor ?? null },
  },
  registration: { outcome: registration.outcome, code: registration.code, name: registration.registration?.name ?? null },
  purpose: { stated: request.statedPurpose?.purpose ?? null, registered: registration.registration?.purpose ?? null },
  authorisation: request.statedPurpose?.authorisation ?? null,
  beyond_registration: beyond.map(({ queryId, types, path }) => ({
    ...{ query: queryId, types: [...types], path: path ? dottedPath(path) : null },
  })),
  response_uri: request.responseUri,
  credentials: chosen.map(({ queryId, held, shown, always, hidden }) => ({
    ...{ query: queryId, id: held.id, type: held.type, unused_copies: unusedCopies(held, now).length },
    ...{ shown: shown.map(dottedPath), always: always.map(dottedPath), hidden: hidden.map(dottedPath) },
  })),
})

/** Words in the first of these languages that has them, in English, or in whichever there is. */
function inWords(words: Readonly<Record<string, string>> | undefined, languages: readonly string[]): string | undefined {
  if (words === undefined) return undefined
  const language = [...languages, 'en', ...Object.keys(words)].find((one) => Object.hasOwn(words, one))
  return language === undefined ? undefined : printable(words[language] ?? '', 1000)
}
