import { confirm, loadTrust, readText, type Streams, secret, UsageError, verb } from '@symbolon/command-line'
import { prepareAnchors, printable } from '@symbolon/credential'
import type { TxCode } from '@symbolon/openid4vc'
import {
  credentialOf,
  type HeldCredential,
  type InspectedOffer,
  inspectOffer,
  newId,
  type Received,
  readOffer,
  receive as redeem,
  WalletError,
  withCredential,
} from '@symbolon/wallet'
import { settings } from '../config.ts'
import { refused } from '../errors.ts'
import { outside } from '../outside.ts'
import type { OpenWallet } from '../wallet_file.ts'
import { isoTime, lastEnd, nameOf } from '../words.ts'
import { open, PASSPHRASE, YES } from './options.ts'

const LONGEST_OFFER = 65_536
const LONGEST_CODE = 1024

export const receive = verb({
  name: 'receive',
  summary: 'fetches the credentials of an offer and keeps them, if they are what was offered',
  usage: 'OFFER|- [--tx-code-file FILE] [--yes]',
  example: 'symbolon-wallet receive - < offer.txt',
  options: {
    'tx-code-file': { type: 'string', value: 'FILE', help: 'the transaction code that the issuer sent apart, on the first line' },
    trust: { type: 'string', value: 'FILE', help: 'the trust file' },
    ...YES,
    ...PASSPHRASE,
  },
  operands: [1, 1],
  notes: [
    'An offer holds a secret code. As an argument it can be read in the list of processes: give - and the offer on standard input.',
    'The issuer is named before anything is sent to it. One that the trust file contradicts is refused; of one that publishes nothing to',
    'tell by, you are asked, and --yes answers. What it then sends is kept only if its certificates lead to the trust file.',
  ].join('\n'),
  async run({ options, operands: [offerText = ''], stdin, stdout, stderr, talk }) {
    const streams: Streams = { stdin, stdout, stderr }
    if (offerText === '-' && options['tx-code-file'] === '-')
      throw new UsageError('receive: offer and transaction code cannot both come from standard input')
    const where = settings(options)
    const link = offerText === '-' ? await readText('-', LONGEST_OFFER, stdin) : offerText
    const offer = await readOffer(link, outside.send)
    talk(`The offer names the issuer ${printable(offer.issuer)}.`)
    const anchors = await prepareAnchors(await loadTrust(where.trustFile), outside.primitives)
    const wallet = await open(where, streams)
    const inspected = await inspectOffer(offer, anchors, outside)
    await agree(inspected, streams, options.yes, talk)
    const txCode = await readTxCode(inspected.preAuthorized.txCode, options['tx-code-file'], streams, talk)
    const kept: HeldCredential[] = []
    for await (const received of redeem(inspected, txCode, anchors, outside)) {
      kept.push(await keep(wallet, received))
      talk('A credential was received, found good and stored.')
    }
    const credentials = kept.map((held) => summary(held, where.languages))
    return { data: { credentials }, text: credentials.map(({ id, name }) => `${id}  ${name}`).join('\n') }
  },
})

/** Says whose offer it is and lets a person decide where the trust file cannot; throws before anything was sent. */
async function agree(
  { offer, offered }: InspectedOffer,
  streams: Streams,
  yes: boolean | undefined,
  talk: (line: string) => void,
): Promise<void> {
  const issuer = printable(offer.issuer)
  for (const { configuration, type, vouching } of offered) {
    const what = `${printable(configuration.id)} (${printable(type)})`
    if (vouching.outcome === 'pass') talk(`${printable(vouching.anchor ?? '')} in your trust file vouches for this issuer and ${what}.`)
    if (vouching.outcome === 'fail') {
      throw new WalletError('issuer_not_trusted', `your trust file does not vouch for ${issuer} and ${what} (${vouching.code})`)
    }
  }
  const open = offered.filter(({ vouching }) => vouching.outcome === 'unknown')
  if (open.length === 0) return
  talk(`${issuer} publishes nothing that leads to your trust file (${open.map(({ vouching }) => vouching.code).join(', ')}).`)
  if (!(await confirm(streams, `Send the code of this offer to ${issuer}?`, yes))) {
    throw refused('not_confirmed', 'nothing was sent')
  }
}

/** The transaction code, when the offer demands one: from its file, else asked on the terminal. */
async function readTxCode(
  demanded: TxCode | undefined,
  file: string | undefined,
  streams: Streams,
  talk: (line: string) => void,
): Promise<string | undefined> {
  if (file !== undefined) return (await readText(file, LONGEST_CODE, streams.stdin)).split(/\r?\n/, 1)[0]
  if (demanded === undefined) return undefined
  if (demanded.description !== undefined) talk(`The issuer says: ${printable(demanded.description, 300)}`)
  return secret(streams, 'Transaction code: ', '--tx-code-file')
}

async function keep(wallet: OpenWallet, { credential, key }: Received): Promise<HeldCredential> {
  return wallet.change((state) => {
    const held = { ...credential, id: newId(state, outside.primitives.random) }
    const changed = withCredential(state, held, key ? [key] : [])
    return { state: changed, result: credentialOf(changed, held.id) }
  })
}

function summary(held: HeldCredential, languages: readonly string[]) {
  const { id, type, issuer, copies } = held
  return { id, type, name: nameOf(held, languages), issuer, expires: isoTime(lastEnd(held)), copies: copies.length }
}
