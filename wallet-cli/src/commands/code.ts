import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { qrPng, qrSvg, qrTerminal, type Streams, verb, writeAtomically } from '@symbolon/command-line'
import { settings } from '../config.ts'
import { rotate } from '../rotating.ts'
import { fitting, isBound, packer } from './code_fit.ts'
import { asked } from './code_wanted.ts'
import { BY_HAND, handOver } from './hand_over.ts'
import { open, PASSPHRASE, TRUST, YES } from './options.ts'

/** `code`: a presentation as a QR code, for a verifier without a network (specs/code.md). */
export const code = verb({
  name: 'code',
  summary: 'shows chosen claims of a credential as a QR code, to a verifier without a network',
  usage:
    '--challenge FILE|- [ID] [--yes] [--unverified] [--reuse] | --question NAME [ID] [--reuse] | ID [--show PATH...] [--aud AUDIENCE --nonce NONCE]   each with [--svg FILE] [--png FILE] [--once]',
  example: 'symbolon-wallet code 1f0c9a3e --show disability_recognised',
  options: {
    challenge: { type: 'string', value: 'FILE', help: 'answer this challenge (SYC1:...), as it was scanned' },
    question: { type: 'string', value: 'NAME', help: 'show what answers this question, to whoever looks' },
    questions: { type: 'string', value: 'DIR', help: 'further questions of your own (specs/question.md)' },
    ...BY_HAND,
    unverified: { type: 'boolean', help: 'of a challenge: answer also somebody whom nobody vouches for' },
    reuse: {
      type: 'boolean',
      help: 'of a challenge or a question: show a copy again when none is unused; whoever saw it before can tell that it is you',
    },
    svg: { type: 'string', value: 'FILE', help: 'also draw it into this file' },
    png: { type: 'string', value: 'FILE', help: 'also draw it into this file, as an image' },
    once: { type: 'boolean', help: 'one code, also on a terminal, where it would change every minute' },
    ...YES,
    ...TRUST,
    ...PASSPHRASE,
  },
  operands: [0, 100],
  notes: [
    'Standard output is the text of the code; on a terminal it is drawn beside it. The verifier reads it with `symbolon-verifier check`.',
    'Without a challenge it is shown to whoever looks, and good for two minutes: on a terminal it changes every minute, until Ctrl-C. A copy of it could be shown by somebody else.',
    'To a challenge the wallet shows what its own copy of the question says. It opens no connection in any case.',
    'A credential that hides many claims, or carries its certificates, may not fit: ask for an offer with codes, show it online, or hand it over with `present`.',
    'One copy is used up, however often the code changes; one that does not fit uses none.',
  ].join('\n'),
  async run({ options, operands, stdin, stdout, stderr, talk }) {
    const where = settings(options)
    const streams = { stdin, stdout, stderr }
    const wanted = await asked(options, operands, { where, streams, open: () => open(where, streams), talk })
    const { wallet, id } = wanted
    const packed = packer(wallet, id)
    const { text, shown, again } = await handOver(wallet, id, wanted, {
      talk,
      languages: where.languages,
      fit: fitting(wallet, id, where.languages),
    })
    const first = await packed(text)
    const { svg, png } = options
    if (svg !== undefined) await writeAtomically(resolve(svg), `${qrSvg(first)}\n`)
    if (png !== undefined) await writeAtomically(resolve(png), qrPng(first))
    const isChanging = wanted.rotates && stderr.isTTY === true && options.once !== true && isBound(wallet, id)
    const scanned = isChanging ? await changing(first, async () => packed(await again()), streams) : first
    if (!isChanging && stderr.isTTY) stderr.write(`${qrTerminal(first)}\n`)
    const drawn = { ...(svg !== undefined && { svg: resolve(svg) }), ...(png !== undefined && { png: resolve(png) }) }
    return { data: { id, audience: wanted.audience, form: wanted.form, shown, code: scanned, ...drawn }, text: scanned }
  },
})

const CLEAR = '\x1b[2J\x1b[H'

function changing(first: string, next: () => Promise<string>, { stderr }: Streams): Promise<string> {
  let made: string | undefined = first
  const make = async () => {
    const code = made ?? (await next())
    made = undefined
    return code
  }
  return rotate(make, (code) => stderr.write(`${CLEAR}${qrTerminal(code)}\nIt changes every minute. Ctrl-C ends it.\n`), sleep)
}
