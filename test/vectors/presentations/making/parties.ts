import 'reflect-metadata'
import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import * as x509 from '@peculiar/x509'
import { signer } from '@symbolon/primitives/node'
import type { Jwk, Signer } from '@symbolon/sd-jwt'

/** Who the issuer of the vectors is. */
export const ISSUER = 'https://issuer.example'

/** What is kept of a party: a key for tests, and the certificate for it if it has one. */
export interface Kept {
  readonly privateKey: JsonWebKey
  /** DER, base64. */
  readonly certificate?: string
}

/** Somebody who signs in the vectors. */
export interface Party extends Signer {
  readonly jwk: Jwk
  /** The certificate that goes into x5c; empty for a bare key. */
  readonly x5c: readonly string[]
}

const FILE = new URL('../shared/pki.json', import.meta.url)
const WARNING = 'Keys for tests: everybody has them. Never put one of these certificates into a trust file that decides anything.'
export const KEYS = { name: 'ECDSA', namedCurve: 'P-256' }
const ROOT = 'C=BE, O=Example Authority, CN=Test root'

/** The parties of `shared/pki.json`; when that file is not there they are made, with new keys, and it is written. */
export async function parties(): Promise<(name: string) => Party> {
  return keptIn(FILE, make)
}

/** The parties in a file, in which `make` puts them when it is not there. */
export async function keptIn(file: URL, make: () => Promise<Record<string, Kept>>): Promise<(name: string) => Party> {
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify({ warning: WARNING, parties: await make() }, null, 1)}\n`)
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { parties: Record<string, Kept> }
  return (name) => {
    const party = kept.parties[name]
    if (party === undefined) throw new Error(`no party ${name}`)
    const { kty, crv, x, y } = party.privateKey
    if (kty === undefined || crv === undefined || x === undefined || y === undefined) throw new Error(`no key of ${name}`)
    return {
      ...signer(createPrivateKey({ key: party.privateKey, format: 'jwk' }), 'ES256'),
      jwk: { kty, crv, x, y },
      x5c: party.certificate === undefined ? [] : [party.certificate],
    }
  }
}

/** A party whose keys are still those of the machine that made them. */
export interface Made {
  readonly keys: CryptoKeyPair
  readonly certificate?: x509.X509Certificate
}

async function make(): Promise<Record<string, Kept>> {
  const made: Record<string, Made> = {}
  const bare = async (name: string) => {
    made[name] = { keys: await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify']) }
  }
  const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags
  const authority = [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(keyCertSign | cRLSign, true)]
  const root = [new x509.BasicConstraintsExtension(true, 1, true), new x509.KeyUsagesExtension(keyCertSign | cRLSign, true)]
  const leaf = (url: string) => [
    new x509.KeyUsagesExtension(digitalSignature, true),
    new x509.SubjectAlternativeNameExtension([
      { type: 'url', value: url },
      { type: 'dns', value: new URL(url).hostname },
    ]),
  ]
  const certify = async (
    name: string,
    { above, subject, extensions, from = '2024-01-01', to = '2034-01-01' }: {
      above?: string
      subject: string
      extensions: readonly x509.Extension[]
      from?: string
      to?: string
    },
  ) => {
    const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
    const issuer = above === undefined ? undefined : made[above]
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (0x2000 + Object.keys(made).length).toString(16),
      issuer: issuer?.certificate?.subject ?? subject,
      subject,
      notBefore: new Date(`${from}T00:00:00Z`),
      notAfter: new Date(`${to}T00:00:00Z`),
      publicKey: keys.publicKey,
      signingKey: (issuer?.keys ?? keys).privateKey,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [...extensions],
    })
    made[name] = { keys, certificate }
  }
  for (const name of ['holder', 'another_holder', 'published_key', 'another_published_key']) await bare(name)
  for (const [prefix, subject] of [['', ROOT], ['stranger_', 'C=BE, O=Example Stranger, CN=Test root']] as const) {
    await certify(`${prefix}root`, { subject, extensions: root })
    for (const purpose of ['credential', 'status', 'bundle']) {
      const ca = `${prefix}${purpose}_ca`
      await certify(ca, { above: `${prefix}root`, subject: subject.replace('root', `${purpose} CA`), extensions: authority })
      const name = `C=BE, O=Example Institution, CN=Test ${purpose} signer`
      await certify(`${prefix}${purpose}`, { above: ca, subject: name, extensions: leaf(ISSUER) })
    }
  }
  const signer = 'C=BE, O=Example Institution, CN=Test credential signer'
  await certify('credential_expired', { above: 'credential_ca', subject: signer, extensions: leaf(ISSUER), to: '2026-06-14' })
  await certify('credential_not_yet_valid', { above: 'credential_ca', subject: signer, extensions: leaf(ISSUER), from: '2026-06-16' })
  await certify('credential_self_signed', { subject: signer, extensions: leaf(ISSUER) })
  await certify('credential_below_leaf', { above: 'credential', subject: 'C=BE, O=Example Institution, CN=Below', extensions: leaf(ISSUER) })
  await certify('other_institution', {
    above: 'credential_ca',
    subject: 'C=BE, O=Other Institution, CN=Test credential signer',
    extensions: leaf('https://other.example'),
  })
  return exported(made)
}

/** What is kept of parties that were made. */
export async function exported(made: Readonly<Record<string, Made>>): Promise<Record<string, Kept>> {
  const kept: Record<string, Kept> = {}
  for (const [name, { keys, certificate }] of Object.entries(made)) {
    const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', keys.privateKey)
    kept[name] = {
      privateKey: { kty, crv, x, y, d } as JsonWebKey,
      ...(certificate && { certificate: new Uint8Array(certificate.rawData).toBase64() }),
    }
  }
  return kept
}
