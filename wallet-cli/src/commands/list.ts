import { verb } from '@symbolon/command-line'
import { parseCredential, printable } from '@symbolon/credential'
import { settings } from '../config.ts'
import { outside } from '../outside.ts'
import { isoTime, nameOf, timeOf } from '../words.ts'
import { open, PASSPHRASE } from './options.ts'

export const list = verb({
  name: 'list',
  summary: 'shows which credentials are held',
  usage: '',
  example: 'symbolon-wallet list --json',
  options: PASSPHRASE,
  async run({ options, stdin, stdout, stderr, talk }) {
    const where = settings(options)
    const { state } = await open(where, { stdin, stdout, stderr })
    const credentials = await Promise.all(
      state.credentials.map(async (held) => {
        const { view } = await parseCredential(held.text, outside.primitives)
        const { id, type, issuer, received, shown } = held
        const expired = view.expires !== undefined && view.expires <= outside.now()
        const times = { received: isoTime(received), expires: isoTime(view.expires), expired }
        const line = `${id}  ${nameOf(held, where.languages)}  ${printable(issuer)}  ${expired ? 'expired' : 'until'} ${timeOf(view.expires)}`
        return { line, data: { id, type, name: nameOf(held, where.languages), issuer, ...times, shown } }
      }),
    )
    if (credentials.length === 0) talk('This wallet is empty. `symbolon-wallet receive OFFER` fetches a credential.')
    return { data: { credentials: credentials.map(({ data }) => data) }, text: credentials.map(({ line }) => line).join('\n') }
  },
})
