import { verb } from '@symbolon/command-line'
import {
  type Check,
  CredentialError,
  checkBundle,
  checkMemory,
  checkName,
  type Language,
  type Manifest,
  moment,
  openBundle,
  parseManifest,
  printable,
  readBundleDocument,
  sentence,
  verdict,
  WORDS,
  worst,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { SdJwtError } from '@symbolon/sd-jwt'
import { readBundle } from '../bundle_file.ts'
import { settings } from '../config.ts'
import { EXIT_OF } from '../explain.ts'
import { manifestData } from '../manifest_shown.ts'
import { recallAndKeep } from '../memory.ts'
import { trusted } from '../trust.ts'

/** `bundle inspect FILE|-`: who signed a bundle, whether that is enough, and what is in it; offline. */
export const bundleInspect = verb({
  name: 'bundle inspect',
  summary: 'shows who signed a bundle, until when it is good and what it holds',
  usage: 'FILE|- [--trust FILE] [--lang L]',
  example: 'symbolon-verifier bundle inspect bundle.json',
  options: {
    trust: { type: 'string', value: 'FILE', help: 'the trust file' },
    lang: { type: 'string', value: 'L', help: 'nl, fr, de or en; without it, by LANG' },
  },
  operands: [1, 1],
  notes: 'exit 0 usable; 1 malformed, altered or not trusted; 2 past its end, or older than one that was seen before.',
  async run({ options, operands: [path = ''], stdin, talk }) {
    const where = settings(options)
    const { language } = where
    const now = Math.floor(Date.now() / 1000)
    const anchors = await trusted(where, talk)
    const text = await readBundle(path, stdin)
    const { document, manifest } = split(text)
    const check = await judge(text, { anchors, primitives, now })
    // What nobody stands behind is not remembered, and not compared with what is.
    const rollback = check.outcome === 'fail' ? undefined : checkMemory(manifest, await recallAndKeep(where.home, manifest, now), now)
    const checks = rollback === undefined ? [check] : [check, rollback]
    const outcome = worst(checks)
    const data = { outcome, check, ...(rollback && { rollback }), ...manifestData(manifest, document.parts) }
    return { exit: EXIT_OF[outcome], data, text: inspectText(checks, manifest, document.parts, language) }
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
    return verdict('bundle', 'fail', error.code, { detail: error.message })
  }
}

function inspectText(checks: readonly Check[], manifest: Manifest, parts: ReadonlyMap<string, string>, language: Language): string {
  const { outcome } = WORDS[language]
  const time = (at: number) => moment(at, language) ?? String(at)
  return [
    ...checks.map((check) => `${checkName(check, language)}: ${outcome[check.outcome]}. ${sentence(check.code, check.facts, language)}`),
    '',
    `issuer       ${printable(manifest.issuer)}`,
    ...(manifest.sources ?? []).map((source) => `merged from  ${printable(source.issuer)}, ${time(source.created)}`),
    `created      ${time(manifest.created)}`,
    `valid until  ${time(manifest.validUntil)}`,
    `next update  ${time(manifest.nextUpdate)}`,
    '',
    ...manifest.entries.map(
      ({ kind, id, digest, size }) => `${kind}  ${printable(id)}  ${size} B${parts.has(digest) ? '' : '  (not here)'}`,
    ),
  ].join('\n')
}
