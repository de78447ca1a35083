import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { isAlias, isMap, isNode, isScalar, isSeq, parse, parseDocument } from 'yaml'

/** A value and the paths in it that carry the tag `!sd`, as the published example specifications mark them. */
export interface Marked {
  readonly value: Json
  readonly marks: readonly Path[]
}

type Path = readonly (string | number)[]

/** One published specification: what is issued, what is disclosed, what comes out. */
export interface Specification {
  readonly claims: JsonObject
  readonly marks: readonly Path[]
  readonly disclosed: Json
  readonly expected: Json | undefined
  readonly keyBinding: boolean
  readonly decoys: boolean
  readonly json: boolean
  readonly header: JsonObject
}

/** Parses a `specification.yml`. */
export function parseSpecification(text: string): Specification {
  const document = parseDocument(text, { logLevel: 'silent' })
  if (document.errors.length > 0) throw document.errors[0]
  const { value, marks } = read(document.contents, [])
  const specification = value as JsonObject
  return {
    claims: specification.user_claims as JsonObject,
    marks: marks.filter(([first]) => first === 'user_claims').map((path) => path.slice(1)),
    disclosed: specification.holder_disclosed_claims ?? {},
    expected: specification.expect_verified_user_claims,
    keyBinding: specification.key_binding === true,
    decoys: specification.add_decoy_claims === true,
    json: specification.serialization_format === 'json',
    header: (specification.extra_header_parameters ?? {}) as JsonObject,
  }
}

function read(node: unknown, path: Path): Marked {
  if (isAlias(node)) throw new Error('an alias is not expected here')
  const marks: Path[] = isNode(node) && node.tag === '!sd' ? [path] : []
  if (isMap(node)) {
    const value: JsonObject = {}
    for (const { key, value: member } of node.items) {
      if (!isScalar(key)) throw new Error('a name is expected here')
      const name = String(key.value)
      const read_ = read(member, [...path, name])
      value[name] = read_.value
      marks.push(...(key.tag === '!sd' ? [[...path, name]] : []), ...read_.marks)
    }
    return { value, marks }
  }
  if (isSeq(node)) {
    const elements = node.items.map((item, index) => read(item, [...path, index]))
    return { value: elements.map(({ value }) => value), marks: [...marks, ...elements.flatMap((element) => element.marks)] }
  }
  if (!isScalar(node)) return { value: null, marks }
  // With a tag of its own a scalar is read as a string; what it would be without the tag is what counts.
  const plain = node.tag === '!sd' && node.type === 'PLAIN'
  return { value: (plain ? parse(node.source ?? '') : node.value) as Json, marks }
}
