import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { newBrowser } from '../flows/browser.ts'
import { runProgram } from './programs.ts'
import { answer, caller, expectAnswer, expectCheck, nationalNumber, walletEnvironment } from './telling.ts'

/** Where the walk takes place: a running issuer and a running verifier, and the data folder that everybody uses here. */
export interface Place {
  readonly url: string
  readonly verifierUrl: string
  readonly home: string
  /** The token of the institution at the issuer, and that of the relying party at the verifier. */
  readonly adminToken: string
  readonly askingToken: string
  /** Tells the person who watches. */
  readonly say: (line: string) => void
}

const TYPE = 'be-social-statute'
const SECOND_TYPE = 'ehic'
const CITIZEN = 'P01'
const SHOWN = 'statutes.increased_reimbursement'
const DESK_QUESTION = 'museum-reduced-price'
const SHOWN_ON_PAPER = 'increased_reimbursement_any'
const PAPER_QUESTION = 'train-reduction'
const DESK = 'https://museum.example'
const QUESTION = 'health-cover-abroad'
const QUESTION_FOR_ANSWERS = 'parking-space'

/**
 * One citizen from the authentic source to a check without a network, and once more after the institution revoked; in between a second credential by signing in,
 * then codes: an answer to a desk without a network, and paper; and at the end an answer to somebody who asks online.
 *
 * The institution and the relying party call the services, the citizen and the desk use their command lines. Throws when anything is not as it should be.
 */
