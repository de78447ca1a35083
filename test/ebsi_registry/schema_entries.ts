import { base58, fromBase58 } from './base58.ts'
import { sha256 } from './identity.ts'

export interface SchemaRevision {
  /** `0x` and SHA-256 of the text. */
  readonly id: string
  /** The JSON texts. */
  readonly schema: string
  metadata: string
  /** Unix seconds. */
  readonly created: number
}

export interface SchemaEntry {
  /** `0x` and 64 hex digits. */
  readonly id: string
  readonly revisions: SchemaRevision[]
}

const DROPPED = new Set(['title', 'description', 'default', 'deprecated', 'readOnly', 'writeOnly', 'examples'])

/**
 * The id of a schema that refers to no other file (facts, 9): strip, canonicalise, encode once more as a JSON string, hash.
 *
 * Null when it refers to another file: such a schema is bundled before it is registered.
 */
export function schemaId(schema: unknown): string | null {
  const references: string[] = []
  const canonical = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const members = Object.entries(value).filter(([name]) => !DROPPED.has(name))
    return `{${members
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => {
        if (name === '$ref') references.push(String(member))
        return `${JSON.stringify(name)}:${canonical(name === '$ref' ? finalTarget(schema, String(member)) : member)}`
      })
      .join(',')}}`
  }
  const text = canonical(schema)
  if (references.some((reference) => !reference.startsWith('#'))) return null
  return `0x${sha256(JSON.stringify(text))}`
}

/** Where a local reference ends when its target is itself nothing but a reference. */
function finalTarget(schema: unknown, reference: string): string {
  let pointer = reference
  for (let hops = 0; hops < 16 && pointer.startsWith('#/'); hops++) {
    const target = pointer
      .slice(2)
      .split('/')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[decodeURIComponent(name)], schema)
    if (
      typeof target !== 'object' ||
      target === null ||
      !('$ref' in target) ||
      Object.keys(target).some((name) => name !== '$ref' && !DROPPED.has(name))
    )
      break
    pointer = String(target.$ref)
  }
  return pointer
}

/** `0x` and hex, or `z` and base58btc, of 32 bytes, as `0x` and hex; null when it is neither. */
export function readSchemaId(id: string): string | null {
  if (/^0x[0-9a-f]{64}$/i.test(id)) return id.toLowerCase()
  const bytes = id.startsWith('z') ? fromBase58(id.slice(1)) : null
  return bytes?.length === 32 ? `0x${Buffer.from(bytes).toString('hex')}` : null
}

export const multibaseId = (hex: string): string => `z${base58(Buffer.from(hex.slice(2), 'hex'))}`
