import { generateKeyPairSync } from 'node:crypto'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Json, JsonObject, Jwk, Primitives, Signer } from '@symbolon/sd-jwt'
import {
  bundleDocument,
  type Entry,
  entryOf,
  type Manifest,
  type OfflineReport,
  unsignedManifest,
  verifyOffline,
} from '../src/bundle/index.ts'
import { formatNamed, parseCredential } from '../src/formats/index.ts'
import type { Draft, Format, Part, Path } from '../src/model.ts'
import { type Anchors, parseTrust, prepareAnchors } from '../src/trust/index.ts'
import { type CredentialType, integrity, metadataText, parseType } from '../src/type/index.ts'
import type { Policy } from '../src/verify/policy.ts'
import { libraryCard } from './library_card.ts'
import { draft as listDraft, NOW, type Party, party, token, URI } from './status_fixture.ts'

export { NOW, URI }
export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'x509_san_dns:verifier.example'
export const NONCE = 'mZ3sH1yGvQ0n5Wq7t2Kp8A'
const DAY = 86_400

/** The library card, after a change to its parsed files. */
export function cardType(change?: (files: Record<string, JsonObject>) => void): CredentialType {
  const { type, faults } = parseType(libraryCard(change))
  if (type === undefined) throw new Error(JSON.stringify(faults))
  return type
}
/** The library card with other members in its credential.json, undefined for none. */
export const cardWith = (members: { readonly [name: string]: Json | undefined }): CredentialType =>
  cardType((files) => {
    files['credential.json'] = JSON.parse(JSON.stringify({ ...files['credential.json'], ...members }))
  })

export const card = cardType()

const found = formatNamed('dc+sd-jwt')
if (found === undefined) throw new Error('the format is not there')
export const format: Format = found

export interface Holder extends Signer {
  readonly jwk: Jwk
}
export function newHolder(): Holder {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { ...signer(privateKey, 'ES256'), jwk: { kty, crv, x, y } }
}

export const holder = newHolder()
export const [issuer, status, bundler] = await Promise.all([party('Credential', ISSUER), party('Status'), party('Bundle')])

/** A trust file that names the three authorities, each for its purpose; `types` restricts the one for bundles. */
export function trusted(set: Primitives = primitives, types?: readonly string[]): Promise<Anchors> {
  const entries = [
    { name: 'Credentials', for: 'credential', certificate: issuer.anchor },
    { name: 'Status', for: 'status', certificate: status.anchor },
    { name: 'Bundles', for: 'bundle', certificate: bundler.anchor, ...(types && { types }) },
  ]
  return prepareAnchors(parseTrust(JSON.stringify(entries)), set)
}
export const anchors = await trusted()

/** What an issuer decides otherwise; `holderKey` null for a credential that is bound to nobody. */
export type Issued = Omit<Partial<Draft>, 'holderKey'> & { readonly holderKey?: Jwk | null }

/** The text of a library card as it is issued: valid, bound to the holder, all disclosures with it. */
export async function issue({ holderKey = holder.jwk, ...change }: Issued = {}, set: Primitives = primitives): Promise<string> {
  const type = change.type ?? card
  const unsigned = await format.build(
    {
      type,
      claims: type.sample,
      issuer: ISSUER,
      algorithm: 'ES256',
      x5c: issuer.x5c,
      issuedAt: NOW - 3600,
      notBefore: NOW - 3600,
      expires: NOW + 30 * DAY,
      ...(holderKey && { holderKey }),
      status: { uri: URI, index: 0 },
      typeIntegrity: await integrity(metadataText(type), set),
      ...change,
    },
    set,
  )
  return unsigned.seal(await issuer.sign(unsigned.input))
}

/** What its holder shows: the claims at these paths, to the one who asks, now. */
export async function show(text: string, paths: readonly Path[] = [['name']], set: Primitives = primitives, by = holder): Promise<string> {
  const credential = await (await parseCredential(text, set)).disclose(paths)
  const unsigned = await credential.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5 }, 'ES256')
  return unsigned.seal(await by.sign(unsigned.input))
}

export const listPart = async (content?: string): Promise<Part> => ({
  kind: 'status_list',
  id: URI,
  mediaType: 'application/statuslist+jwt',
  content: content ?? (await token(status, {}, listDraft)),
})
export const metadataPart = (type: CredentialType = card): Part => ({
  kind: 'type_metadata',
  id: type.vct,
  mediaType: 'application/json',
  content: metadataText(type),
})

/** A signed bundle of these parts; `without` leaves contents of a kind out of the document. */
export async function bundleOf(
  parts: readonly Part[],
  change: { manifest?: Partial<Manifest>; signer?: Party; without?: readonly Part['kind'][] } = {},
): Promise<string> {
  const entries: Entry[] = []
  const contents = new Map<string, string>()
  for (const part of parts) {
    const entry = await entryOf(part, primitives)
    entries.push(entry)
    if (!change.without?.includes(part.kind)) contents.set(entry.digest, part.content)
  }
  const signer = change.signer ?? bundler
  const times = { created: NOW - 600, validUntil: NOW + 7 * DAY, nextUpdate: NOW + 3600 }
  const manifest = { issuer: ISSUER, ...times, entries, ...change.manifest }
  const unsigned = unsignedManifest(manifest, { algorithm: 'ES256', x5c: signer.x5c })
  return bundleDocument(unsigned.seal(await signer.sign(unsigned.input)), contents)
}

/** What a verifier decides who knows the library card and asks its holder. */
export const policyFor = (type: CredentialType = card): Policy => ({
  types: new Map([[type.vct, type]]),
  maxStatusAge: DAY,
  audience: AUDIENCE,
  nonce: NONCE,
})

export const bundle = await bundleOf([await listPart(), metadataPart()])

/** The offline check, all as it should be unless something is changed. */
export const check = (
  text: string,
  change: { bundle?: string; anchors?: Anchors; policy?: Policy; now?: number; primitives?: Primitives } = {},
): Promise<OfflineReport> => verifyOffline(text, change.bundle ?? bundle, { anchors, policy: policyFor(), now: NOW, primitives, ...change })

/** The check of that name in a report: its outcome and code. */
export function finding(report: OfflineReport, id: string): string | undefined {
  const found = report.checks.find((one) => one.id === id)
  return found && `${found.outcome} ${found.code}`
}
