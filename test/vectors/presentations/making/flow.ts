import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import {
  type CredentialType,
  type Draft,
  entryOf,
  type Entry,
  formatNamed,
  integrity,
  type Manifest,
  metadataText,
  type Need,
  packedLength,
  parseType,
  type Path,
  setStatus,
  type StatusListDraft,
  unsignedManifest,
  unsignedStatusList,
} from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { base64url, type JsonObject, keyBindingJws, parseDisclosure, parseJws, parseSdJwt, reveal, select, serialize, unsignedJws } from '@symbolon/sd-jwt'
import type { BundleVector } from '../vector.ts'
import { ISSUER, type Party, parties } from './parties.ts'

/** 15 June 2026, 10:00 in Brussels: the clock of the synthetic persons. */
export const NOW = Date.UTC(2026, 5, 15, 8) / 1000
export const DAY = 86_400
export const AUDIENCE = 'x509_hash:7Y5uRNZWmSkVJrj-jVJ6eQ6gdQ9TqbPFXvPLvYRJLSs'
export const NONCE = 'n-0S6_WzA2MjGQ7PZ1vJ0w'
export const party = await parties()
export { ISSUER, type Party }

const readFolder = (name: string): CredentialType => {
  const folder = new URL(`../../../../specs/credentials/${name}/`, import.meta.url)
  const files: Record<string, string> = {}
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.(json|svg)$/.test(file)) files[file] = readFileSync(new URL(file, folder), 'utf8')
  }
  const { type, faults } = parseType({ name, files })
  if (type === undefined) throw new Error(JSON.stringify(faults))
  return type
}
export const ehic = readFolder('ehic')
export const statute = readFolder('be-social-statute')

const format = formatNamed('dc+sd-jwt')

export const EHIC_METADATA = 'ehic-metadata.json'
const metadataFile = new URL(`../shared/${EHIC_METADATA}`, import.meta.url)
if (!existsSync(metadataFile)) writeFileSync(metadataFile, metadataText(ehic))
/** What the verifier finds in the bundle about the type; written once, so that the vectors outlive a new label of the type. */
const ehicMetadata = readFileSync(metadataFile, 'utf8')

const LIST = `${ISSUER}/status-lists/1`
const STATUTE_LIST = `${ISSUER}/status-lists/2`
/** Places in the lists: what stands there. */
export const PLACES = { valid: 412, revoked: 77, reservedValue: 303, suspended: 202, mirrorOfRevoked: 74, entries: 1000 } as const

/** One way to depart from the happy flow; each member changes one step. */
export interface Change {
  readonly type?: CredentialType
  /** The claims before anything is concealed. */
  readonly claims?: (claims: JsonObject) => JsonObject
  readonly draft?: Partial<Draft>
  /** What the issuer signs, after concealment. */
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject, disclosures: string[]) => JsonObject
  /** The texts of header and payload, for what no JSON value can say. */
  readonly headerText?: (text: string) => string
  readonly payloadText?: (text: string) => string
  readonly issuer?: Party
  /** The issuer's signature. */
  readonly signature?: (signature: Uint8Array) => Uint8Array
  /** The issuer-signed JWT after signing. */
  readonly jwt?: (jwt: string) => string
  readonly show?: readonly Path[]
  /** The disclosures that come along. */
  readonly disclosures?: (shown: string[], all: readonly string[]) => string[]
  /** The SD-JWT that the holder signs. */
  readonly presented?: (text: string) => string
  readonly holder?: Party
  readonly kbHeader?: (header: JsonObject) => JsonObject
  readonly kbPayload?: (payload: JsonObject) => JsonObject
  readonly kbSignature?: (signature: Uint8Array) => Uint8Array
  /** What is handed over: the SD-JWT and the key binding, or none. */
  readonly presentation?: (sdJwt: string, keyBinding: string, all: readonly string[]) => string
}

