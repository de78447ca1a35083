import { confirm, verb } from '@symbolon/command-line'
import { credentialOf, withoutCredential } from '@symbolon/wallet'
import { settings } from '../config.ts'
import { refused } from '../errors.ts'
import { tellIssuers } from '../fetching.ts'
import { nameOf } from '../words.ts'
import { idOf, open, PASSPHRASE, YES } from './options.ts'

export const remove = verb({
  name: 'remove',
  summary: 'deletes a credential with its keys, and tells the issuer that it is not wanted any more',
  usage: 'ID [--yes]',
  example: 'symbolon-wallet remove 1f0c9a3e',
  options: { ...YES, ...PASSPHRASE },
  operands: [1, 1],
  notes: 'It cannot be brought back; the issuer has to issue it again, and revokes what was deleted.',
  async run({ options, operands, stdin, stdout, stderr, talk }) {
    const where = settings(options)
    const streams = { stdin, stdout, stderr }
    const wallet = await open(where, streams)
    const held = credentialOf(wallet.state, idOf(operands))
    const question = `Delete ${held.id}, ${nameOf(held, where.languages)}, for ever?`
    if (!(await confirm(streams, question, options.yes))) throw refused('not_confirmed', 'nothing was deleted')
    await wallet.change((state) => ({ state: withoutCredential(state, held.id), result: undefined }))
    await tellIssuers(wallet, talk)
    return { data: { removed: held.id }, text: `${held.id} is deleted` }
  },
})
