import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Part, Path } from '@symbolon/credential'
import { AUDIENCE, authority, brick, bundle, type Holder, holder, issue, NONCE, NOW, type Party, show, statusList } from './artefacts.ts'
import { type Ran, runHere } from './run.ts'

export const SHOWN: readonly Path[] = [['statutes', 'increased_reimbursement_any']]
export const TIME = new Date(NOW * 1000).toISOString()
export const WHO = ['--aud', AUDIENCE, '--nonce', NONCE]

export const { type } = brick('be-social-statute')

/** The same statute on paper: bound to nobody's key, checked beside an identity document. */
export const paper = brick('be-social-statute', (files) => {
  const credential = JSON.parse(files['credential.json'] ?? '')
  const bearer = { vct: 'urn:symbolon:test:paper:1', holder_binding: 'none', proof_algorithms: undefined }
  files['credential.json'] = JSON.stringify({ ...credential, ...bearer })
})

/** A report as `check --json` prints it. */
export interface PrintedReport {
  readonly outcome: string
  readonly evidence_age: number | null
  readonly claims?: unknown
  readonly checks: readonly { id: string; outcome: string; code: string; spec: string; facts: Record<string, unknown> }[]
}

/** Each check of a report as `outcome code`, by its id. */
export const codes = (report: PrintedReport) => Object.fromEntries(report.checks.map(({ id, outcome, code }) => [id, `${outcome} ${code}`]))

/** An issuer, a holder with a credential, those whom the trust file names, and a stranger; with their files in a folder of its own. */
export interface World {
  readonly me: Holder
  readonly issuer: Party
  readonly lists: Party
  readonly bundler: Party
  readonly stranger: Party
  readonly credential: string
  readonly list: Part
  /** A path in the folder; `bundle.json`, `trust.json` and `shown.txt` are there. */
  file(name: string): string
  write(name: string, content: string | Uint8Array): Promise<string>
  writeBundle(name: string, ...made: Parameters<typeof bundle>): Promise<string>
  /** The credential with `SHOWN` disclosed, signed by its holder. */
  shown(to?: Parameters<typeof show>[3]): Promise<string>
  /** The arguments of an ordinary check of a file, to which others can be added. */
  argv(file?: string, over?: { bundle?: string; trust?: string; at?: string; home?: string }): string[]
  /** A check of a text with `--json`, in this process. */
  check(shown: string, more?: readonly string[], over?: Parameters<World['argv']>[1]): Promise<Ran & { report: PrintedReport }>
  remove(): Promise<void>
}

export async function makeWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-verifier-'))
  const file = (name: string) => join(folder, name)
  const write = async (name: string, content: string | Uint8Array) => {
    await mkdir(dirname(file(name)), { recursive: true })
    await writeFile(file(name), content)
    return file(name)
  }
  const me = holder()
  const [credentials, status, bundles] = [await authority('credentials'), await authority('status'), await authority('bundles')]
  const [issuer, lists, bundler] = [await credentials.certify(), await status.certify(), await bundles.certify()]
  const stranger = await (await authority('strangers')).certify()
  const trust = [
    { name: 'Test credentials', for: 'credential', certificate: credentials.pem },
    { name: 'Test status', for: 'status', certificate: status.pem },
    { name: 'Test bundles', for: 'bundle', certificate: bundles.pem },
  ]
  const credential = await issue(issuer, type, { holder: me })
  const list = await statusList(lists)
  const writeBundle: World['writeBundle'] = async (name, ...made) => write(name, (await bundle(...made)).text)
  const shown: World['shown'] = (to) => show(credential, SHOWN, me, to)
  const argv: World['argv'] = (
    path = file('shown.txt'),
    { bundle = file('bundle.json'), trust = file('trust.json'), at = TIME, home = file('nowhere') } = {},
  ) => [
    'check',
    path,
    // A data folder that is not there: what one test has seen must not be remembered by another.
    ...['--bundle', bundle, '--trust', trust, '--at', at, '--home', home],
  ]
  const check: World['check'] = async (text, more = WHO, over = {}) => {
    const ran = await runHere([...argv('-', over), '--json', ...more], text)
    return { ...ran, report: JSON.parse(ran.stdout) }
  }
  await write('trust.json', JSON.stringify(trust))
  await writeBundle('bundle.json', bundler, [list])
  await write('shown.txt', `${await shown()}\n`)
  for (const [name, text] of Object.entries(paper.files)) await write(`types/paper/${name}`, text)
  const remove = () => rm(folder, { recursive: true })
  return { me, issuer, lists, bundler, stranger, credential, list, file, write, writeBundle, shown, argv, check, remove }
}
