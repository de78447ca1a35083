import { verb } from '@symbolon/command-line'
import { printable } from '@symbolon/credential'
import { type HeldCredential, hasEnded, refreshable, timesShown, type WalletState } from '@symbolon/wallet'
import { settings } from '../config.ts'
import { underWay } from '../fetching.ts'
import { outside } from '../outside.ts'
import { counted, isoTime, lastEnd, nameOf, timeOf } from '../words.ts'
import { open, PASSPHRASE } from './options.ts'

export const list = verb({
  name: 'list',
  summary: 'shows which credentials are held, how many copies are unused, and until when',
  usage: '',
  example: 'symbolon-wallet list --json',
  options: PASSPHRASE,
  notes: 'A copy is made to be shown once: verifiers who compare notes can link what shows the same copy twice.',
  async run({ options, stdin, stdout, stderr, talk }) {
    const where = settings(options)
    const { state } = await open(where, { stdin, stdout, stderr })
    if (state.credentials.length === 0) talk('This wallet is empty. `symbolon-wallet receive OFFER` fetches a credential.')
    if (state.pending.length > 0) talk(underWay(state))
    const credentials = state.credentials.map((held) => describe(held, state, where.languages))
    return { data: { credentials: credentials.map(({ data }) => data) }, text: credentials.map(({ line }) => line).join('\n') }
  },
})

function describe(held: HeldCredential, state: WalletState, languages: readonly string[]) {
  const { id, type, issuer, copies } = held
  const name = nameOf(held, languages)
  const now = outside.now()
  const expires = lastEnd(held)
  const expired = copies.every((copy) => hasEnded(copy, now))
  const unused = copies.filter((copy) => copy.shown === 0 && !hasEnded(copy, now)).length
  const canRefresh = refreshable(state, held) !== undefined
  const words = [
    `${expired ? 'expired' : 'until'} ${timeOf(expires)}`,
    `${counted(copies.length, 'copy', 'copies')}, ${unused} unused`,
    ...(canRefresh ? ['can be refreshed'] : []),
  ]
  const received = Math.max(...copies.map((copy) => copy.received))
  const times = { received: isoTime(received), expires: isoTime(expires), expired }
  return {
    line: [id, name, printable(issuer), ...words].join('  '),
    data: { id, type, name, issuer, ...times, shown: timesShown(held), copies: copies.length, unused, refreshable: canRefresh },
  }
}
