import { readFileSync } from 'node:fs'
import type { DidDocument } from './did_entries.ts'
import { sha256 } from './identity.ts'
import type { IssuerType } from './issuer_entries.ts'
import { schemaId } from './schema_entries.ts'
import type { State } from './state.ts'

/** An attribute as the issuers registry answers it. */
export interface SeededAttribute {
  readonly did: string
  readonly attributeId: string
  readonly body: string
  readonly issuerType: IssuerType
  readonly tao: string
  readonly rootTao: string
  /** Default: SHA-256 of the body. */
  readonly hash?: string
}

export function seedDocument(state: State, document: DidDocument): void {
  const did = document.id
  const nothing = { baseDocument: '{}', controllers: [did], methods: new Map(), relationships: [] }
  state.dids.set(did, { did, created: 0, ...nothing, fixed: document })
}

export function seedAttribute(state: State, { did, attributeId, hash, ...revision }: SeededAttribute): void {
  const entry = state.issuers.get(did) ?? { did, hasAttributes: true, attributes: new Map(), proxies: new Map() }
  entry.hasAttributes = true
  entry.attributes.set(attributeId, [{ id: hash ?? sha256(revision.body), ...revision }])
  state.issuers.set(did, entry)
}

/** Answers the id; throws when the schema refers to other files and no id is given. */
export function seedSchema(state: State, schema: object, id = schemaId(schema)): string {
  if (id === null) throw new TypeError('the schema refers to other files: give its id')
  const text = JSON.stringify(schema)
  state.schemas.set(id, { id, revisions: [{ id: `0x${sha256(text)}`, schema: text, metadata: '{}', created: 0 }] })
  return id
}

const VECTORS = new URL('../vectors/ebsi/', import.meta.url)

const readVector = (path: string) => JSON.parse(readFileSync(new URL(path, VECTORS), 'utf8'))

/** EBSI's own schemas, as far as the test vectors have them. */
export function seedVectors(state: State): void {
  for (const { schema, hex } of readVector('schema-ids.json').ids) seedSchema(state, bundled(schema), hex)
}

/** A schema of the vectors with what it refers to in its place (facts, 9 step 1). */
export function bundled(path: string): Record<string, unknown> {
  const inline = (file: string, at: string): unknown => {
    const walk = (value: unknown, pointer: string): unknown => {
      if (Array.isArray(value)) return value.map((one, index) => walk(one, `${pointer}/${index}`))
      if (typeof value !== 'object' || value === null) return value
      const reference: unknown = '$ref' in value ? value.$ref : undefined
      if (typeof reference === 'string' && !reference.startsWith('#'))
        return inline(new URL(reference, new URL(file, VECTORS)).href, pointer)
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => {
          if (name === '$ref' && at !== '') return [name, `#${`${at}${String(member).slice(1)}`.replaceAll('$', '%24')}`]
          return [name, walk(member, `${pointer}/${name}`)]
        }),
      )
    }
    return walk(JSON.parse(readFileSync(new URL(file, VECTORS), 'utf8')), at)
  }
  return inline(path, '') as Record<string, unknown>
}
