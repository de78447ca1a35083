import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { EXIT, UsageError, verb } from '@symbolon/command-line'
import { readFolder } from '@symbolon/command-line/folders'
import {
  bundleDocument,
  CredentialError,
  type Language,
  faultLine as lineOfFault,
  type Merged,
  type MergeFault,
  type MergeInput,
  mergeBundles,
  type Part,
  parseManifest,
  printable,
  sentence,
  unsignedManifest,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { parseQuestion, questionPart } from '@symbolon/question'
import type { CertifiedSigner } from '@symbolon/service'
import { keepBundle, LARGEST_BUNDLE, readBundle } from '../bundle_file.ts'
import { settings } from '../config.ts'
import { refused } from '../errors.ts'
import { manifestData } from '../manifest_shown.ts'
import { recall, recallAndKeep } from '../memory.ts'
import { certifiedSigner } from '../signer.ts'
import { trusted } from '../trust.ts'
import { loadTypes } from '../types.ts'

/** `bundle merge FILE...`: one bundle of several, signed by whoever merges; offline. */
export const bundleMerge = verb({
  name: 'bundle merge',
  summary: 'makes one bundle of those of several issuers, and signs it',
  usage: 'FILE... --key FILE --out FILE [--certificate FILE] [--issuer URL] [--question DIR...] [--trust FILE] [--lang L]',
  example:
    'symbolon-verifier bundle merge health.json work.json --key bundle-signer.pem --issuer https://desk.example.be --out merged.json',
  options: {
    key: { type: 'string', value: 'FILE', help: 'the key that signs the merged bundle, PEM' },
    certificate: {
      type: 'string',
      value: 'FILE',
      help: 'its certificate and those above it, without the anchor, PEM; without it, in the file of the key',
    },
    question: { type: 'string', value: 'DIR', multiple: true, help: 'a question to add (specs/question.md), for desks that pin its hash' },
    issuer: { type: 'string', value: 'URL', help: 'who makes the merged bundle; without it, the URL that the certificate names' },
    out: { type: 'string', value: 'FILE', help: 'where to write it; with .gz at its end, compressed' },
    trust: { type: 'string', value: 'FILE', help: 'the trust file: only bundles that it stands behind are merged' },
    lang: { type: 'string', value: 'L', help: 'nl, fr, de or en; without it, by LANG' },
  },
  operands: [1, 1000],
  notes: [
    'exit 0 written; 1 one of the files is not trusted, over, incomplete or at odds with another: all are named, and nothing is written.',
    'The merged bundle ends with the first that ends. Who uses it needs an entry for `bundle` in the trust file that names its signer.',
  ].join('\n'),
  async run({ options, operands, stdin, talk }) {
    const { key, out } = options
    if (key === undefined || out === undefined) throw new UsageError('bundle merge: --key and --out are needed')
    if (operands.filter((path) => path === '-').length > 1) throw new UsageError('bundle merge: standard input can be one bundle only')
    const where = settings(options)
    const now = Math.floor(Date.now() / 1000)
    const anchors = await trusted(where, talk)
    const signer = await certifiedSigner({ key, chain: options.certificate ?? key }, where, now)
    const issuer = options.issuer ?? issuerIn(signer)
    if (!URL.canParse(issuer)) throw new UsageError('bundle merge: --issuer is no URL')
    const memory = await recall(where.home)
    if (memory === 'malformed') throw new CredentialError('bundle_memory_malformed', 'what is kept about earlier bundles cannot be read')
    const inputs: MergeInput[] = []
    for (const path of operands) inputs.push({ name: path, text: await readBundle(path, stdin) })

    const own = (options.question ?? []).map(questionAt)
    const merged = await mergeBundles(inputs, { issuer, anchors, memory, now, primitives, own })
    if ('faults' in merged) throw refused('bundle_not_merged', merged.faults.map((fault) => faultLine(fault, where.language)).join('\n'))
    const { text, manifest } = await signed(merged, signer)
    const bytes = await keepBundle(resolve(out), text)
    await recallAndKeep(where.home, manifest, now)
    for (const { name, entry } of merged.leftOut)
      talk(`${name}: ${entry.kind} ${printable(entry.id)} was left out, its signer may not speak of it`)
    const left_out = merged.leftOut.map(({ name, entry: { kind, id } }) => ({ file: name, kind, id }))
    const data = { out: resolve(out), bytes, left_out, ...manifestData(manifest, merged.parts) }
    const parts = `${counted(manifest.entries.length, 'part')} of ${counted(inputs.length, 'bundle')}`
    return { exit: EXIT.done, data, text: `${out}: ${parts}, ${counted(bytes, 'byte')}` }
  },
})

/** A question of a folder, found right. Throws `UsageError` with what is wrong with it. */
function questionAt(folder: string): Part {
  const question = { name: basename(resolve(folder)), files: existsSync(folder) ? readFolder(folder) : {} }
  const { faults } = parseQuestion(question, loadTypes())
  if (faults.length > 0) throw new UsageError(`bundle merge: --question ${folder} is none`, faults.map(lineOfFault).join('\n'))
  return questionPart(question)
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`

/** The one URL among the names of a certificate. */
function issuerIn({ certificate }: CertifiedSigner): string {
  const urls = (certificate.subjectAltName ?? '').split(', ').flatMap((name) => (name.startsWith('URI:') ? name.slice(4) : []))
  const [url] = urls
  if (url !== undefined && urls.length === 1) return url
  throw new UsageError('bundle merge: the certificate names no URL, or several', 'say who makes the bundle with --issuer URL')
}

/** Read back before anybody gets it: no bundle is written that nobody can open. */
async function signed({ manifest, parts }: Merged, { signer, x5c }: CertifiedSigner) {
  const unsigned = unsignedManifest(manifest, { algorithm: signer.algorithm, x5c })
  const text = unsigned.seal(await signer.sign(unsigned.input))
  const document = bundleDocument(text, parts)
  if (Buffer.byteLength(document) > LARGEST_BUNDLE)
    throw refused('bundle_too_large', `the merged bundle has more than ${LARGEST_BUNDLE} bytes`)
  return { text: document, manifest: parseManifest(text).manifest }
}

function faultLine({ names, code, facts }: MergeFault, language: Language): string {
  const about = [facts.issuer, facts.id].filter((fact) => typeof fact === 'string').map((fact) => ` (${fact})`)
  return `${names.join(', ')}: ${code}${about.join('')}: ${sentence(code, facts, language)}`
}
