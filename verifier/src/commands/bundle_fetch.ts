import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { CommandError, EXIT, exclusively, jsonText, UsageError, verb } from '@symbolon/command-line'
import { printable } from '@symbolon/credential'
import { heldBundle, keepBundle } from '../bundle_file.ts'
import { type Settings, settings } from '../config.ts'
import { bundleUrl } from '../download.ts'
import { explain } from '../explain.ts'
import { keepRenewed, type Renewal } from '../keep_renewed.ts'
import { manifestData } from '../manifest_shown.ts'
import { recall, recallAndKeep } from '../memory.ts'
import { registryFetch } from '../registry/command.ts'
import { renew } from '../renew.ts'
import { fromFile, fromNetwork } from '../sources.ts'
import { parseLength } from '../time.ts'
import { trusted } from '../trust.ts'

const seconds = (): number => Math.floor(Date.now() / 1000)

/** `bundle fetch URL|FILE`: renews a bundle; of these verbs the one that uses the network, and only for the address given. */
export const bundleFetch = verb({
  name: 'bundle fetch',
  summary: 'gets or renews a bundle: the manifest first, then only what is new',
  usage:
    'URL|FILE|- [--out FILE] [--timer] [--every LENGTH] [--trust FILE] | --ebsi URL --root DID --key FILE --out FILE [--certificate FILE] [--timer] [--every LENGTH]',
  example: 'symbolon-verifier bundle fetch https://issuer.example.be/bundle --out bundle.json',
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      help: 'where to keep it; with .gz at its end, compressed; without it, bundle.json in the data folder',
    },
    ebsi: { type: 'string', value: 'URL', help: 'make the bundle of what the registries of EBSI there hold, as https://api.ebsi.eu' },
    root: { type: 'string', value: 'DID', help: 'with --ebsi: of all whose accreditations lead to this root' },
    key: { type: 'string', value: 'FILE', help: 'with --ebsi: the key that signs the bundle, PEM' },
    certificate: {
      type: 'string',
      value: 'FILE',
      help: 'its certificate and those above it, without the anchor, PEM; without it, in the file of the key',
    },
    timer: { type: 'boolean', help: 'stay, and renew it when the bundle says that a newer one is there' },
    every: { type: 'string', value: 'LENGTH', help: 'stay, and renew it so often, as 30m or 12h' },
    trust: { type: 'string', value: 'FILE', help: 'the trust file' },
  },
  operands: [0, 1],
  notes: [
    'FILE is a bundle that came by other means, or only what is new of it; nothing is asked for then.',
    'with --timer or --every: each renewal is a line on standard error, with --json a line of JSON on standard output; SIGTERM or SIGINT ends it, exit 0.',
    'A renewal that fails changes nothing and is tried again, at first after a minute, later once an hour.',
    '--ebsi reads the Trusted Issuers Registry v5 and the DID Registry v5 below that address, which must be one of SYMBOLON_EBSI_REGISTRIES (a network, as pilot, or NETWORK=URL; without it, production), and nothing else; it brings evidence, no trust: name the root in the trust file.',
  ].join('\n'),
  async run({ options, operands: [from], stdin, stdout, talk }) {
    const every = options.every === undefined ? undefined : parseLength(options.every)
    if (every === null || every === 0)
      throw new UsageError('bundle fetch: --every is no length of time', 'give a number with s, m, h or d, as 30m')
    const isTimed = options.timer === true || every !== undefined
    const { ebsi } = options
    if ((ebsi === undefined) === (from === undefined)) throw new UsageError('bundle fetch: give either an address, or --ebsi with one')
    if (ebsi === undefined && [options.root, options.key, options.certificate].some((one) => one !== undefined))
      throw new UsageError('bundle fetch: --root, --key and --certificate go with --ebsi')
    if (isTimed && from === '-') throw new UsageError('bundle fetch: standard input comes only once', 'name a file, or leave the timer out')
    const where = settings(options)
    const fetch =
      ebsi === undefined
        ? (turn: Turn) =>
            fetchOnce({
              ...turn,
              from: bundleUrl(from ?? '') ?? from ?? '',
              out: resolve(options.out ?? join(where.home, 'bundle.json')),
              where,
              stdin,
            })
        : await registryFetch({ ...options, ebsi }, where)
    if (!isTimed) return { exit: EXIT.done, ...(await fetch({ talk })) }
    // Whom it asks, and by whose word, is said once, not at every turn.
    const told = new Set<string>()
    const onceEach = (line: string) => {
      if (!told.has(line)) talk(line)
      told.add(line)
    }
    await untilStopped((stop) =>
      keepRenewed({
        ...{ every, stop },
        renew: () => fetch({ stop, talk: onceEach }),
        explain: explained,
        say: (text, data) => (options.json ? stdout.write(`${jsonText(data)}\n`) : talk(text)),
        ...{ now: seconds, chance: Math.random, sleep },
      }),
    )
    return undefined
  },
})

/** Runs until the process is asked to end. */
async function untilStopped(run: (stop: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
  try {
    await run(stopping.signal)
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop)
  }
}

const sleep = (length: number, signal: AbortSignal): Promise<void> =>
  after(length * 1000, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })

function explained(error: unknown): CommandError {
  const fault = error instanceof CommandError ? error : explain(error)
  if (fault === null) throw error
  return fault
}

/** One renewal among several. */
export interface Turn {
  readonly stop?: AbortSignal
  talk(line: string): void
}

/** From where, to where, and by whose word. */
interface Fetching extends Turn {
  readonly from: URL | string
  readonly out: string
  readonly where: Settings
  readonly stdin: Readable
}

async function fetchOnce({ from, out, where, stdin, stop, talk }: Fetching): Promise<Renewal> {
  const anchors = await trusted(where, talk)
  const now = seconds()
  if (from instanceof URL) talk(`asking ${from.origin}${from.pathname} for its manifest`)
  const source = from instanceof URL ? fromNetwork(from, stop) : await fromFile(from, stdin, { anchors, now })
  return exclusively(`${out}.lock`, async () => {
    const before = await heldBundle(out)
    const { text, bundle, fetched, kept } = await renew(source, before, { anchors, now, memory: await recall(where.home) })
    // What did not change is not written: a stick or a card wears out.
    if (text !== before) await keepBundle(out, text)
    const { manifest, anchor } = bundle
    const isRemembered = (await recallAndKeep(where.home, manifest, now)) !== null
    if (!isRemembered) talk(`which bundles were seen is not kept: ${where.home} is not there or cannot be written`)
    const shown = manifestData(manifest, new Map(manifest.entries.map(({ digest }) => [digest, ''])))
    return {
      data: { out, anchor: anchor.name, fetched, kept, remembered: isRemembered, ...shown },
      text: `${out}: ${fetched} new, ${kept} kept, vouched for by ${printable(anchor.name)}`,
      nextUpdate: manifest.nextUpdate,
    }
  })
}
