import { EXIT, UsageError, verb } from '@symbolon/command-line'
import { authorizationOf, beginRefresh, credentialOf, inspectAgain, refreshable, WalletError } from '@symbolon/wallet'
import { registries, settings } from '../config.ts'
import { carefully, fetchAll, severally, summary, unknownOf } from '../fetching.ts'
import { outside } from '../outside.ts'
import { counted } from '../words.ts'
import { anchorsOf, COPIES, copiesOf, open, PASSPHRASE, TRUST } from './options.ts'

export const refresh = verb({
  name: 'refresh',
  summary: 'fetches new copies of a credential, with what the issuer knows now',
  usage: 'ID... | --all',
  example: 'symbolon-wallet refresh 1f0c9a3e',
  options: { all: { type: 'boolean', help: 'every credential that can be refreshed' }, ...COPIES, ...TRUST, ...PASSPHRASE },
  operands: [0, 100],
  notes: [
    'The new copies take the place of the old ones. The issuer asks its source anew: what you are not entitled to any more, it will not',
    'give again. `list` says which credentials can be refreshed; for the others, ask the issuer for a new offer.',
  ].join('\n'),
  async run({ options, operands, stdin, stdout, stderr, talk }) {
    if (operands.length > 0 === (options.all ?? false)) throw new UsageError('refresh: say which credentials, or --all')
    const where = settings(options)
    registries()
    const copies = copiesOf(options)
    const anchors = await anchorsOf(where)
    const wallet = await open(where, { stdin, stdout, stderr })
    const all = wallet.state.credentials.filter((held) => refreshable(wallet.state, held)).map(({ id }) => id)
    const ids = options.all ? all : operands
    for (const id of ids) credentialOf(wallet.state, id)
    if (ids.length === 0) talk('No credential of this wallet can be refreshed.')
    const renewOne = async (id: string) => {
      const { source } = credentialOf(wallet.state, id)
      if (source === undefined) throw new WalletError('not_refreshable')
      const authorization = authorizationOf(wallet.state, source.authorizationId)
      const inspected = await inspectAgain(authorization, [source.configurationId], anchors, outside)
      unknownOf(inspected, talk)
      await beginRefresh(id, inspected, copies, wallet, outside)
      return fetchAll([id], inspected, anchors, wallet, talk)
    }
    const { fetched, faults } = await carefully(where, wallet, talk, () => severally(ids, (id) => id, renewOne, talk))
    const credentials = fetched.map((held) => summary(held, where.languages))
    return {
      data: { credentials, ...(faults.length > 0 && { faults }) },
      text: credentials.map(({ id, name, copies: count }) => `${id}  ${name}  ${counted(count, 'new copy', 'new copies')}`).join('\n'),
      exit: faults.length > 0 ? EXIT.refused : EXIT.done,
    }
  },
})
