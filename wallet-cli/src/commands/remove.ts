import { confirm, verb } from '@symbolon/command-line'
import { credentialOf, withoutCredential, withoutPending } from '@symbolon/wallet'
import { settings } from '../config.ts'
import { refused } from '../errors.ts'
import { tellIssuers } from '../fetching.ts'
import { nameOf } from '../words.ts'
import { idOf, open, PASSPHRASE, YES } from './options.ts'

export const remove = verb({
  name: 'remove',
  summary: 'deletes a credential with its keys, or gives up one that is under way, and tells the issuer',
  usage: 'ID [--yes]',
  example: 'symbolon-wallet remove 1f0c9a3e',
  options: { ...YES, ...PASSPHRASE },
  operands: [1, 1],
  notes: 'It cannot be brought back; the issuer has to issue it again, and revokes what was deleted.',
  async run({ options, operands, stdin, stdout, stderr, talk }) {
    const where = settings(options)
    const streams = { stdin, stdout, stderr }
    const wallet = await open(where, streams)
    const id = idOf(operands)
    const isHeld = wallet.state.credentials.some((held) => held.id === id)
    const isPending = !isHeld && wallet.state.pending.some((issuance) => issuance.id === id)
    const what = isPending ? 'what is still under way' : nameOf(credentialOf(wallet.state, id), where.languages)
    if (!(await confirm(streams, `Delete ${id}, ${what}, for ever?`, options.yes))) throw refused('not_confirmed', 'nothing was deleted')
    await wallet.change((state) => ({ state: isPending ? withoutPending(state, id) : withoutCredential(state, id), result: undefined }))
    await tellIssuers(wallet, talk)
    return { data: { removed: id }, text: `${id} is deleted` }
  },
})
