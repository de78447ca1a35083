import { isObject, type Json, type JsonObject, setMember } from '@symbolon/sd-jwt'
import { EbsiError } from '../errors.ts'

/** Schemas name one another a few files deep; more is a circle. */
const DEEPEST = 16

interface Place {
  /** The path of the file that the value stands in. */
  readonly file: string
  readonly root: JsonObject
  /** Where that file's content stands in the outermost one, as a JSON pointer. */
  readonly prefix: string
  readonly depth: number
}

/** One schema without references to other files: each is replaced by what it names, and pointers within that point to their new place. */
export function bundled(schema: JsonObject, where: { readonly file: string; load(path: string): JsonObject | undefined }): Json {
  const walk = (value: Json, at: Place, pointer: string): Json => {
    if (Array.isArray(value)) return value.map((element, index) => walk(element, at, `${pointer}/${index}`))
    if (!isObject(value)) return value
    const { $ref } = value
    if (typeof $ref === 'string' && !$ref.startsWith('#')) return inlined($ref, at, pointer)
    const copy: JsonObject = {}
    for (const [name, member] of Object.entries(value)) setMember(copy, name, walk(member, at, `${pointer}/${escaped(name)}`))
    if (typeof $ref === 'string') copy.$ref = moved(finalTarget($ref, at.root), at.prefix)
    return copy
  }
  const inlined = (reference: string, { file, depth }: Place, pointer: string): Json => {
    const path = resolved(reference, file)
    const root = depth < DEEPEST ? where.load(path) : undefined
    if (root === undefined) throw new EbsiError('schema_reference_unknown')
    return walk(root, { file: path, root, prefix: pointer, depth: depth + 1 }, pointer)
  }
  return walk(schema, { file: where.file, root: schema, prefix: '', depth: 0 }, '')
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('$', '%24')

/** `../a/b.json` as seen from another file; only the path counts. */
const resolved = (reference: string, from: string): string => new URL(reference, `file:///${from}`).pathname.slice(1)

const moved = (pointer: string, prefix: string): string =>
  prefix === '' ? pointer : `#${prefix}${pointer.slice(1).replaceAll('$', '%24')}`

/** A reference to what is itself only a reference is one to what that names. */
function finalTarget(pointer: string, root: JsonObject): string {
  const seen = new Set<string>()
  for (let at = pointer; ; ) {
    const target = lookUp(at, root)
    const next = isObject(target) && Object.keys(target).length === 1 ? target.$ref : undefined
    if (typeof next !== 'string' || !next.startsWith('#') || seen.has(at)) return at
    seen.add(at)
    at = next
  }
}

function lookUp(pointer: string, root: JsonObject): Json | undefined {
  let value: Json | undefined = root
  for (const step of pointer.split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}
