import { verb } from '@symbolon/command-line'
import { type Path, parseCredential, printable } from '@symbolon/credential'
import { credentialOf, dottedPath } from '@symbolon/wallet'
import { settings } from '../config.ts'
import { outside } from '../outside.ts'
import { isoTime, labelOf, leaves, nameOf, timeOf } from '../words.ts'
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
    const { view } = await parseCredential(held.text, outside.primitives)
    const hideable = (path: Path): boolean => view.disclosable.some((hidden) => hidden.every((part, index) => part === path[index]))
    const lines = leaves(view.claims).map(({ path, value }) => {
      const words = labelOf(held, path, where.languages)
      const claim = `${hideable(path) ? '*' : ' '} ${printable(dottedPath(path))}: ${printable(JSON.stringify(value), 2000)}`
      return words === undefined ? claim : `${claim}   (${words})`
    })
    const head = [
      `${held.id}  ${nameOf(held, where.languages)}`,
      `  type    ${printable(held.type)}`,
      `  issuer  ${printable(held.issuer)}`,
      `  valid   from ${timeOf(view.notBefore ?? view.issuedAt)} to ${timeOf(view.expires)}`,
      `  shown   ${held.shown} ${held.shown === 1 ? 'time' : 'times'}`,
    ]
    const { id, type, issuer, received, shown } = held
    const times = { received: isoTime(received), not_before: isoTime(view.notBefore), expires: isoTime(view.expires) }
    const hidden = view.disclosable.map(dottedPath)
    return {
      data: { id, type, name: nameOf(held, where.languages), issuer, ...times, shown, claims: view.claims, disclosable: hidden },
      text: [...head, '', ...lines].join('\n'),
    }
  },
})