export async function walk({ url, verifierUrl, home, adminToken, askingToken, say }: Place): Promise<void> {
  const environment = { ...walletEnvironment(home), ...(url.startsWith('https:') && { SYMBOLON_TLS: 'dev' }) }
  const files = { shown: join(home, 'shown.txt'), bundle: join(home, 'bundle.json'), challenge: join(home, 'challenge.txt') }
  const wallet = (parameters: string[], input = '') => runProgram('symbolon-wallet', parameters, { environment, input })
  const verifier = (parameters: string[], noNetwork = false, input = '') =>
    runProgram('symbolon-verifier', parameters, { environment, noNetwork, input })
  const call = caller<AdminAnswer>(url, adminToken)
  const ask = caller<AskedAnswer>(verifierUrl, askingToken)
  const fetchBundle = async (): Promise<{ fetched: number; kept: number }> =>
    answer(await verifier(['bundle', 'fetch', `${url}/bundle`, '--out', files.bundle, '--json']))
  const check = (nonce: string) =>
    verifier(['check', files.shown, '--bundle', files.bundle, '--aud', DESK, '--nonce', nonce, '--json'], true)
  // As a word of a command line, it must not look like an option.
  const newNonce = () => randomBytes(16).toString('hex')

  say(`source   the institution looks citizen ${CITIZEN} up in its SQL database, at the moment it issues`)
  const offer = await call('/admin/offers', { type: TYPE, subject: nationalNumber(CITIZEN), codes: true })
  const seconds = (performance.now() / 1000).toFixed(1)
  say(
    `issue    it offers a ${TYPE} credential, with small ones for QR codes and paper: a link, good once and for a few minutes (${seconds} s after the start)`,
  )

  if (!existsSync(join(home, 'wallet', 'wallet.jwe'))) answer(await wallet(['init', '--json']))
  const received = answer<{ credentials: { id: string; type: string }[] }>(await wallet(['receive', '-', '--yes', '--json'], offer.uri))
  const id = received.credentials[0]?.id ?? ''
  const held = answer<{ disclosable: string[] }>(await wallet(['show', id, '--json']))
  say(`hold     the wallet redeemed it over HTTP and keeps it encrypted; ${held.disclosable.length} claims in it can be hidden`)

  const asking = ['receive', '--issuer', url, '--type', SECOND_TYPE, '--manual', '--copies', '5', '--yes', '--json']
  const reply = { to: /\S+\/authorize\?\S+(?=\s)/, give: (address: string) => signIn(address, nationalNumber(CITIZEN)) }
  const fetched = answer<{ credentials: { id: string; copies: number }[] }>(
    await runProgram('symbolon-wallet', asking, { environment, reply }),
  )
  const { copies } = fetched.credentials[0] ?? {}
  if (copies !== 5) throw new Error(`the wallet should hold 5 copies of the second credential; it says ${copies}`)
  say(
    'sign in  for another credential there is no offer: the wallet pushes a request (PAR), the citizen signs in at the institution and agrees',
  )
  say(
    `batch    with a token bound to its key (DPoP) the wallet fetched ${SECOND_TYPE} in ${copies} copies that nobody can link, each to be shown once`,
  )

  const bundle = await fetchBundle()
  say(
    `bundle   the desk has fetched, beforehand, what it needs to judge: ${bundle.fetched + bundle.kept} signed parts, none about a person`,
  )

  const nonce = newNonce()
  const presented = answer<{ shown: string[] }>(
    await wallet(['present', id, '--aud', DESK, '--nonce', nonce, '--show', SHOWN, '--out', files.shown, '--json']),
  )
  say(`present  the citizen shows the desk ${presented.shown.join(', ')}, and nothing else`)

  const before = await check(nonce)
  expectCheck(before, 0, 'signature_valid')
  say('check    with every connection forbidden to its process, the verifier says: VALID')

  const scan = (scanned: string, ...options: string[]) =>
    verifier(['check', '-', '--bundle', files.bundle, ...options, '--json'], true, scanned)
  const challenge = answer<{ code: string }>(await verifier(['challenge', DESK_QUESTION, '--out', files.challenge, '--json']))
  const { code } = answer<{ code: string }>(await wallet(['code', '--challenge', '-', '--yes', '--unverified', '--json'], challenge.code))
  expectAnswer(await scan(code, '--challenge', files.challenge), 'yes')
  say(`code     two QR codes and no network: the desk asks "${DESK_QUESTION}", the wallet answers in ${code.length} characters: YES`)
  answer(await verifier(['challenge', DESK_QUESTION, '--out', files.challenge, '--json']))
  expectCheck(await scan(code, '--challenge', files.challenge), 1, 'key_binding_nonce_wrong')
  say('copied   the same code, photographed and shown to the next challenge: NOT VALID, it answers another one')

  const paper = received.credentials.find(({ type }) => type.includes('paper'))?.id ?? ''
  const letter = answer<{ code: string }>(await wallet(['code', paper, '--show', SHOWN_ON_PAPER, '--json'])).code
  expectAnswer(await scan(letter, '--question', PAPER_QUESTION), 'yes')
  expectCheck(await scan(letter, '--question', QUESTION_FOR_ANSWERS), 1, 'no_holder_binding')
  say(
    `paper    a QR code of ${letter.length} characters, in the citizen's name: "${PAPER_QUESTION}": YES; a question that takes no paper: no answer`,
  )

  const { issuance } = await call(`/admin/offers/${offer.id}`)
  await call(`/admin/issuances/${issuance}/status`, { status: 'revoked', reason: 'the right has ended' })
  say('revoke   the institution takes the right back')

  const renewed = await fetchBundle()
  if (renewed.fetched === 0) throw new Error('the bundle did not change after the revocation')
  say(`renew    the desk renews its bundle: ${renewed.fetched} part${renewed.fetched === 1 ? '' : 's'} changed, ${renewed.kept} stayed`)

  const after = await check(nonce)
  expectCheck(after, 1, 'revoked')
  expectCheck(await scan(letter), 1, 'revoked')
  say('check    the same presentation and the same paper, again without a network: NOT VALID, because it was revoked')

  const asked = await ask('/requests', { question: QUESTION })
  const looked = answer<Looked>(await wallet(['present', asked.uri, '--dry-run', '--json']))
  say(
    `ask      online, ${looked.registration.name} asks "${looked.purpose.stated.en?.split('?')[0]}?": a link, signed with its access certificate`,
  )
  const hidden = looked.credentials.reduce((sum, one) => sum + one.hidden.length, 0)
  say(`look     the wallet knows it by the trust file and its registration; ${hidden} claims would stay hidden; nothing was sent yet`)
  answer(await wallet(['present', asked.uri, '--yes', '--json']))
  const { answer: said, reasons } = await ask(`/requests/${asked.id}`)
  if (said !== 'yes') throw new Error(`the verifier should have answered yes; it answered ${said}: ${reasons.map(({ code }) => code)}`)
  say(`answer   the citizen agreed, one copy was used up, and the service reads: ${said}`)
}

/** What the citizen does in a browser: chooses who they are, agrees, and ends at an address of the wallet, which is answered. */
async function signIn(address: string, person: string): Promise<string> {
  const browser = newBrowser({ 'accept-language': 'en' })
  const wallets = (next: string): boolean => new URL(next).origin !== new URL(address).origin
  const consent = await browser.press(await browser.open(address), person)
  return (await browser.press(consent, 'yes', wallets)).address
}

interface AdminAnswer {
  readonly id: string
  readonly uri: string
  readonly issuance: string
}

interface AskedAnswer {
  readonly id: string
  readonly uri: string
  readonly answer?: string
  readonly reasons: readonly { readonly code: string; readonly text: string }[]
}

/** What a wallet says of a request before it is answered. */
interface Looked {
  readonly registration: { readonly name: string }
  readonly purpose: { readonly stated: Readonly<Record<string, string>> }
  readonly credentials: readonly { readonly hidden: readonly string[] }[]
}
