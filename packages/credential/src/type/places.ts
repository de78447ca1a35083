import type { Json, JsonObject } from '@symbolon/sd-jwt'
import type { Fault } from './fault.ts'
import { pointer } from './fault.ts'
import { type TypeFaultCode, typeFault } from './faults.ts'

/** One place of a schema where a claim can stand. */
export interface Place {
  readonly path: readonly (string | null)[]
  readonly kind: 'object' | 'array' | 'value'
  /** Whether claims that satisfy the schema always have something here. */
  readonly mandatory: boolean
  /** The texts of a closed list. */
  readonly values?: readonly string[]
  readonly isDate: boolean
  readonly members: ReadonlyMap<string, Place>
  readonly element?: Place
}

const FILE = 'schema.json'
const DEEPEST = 16

/** What SD-JWT puts among claims at any level (RFC 9901 section 4), and what means every member in our paths. */
const NEVER_A_NAME: ReadonlySet<string> = new Set(['_sd', '_sd_alg', '...', '*'])

/**
 * Reads off a schema all places where claims can stand: one type each, objects closed, arrays with one kind of element.
 *
 * What else the schema says (patterns, conditions) narrows those places and opens none.
 */
export function readPlaces(schema: JsonObject): { root: Place; faults: Fault<TypeFaultCode>[] } {
  const faults: Fault<TypeFaultCode>[] = []
  const root = readPlace(schema, { schema, faults, path: [], at: '', mandatory: true, depth: 0 })
  return { root, faults }
}

interface Walk {
  readonly schema: JsonObject
  readonly faults: Fault<TypeFaultCode>[]
  readonly path: readonly (string | null)[]
  /** The pointer into schema.json. */
  readonly at: string
  readonly mandatory: boolean
  readonly depth: number
}

function readPlace(node: Json | undefined, walk: Walk): Place {
  const { faults, path, at, mandatory } = walk
  const nothing: Place = { path, kind: 'value', mandatory, isDate: false, members: new Map() }
  if (walk.depth > DEEPEST) {
    faults.push(typeFault('schema_reference_unknown', FILE, at, 'deeper than 16 levels'))
    return nothing
  }
  if (!isObject(node)) {
    faults.push(typeFault('schema_not_strict', FILE, at, 'not a schema'))
    return nothing
  }
  if (node.type === undefined && typeof node.$ref === 'string') return readReference(node.$ref, walk)
  if (node.type === 'object') return readObject(node, walk)
  if (node.type === 'array') {
    if (!isObject(node.items)) faults.push(typeFault('schema_not_strict', FILE, at, 'an array without items'))
    const filled = mandatory && typeof node.minItems === 'number' && node.minItems > 0
    const below = { ...walk, path: [...path, null], at: `${at}/items`, mandatory: filled, depth: walk.depth + 1 }
    return { ...nothing, kind: 'array', ...(isObject(node.items) && { element: readPlace(node.items, below) }) }
  }
  if (typeof node.type !== 'string') faults.push(typeFault('schema_not_strict', FILE, at, 'a place without a type'))
  const values = Array.isArray(node.enum) ? node.enum : node.const === undefined ? undefined : [node.const]
  return { ...nothing, isDate: node.format === 'date', ...(values && { values: values.map(String) }) }
}

function readObject(node: JsonObject, walk: Walk): Place {
  const { faults, path, at, mandatory, depth } = walk
  const properties = node.properties
  if (!isObject(properties) || node.additionalProperties !== false || node.patternProperties !== undefined) {
    faults.push(typeFault('schema_not_strict', FILE, at, 'an object that is not closed'))
  }
  const required = new Set(Array.isArray(node.required) ? node.required : [])
  const members = Object.entries(isObject(properties) ? properties : {}).map(([name, member]): [string, Place] => {
    if (NEVER_A_NAME.has(name)) faults.push(typeFault('claim_reserved', FILE, `${at}/properties${pointer(name)}`, `"${name}"`))
    const below = {
      ...walk,
      path: [...path, name],
      at: `${at}/properties${pointer(name)}`,
      mandatory: mandatory && required.has(name),
      depth: depth + 1,
    }
    return [name, readPlace(member, below)]
  })
  return { path, kind: 'object', mandatory, isDate: false, members: new Map(members) }
}

function readReference(reference: string, walk: Walk): Place {
  const name = /^#\/\$defs\/([A-Za-z0-9_-]+)$/.exec(reference)?.[1]
  const definitions = walk.schema.$defs
  const target = name !== undefined && isObject(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined
  if (target === undefined) {
    walk.faults.push(typeFault('schema_reference_unknown', FILE, walk.at, 'a reference to nothing'))
    return { path: walk.path, kind: 'value', mandatory: walk.mandatory, isDate: false, members: new Map() }
  }
  return readPlace(target, { ...walk, depth: walk.depth + 1 })
}

/** The place at that path; `*` matches nothing here. */
export function placeAt(root: Place, path: readonly (string | null)[]): Place | undefined {
  let place: Place | undefined = root
  for (const step of path) place = step === null ? place?.element : place?.members.get(step)
  return place
}

/** Every path that a path with `*` stands for: `*` is each member that the schema names there. */
export function expand(root: Place, path: readonly (string | null)[]): (readonly (string | null)[])[] {
  let places: Place[] = [root]
  for (const step of path) {
    places = places.flatMap((place) => {
      if (step === '*') return [...place.members.values()]
      const next = step === null ? place.element : place.members.get(step)
      return next === undefined ? [] : [next]
    })
  }
  return places.map((place) => place.path)
}

/** All places below the root, containers before what they hold. */
export function allPlaces(place: Place): Place[] {
  const below = [...place.members.values(), ...(place.element ? [place.element] : [])]
  return below.flatMap((inner) => [inner, ...allPlaces(inner)])
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
