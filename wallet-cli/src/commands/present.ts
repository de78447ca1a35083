import { resolve } from 'node:path'
import { confirm, verb, writeAtomically } from '@symbolon/command-line'
import { settings } from '../config.ts'
import { answer, isAtTerminal, isRequest, refuseByHand } from './answer.ts'
import { BY_HAND, handOver, wantedOf } from './hand_over.ts'
import { open, PASSPHRASE, TRUST, YES } from './options.ts'

export const present = verb({
  name: 'present',
  summary: 'shows chosen claims of a credential, and no other, to one verifier',
  usage:
    'ID --aud AUDIENCE --nonce NONCE [--show PATH...] [--out FILE] [--yes] | REQUEST_URI [--yes] [--dry-run] [--reuse] [--credential ID] [--unverified]',
  example: 'symbolon-wallet present 1f0c9a3e --aud https://museum.example --nonce 5f3a --show statutes.companion',
  options: {
    ...BY_HAND,
    out: { type: 'string', value: 'FILE', help: 'where to write it; standard output without it' },
    'dry-run': { type: 'boolean', help: 'of a request: show who asks and what would be shown; send nothing, spend nothing' },
    reuse: { type: 'boolean', help: 'of a request: show a copy again when none is unused; whoever saw it before can tell that it is you' },
    credential: { type: 'string', value: 'ID', multiple: true, help: 'of a request: the credential to show, where several answer' },
    haip: { type: 'boolean', help: 'of a request: take it only if it is one of HAIP 1.0' },
    unverified: { type: 'boolean', help: 'of a request: answer also somebody whom nobody vouches for' },
    ...YES,
    ...TRUST,
    ...PASSPHRASE,
  },
  operands: [1, 100],
  notes: [
    'REQUEST_URI is the link or QR code of a verifier (OpenID4VP 1.0); it says itself for whom and what.',
    'Claims that belong together are shown together. `show` lists the paths.',
    'Of some credentials nothing can be hidden: you see all that would be shown, and are asked; without a terminal, --yes answers.',
    'Each time another copy is taken, as long as there is an unused one; when one has to be used again, you are told.',
  ].join('\n'),
  async run({ options, operands: [id = '', ...morePaths], stdin, stdout, stderr, talk }) {
    const { out } = options
    if (isRequest(id)) {
      refuseByHand(options)
      return answer(id, options, { stdin, stdout, stderr }, talk)
    }
    const wanted = wantedOf(options, morePaths, 'present')
    const where = settings(options)
    const streams = { stdin, stdout, stderr }
    const wallet = await open(where, streams)
    const agree = (claims: Iterable<string>) => {
      // What it says is for the eyes of whoever is asked: elsewhere standard error may be a log.
      if (!options.yes && isAtTerminal(streams)) for (const line of claims) talk(line)
      return confirm(streams, 'Show this?', options.yes)
    }
    const { text, shown } = await handOver(wallet, id, wanted, { talk, languages: where.languages, agree })
    const data = { id, audience: wanted.audience, shown }
    if (out === undefined) return { data: { ...data, presentation: text }, text }
    await writeAtomically(resolve(out), `${text}\n`)
    return { data: { ...data, file: resolve(out) }, text: resolve(out) }
  },
})
