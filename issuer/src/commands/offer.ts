import { qrTerminal, UsageError, verb } from '@symbolon/command-line'
import type { JsonObject } from '@symbolon/sd-jwt'
import { client } from '../client.ts'
import { commandSettings } from '../config.ts'
import { readSubject } from './subject.ts'

/** `offer`: the subject comes from a file or standard input, so that no number stands in a process list or a shell's history. */
export const offer = verb({
  name: 'offer',
  summary: 'offers a credential to a person, or makes such an offer anew',
  usage: 'TYPE FILE|- [--grant GRANT] [--tx-code] [--codes] [--by-reference] [--qr] | --renew ID [--by-reference] [--qr]',
  example: 'symbolon-issuer offer be-social-statute - --by-reference --qr < number.txt',
  options: {
    grant: {
      type: 'string',
      value: 'GRANT',
      help: 'pre-authorized_code, which is meant when nothing is said, or authorization_code: the person signs in here',
    },
    'tx-code': { type: 'boolean', help: 'also make a code of six digits, to be sent to the person another way' },
    'by-reference': { type: 'boolean', help: 'a short link under which the wallet fetches the offer' },
    codes: { type: 'boolean', help: 'with the small credentials for QR codes and paper that belong to the type' },
    qr: { type: 'boolean', help: 'also draw the link as a QR code, on standard error' },
    renew: { type: 'string', value: 'ID', help: 'withdraw this offer and make it anew, as it was, with new codes' },
  },
  operands: [0, 2],
  notes: [
    'FILE, or - for standard input, holds the key of the person in the source. The link is a secret: whoever has it can redeem it.',
    'The link goes to standard output, transaction code and QR code to standard error.',
  ].join('\n'),
  async run({ options, operands, stdin, stderr, talk }) {
    const shape = { by_reference: options['by-reference'] === true }
    const issuer = client(commandSettings(options))
    const made = options.renew === undefined ? await create() : await renew(options.renew)
    // The link alone on standard output, so that it can be passed on; the code goes another way.
    if (made.tx_code !== undefined && !options.json) talk(`transaction code ${made.tx_code}`)
    if (options.qr) stderr.write(`${qrTerminal(String(made.uri))}\n`)
    return { data: made, text: String(made.uri) }

    async function create(): Promise<JsonObject> {
      const [type, path] = operands
      if (type === undefined || path === undefined) throw new UsageError('an offer needs TYPE and FILE, or --renew ID')
      const grant = options.grant === undefined ? {} : { grant: options.grant }
      const subject = await readSubject(path, stdin)
      return issuer.admin('POST', '/offers', {
        type,
        subject,
        ...grant,
        tx_code: options['tx-code'] === true,
        codes: options.codes === true,
        ...shape,
      })
    }

    async function renew(id: string): Promise<JsonObject> {
      if (operands.length > 0 || options.grant !== undefined || options['tx-code'] || options.codes) {
        throw new UsageError('--renew takes an offer as it was, with its person, grant, codes and transaction code')
      }
      return issuer.admin('POST', `/offers/${encodeURIComponent(id)}/renew`, shape)
    }
  },
})
