import { sha256 } from '../identity.ts'
import { invalidParams } from '../rpc_error.ts'
import { type SchemaRevision, schemaId } from '../schema_entries.ts'
import { bytes32, hexText, jsonHex, jsonObject } from './fields.ts'
import { method, require } from './method.ts'

function checkId(args: { schemaId: string; schema: string }): void {
  const id = schemaId(jsonObject(hexText(args.schema)))
  if (id === null) throw invalidParams('schema refers to other files')
  if (id !== args.schemaId) throw invalidParams('schemaId is not that of the schema')
}

function revision(args: { schema: string; metadata: string }, created: number): SchemaRevision {
  const schema = hexText(args.schema) ?? ''
  return { id: `0x${sha256(schema)}`, schema, metadata: hexText(args.metadata) ?? '', created }
}

export const insertSchema = method({
  name: 'insertSchema',
  scopes: ['tsr_write'],
  fields: { schemaId: bytes32, schema: jsonHex, metadata: jsonHex },
  check: checkId,
  plan(args, { state, time }) {
    require(!state.schemas.has(args.schemaId), 'schema already exists')
    return () => void state.schemas.set(args.schemaId, { id: args.schemaId, revisions: [revision(args, time)] })
  },
})

export const updateSchema = method({
  name: 'updateSchema',
  scopes: ['tsr_write'],
  fields: { schemaId: bytes32, schema: jsonHex, metadata: jsonHex },
  check: checkId,
  plan(args, { state, time }) {
    const entry = state.schemas.get(args.schemaId)
    require(entry !== undefined, 'schema does not exist')
    const next = revision(args, time)
    require(!entry.revisions.some(({ id }) => id === next.id), 'revision already exists')
    return () => void entry.revisions.push(next)
  },
})

export const updateMetadata = method({
  name: 'updateMetadata',
  scopes: ['tsr_write'],
  fields: { schemaId: bytes32, schemaRevisionId: bytes32, metadata: jsonHex },
  plan(args, { state }) {
    const found = state.schemas.get(args.schemaId)?.revisions.find(({ id }) => id === args.schemaRevisionId)
    require(found !== undefined, 'revision does not exist')
    return () => {
      found.metadata = hexText(args.metadata) ?? ''
    }
  },
})
