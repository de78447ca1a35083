import { compileFrame, type Json, type JsonObject, parseJson } from '@symbolon/sd-jwt'
import { beginsSomehow, type CredentialJson, checkCredentialJson, checkDisplayJson, type DisplayJson } from './brick_language.ts'
import { localDate } from './calendar.ts'
import { checkCard } from './card.ts'
import { readRules } from './claim_rules.ts'
import { type ClaimFaultCode, claimsValidator, shownValidator } from './claims_validator.ts'
import { type ClaimRule, type CredentialType, LANGUAGES, type Language, type TypeDisplay } from './credential_type.ts'
import { displayFile, readDisplay } from './display.ts'
import type { Fault } from './fault.ts'
import { type TypeFaultCode, typeFault } from './faults.ts'
import { isObject, type Place, readPlaces } from './places.ts'
import { checkNames, namesOf } from './type_names.ts'

/** The files of a brick by their names relative to its folder. */
export interface TypeFolder {
  readonly name: string
  readonly files: { readonly [name: string]: string }
}

const FILE = 'credential.json'
const CARD = 'card.svg'
const REQUIRED = [FILE, 'schema.json', ...LANGUAGES.map(displayFile), 'sample.json']

/** Reads a brick (specs/credential-type.md): the type, or everything that is wrong with it at once. */
export function parseType(folder: TypeFolder): { type?: CredentialType; faults: Fault<TypeFaultCode>[] } {
  const faults: Fault<TypeFaultCode>[] = []
  const found = <T>({ faults: more, ...rest }: T & { faults: Fault<TypeFaultCode>[] }) => {
    faults.push(...more)
    return rest
  }
  const { documents } = found(readFiles(folder.files))
  const json = found(readCredentialJson(documents.get(FILE))).json
  const { schema, root, validate } = found(readSchema(documents.get('schema.json')))
  const { claims } = found(json && root ? readRules(json, root) : { claims: [], faults: [] })
  const { display } = found(readDisplays(documents, root))
  const { sample } = found(readSample(documents.get('sample.json'), validate?.(json?.periods)))
  const card = folder.files[CARD]
  if (card !== undefined) faults.push(...checkCard(card))
  if (
    json === undefined ||
    schema === undefined ||
    display === undefined ||
    sample === undefined ||
    validate === undefined ||
    faults.length > 0
  ) {
    return { faults }
  }
  return {
    type: build({
      name: folder.name,
      json,
      claims,
      schema,
      display,
      sample,
      validate: validate(json.periods),
      validateShown: shownValidator(schema),
      ...(card !== undefined && { card }),
    }),
    faults,
  }
}

interface Parts {
  readonly name: string
  readonly json: CredentialJson
  readonly claims: readonly ClaimRule[]
  readonly schema: JsonObject
  readonly display: Record<Language, TypeDisplay>
  readonly card?: string
  readonly sample: JsonObject
  readonly validate: (claims: JsonObject) => Fault<ClaimFaultCode>[]
  readonly validateShown: (claims: JsonObject) => Fault<ClaimFaultCode>[]
}

function build({ json, claims, ...parts }: Parts): CredentialType {
  const totals = json.totals ?? []
  const concealed = claims.filter(({ sd }) => sd === 'always').map(({ path, mandatory }) => ({ path: [...path], optional: !mandatory }))
  return {
    ...parts,
    ...namesOf(json),
    revision: json.revision,
    formats: json.formats,
    holderBinding: json.holder_binding,
    proofAlgorithms: json.proof_algorithms ?? [],
    reissuance: json.reissuance,
    certificates: json.certificates ?? 'embedded',
    grants: json.grants,
    clients: json.clients,
    timeZone: json.lifetime.time_zone,
    lifetime: { profile: json.lifetime.profile, endsBy: json.lifetime.ends_by ?? [] },
    status: json.status,
    copies: json.copies,
    envelope: json.envelope ?? {},
    periods: json.periods ?? {},
    legal: json.legal,
    claims,
    totals,
    frame: compileFrame(
      concealed,
      totals.map(({ path, total }) => ({ path: [...path], total })),
    ),
  }
}

