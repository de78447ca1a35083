import { verb } from '@symbolon/command-line'
import { type Path, parseCredential, printable } from '@symbolon/credential'
import { credentialOf, dottedPath, hasEnded, leaves, nextCopy, timesShown } from '@symbolon/wallet'
import { settings } from '../config.ts'
import { outside } from '../outside.ts'
import { claimLine, counted, isoTime, nameOf, timeOf } from '../words.ts'
import { idOf, open, PASSPHRASE } from './options.ts'

export const show = verb({
  name: 'show',
  summary: 'shows what a credential says, and what of it can be kept hidden',
  usage: 'ID',
  example: 'symbolon-wallet show 1f0c9a3e',
  options: PASSPHRASE,
  operands: [1, 1],
  notes:
    'Claims marked * are shown to nobody unless `present --show` names them; the others are seen by everybody the credential is presented to.',
  async run({ options, operands, stdin, stdout, stderr }) {
    const where = settings(options)
    const { state } = await open(where, { stdin, stdout, stderr })
    const held = credentialOf(state, idOf(operands))
    const now = outside.now()
    const copy = nextCopy(held, now)
    const { view } = await parseCredential(copy.text, outside.primitives)
    const hideable = (path: Path): boolean => view.disclosable.some((hidden) => hidden.every((part, index) => part === path[index]))
    const lines = leaves(view.claims).map(
      ({ path, value }) => `${hideable(path) ? '*' : ' '} ${claimLine(held, path, value, where.languages)}`,
    )
    const { id, type, issuer, copies } = held
    const unused = copies.filter(({ shown }) => shown === 0).filter((one) => !hasEnded(one, now)).length
    const shown = timesShown(held)
    const head = [
      `${id}  ${nameOf(held, where.languages)}`,
      `  type    ${printable(type)}`,
      `  issuer  ${printable(issuer)}`,
      `  valid   from ${timeOf(view.notBefore ?? view.issuedAt)} to ${timeOf(view.expires)}`,
      `  copies  ${copies.length}, ${unused} unused`,
      `  shown   ${counted(shown, 'time', 'times')}`,
    ]
    const times = { received: isoTime(copy.received), not_before: isoTime(view.notBefore), expires: isoTime(view.expires) }
    const hidden = view.disclosable.map(dottedPath)
    const counts = { shown, copies: copies.length, unused }
    return {
      data: { id, type, name: nameOf(held, where.languages), issuer, ...times, ...counts, claims: view.claims, disclosable: hidden },
      text: [...head, '', ...lines].join('\n'),
    }
  },
})