/** Issues, shows and binds, with one step changed. */
export async function present(change: Change = {}): Promise<string> {
  const type = change.type ?? ehic
  const { jwt, disclosures: all } = await issue(type, change)
  const wanted = await shownOf(jwt, all, change.show ?? happyShow(type))
  const shown = change.disclosures?.(wanted, all) ?? wanted
  const plain = serialize(jwt, shown)
  const sdJwt = change.presented?.(plain) ?? plain
  const keyBinding = await bind(sdJwt, change)
  return change.presentation?.(sdJwt, keyBinding, all) ?? sdJwt + keyBinding
}

const happyShow = (type: CredentialType): readonly Path[] =>
  type === ehic ? [['document_number']] : [['statutes', 'increased_reimbursement'], ['birthdate']]

async function shownOf(jwt: string, all: readonly string[], paths: readonly Path[]): Promise<string[]> {
  try {
    const revealed = await reveal(parseSdJwt(serialize(jwt, all)), primitives)
    return select(revealed, paths).map(({ text }) => text)
  } catch {
    // What cannot be read as a whole is looked up by its name.
    const names = paths.map((path) => path.at(-1))
    return all.filter((text) => names.includes(parseDisclosure(text).name ?? null))
  }
}

async function issue(type: CredentialType, change: Change): Promise<{ jwt: string; disclosures: string[] }> {
  const issuer = change.issuer ?? party('credential')
  const claims = change.claims?.(structuredClone(type.sample)) ?? type.sample
  const draft: Draft = {
    type,
    claims,
    issuer: ISSUER,
    algorithm: 'ES256',
    x5c: issuer.x5c,
    issuedAt: NOW - 10 * 3600,
    notBefore: NOW - 10 * 3600,
    expires: NOW + 90 * DAY,
    ...(type.holderBinding === 'key' && { holderKey: party('holder').jwk }),
    ...(type.status !== null && { status: type === statute ? { uri: STATUTE_LIST, index: PLACES.valid } : { uri: LIST, index: PLACES.valid } }),
    ...(type === ehic && { typeIntegrity: await integrity(ehicMetadata, primitives) }),
    ...change.draft,
  }
  if (format === undefined) throw new Error('no format')
  const unsigned = await format.build(draft, primitives)
  const [input = '', ...disclosures] = unsigned.seal(new Uint8Array(64)).split('~').slice(0, -1)
  const parsed = parseJws(input)
  const header = change.header?.(parsed.header) ?? parsed.header
  const payload = change.payload?.(parsed.payload, disclosures) ?? parsed.payload
  const texts = [change.headerText?.(JSON.stringify(header)) ?? JSON.stringify(header), change.payloadText?.(JSON.stringify(payload)) ?? JSON.stringify(payload)]
  const signed = texts.map((text) => base64url.encodeText(text)).join('.')
  const signature = await issuer.sign(signed)
  const jwt = `${signed}.${base64url.encode(change.signature?.(signature) ?? signature)}`
  return { jwt: change.jwt?.(jwt) ?? jwt, disclosures }
}

async function bind(sdJwt: string, change: Change): Promise<string> {
  const holder = change.holder ?? party('holder')
  const step = { audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5, presented: sdJwt, hash: 'sha-256', algorithm: 'ES256' } as const
  const unsigned = await keyBindingJws(step, primitives)
  const parsed = parseJws(unsigned.seal(new Uint8Array(64)))
  const { input, seal } = unsignedJws(change.kbHeader?.(parsed.header) ?? parsed.header, change.kbPayload?.(parsed.payload) ?? parsed.payload)
  const signature = await holder.sign(input)
  return seal(change.kbSignature?.(signature) ?? signature)
}

/** A disclosure of these elements, and its digest. */
export async function disclose(...elements: JsonObject[string][]): Promise<{ text: string; digest: string }> {
  const text = base64url.encodeText(JSON.stringify(elements))
  return { text, digest: await primitives.digest('sha-256', text) }
}

