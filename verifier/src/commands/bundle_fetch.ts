import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { type Answer, EXIT, exclusively, UsageError, verb, writeAtomically } from '@symbolon/command-line'
import { printable } from '@symbolon/credential'
import { type Settings, settings } from '../config.ts'
import { bundleUrl } from '../download.ts'
import { manifestData } from '../manifest_shown.ts'
import { recall, recallAndKeep } from '../memory.ts'
import { renew } from '../renew.ts'
import { fromFile, fromNetwork } from '../sources.ts'
import { trusted } from '../trust.ts'

/** `bundle fetch URL|FILE`: renews a bundle; of these verbs the one that uses the network, and only for the address given. */
export const bundleFetch = verb({
  name: 'bundle fetch',
  summary: 'gets or renews a bundle: the manifest first, then only what is new',
  usage: 'URL|FILE|- [--out FILE] [--trust FILE]',
  example: 'symbolon-verifier bundle fetch https://issuer.example.be/bundle --out bundle.json',
  options: {
    out: { type: 'string', value: 'FILE', help: 'where to keep it; without it, bundle.json in the data folder' },
    trust: { type: 'string', value: 'FILE', help: 'the trust file' },
  },
  operands: [1, 1],
  async run({ options, operands: [from = ''], stdin, talk }) {
    const where = settings(options)
    const out = resolve(options.out ?? join(where.home, 'bundle.json'))
    const url = bundleUrl(from)
    return fetchOnce({ from: url ?? from, out, where, stdin, talk })
  },
})

/** From where, to where, and by whose word. */
interface Fetching {
  readonly from: URL | string
  readonly out: string
  readonly where: Settings
  readonly stdin: Readable
  readonly signal?: AbortSignal
  talk(line: string): void
}

async function fetchOnce({ from, out, where, stdin, signal, talk }: Fetching): Promise<Answer> {
  const anchors = await trusted(where, talk)
  const now = Math.floor(Date.now() / 1000)
  if (from instanceof URL) talk(`asking ${from.origin}${from.pathname} for its manifest`)
  const source = from instanceof URL ? fromNetwork(from, signal) : await fromFile(from, stdin, { anchors, now })
  return exclusively(`${out}.lock`, async () => {
    const before = await held(out)
    const { text, bundle, fetched, kept } = await renew(source, before, { anchors, now, memory: await recall(where.home) })
    if (text !== before) await writeAtomically(out, text, 0o644)
    const { manifest, anchor } = bundle
    const isRemembered = (await recallAndKeep(where.home, manifest, now)) !== null
    if (!isRemembered) talk(`which bundles were seen is not kept: ${where.home} is not there or cannot be written`)
    const data = {
      out,
      anchor: anchor.name,
      fetched,
      kept,
      remembered: isRemembered,
      ...manifestData(manifest, new Map(manifest.entries.map(({ digest }) => [digest, '']))),
    }
    return { exit: EXIT.done, data, text: `${out}: ${fetched} new, ${kept} kept, vouched for by ${printable(anchor.name)}` }
  })
}

/** The text of the bundle held so far, null when there is none. Throws `UsageError` when there is a file that cannot be read. */
async function held(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new UsageError(`${path} cannot be read, so it is not written either`, 'name another file with --out', 'file_unreadable')
  }
}
