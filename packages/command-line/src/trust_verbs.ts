import { type Anchor, CredentialError, fingerprint, PURPOSES, parseCertificate, parseTrust, printable } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { EXIT, RefusedError, UsageError } from './errors.ts'
import { readText } from './files.ts'
import { confirm } from './prompt.ts'
import { changeTrust, loadTrust } from './trust_file.ts'
import { type Verb, verb } from './verbs.ts'

const LARGEST_INPUT = 64 * 1024

const FILE = { trust: { type: 'string', value: 'FILE', help: 'the trust file' } } as const
const PURPOSE = { type: 'string', value: 'PURPOSE', help: `what for: ${PURPOSES.join(', ')}` } as const

/** An entry as it is listed: everything a person compares before trusting. */
interface Listed {
  readonly name: string
  readonly for: string
  readonly types: readonly string[] | null
  readonly subject: string | null
  readonly valid_until: string | null
  readonly fingerprint: string
}

async function listed(anchor: Anchor): Promise<Listed> {
  const certificate = anchor.certificate && parseCertificate(anchor.certificate)
  return {
    name: anchor.name,
    for: anchor.purpose,
    types: anchor.types ?? null,
    subject: certificate?.subject.text ?? null,
    valid_until: certificate ? new Date(certificate.notAfter * 1000).toISOString() : null,
    fingerprint: await fingerprint(anchor, primitives),
  }
}

/** One entry for a person; the fingerprint of a certificate in pairs, as other programs print it. */
function describe(entry: Listed): string {
  const print = /^[0-9a-f]{64}$/.test(entry.fingerprint) ? entry.fingerprint.toUpperCase().replace(/..(?!$)/g, '$&:') : entry.fingerprint
  return [
    printable(entry.name),
    `  for          ${entry.for}`,
    `  types        ${entry.types === null ? 'all' : entry.types.map((type) => printable(type)).join(', ')}`,
    ...(entry.subject === null ? [] : [`  certificate  ${printable(entry.subject)}`, `  valid until  ${entry.valid_until}`]),
    `  fingerprint  ${print}`,
  ].join('\n')
}

/** Reads one certificate (PEM, or base64 of the DER), one public key (JWK) or one DID as an entry; throws `RefusedError` when it cannot be trusted as it is. */
function anchorFrom(text: string, entry: { name: string; for: string; types?: string[] }): Anchor {
  const key = isDid(text) ? { did: text } : text.trimStart().startsWith('{') ? { jwk: jsonObject(text) } : { certificate: text.trim() }
  try {
    const [anchor] = parseTrust(JSON.stringify([{ ...entry, ...key }]))
    if (anchor === undefined) throw new Error('one entry went in and none came out')
    return anchor
  } catch (error) {
    if (error instanceof CredentialError)
      throw new RefusedError(
        error.code,
        error.message.replace(/^.*?entry 0: /, '').replaceAll('entry 0: ', ''),
        'give one certificate of an authority (PEM) with nothing else in the file, one public key (JWK), or a DID in the place of the file',
      )
    throw error
  }
}

/** A DID is its own name: there is no file of it. */
const isDid = (text: string): boolean => text.startsWith('did:')

function jsonObject(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RefusedError('trust_file_malformed', 'the key is not JSON', 'give one public key as a JWK')
  }
}

const sameEntry = (a: Anchor, b: Anchor): boolean =>
  a.name === b.name &&
  a.purpose === b.purpose &&
  JSON.stringify(a.types) === JSON.stringify(b.types) &&
  JSON.stringify(a.jwk) === JSON.stringify(b.jwk) &&
  a.did === b.did &&
  a.certificate?.toBase64() === b.certificate?.toBase64()

/** Throws `UsageError` for what is no purpose: nobody should have to look for it in an entry. */
function knownPurpose(verb: string, purpose: string | undefined): void {
  if (purpose === undefined || PURPOSES.some((known) => known === purpose)) return
  throw new UsageError(`${verb}: --for is none of ${PURPOSES.join(', ')}`)
}

/** The verbs `trust add`, `trust list` and `trust remove`; `trustFile` says from the options and the settings where the file is. */
export function trustVerbs(
  program: string,
  trustFile: (options: { readonly home?: string; readonly trust?: string }) => string,
): readonly Verb[] {
  const add = verb({
    name: 'trust add',
    summary: 'trusts one more authority, key or DID, after its fingerprint was compared',
    usage: 'FILE|-|DID --name NAME --for PURPOSE [--type VCT]... [--yes]',
    example: `${program} trust add authority.pem --name "The authority" --for credential`,
    options: {
      name: { type: 'string', value: 'NAME', help: 'what you call it' },
      for: PURPOSE,
      type: { type: 'string', value: 'VCT', multiple: true, help: 'a type it may speak of; without it, of all types' },
      yes: { type: 'boolean', help: 'the fingerprint was compared: do not ask' },
      ...FILE,
    },
    operands: [1, 1],
    async run({ options, operands: [path = ''], talk, stdin, stdout, stderr }) {
      if (options.name === undefined || options.for === undefined) throw new UsageError('trust add: --name and --for are needed')
      knownPurpose('trust add', options.for)
      if (path === '-' && !options.yes)
        throw new UsageError('trust add: with - the question cannot be answered; compare the fingerprint and give --yes')
      const text = isDid(path) ? path : await readText(path, LARGEST_INPUT, stdin)
      const anchor = anchorFrom(text, { name: options.name, for: options.for, ...(options.type && { types: options.type }) })
      const entry = await listed(anchor)
      talk(describe(entry))
      const agreed = await confirm(
        { stdin, stdout, stderr },
        anchor.did === undefined ? 'Is this the fingerprint that its owner published?' : 'Is this the DID that its owner published?',
        options.yes,
      )
      if (!agreed) throw new RefusedError('not_confirmed', 'nothing was added')
      await changeTrust(trustFile(options), (anchors) =>
        anchors.some((known) => sameEntry(known, anchor)) ? anchors : [...anchors, anchor],
      )
      return { data: entry, text: `${printable(entry.name)} is trusted for ${entry.for}` }
    },
  })
  const list = verb({
    name: 'trust list',
    summary: 'shows who is trusted, and for what',
    usage: '',
    example: `${program} trust list`,
    options: FILE,
    async run({ options }) {
      const entries = await Promise.all((await loadTrust(trustFile(options))).map(listed))
      return { data: entries, text: entries.length === 0 ? 'nobody is trusted' : entries.map(describe).join('\n\n') }
    },
  })
  const remove = verb({
    name: 'trust remove',
    summary: 'trusts no longer: takes out the entries of that name',
    usage: 'NAME [--for PURPOSE]',
    example: `${program} trust remove "The authority"`,
    options: { for: PURPOSE, ...FILE },
    operands: [1, 1],
    async run({ options, operands: [name] }) {
      knownPurpose('trust remove', options.for)
      const gone = (anchor: Anchor) => anchor.name === name && (options.for === undefined || anchor.purpose === options.for)
      let removed = 0
      await changeTrust(trustFile(options), (anchors) => {
        const kept = anchors.filter((anchor) => !gone(anchor))
        removed = anchors.length - kept.length
        return removed === 0 ? anchors : kept
      })
      if (removed === 0) throw new RefusedError('not_there', 'the trust file has no such entry')
      return { data: { removed }, text: `${removed} ${removed === 1 ? 'entry' : 'entries'} taken out`, exit: EXIT.done }
    },
  })
  return [add, list, remove]
}
