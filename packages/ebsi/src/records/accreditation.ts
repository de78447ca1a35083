import { CredentialError, readVcJwt, schemaIdHex, type VcJwt } from '@symbolon/credential'
import { isObject, type Json, type JsonObject, parseJws, SdJwtError } from '@symbolon/sd-jwt'
import { parseAttributeId } from '../identifiers/index.ts'

/** What an accreditation is for, by its types; each gives another right. */
export const GRANTS = {
  attest: 'VerifiableAccreditationToAttest',
  accredit: 'VerifiableAccreditationToAccredit',
  root: 'VerifiableAuthorisationForTrustChain',
} as const
export type Grant = keyof typeof GRANTS

/** One line of what an entity is accredited for. */
export interface AccreditedFor {
  readonly schemaId: string
  /** The hash that this names, 64 hexadecimal digits; null where it names none: nothing is of it. */
  readonly schema: string | null
  readonly types: readonly string[]
  /** The only jurisdictions it is for; absent, all. */
  readonly jurisdictions?: readonly string[]
}

/** A signed accreditation; nothing in it is verified. */
export interface Accreditation {
  readonly vc: VcJwt
  readonly grant: Grant
  readonly accreditedFor: readonly AccreditedFor[]
  /** The attribute that was reserved for it, 64 hexadecimal digits; undefined where it names none: some live records have a shorter text. */
  readonly reservedFor: string | undefined
}

/** What is wrong with a text that should be an accreditation. */
export type NoAccreditation = 'malformed' | 'issuer_differs' | 'subject_differs'

const MOST_LINES = 256
const MOST_TYPES = 64

/** Reads the body of an attribute, with the differences between claims and members that records of the live registry have. */
export function readAccreditation(text: string): Accreditation | NoAccreditation {
  try {
    const jws = parseJws(text)
    const { iss, sub, vc } = jws.payload
    if (!isObject(vc)) return 'malformed'
    const { issuer, credentialSubject } = vc
    if (iss !== (isObject(issuer) ? issuer.id : issuer)) return 'issuer_differs'
    if (isObject(credentialSubject) && sub !== credentialSubject.id) return 'subject_differs'
    const read = readVcJwt(jws, 'registry')
    const accreditedFor = accreditedForIn(read.subject)
    const [grant, another] = (Object.keys(GRANTS) as Grant[]).filter((grant) => read.vcdm.types.includes(GRANTS[grant]))
    if (accreditedFor === null || grant === undefined || another !== undefined || read.expires === undefined) return 'malformed'
    const { reservedAttributeId } = read.subject
    const reservedFor = typeof reservedAttributeId === 'string' ? (parseAttributeId(reservedAttributeId) ?? undefined) : undefined
    return { vc: read, grant, accreditedFor, reservedFor }
  } catch (error) {
    if (error instanceof SdJwtError || error instanceof CredentialError) return 'malformed'
    throw error
  }
}

/** What a subject is accredited for; nothing where nothing is said, null where what is said cannot be read. */
export function accreditedForIn(subject: JsonObject): readonly AccreditedFor[] | null {
  const value = subject.accreditedFor ?? []
  if (!Array.isArray(value) || value.length > MOST_LINES) return null
  const lines = value.map(readLine)
  return lines.every((line) => line !== null) ? lines : null
}

function readLine(value: Json): AccreditedFor | null {
  if (!isObject(value) || typeof value.schemaId !== 'string') return null
  const types = textsIn(value.types)
  if (types === null || types.length === 0) return null
  const { schemaId } = value
  const schema = schemaIdHex(schemaId)
  if (value.limitJurisdiction === undefined) return { schemaId, schema, types }
  const { limitJurisdiction: limit } = value
  const jurisdictions = textsIn(typeof limit === 'string' ? [limit] : limit)
  // An empty list is more likely a slip for "of all" than "of none": neither is guessed.
  return jurisdictions === null || jurisdictions.length === 0 ? null : { schemaId, schema, types, jurisdictions }
}

function textsIn(value: Json | undefined): string[] | null {
  if (!Array.isArray(value) || value.length > MOST_TYPES) return null
  const texts = value.filter((one) => typeof one === 'string' && one !== '')
  return texts.length === value.length ? (texts as string[]) : null
}
