import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  addressFault,
  beyondRegistration,
  type Registration,
  type ResponseMode,
  readRegistration,
  responseModeNamed,
} from '@symbolon/openid4vc'
import type { Question } from '@symbolon/question'
import { isObject, type Json, type JsonObject, parseJsonObject, parseJws } from '@symbolon/sd-jwt'
import { type CertifiedSigner, type Mode, openSigner, SettingsError } from '@symbolon/service'

/** Who may ask by the service: data, a folder each (verifier/README.md). */
export interface RelyingParty {
  /** The name of the folder. */
  readonly id: string
  readonly name: string
  /** The number of the enterprise, as its access certificate names it. */
  readonly enterpriseNumber: string
  readonly questions: ReadonlySet<string>
  readonly redirectUris: ReadonlySet<string>
  /** SHA-256 of its bearer token, base64url. */
  readonly tokenHash: string
  readonly responseMode: ResponseMode
  /** Its registration certificate as it is sent along, and what it says. */
  readonly registration?: { readonly jwt: string; readonly content: Registration }
  /** Its access key and certificates as they stand in its folder, so that a renewed one needs no restart. Throws an Error that says what is wrong. */
  signer(): CertifiedSigner
}

/** Every relying party of a folder, by the digest of its token. */
export type RelyingParties = ReadonlyMap<string, RelyingParty>

const FILE = 'relying_party.json'
const MEMBERS: readonly string[] = ['name', 'enterprise_number', 'questions', 'redirect_uris', 'token_hash', 'response_mode']

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url')

/**
 * Reads the relying parties in a folder. Throws `SettingsError` with all faults of all of them: a member that is missing or unknown, a question that there is
 * not, or that asks beyond the registration.
 */
export function openRelyingParties(
  folder: string,
  questions: ReadonlyMap<string, Question>,
  { mode, now }: { readonly mode: Mode; readonly now: () => number },
): RelyingParties {
  const parties = new Map<string, RelyingParty>()
  const faults: string[] = []
  if (!existsSync(folder))
    throw new SettingsError([`${folder}: there is no such folder; it holds a folder for each relying party (verifier/README.md)`])
  for (const entry of readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    const found: string[] = []
    const party = readParty(join(folder, entry.name), entry.name, questions, now, found)
    faults.push(...found.map((fault) => `${join(folder, entry.name)}: ${fault}`))
    if (party === undefined) continue
    if (parties.has(party.tokenHash)) faults.push(`${join(folder, entry.name)}: another relying party has the same token`)
    if (mode === 'production' && isOfDevelopment(party))
      faults.push(`${join(folder, entry.name)}: its access certificate is of a development authority`)
    parties.set(party.tokenHash, party)
  }
  if (faults.length > 0) throw new SettingsError(faults)
  return parties
}

function readParty(
  folder: string,
  id: string,
  questions: ReadonlyMap<string, Question>,
  now: () => number,
  faults: string[],
): RelyingParty | undefined {
  const json = readJson(join(folder, FILE), faults)
  if (json === undefined) return undefined
  for (const member of Object.keys(json))
    if (!MEMBERS.includes(member)) faults.push(`${FILE}: there is no member ${member}; known are ${MEMBERS.join(', ')}`)
  const text = (name: string): string => {
    const value = json[name]
    if (typeof value === 'string' && value !== '') return value
    faults.push(`${FILE}: ${name} must be text`)
    return ''
  }
  const list = (name: string): string[] => {
    const value: Json = json[name] ?? []
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
    faults.push(`${FILE}: ${name} must be a list of texts`)
    return []
  }
  const responseMode = responseModeNamed(typeof json.response_mode === 'string' ? json.response_mode : 'direct_post.jwt')
  if (responseMode === undefined) faults.push(`${FILE}: response_mode is none that is spoken`)
  const asked = list('questions')
  for (const name of asked) if (!questions.has(name)) faults.push(`${FILE}: there is no question ${name}`)
  const redirectUris = list('redirect_uris')
  for (const uri of redirectUris) {
    const fault = addressFault(uri)
    if (fault !== undefined) faults.push(`${FILE}: a redirect address ${fault}`)
  }
  const registration = readRegistrationFile(join(folder, 'registration.jwt'), faults)
  if (registration !== undefined && registration.content.identifier !== json.enterprise_number)
    faults.push('registration.jwt: it is of another organisation than enterprise_number says')
  for (const name of asked) {
    const question = questions.get(name)
    if (question === undefined || registration === undefined) continue
    const beyond = beyondRegistration(question.query, registration.content)
    if (beyond.length > 0) faults.push(`${FILE}: ${name} asks beyond the registration: ${beyondText(beyond)}`)
  }
  const [name, enterpriseNumber, hash] = [text('name'), text('enterprise_number'), text('token_hash')]
  if (faults.length > 0 || responseMode === undefined) return undefined
  return {
    ...{ id, name, enterpriseNumber, tokenHash: hash, responseMode },
    questions: new Set(asked),
    redirectUris: new Set(redirectUris),
    ...(registration && { registration }),
    signer: asItStands(() => openSigner({ key: keyFile(folder), chain: join(folder, 'access.pem') }, now), now),
  }
}

const keyFile = (folder: string): string =>
  existsSync(join(folder, 'access.key')) ? join(folder, 'access.key') : join(folder, 'access.pem')

/** What is asked beyond a registration, for people. */
export const beyondText = (beyond: ReturnType<typeof beyondRegistration>): string =>
  beyond.map(({ types, path }) => (path === undefined ? types.join(', ') : path.map((step) => step ?? '*').join('.'))).join('; ')

function readJson(path: string, faults: string[]): JsonObject | undefined {
  try {
    const json = parseJsonObject(readFileSync(path, 'utf8'))
    if (isObject(json)) return json
  } catch {
    // Said below.
  }
  faults.push(`${FILE} is not there, or is no JSON object`)
  return undefined
}

function readRegistrationFile(path: string, faults: string[]): RelyingParty['registration'] {
  if (!existsSync(path)) return undefined
  try {
    const jwt = readFileSync(path, 'utf8').trim()
    return { jwt, content: readRegistration(parseJws(jwt).payload) }
  } catch (error) {
    faults.push(`registration.jwt cannot be read: ${error instanceof Error ? error.message : 'malformed'}`)
    return undefined
  }
}

/** What was opened, as long as its certificate is good. */
function asItStands(open: () => CertifiedSigner, now: () => number): () => CertifiedSigner {
  let opened: CertifiedSigner | undefined
  return () => {
    if (opened === undefined || opened.certificate.validToDate.getTime() / 1000 <= now()) opened = open()
    return opened
  }
}

function isOfDevelopment({ signer }: RelyingParty): boolean {
  try {
    return signer().certificate.issuer.includes('O=Symbolon development')
  } catch {
    // It cannot ask anyhow; that one of a thousand cannot must not keep the others from asking.
    return false
  }
}