/** What departs from the happy status list. */
export interface ListChange {
  readonly draft?: Partial<StatusListDraft>
  readonly signer?: Party
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject) => JsonObject
  readonly signature?: (signature: Uint8Array) => Uint8Array
}

const deflate = (bytes: Uint8Array): Uint8Array => deflateSync(bytes, { level: 9 })

/** The status list of the cards (one bit) or of the statutes (two). */
export async function statusList(which: 'ehic' | 'statute' = 'ehic', change: ListChange = {}): Promise<{ need: Need; content: string }> {
  const bits = which === 'ehic' ? 1 : 2
  const packed = new Uint8Array(packedLength(PLACES.entries, bits))
  setStatus(packed, bits, PLACES.revoked, 1)
  if (bits === 2) {
    setStatus(packed, bits, PLACES.suspended, 2)
    setStatus(packed, bits, PLACES.reservedValue, 3)
  }
  const uri = which === 'ehic' ? LIST : STATUTE_LIST
  const signer = change.signer ?? party('status')
  const draft: StatusListDraft = { uri, issuedAt: NOW - 3600, expires: NOW + 7 * DAY, ttl: 43_200, bits, packed, ...change.draft }
  const parsed = parseJws(unsignedStatusList(draft, { algorithm: 'ES256', x5c: signer.x5c }, deflate).seal(new Uint8Array(64)))
  const { input, seal } = unsignedJws(change.header?.(parsed.header) ?? parsed.header, change.payload?.(parsed.payload) ?? parsed.payload)
  const signature = await signer.sign(input)
  return { need: { kind: 'status_list', id: uri }, content: seal(change.signature?.(signature) ?? signature) }
}

/** A content of a bundle, and the file of `shared/` in which it stands, if it does. */
export interface Content {
  readonly need: Need
  readonly content: string
  readonly file?: string
  readonly mediaType?: string
}

export const metadataPart = (): Content => ({ need: { kind: 'type_metadata', id: ehic.vct }, content: ehicMetadata, file: EHIC_METADATA })

/** What departs from the happy bundle. */
export interface BundleChange {
  readonly manifest?: Partial<Manifest>
  readonly entries?: (entries: Entry[]) => Entry[]
  readonly signer?: Party
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject) => JsonObject
  readonly signature?: (signature: Uint8Array) => Uint8Array
  readonly parts?: (parts: Record<string, string | { file: string }>) => Record<string, string | { file: string }>
}

/** A bundle of these contents, signed. */
export async function bundle(contents: readonly Content[], change: BundleChange = {}): Promise<BundleVector> {
  const entries: Entry[] = []
  const parts: Record<string, string | { file: string }> = {}
  for (const { need, content, file, mediaType = need.kind === 'status_list' ? 'application/statuslist+jwt' : 'application/json' } of contents) {
    const entry = await entryOf({ ...need, content, mediaType }, primitives)
    entries.push(entry)
    parts[entry.digest] = file === undefined ? content : { file }
  }
  const signer = change.signer ?? party('bundle')
  const manifest = {
    issuer: ISSUER,
    created: NOW - 1800,
    validUntil: NOW + 7 * DAY,
    nextUpdate: NOW + 3600,
    entries: change.entries?.(entries) ?? entries,
    ...change.manifest,
  }
  const parsed = parseJws(unsignedManifest(manifest, { algorithm: 'ES256', x5c: signer.x5c }).seal(new Uint8Array(64)))
  const { input, seal } = unsignedJws(change.header?.(parsed.header) ?? parsed.header, change.payload?.(parsed.payload) ?? parsed.payload)
  const signature = await signer.sign(input)
  return { manifest: seal(change.signature?.(signature) ?? signature), parts: change.parts?.(parts) ?? parts }
}

/** The bundle with another status list for the cards. */
export const bundleWith = async (list: { need: Need; content: string }): Promise<BundleVector> => bundle([list, metadataPart()])
