import { resolve } from 'node:path'
import { verb, writeAtomically } from '@symbolon/command-line'
import { printable } from '@symbolon/credential'
import { type Disclosure, type DisclosureOutcome, dottedPath } from '@symbolon/wallet'
import { settings } from '../config.ts'
import { isoTime, timeOf, whom } from '../words.ts'
import { open, PASSPHRASE } from './options.ts'

export const history = verb({
  name: 'history',
  summary: 'shows who got to see which claims, and when',
  usage: '[--out FILE]',
  example: 'symbolon-wallet history --out history.json',
  options: { out: { type: 'string', value: 'FILE', help: 'writes it all as one JSON document, for whoever is to read it' }, ...PASSPHRASE },
  notes: 'It holds the paths of claims, never what they say. Entries stay when a credential is removed.',
  async run({ options, stdin, stdout, stderr, talk }) {
    const { state } = await open(settings(options), { stdin, stdout, stderr })
    const disclosures = state.disclosures.map(document)
    if (options.out !== undefined) {
      const file = resolve(options.out)
      await writeAtomically(file, `${JSON.stringify({ disclosures }, null, 2)}\n`)
      return { data: { file, disclosures: disclosures.length }, text: file }
    }
    if (disclosures.length === 0) talk('Nothing was shown to anybody yet.')
    return { data: { disclosures }, text: state.disclosures.map(lines).join('\n') }
  },
})

/** An entry for programs. */
function document({ id, at, audience, asker, purpose, authorisation, shown, outcome }: Disclosure) {
  return {
    id,
    at: isoTime(at),
    audience,
    asker:
      asker === undefined
        ? null
        : { name: asker.name ?? null, organisation_id: asker.organisationId ?? null, anchor: asker.anchor ?? null },
    purpose: purpose ?? null,
    authorisation: authorisation ?? null,
    outcome,
    credentials: shown.map(({ credentialId, type, paths, always, reused }) => {
      return { id: credentialId, type, shown: paths.map(dottedPath), always: always.map(dottedPath), reused }
    }),
  }
}

const WORDS: { readonly [outcome in DisclosureOutcome]: string } = {
  begun: 'was interrupted: it may have been sent',
  delivered: 'was taken',
  handed_over: 'was handed over',
  not_sent: 'was not sent',
  refused: 'was seen and refused',
  unanswered: 'was sent and not answered: it may have arrived',
}

function lines({ at, audience, asker, purpose, authorisation, shown, outcome }: Disclosure): string {
  const who = asker?.name === undefined ? whom(audience) : `${printable(asker.name)} (${printable(audience)})`
  return [
    `${timeOf(at)}  ${who}  ${WORDS[outcome]}`,
    ...(purpose === undefined ? [] : [`  what for   ${printable(purpose, 1000)}`]),
    ...(authorisation === undefined ? [] : [`  by         ${printable(authorisation, 1000)}`]),
    ...shown.flatMap(({ credentialId, type, paths, always, reused }) => [
      `  ${credentialId}   ${printable(type)}${reused ? ', with a copy that was shown before' : ''}`,
      `    shown    ${listed(paths.map(dottedPath))}`,
      `    always   ${listed(always.map(dottedPath))}`,
    ]),
  ].join('\n')
}

const listed = (paths: readonly string[]): string => (paths.length === 0 ? 'nothing' : paths.map((path) => printable(path)).join(', '))
