import { confirm, readText, type Streams, UsageError, verb } from '@symbolon/command-line'
import { formatNamed, printable } from '@symbolon/credential'
import { type AuthorizationCodeOffer, addressFault } from '@symbolon/openid4vc'
import {
  authorize,
  type FrontChannel,
  type Inspected,
  inspectIssuer,
  inspectOffer,
  type Offered,
  OWN_WAY,
  type Redeemable,
  readOffer,
  redeem,
  wayOf,
} from '@symbolon/wallet'
import { registries, registryWords, settings } from '../config.ts'
import { refused } from '../errors.ts'
import { carefully, fetchAll, lineOf, summary, unknownOf } from '../fetching.ts'
import { openBrowser } from '../front_channel/browser.ts'
import { loopback } from '../front_channel/loopback.ts'
import { manual } from '../front_channel/manual.ts'
import { outside } from '../outside.ts'
import { redeemCode } from '../tx_code.ts'
import { anchorsOf, COPIES, copiesOf, open, PASSPHRASE, TRUST, YES } from './options.ts'
import { resumeAll } from './resume.ts'

const LONGEST_OFFER = 65_536
/** What this wallet calls itself where nobody registered it. */
const CLIENT = 'symbolon-wallet'

export const receive = verb({
  name: 'receive',
  summary: 'fetches credentials and keeps them, if they are what was offered',
  usage: 'OFFER|- | --issuer URL --type TYPE... | --resume',
  example: ['symbolon-wallet receive - < offer.txt', 'symbolon-wallet receive --issuer https://issuer.example --type ehic'].join(
    '\n         ',
  ),
  options: {
    issuer: { type: 'string', value: 'URL', help: 'asks this issuer without an offer: you sign in there' },
    type: { type: 'string', value: 'TYPE', multiple: true, help: 'with --issuer: the credential, by its name there, its vct or its scope' },
    'tx-code-file': { type: 'string', value: 'FILE', help: 'the transaction code that the issuer sent apart, on the first line' },
    'code-flow': { type: 'boolean', help: 'signs in, also when the offer has a code' },
    manual: { type: 'boolean', help: 'signing in: prints the address and reads the one the browser ends at' },
    browser: { type: 'string', value: 'COMMAND', help: "signing in: the program that opens the address (the system's browser)" },
    'client-id': { type: 'string', value: 'ID', help: `what the wallet calls itself (${CLIENT})` },
    resume: { type: 'boolean', help: 'goes on with whatever was interrupted' },
    ...COPIES,
    ...TRUST,
    ...YES,
    ...PASSPHRASE,
  },
  operands: [0, 1],
  notes: [
    'An offer holds a secret code. As an argument it can be read in the list of processes: give - and the offer on standard input.',
    'The issuer is named before anything is sent to it. One that the trust file contradicts is refused; of one that publishes nothing to',
    'tell by, you are asked, and --yes answers. What it then sends is kept only if its certificates lead to the trust file.',
    'Under which DID an issuer of EBSI signs is first said by the credential: SYMBOLON_EBSI_REGISTRIES says which registries are believed,',
    'a network, as pilot, or NETWORK=URL, several of one network with spaces between them (production).',
    'Several copies are fetched at once, each to be shown once. Cut off at any moment, `receive --resume` goes on.',
  ].join('\n'),
  async run({ options, operands: [offerText], stdin, stdout, stderr, talk }) {
    const streams: Streams = { stdin, stdout, stderr }
    checkUse(offerText, options)
    const where = settings(options)
    // A fault in this setting is heard before a code is spent.
    registries()
    const copies = copiesOf(options)
    if (options.resume) return resumeAll(where, streams, talk)
    const taken = offerText === undefined ? undefined : await readOffer(await linkOf(offerText, stdin), outside)
    const issuer = taken?.issuer ?? options.issuer ?? ''
    talk(`${taken === undefined ? 'You ask' : 'The offer names'} the issuer ${printable(issuer)}.`)
    const anchors = await anchorsOf(where)
    const wallet = await open(where, streams)
    const way = taken === undefined ? OWN_WAY : wayOf(taken, options['code-flow'] ?? false)
    const inspected =
      taken === undefined
        ? await inspectIssuer(issuer, options.type ?? [], anchors, outside)
        : await inspectOffer(taken, way, anchors, outside)
    await agree(inspected, streams, options.yes, talk)
    const clientId = options['client-id'] ?? CLIENT
    const take = (redeemable: Redeemable) =>
      carefully(where, wallet, talk, async () => {
        const ids = await redeem(inspected, redeemable, copies, wallet, outside)
        return fetchAll(ids, inspected, anchors, wallet, talk)
      })
    const credentials =
      'code' in way.offer
        ? await redeemCode(way.offer, inspected, { clientId, file: options['tx-code-file'] }, take, streams, talk)
        : await take(await signIn(way.offer))
    const said = credentials.map((held) => summary(held, where.languages))
    return { data: { credentials: said }, text: said.map(lineOf).join('\n') }

    async function signIn(offer: AuthorizationCodeOffer): Promise<Redeemable> {
      if (options['tx-code-file'] !== undefined) throw new UsageError('receive: a transaction code goes only with a pre-authorized code')
      const through = (front: FrontChannel) => authorize(inspected, offer, { clientId, locales: where.languages }, front, outside)
      if (options.manual) return through(manual(streams, talk))
      const front = await loopback({ languages: where.languages, open: visit })
      try {
        return await through(front)
      } finally {
        front.close()
      }
    }

    async function visit(address: string): Promise<void> {
      talk('Sign in in the browser that opens, or open this address in one on this machine:')
      talk(address)
      if (!(await openBrowser(address, options.browser))) talk('No browser could be started; open the address yourself.')
    }
  },
})

