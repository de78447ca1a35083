import { verb } from '@symbolon/command-line'
import { client } from '../client.ts'
import { commandSettings } from '../config.ts'
import { readSubject } from './subject.ts'

/** `offer`: the subject comes from a file or standard input, so that no number stands in a process list or a shell's history. */
export const offer = verb({
  name: 'offer',
  summary: 'offers a credential to a person',
  usage: 'TYPE FILE|- [--tx-code]',
  example: 'symbolon-issuer offer be-social-statute - < number.txt',
  options: { 'tx-code': { type: 'boolean', help: 'also make a code of six digits, to be sent to the person another way' } },
  operands: [2, 2],
  notes: [
    'FILE, or - for standard input, holds the key of the person in the source. The link is a secret: whoever has it can redeem it.',
    'The link goes to standard output, the transaction code to standard error.',
  ].join('\n'),
  async run({ options, operands: [type = '', path = ''], stdin, talk }) {
    const subject = await readSubject(path, stdin)
    const settings = commandSettings(options)
    const made = await client(settings).admin('POST', '/offers', { type, subject, tx_code: options['tx-code'] === true })
    // The link alone on standard output, so that it can be passed on; the code goes another way.
    if (made.tx_code !== undefined && !options.json) talk(`transaction code ${made.tx_code}`)
    return { data: made, text: String(made.uri) }
  },
})
