import { resolve } from 'node:path'
import { qrSvg, qrTerminal, verb, writeAtomically } from '@symbolon/command-line'
import { packCode } from '@symbolon/credential'
import { settings } from '../config.ts'
import { outside } from '../outside.ts'
import { BY_HAND, handOver, wantedOf } from './hand_over.ts'
import { open, PASSPHRASE } from './options.ts'

/** `code ID`: a presentation as a QR code, for a verifier without a network (specs/code.md). */
export const code = verb({
  name: 'code',
  summary: 'shows chosen claims of a credential as a QR code, to a verifier without a network',
  usage: 'ID --aud AUDIENCE --nonce NONCE [--show PATH...] [--svg FILE]',
  example: 'symbolon-wallet code 1f0c9a3e --aud https://desk.example --nonce 5f3a --show document_number',
  options: {
    ...BY_HAND,
    svg: { type: 'string', value: 'FILE', help: 'also draw it into this file' },
    ...PASSPHRASE,
  },
  operands: [1, 100],
  notes: [
    'Standard output is the text of the code; on a terminal it is drawn beside it. The verifier reads it with `symbolon-verifier check`.',
    'A credential that hides many claims, or carries its certificates, may not fit: show it online, or hand it over with `present`.',
    'A copy is used up as with `present`; one that does not fit uses none.',
  ].join('\n'),
  async run({ options, operands: [id = '', ...morePaths], stdin, stdout, stderr, talk }) {
    const { svg } = options
    const wanted = wantedOf(options, morePaths, 'code')
    const where = settings(options)
    const wallet = await open(where, { stdin, stdout, stderr })
    const packed = (presentation: string) => packCode(presentation, outside.primitives)
    const { text, shown } = await handOver(wallet, id, wanted, { talk, languages: where.languages, fit: packed })
    const scanned = await packed(text)
    if (svg !== undefined) await writeAtomically(resolve(svg), `${qrSvg(scanned)}\n`)
    if (stderr.isTTY) stderr.write(`${qrTerminal(scanned)}\n`)
    const data = { id, audience: wanted.audience, shown, code: scanned, ...(svg !== undefined && { svg: resolve(svg) }) }
    return { data, text: scanned }
  },
})
