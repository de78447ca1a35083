import { type Json, type JsonObject, parseJson } from '@symbolon/sd-jwt'
import { describe } from '../type/claim_rules.ts'
import { type CredentialType, pathKey } from '../type/credential_type.ts'
import { type Fault, pointer } from '../type/fault.ts'
import { isObject, placeAt, readPlaces } from '../type/places.ts'
import { isTransform, TRANSFORMS, type Transform } from './transforms.ts'

/** Where one claim comes from. */
export interface MappedClaim {
  readonly path: readonly string[]
  readonly column: string
  readonly as: Transform
}

/** The private half of a brick: which column becomes which claim (specs/credential-type.md, claims.json). */
export type Mapping = readonly MappedClaim[]

export type MappingFaultCode = 'mapping_malformed' | 'mapping_path_repeated' | 'mapping_path_not_in_schema' | 'mapping_claim_missing'

const FILE = 'claims.json'

const fault = (code: MappingFaultCode, path: string, message: string): Fault<MappingFaultCode> => ({ file: FILE, path, code, message })

/** Reads claims.json; all that is wrong with it at once. */
export function parseMapping(text: string): { mapping?: Mapping; faults: Fault<MappingFaultCode>[] } {
  let document: Json
  try {
    document = parseJson(text)
  } catch (error) {
    return { faults: [fault('mapping_malformed', '', error instanceof Error ? error.message : 'not JSON')] }
  }
  const claims = isObject(document) && Object.keys(document).length === 1 ? document.claims : undefined
  if (!Array.isArray(claims)) return { faults: [fault('mapping_malformed', '', 'an object with one member, "claims", a list')] }
  const faults = claims.flatMap((claim, index) => shapeFaults(claim, pointer('claims', index)))
  if (faults.length > 0) return { faults }
  const mapping = claims as unknown as MappedClaim[]
  const repeated = mapping.flatMap((claim, index) =>
    mapping.slice(0, index).some((other) => overlap(other.path, claim.path)) ? [index] : [],
  )
  const overlaps = repeated.map((index) =>
    fault('mapping_path_repeated', pointer('claims', index, 'path'), 'another entry already fills this claim'),
  )
  return overlaps.length > 0 ? { faults: overlaps } : { mapping, faults: [] }
}

function shapeFaults(claim: Json, at: string): Fault<MappingFaultCode>[] {
  if (!isObject(claim)) return [fault('mapping_malformed', at, 'an object with path, column and as')]
  const { path, column, as, ...rest } = claim
  const steps = Array.isArray(path) && path.length > 0 && path.every((step) => typeof step === 'string' && step !== '')
  return [
    ...Object.keys(rest).map((name) => fault('mapping_malformed', at + pointer(name), `"${name}" has no place here`)),
    ...(steps ? [] : [fault('mapping_malformed', `${at}/path`, 'a list of member names')]),
    ...(typeof column === 'string' && column !== '' ? [] : [fault('mapping_malformed', `${at}/column`, 'the name of a column')]),
    ...(isTransform(as) ? [] : [fault('mapping_malformed', `${at}/as`, `one of ${Object.keys(TRANSFORMS).join(', ')}`)]),
  ]
}

/** Whether one path is the other or leads to it. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  const shorter = Math.min(a.length, b.length)
  return pathKey(a.slice(0, shorter)) === pathKey(b.slice(0, shorter))
}

/** Whether the mapping fits the type: it fills places that the schema has, and every claim that the type demands. */
export function checkMapping(mapping: Mapping, type: Pick<CredentialType, 'schema'>): Fault<MappingFaultCode>[] {
  const { root } = readPlaces(type.schema as JsonObject)
  const nowhere = mapping.flatMap(({ path }, index) =>
    placeAt(root, path) === undefined ? [fault('mapping_path_not_in_schema', pointer('claims', index, 'path'), describe(path))] : [],
  )
  const missing = [...root.members.values()].filter(
    ({ mandatory, path }) => mandatory && !mapping.some((claim) => claim.path[0] === path[0]),
  )
  return [
    ...nowhere,
    ...missing.map(({ path }) => fault('mapping_claim_missing', '/claims', `${describe(path)} is mandatory and comes from nowhere`)),
  ]
}