function readFiles(files: TypeFolder['files']) {
  const faults: Fault<TypeFaultCode>[] = []
  const documents = new Map<string, Json>()
  for (const name of Object.keys(files)) {
    if (!REQUIRED.includes(name) && name !== CARD) faults.push(typeFault('file_unknown', name, '', 'no part of a brick'))
  }
  for (const name of REQUIRED) {
    const text = Object.hasOwn(files, name) ? files[name] : undefined
    if (text === undefined) {
      faults.push(typeFault('file_missing', name, '', 'not there'))
      continue
    }
    try {
      documents.set(name, parseJson(text))
    } catch (error) {
      faults.push(typeFault('file_not_json', name, '', error instanceof Error ? error.message : 'not JSON'))
    }
  }
  return { documents, faults }
}

function readCredentialJson(document: Json | undefined): { json?: CredentialJson; faults: Fault<TypeFaultCode>[] } {
  if (document === undefined) return { faults: [] }
  const faults: Fault<TypeFaultCode>[] = checkCredentialJson(document, FILE)
  if (faults.length > 0) return { faults }
  const json = document as unknown as CredentialJson
  faults.push(...checkNames(json))
  const { status, lifetime } = json
  const bound = json.holder_binding === 'key'
  if (bound && json.proof_algorithms === undefined) {
    faults.push(typeFault('member_missing', FILE, '/proof_algorithms', 'a credential bound to a key needs a proof of it'))
  }
  if (!bound && json.proof_algorithms !== undefined) {
    faults.push(typeFault('member_unknown', FILE, '/proof_algorithms', 'a credential that is bound to no key'))
  }
  if (!isTimeZone(lifetime.time_zone)) faults.push(typeFault('member_malformed', FILE, '/lifetime/time_zone', 'no time zone of that name'))
  if (status === null && lifetime.profile !== 'daily') faults.push(typeFault('status_missing', FILE, '/status', 'no status'))
  if (status?.suspension && status.bits < 2) faults.push(typeFault('suspension_needs_bits', FILE, '/status/bits', 'one bit'))
  if (!beginsSomehow(json)) faults.push(typeFault('refresh_needs_grant', FILE, '/grants', 'refresh_token alone'))
  if (status === null && json.reissuance === 'replace') {
    faults.push(typeFault('replacement_needs_status', FILE, '/reissuance', 'no status'))
  }
  return { json, faults }
}

function isTimeZone(name: string): boolean {
  try {
    localDate(0, name)
    return true
  } catch {
    return false
  }
}

interface Schema {
  schema?: JsonObject
  root?: Place
  validate?: (periods: CredentialJson['periods']) => (claims: JsonObject) => Fault<ClaimFaultCode>[]
  faults: Fault<TypeFaultCode>[]
}

function readSchema(document: Json | undefined): Schema {
  if (document === undefined) return { faults: [] }
  if (!isObject(document)) return { faults: [typeFault('schema_malformed', 'schema.json', '', 'not an object')] }
  const { root, faults } = readPlaces(document)
  if (root.kind !== 'object') faults.push(typeFault('schema_not_strict', 'schema.json', '', 'claims are an object'))
  if (faults.length > 0) return { faults }
  try {
    return { schema: document, root, validate: claimsValidator(document), faults }
  } catch (error) {
    return { faults: [typeFault('schema_malformed', 'schema.json', '', error instanceof Error ? error.message : 'not a schema')] }
  }
}

function readDisplays(documents: ReadonlyMap<string, Json>, root: Place | undefined) {
  const faults: Fault<TypeFaultCode>[] = []
  const display: Partial<Record<Language, TypeDisplay>> = {}
  for (const language of LANGUAGES) {
    const file = displayFile(language)
    const document = documents.get(file)
    if (document === undefined) continue
    const shape = checkDisplayJson(document, file)
    faults.push(...shape)
    if (shape.length > 0 || root === undefined) continue
    const read = readDisplay(document as unknown as DisplayJson, language, root)
    faults.push(...read.faults)
    display[language] = read.display
  }
  const { nl, fr, de, en } = display
  return { display: nl && fr && de && en && { nl, fr, de, en }, faults }
}

function readSample(
  document: Json | undefined,
  validate?: (claims: JsonObject) => Fault[],
): { sample?: JsonObject; faults: Fault<TypeFaultCode>[] } {
  if (document === undefined) return { faults: [] }
  if (!isObject(document)) return { faults: [typeFault('sample_malformed', 'sample.json', '', 'not an object')] }
  const faults = (validate?.(document) ?? []).map(({ path, message }) => typeFault('sample_malformed', 'sample.json', path, message))
  return { sample: document, faults }
}
