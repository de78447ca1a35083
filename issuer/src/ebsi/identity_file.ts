import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDidEbsi, parseAttributeId } from '@symbolon/ebsi'
import { isObject, type Json, parseJson } from '@symbolon/sd-jwt'
import { SettingsError, writePrivately } from '@symbolon/service'
import { commandRefused } from '../errors.ts'

/** What an issuer keeps of its identity on EBSI, besides its keys; nothing in it is secret. */
export interface StoredIdentity {
  readonly did: string
  /** The root of the registries, without `/` at its end. */
  readonly registry: string
  /** The number of the ledger, where it was said: no transaction for another one is signed. */
  readonly chainId?: number
  /** The names of the two keys: thumbprints (RFC 7638). */
  readonly ledgerKey: string
  readonly signingKey: string
  /** Whether the registry has the DID with both keys and all they are for; before that nothing is issued under it. */
  readonly isRegistered: boolean
  /** In the order in which they were registered. */
  readonly accreditations: readonly StoredAccreditation[]
}

/** An accreditation that stands in the Trusted Issuers Registry. */
export interface StoredAccreditation {
  /** 64 hexadecimal digits. */
  readonly attributeId: string
  /** The VC-JWT. */
  readonly credential: string
}

const FILE = 'identity.json'

/** The identity in a folder, or null when there is none. Throws `SettingsError` for a file that is not as `saveIdentity` writes it. */
export function loadIdentity(folder: string): StoredIdentity | null {
  const path = join(folder, FILE)
  if (!existsSync(path)) return null
  const identity = read(path)
  if (identity === null)
    throw new SettingsError([`${path} is not as \`symbolon-issuer keys ebsi create\` writes it: bring it back from a copy`])
  return identity
}

/** Writes it so that a reader sees the old or the new one. Throws `SettingsError` when the system refuses. */
export function saveIdentity(folder: string, identity: StoredIdentity): void {
  const { did, registry, chainId, ledgerKey, signingKey, isRegistered, accreditations } = identity
  const document = {
    ...{ did, registry, ...(chainId !== undefined && { chain_id: chainId }), ledger_key: ledgerKey, signing_key: signingKey },
    state: isRegistered ? 'registered' : 'created',
    accreditations: accreditations.map(({ attributeId, credential }) => ({ attribute: attributeId, credential })),
  }
  writePrivately(join(folder, FILE), `${JSON.stringify(document, null, 2)}\n`)
}

/** The identity, complete. Throws `RefusedError`. */
export function requireRegistered(folder: string): StoredIdentity {
  const stored = requireIdentity(folder)
  if (!stored.isRegistered) throw commandRefused('identity_not_registered', `${stored.did} is not registered yet`)
  return stored
}

/** The identity, complete or not. Throws `RefusedError`. */
export function requireIdentity(folder: string): StoredIdentity {
  const stored = loadIdentity(folder)
  if (stored === null) throw commandRefused('identity_missing', 'this issuer has no identity on EBSI')
  return stored
}

function read(path: string): StoredIdentity | null {
  let document: Json
  try {
    document = parseJson(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
  if (!isObject(document)) return null
  const { did, registry, chain_id: chainId, ledger_key: ledgerKey, signing_key: signingKey, state, accreditations } = document
  const isName = (value: Json | undefined): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value)
  const found = Array.isArray(accreditations) ? accreditations.map(readAccreditation) : [null]
  const read = found.filter((one) => one !== null)
  if (typeof did !== 'string' || !isDidEbsi(did) || typeof registry !== 'string' || !isName(ledgerKey) || !isName(signingKey)) return null
  if (!(chainId === undefined || typeof chainId === 'number') || (state !== 'registered' && state !== 'created')) return null
  if (read.length !== found.length) return null
  const isRegistered = state === 'registered'
  return { did, registry, ...(chainId !== undefined && { chainId }), ledgerKey, signingKey, isRegistered, accreditations: read }
}

function readAccreditation(value: Json): StoredAccreditation | null {
  const { attribute, credential } = isObject(value) ? value : {}
  const attributeId = typeof attribute === 'string' ? parseAttributeId(attribute) : null
  return attributeId !== null && typeof credential === 'string' ? { attributeId, credential } : null
}
