import { resolve } from 'node:path'
import { exclusively, SettingsError, UsageError } from '@symbolon/command-line'
import { CredentialError, openBundle, printable } from '@symbolon/credential'
import { isDidEbsi } from '@symbolon/ebsi'
import { primitives } from '@symbolon/primitives/node'
import { keepBundle } from '../bundle_file.ts'
import type { Turn } from '../commands/bundle_fetch.ts'
import { ebsi as ebsiOf, type Settings } from '../config.ts'
import { bundleUrl } from '../download.ts'
import type { Renewal } from '../keep_renewed.ts'
import { manifestData } from '../manifest_shown.ts'
import { recallAndKeep } from '../memory.ts'
import { certifiedSigner } from '../signer.ts'
import { trusted } from '../trust.ts'
import { fetchRegistry, rootUrl } from './fetch_registry.ts'
import type { Skipped } from './skipped.ts'

const seconds = (): number => Math.floor(Date.now() / 1000)

/** What is given of it on the command line. */
interface Given {
  readonly ebsi: string
  readonly root?: string
  readonly key?: string
  readonly out?: string
  readonly certificate?: string
}

/** So many are named on the screen; all of them stand in the data. */
const MOST_TOLD = 20

/** Who was left out, for people. */
function told(skipped: readonly Skipped[]): string[] {
  if (skipped.length === 0) return []
  const rest = skipped.length - MOST_TOLD
  return [
    `${skipped.length} left out, wholly or in part; a check that needs their records says that it does not know:`,
    ...skipped.slice(0, MOST_TOLD).map(({ did, why }) => `  ${printable(did)}: ${printable(why)}`),
    ...(rest > 0 ? [`  and ${rest} more: --json names all`] : []),
  ]
}

/** Who in the trust file stands behind a bundle; null for nobody, and where there is no such file. */
async function vouchedForBy(text: string, where: Settings): Promise<string | null> {
  try {
    const { anchor } = await openBundle(text, { anchors: await trusted(where, () => undefined), primitives, now: seconds() })
    return anchor.name
  } catch (error) {
    if (error instanceof CredentialError || error instanceof SettingsError) return null
    throw error
  }
}

/** `bundle fetch --ebsi`: makes one bundle of a registry's records at each turn. Throws `UsageError` for what is given wrong, before anything is asked. */
export async function registryFetch(
  { ebsi, root, key, out, certificate }: Given,
  where: Settings,
): Promise<(turn: Turn) => Promise<Renewal>> {
  if (root === undefined || key === undefined || out === undefined)
    throw new UsageError('bundle fetch: --ebsi needs --root, --key and --out')
  if (!isDidEbsi(root)) throw new UsageError('bundle fetch: --root is no DID of a legal entity of EBSI', 'give one as did:ebsi:z...')
  const registry = bundleUrl(ebsi)
  if (registry === null) throw new UsageError('bundle fetch: --ebsi is no URL', 'give the root of the registries, as https://api.ebsi.eu')
  // What is in a bundle does not say of which network it is: it is known here for the last time.
  const used = ebsiOf().registries.map((one) => one.root)
  if (!used.includes(rootUrl(registry)))
    throw new UsageError(
      `bundle fetch: ${rootUrl(registry)} is none of the registries that are used here (${used.join(', ')})`,
      'set SYMBOLON_EBSI_REGISTRIES to its network, as pilot, or to NETWORK=URL; who checks with the bundle needs the same',
    )
  return async ({ talk, ...turn }) => {
    const signer = await certifiedSigner({ key, chain: certificate ?? key }, where, seconds())
    talk(`asking ${registry.origin} for its records of ${root}`)
    return exclusively(`${resolve(out)}.lock`, async () => {
      const { text, manifest, skipped } = await fetchRegistry({ ...turn, registry, root, signer, now: seconds, talk })
      const bytes = await keepBundle(resolve(out), text)
      await recallAndKeep(where.home, manifest, seconds())
      for (const line of told(skipped)) talk(line)
      const anchor = await vouchedForBy(text, where)
      if (anchor === null)
        talk(
          'the trust file here does not vouch for this key as a signer of bundles: whoever checks with this bundle needs an entry for bundle with its authority',
        )
      const shown = manifestData(manifest, new Map(manifest.entries.map(({ digest }) => [digest, ''])))
      const count = (kind: string) => manifest.entries.filter((entry) => entry.kind === kind).length
      return {
        data: { out: resolve(out), bytes, anchor, skipped, ...shown },
        text: `${out}: ${count('accreditation')} accreditations and ${count('did_document')} DID documents`,
        nextUpdate: manifest.nextUpdate,
      }
    })
  }
}
