import 'reflect-metadata'
import { generateKeyPairSync, KeyObject } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import * as x509 from '@peculiar/x509'
import {
  bundleDocument,
  type CredentialType,
  entryOf,
  FORMATS,
  type Manifest,
  type Part,
  type Path,
  packedLength,
  parseCredential,
  parseType,
  setStatus,
  unsignedManifest,
  unsignedStatusList,
} from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import type { JsonObject, Signer } from '@symbolon/sd-jwt'

/** The clock of these tests: 15 June 2026, noon in Brussels. */
export const NOW = Date.UTC(2026, 5, 15, 10) / 1000
export const DAY = 86_400

export const ISSUER = 'https://issuer.example.be'
export const LIST = `${ISSUER}/status-lists/one`
export const AUDIENCE = 'https://desk.example.be'
export const NONCE = '8Yt2mQ0cVx1pZb7nR4sL'

const BRICKS = new URL('../../specs/credentials/', import.meta.url).pathname

/** A brick of the repository, with its files changed as asked. */
export function brick(name: string, change: (files: Record<string, string>) => void = () => undefined) {
  const folder = join(BRICKS, name)
  const files: Record<string, string> = {}
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.(json|svg)$/.test(file)) files[file] = readFileSync(join(folder, file), 'utf8')
  }
  change(files)
  const { type, faults } = parseType({ name, files })
  if (type === undefined) throw new Error(JSON.stringify(faults))
  return { type, files }
}

/** Somebody who signs, with the certificate chain that says who. */
export interface Party {
  readonly signer: Signer
  readonly x5c: readonly string[]
}

/** An authority as the trust file names it, and what it certifies. */
export interface Authority {
  readonly pem: string
  certify(): Promise<Party>
}

x509.cryptoProvider.set(crypto)
const KEYS = { name: 'ECDSA', namedCurve: 'P-256' }
const VALID = {
  notBefore: new Date((NOW - 400 * DAY) * 1000),
  notAfter: new Date((NOW + 4000 * DAY) * 1000),
  signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
}

/** A self-signed authority; what it certifies signs for that address. */
export async function authority(name: string, address = ISSUER): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...VALID,
    serialNumber: '01',
    name: `O=Symbolon test, CN=${name}`,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  })
  const certify = async (): Promise<Party> => {
    const own = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
    const leaf = await x509.X509CertificateGenerator.create({
      ...VALID,
      serialNumber: '02',
      subject: `O=Symbolon test, CN=signer of ${name}`,
      issuer: certificate.subjectName,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.SubjectAlternativeNameExtension([{ type: 'url', value: address }]),
      ],
    })
    return { signer: signer(KeyObject.from(own.privateKey), 'ES256'), x5c: [Buffer.from(leaf.rawData).toString('base64')] }
  }
  return { pem: certificate.toString('pem'), certify }
}

/** Seals what somebody signs. */
async function seal(unsigned: { input: string; seal(signature: Uint8Array): string }, by: Signer): Promise<string> {
  return unsigned.seal(await by.sign(unsigned.input))
}

export interface Holder {
  readonly signer: Signer
  readonly jwk: JsonObject & { kty: string }
}

export function holder(): Holder {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  return { signer: signer(privateKey, 'ES256'), jwk: { kty: String(kty), crv: String(crv), x: String(x), y: String(y) } }
}

/** Issues a credential of the type, with the claims of its sample unless others are given. */
export async function issue(
  by: Party,
  type: CredentialType,
  over: { holder?: Holder; claims?: JsonObject; from?: number; until?: number; index?: number | null; issuer?: string; list?: string } = {},
): Promise<string> {
  const [format] = FORMATS
  if (format === undefined) throw new Error('no format')
  const { holder, claims = type.sample, from = NOW - DAY, until = NOW + 30 * DAY, index = 7, issuer = ISSUER, list = LIST } = over
  const draft = {
    type,
    claims,
    issuer,
    algorithm: by.signer.algorithm,
    x5c: by.x5c,
    issuedAt: from,
    notBefore: from,
    expires: until,
    ...(holder && { holderKey: holder.jwk }),
    ...(index !== null && { status: { uri: list, index } }),
  }
  return seal(await format.build(draft, primitives), by.signer)
}

/** Shows some claims, signed by the holder unless there is none. */
export async function show(
  text: string,
  paths: readonly Path[],
  by?: Holder,
  to: { audience?: string; nonce?: string; at?: number } = {},
): Promise<string> {
  const chosen = await (await parseCredential(text, primitives)).disclose(paths)
  if (by === undefined) return chosen.toString()
  const { audience = AUDIENCE, nonce = NONCE, at = NOW } = to
  return seal(await chosen.bind({ audience, nonce, issuedAt: at }, by.signer.algorithm), by.signer)
}

/** A status list of a thousand credentials, of which these have another status than valid. */
export async function statusList(
  by: Party,
  statuses: Readonly<Record<number, number>> = {},
  issuedAt = NOW - 3600,
  list = LIST,
): Promise<Part> {
  const packed = new Uint8Array(packedLength(1000, 2))
  for (const [index, status] of Object.entries(statuses)) setStatus(packed, 2, Number(index), status)
  const draft = { uri: list, issuedAt, expires: issuedAt + 100 * DAY, ttl: 3600, bits: 2 as const, packed }
  const token = await seal(
    unsignedStatusList(draft, { algorithm: by.signer.algorithm, x5c: by.x5c }, (bytes) => deflateSync(bytes)),
    by.signer,
  )
  return { kind: 'status_list', id: list, mediaType: 'application/statuslist+jwt', content: token }
}

/** The manifest, signed. */
export const signManifest = (by: Party, manifest: Manifest): Promise<string> =>
  seal(unsignedManifest(manifest, { algorithm: by.signer.algorithm, x5c: by.x5c }), by.signer)

export interface MadeBundle {
  readonly manifest: string
  readonly parts: ReadonlyMap<string, string>
  readonly text: string
}

/** A signed bundle of these parts. */
export async function bundle(
  by: Party,
  parts: readonly Part[],
  times: { created?: number; validUntil?: number; issuer?: string } = {},
): Promise<MadeBundle> {
  const { created = NOW - 1800, validUntil = NOW + 7 * DAY, issuer = ISSUER } = times
  const entries = await Promise.all(parts.map((part) => entryOf(part, primitives)))
  const manifest = { issuer, created, validUntil, nextUpdate: created + 3600, entries }
  const signed = await signManifest(by, manifest)
  const contents = new Map(entries.map(({ digest }, position) => [digest, parts[position]?.content ?? '']))
  return { manifest: signed, parts: contents, text: bundleDocument(signed, contents) }
}
