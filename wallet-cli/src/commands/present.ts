import { resolve } from 'node:path'
import { UsageError, verb, writeAtomically } from '@symbolon/command-line'
import { parseCredential, printable } from '@symbolon/credential'
import {
  credentialOf,
  dottedPath,
  exposureOf,
  type HeldCopy,
  hasEnded,
  keyOf,
  present as makePresentation,
  nextCopy,
  parseDottedPath,
  refreshable,
  type WalletState,
  withDisclosure,
  withGroups,
  withShown,
} from '@symbolon/wallet'
import { settings } from '../config.ts'
import { outside } from '../outside.ts'
import { nameOf } from '../words.ts'
import { answer, isRequest, refuseByHand } from './answer.ts'
import { open, PASSPHRASE, TRUST, YES } from './options.ts'

export const present = verb({
  name: 'present',
  summary: 'shows chosen claims of a credential, and no other, to one verifier',
  usage:
    'ID --aud AUDIENCE --nonce NONCE [--show PATH...] [--out FILE] | REQUEST_URI [--yes] [--dry-run] [--reuse] [--credential ID] [--unverified]',
  example: 'symbolon-wallet present 1f0c9a3e --aud https://museum.example --nonce 5f3a --show statutes.companion',
  options: {
    aud: { type: 'string', value: 'AUDIENCE', help: 'who it is for: the identifier the verifier gave' },
    nonce: { type: 'string', value: 'NONCE', help: 'the nonce the verifier gave' },
    show: {
      type: 'string',
      value: 'PATH',
      multiple: true,
      help: 'a claim to show, dotted; several may follow. None: only what cannot be hidden',
    },
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
    'Each time another copy is taken, as long as there is an unused one; when one has to be used again, you are told.',
  ].join('\n'),
  async run({ options, operands: [id = '', ...morePaths], stdin, stdout, stderr, talk }) {
    const { aud, nonce, show, out } = options
    if (isRequest(id)) {
      refuseByHand(options)
      return answer(id, options, { stdin, stdout, stderr }, talk)
    }
    if (aud === undefined || nonce === undefined) throw new UsageError('present: --aud and --nonce are needed', 'the verifier says both')
    if (morePaths.length > 0 && show === undefined) throw new UsageError('present: one identifier at a time; claims come after --show')
    const where = settings(options)
    const wallet = await open(where, { stdin, stdout, stderr })
    const held = credentialOf(wallet.state, id)
    // All copies say the same: a claim that is not there uses none of them up.
    const { view } = await parseCredential(nextCopy(held, outside.now()).text, outside.primitives)
    const paths = [...(show ?? []), ...morePaths].map((path) => parseDottedPath(path, view.claims))
    const { shown: seenThen, always } = exposureOf(view, withGroups(paths, held.claims, view))
    const at = outside.now()
    const entry = { id: outside.primitives.random(8).toHex(), at, audience: aud, outcome: 'handed_over' } as const
    const one = { credentialId: id, type: held.type, paths: seenThen, always }
    // Counted and written down before it leaves: a count too high is harmless, one too low hides that verifiers can link this copy.
    const copy = await wallet.change((state) => {
      const taken = withShown(state, id, at)
      const shown = [{ ...one, reused: taken.copy.shown > 0 }]
      return { state: withDisclosure(taken.state, { ...entry, shown }), result: taken.copy }
    })
    for (const warning of warnings(wallet.state, id, copy)) talk(warning)
    const asked = { audience: aud, nonce, paths }
    const { text, shown } = await makePresentation({ ...copy, claims: held.claims }, keyOf(wallet.state, copy), asked, outside)
    const seen = shown.map(dottedPath)
    talk(
      `${nameOf(held, where.languages)} for ${printable(aud)}, showing ${seen.length === 0 ? 'only what cannot be hidden' : seen.map((path) => printable(path)).join(', ')}.`,
    )
    const data = { id, audience: aud, shown: seen }
    if (out === undefined) return { data: { ...data, presentation: text }, text }
    await writeAtomically(resolve(out), `${text}\n`)
    return { data: { ...data, file: resolve(out) }, text: resolve(out) }
  },
})

/** What a person should know before this copy leaves. */
function* warnings(state: WalletState, id: string, copy: HeldCopy): Generator<string> {
  const held = credentialOf(state, id)
  const more = refreshable(state, held) ? `\`symbolon-wallet refresh ${id}\` fetches new ones.` : 'Ask the issuer for a new offer.'
  if (hasEnded(copy, outside.now())) yield `This credential has expired: a verifier will refuse it. ${more}`
  if (copy.shown > 0)
    yield `Every copy was shown before, this one ${copy.shown === 1 ? 'once' : `${copy.shown} times`}: verifiers can link what shows it. ${more}`
  if (state.pending.some((issuance) => issuance.id === id))
    yield 'A refresh was interrupted, and the issuer may have replaced these copies: `symbolon-wallet receive --resume` finishes it.'
}
