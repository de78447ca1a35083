import { isObject, type Json, type JsonObject, type Jwk, parseJson, SdJwtError } from '@symbolon/sd-jwt'
import { isDid } from '../did/index.ts'
import { CredentialError } from '../errors.ts'
import { type Anchor, PURPOSES, type Purpose } from './anchors.ts'
import { parseCertificate } from './certificate.ts'
import { readEcJwk } from './ec_jwk.ts'
import { checkAuthority } from './path.ts'

const MEMBERS: readonly string[] = ['name', 'certificate', 'jwk', 'did', 'for', 'types']
const MOST_ENTRIES = 1000
const LONGEST_NAME = 200
// White space only in one place of it: with two beside each other a file of spaces would be read in every way they can be shared out.
const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/

/**
 * Reads a trust file: `[{ name, certificate | jwk | did, for, types? }]`, `certificate` as PEM or as base64 of the DER.
 *
 * An empty list is a trust file: nobody is trusted. Throws `CredentialError` (`trust_file_malformed`) with every fault,
 * each with the number of its entry, from 0, and the member.
 */
export function parseTrust(text: string): Anchor[] {
  let entries: Json
  try {
    entries = parseJson(text)
  } catch (error) {
    if (error instanceof SdJwtError) throw new CredentialError('trust_file_malformed', `it is not JSON (${error.code})`)
    throw error
  }
  if (!Array.isArray(entries)) throw new CredentialError('trust_file_malformed', 'it must be a list of entries, [] for nobody')
  if (entries.length > MOST_ENTRIES) throw new CredentialError('trust_file_malformed', `it has more than ${MOST_ENTRIES} entries`)
  const faults: string[] = []
  const anchors = entries.flatMap((entry, index) => {
    const found: string[] = []
    const anchor = readEntry(entry, found)
    faults.push(...found.map((fault) => `entry ${index}: ${fault}`))
    return anchor ?? []
  })
  if (faults.length > 0) throw new CredentialError('trust_file_malformed', faults.join('; '))
  return anchors
}

/** The text of a trust file with these anchors, as `parseTrust` reads it. */
export function serializeTrust(anchors: readonly Anchor[]): string {
  const entries = anchors.map(({ name, purpose, types, certificate, jwk, did }) => ({
    name,
    for: purpose,
    ...(types !== undefined && { types }),
    ...(certificate !== undefined && { certificate: certificate.toBase64() }),
    ...(jwk !== undefined && { jwk }),
    ...(did !== undefined && { did }),
  }))
  return `${JSON.stringify(entries, null, 2)}\n`
}

function readEntry(entry: Json, faults: string[]): Anchor | null {
  if (!isObject(entry)) {
    faults.push('it must be an object')
    return null
  }
  for (const member of Object.keys(entry)) {
    if (!MEMBERS.includes(member))
      faults.push(`${JSON.stringify(member).slice(0, 60)}: there is no such member; known are ${MEMBERS.join(', ')}`)
  }
  const name = readName(entry.name, faults)
  const purpose = PURPOSES.find((known) => known === entry.for)
  if (purpose === undefined) faults.push(`for: must be one of ${PURPOSES.join(', ')}`)
  const types = readTypes(entry.types, faults)
  const key = readKey(entry, faults)
  if (faults.length > 0 || name === undefined || purpose === undefined || key === undefined) return null
  return { name, purpose: purpose satisfies Purpose, ...(types !== undefined && { types }), ...key }
}

function readName(value: Json | undefined, faults: string[]): string | undefined {
  if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST_NAME || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) {
    faults.push(`name: must be text of one line, at most ${LONGEST_NAME} characters`)
    return undefined
  }
  return value
}

function readTypes(value: Json | undefined, faults: string[]): string[] | undefined {
  if (value === undefined) return undefined
  const types = Array.isArray(value) ? value.filter((type) => typeof type === 'string' && type !== '') : []
  // An empty list would say "of no type", and is more likely a slip for "of all".
  if (!Array.isArray(value) || types.length === 0 || types.length !== value.length || new Set(types).size !== types.length) {
    faults.push('types: must be a list of different vct values, or be left out for all types')
    return undefined
  }
  return types as string[]
}

type Key = { readonly certificate: Uint8Array<ArrayBuffer> } | { readonly jwk: Jwk } | { readonly did: string }

function readKey(entry: JsonObject, faults: string[]): Key | undefined {
  if ([entry.certificate, entry.jwk, entry.did].filter((one) => one !== undefined).length !== 1) {
    faults.push('certificate, jwk, did: exactly one of the three must be there')
    return undefined
  }
  const { certificate, jwk, did } = entry
  const key = certificate !== undefined ? readCertificate(certificate) : did !== undefined ? readDid(did) : readJwk(jwk)
  if (typeof key !== 'string') return key
  faults.push(key)
  return undefined
}

function readDid(value: Json): { did: string } | string {
  return typeof value === 'string' && isDid(value)
    ? { did: value }
    : 'did: must be a whole DID, spelled as its method says, without the name of a key'
}

function readJwk(value: Json | undefined): { jwk: Jwk } | string {
  const jwk = isObject(value) ? readEcJwk(value) : 'it must be an object'
  return typeof jwk === 'string' ? `jwk: ${jwk}` : { jwk }
}

function readCertificate(value: Json | undefined): { certificate: Uint8Array<ArrayBuffer> } | string {
  const base64 = typeof value === 'string' ? (PEM.exec(value)?.[1]?.replace(/\s/g, '') ?? value) : ''
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return 'certificate: must be one PEM certificate, or the base64 of its DER'
  try {
    const certificate = Uint8Array.fromBase64(base64, { lastChunkHandling: 'strict' })
    const fault = checkAuthority(parseCertificate(certificate))
    if (fault === null) return { certificate }
    return `certificate: must be that of an authority (basicConstraints cA, keyUsage keyCertSign); name its signers by a jwk instead`
  } catch (error) {
    if (error instanceof CredentialError) return `certificate: ${error.message.replace(/^certificate_malformed: /, '')}`
    if (error instanceof SyntaxError) return 'certificate: its base64 is not complete'
    throw error
  }
}