/** Refuses what does not go together. */
function checkUse(
  offer: string | undefined,
  options: { issuer?: string; type?: string[]; resume?: true; manual?: true; 'tx-code-file'?: string },
): void {
  const ways = [offer, options.issuer, options.resume].filter((given) => given !== undefined)
  if (ways.length !== 1)
    throw new UsageError('receive: give an offer, or --issuer with --type, or --resume', 'symbolon-wallet receive --help')
  const fault =
    options.issuer === undefined
      ? undefined
      : (addressFault(options.issuer) ?? (options.issuer.includes('?') ? 'must not have a query' : undefined))
  if (fault !== undefined) throw new UsageError(`receive: --issuer ${fault}`)
  if ((options.issuer === undefined) !== (options.type === undefined)) throw new UsageError('receive: --issuer and --type go together')
  if (offer === '-' && options['tx-code-file'] === '-')
    throw new UsageError('receive: offer and transaction code cannot both come from standard input')
  if (offer === '-' && options.manual)
    throw new UsageError(
      'receive: offer and address cannot both come from standard input',
      'an offer without a code is no secret: give it as it is',
    )
}

const linkOf = (offer: string, stdin: Streams['stdin']): Promise<string> | string =>
  offer === '-' ? readText('-', LONGEST_OFFER, stdin) : offer

/** Says whose offer it is and lets a person decide where the trust file cannot; throws before anything was sent. */
async function agree(inspected: Inspected, streams: Streams, yes: boolean | undefined, talk: (line: string) => void): Promise<void> {
  const unknown = unknownOf(inspected, talk)
  if (unknown.length === 0) return
  const issuer = printable(inspected.metadata.issuer)
  const isByDid = ({ configuration }: Offered) => formatNamed(configuration.format)?.signedBy === 'did'
  const codes = unknown.filter((one) => !isByDid(one)).map(({ vouching }) => vouching.code)
  if (codes.length > 0) talk(`${issuer} publishes nothing that leads to your trust file (${codes.join(', ')}).`)
  if (unknown.some(isByDid))
    talk(`Under which DID ${issuer} signs, the credential says; whether it is accredited is looked up at ${registryWords()}.`)
  if (!(await confirm(streams, `Ask ${issuer} for it all the same?`, yes))) throw refused('not_confirmed', 'nothing was sent')
}
