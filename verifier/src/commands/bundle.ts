import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { EXIT, exclusively, readText, UsageError, verb, writeAtomically } from '@symbolon/command-line'
import {
  type Check,
  CREDENTIAL_CODES,
  CredentialError,
  checkBundle,
  checkName,
  type Language,
  type Manifest,
  moment,
  openBundle,
  parseManifest,
  printable,
  readBundleDocument,
  sentence,
  WORDS,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { SdJwtError } from '@symbolon/sd-jwt'
import { settings } from '../config.ts'
import { bundleUrl } from '../download.ts'
import { EXIT_OF } from '../explain.ts'
import { LARGEST_BUNDLE, renew } from '../renew.ts'
import { trusted } from '../trust.ts'

const OPTIONS = {
  trust: { type: 'string', value: 'FILE', help: 'the trust file' },
  lang: { type: 'string', value: 'L', help: 'nl, fr, de or en; without it, by LANG' },
} as const

const seconds = (): number => Math.floor(Date.now() / 1000)

/** `bundle inspect FILE|-`: who signed a bundle, whether that is enough, and what is in it; offline. */
export const bundleInspect = verb({
  name: 'bundle inspect',
  summary: 'shows who signed a bundle, until when it is good and what it holds',
  usage: 'FILE|- [--trust FILE] [--lang L]',
  example: 'symbolon-verifier bundle inspect bundle.json',
  options: OPTIONS,
  operands: [1, 1],
  notes: 'exit 0 usable; 1 malformed, altered or not trusted; 2 past its end.',
  async run({ options, operands: [path = ''], stdin, talk }) {
    const where = settings(options)
    const { language } = where
    const now = seconds()
    const anchors = await trusted(where, talk)
    const text = await readText(path, LARGEST_BUNDLE, stdin)
    const { document, manifest } = split(text)
    const check = await judge(text, { anchors, primitives, now })
    const data = { outcome: check.outcome, check, ...describe(manifest, document.parts) }
    return { exit: EXIT_OF[check.outcome], data, text: inspectText(check, manifest, document.parts, language) }
  },
})

/** Read before it is judged, so that a person sees what a bundle that is not trusted says of itself; nothing else is done with it. */
function split(text: string) {
  try {
    const document = readBundleDocument(text)
    return { document, manifest: parseManifest(document.manifest).manifest }
  } catch (error) {
    if (error instanceof SdJwtError) throw new CredentialError('bundle_malformed', error.code)
    throw error
  }
}

/** The bundle's own check, also when it cannot be opened. */
async function judge(text: string, context: Parameters<typeof openBundle>[1]): Promise<Check> {
  try {
    return checkBundle(await openBundle(text, context), context.now)
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    return { id: 'bundle', outcome: 'fail', code: error.code, spec: CREDENTIAL_CODES[error.code].spec, facts: { detail: error.message } }
  }
}

/** The manifest for programs; `here` tells whether the content came along. */
function describe(manifest: Manifest, parts: ReadonlyMap<string, string>) {
  const { issuer, created, validUntil, nextUpdate, entries } = manifest
  return {
    issuer,
    created,
    valid_until: validUntil,
    next_update: nextUpdate,
    parts: entries.map(({ kind, id, mediaType, digest, size }) => ({
      kind,
      id,
      media_type: mediaType,
      digest,
      size,
      here: parts.has(digest),
    })),
  }
}

function inspectText(check: Check, manifest: Manifest, parts: ReadonlyMap<string, string>, language: Language): string {
  const { outcome } = WORDS[language]
  const time = (at: number) => moment(at, language) ?? String(at)
  return [
    `${checkName(check, language)}: ${outcome[check.outcome]}. ${sentence(check.code, check.facts, language)}`,
    '',
    `issuer       ${printable(manifest.issuer)}`,
    `created      ${time(manifest.created)}`,
    `valid until  ${time(manifest.validUntil)}`,
    `next update  ${time(manifest.nextUpdate)}`,
    '',
    ...manifest.entries.map(
      ({ kind, id, digest, size }) => `${kind}  ${printable(id)}  ${size} B${parts.has(digest) ? '' : '  (not here)'}`,
    ),
  ].join('\n')
}

/** `bundle fetch URL`: renews a bundle; the one verb of these that uses the network, and only for the address given. */
export const bundleFetch = verb({
  name: 'bundle fetch',
  summary: 'gets or renews a bundle: the manifest first, then only what is new',
  usage: 'URL [--out FILE] [--trust FILE]',
  example: 'symbolon-verifier bundle fetch https://issuer.example.be/bundle --out bundle.json',
  options: { out: { type: 'string', value: 'FILE', help: 'where to keep it; without it, bundle.json in the data folder' }, ...OPTIONS },
  operands: [1, 1],
  async run({ options, operands: [address = ''], talk }) {
    const where = settings(options)
    const url = bundleUrl(address)
    const out = resolve(options.out ?? join(where.home, 'bundle.json'))
    const anchors = await trusted(where, talk)
    talk(`asking ${url.origin}${url.pathname} for its manifest`)
    return exclusively(`${out}.lock`, async () => {
      const { text, bundle, fetched, kept } = await renew(url, await held(out), { anchors, now: seconds() })
      await writeAtomically(out, text, 0o644)
      const { manifest, anchor } = bundle
      const data = {
        out,
        anchor: anchor.name,
        fetched,
        kept,
        ...describe(manifest, new Map(manifest.entries.map(({ digest }) => [digest, '']))),
      }
      return { exit: EXIT.done, data, text: `${out}: ${fetched} new, ${kept} kept, vouched for by ${printable(anchor.name)}` }
    })
  },
})

/** The text of the bundle held so far, null when there is none. Throws `UsageError` when there is a file that cannot be read. */
async function held(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new UsageError(`${path} cannot be read, so it is not written either`, 'name another file with --out', 'file_unreadable')
  }
}
