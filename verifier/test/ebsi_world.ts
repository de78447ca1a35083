import { mkdir } from 'node:fs/promises'
import { developmentAnchor, developmentAuthority } from '@symbolon/service'
import { vi } from 'vitest'
import { attest, type EbsiRegistry, startEbsiRegistry } from '../../test/ebsi_registry/start.ts'
import { type Ran, runHere } from './run.ts'
import { codes, makeWorld, type PrintedReport, type World } from './world.ts'

const PDA1 = 'VerifiablePortableDocumentA1'
const PDA1_SCHEMA = 'z5qB8tydkn3Xk3VXb15SJ9dAWW6wky1YEoVdGzudWzhcW'
const DESK = 'https://institution.example.be'

/** An institution beside a double of EBSI's registries. */
export interface EbsiWorld {
  readonly world: World
  readonly double: EbsiRegistry
  /** With which the institution signs its bundles. */
  readonly key: string
  /** Trusts the institution for bundles, and the root of the registry for credentials. */
  readonly trust: string
  /** A PDA1 of the double's trusted issuer. */
  readonly issued: string
  fetching(out: string, over?: { url?: string; root?: string }, ...more: string[]): Promise<Ran>
  checked(bundle: string, ...more: string[]): Promise<{ found: Record<string, string>; report: PrintedReport }>
}

export async function makeEbsiWorld(): Promise<EbsiWorld> {
  const world = await makeWorld()
  const double = await startEbsiRegistry({ bootstrap: { tao: true, ti: true } })
  const believe = (url: string) => vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', `test=${url}`)
  believe(double.origin)
  const home = world.file('institution')
  await mkdir(home)
  const key = (await developmentAuthority(home, DESK, Math.floor(Date.now() / 1000))).bundle
  const entries = [
    { name: 'Desk', for: 'bundle', certificate: developmentAnchor(home, 'bundle').toString() },
    { name: 'The root of the test', for: 'credential', did: double.root.did },
  ]
  const trust = await world.write('trust-ebsi.json', JSON.stringify(entries))
  const { ti } = double
  if (ti === null) throw new Error('no trusted issuer')
  const schema = `${double.origin}/trusted-schemas-registry/v3/schemas/${PDA1_SCHEMA}`
  const subject = { id: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' }
  const attested = attest(double.state, ti.identity, { types: [PDA1], subject, under: ti.attributeId, schema })
  const issued = await world.write('pda1.jwt', attested)
  const common = ['--home', world.file('nowhere'), '--trust', trust, '--json']
  return {
    ...{ world, double, key, trust, issued },
    async fetching(out, { url = double.origin, root = double.root.did } = {}, ...more) {
      believe(url)
      const ran = await runHere([
        'bundle',
        'fetch',
        '--ebsi',
        url,
        '--root',
        root,
        '--key',
        key,
        '--out',
        world.file(out),
        ...common,
        ...more,
      ])
      believe(double.origin)
      return ran
    },
    async checked(bundle, ...more) {
      const ran = await runHere(['check', issued, '--bundle', world.file(bundle), ...common, ...more])
      const report: PrintedReport = JSON.parse(ran.stdout)
      return { found: codes(report), report }
    },
  }
}
