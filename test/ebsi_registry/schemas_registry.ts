import { problem, type RegistryRequest, type Route } from './answer.ts'
import { validAt } from './did_registry.ts'
import { page } from './paging.ts'
import { multibaseId, readSchemaId, type SchemaEntry } from './schema_entries.ts'
import { type State, TSR } from './state.ts'

/** Trusted Schemas Registry v3, reading (facts, 2.3). */
export function schemasRegistry(state: State): Route[] {
  const url = (id: string): string => `${state.origin}${TSR}/schemas/${id}`
  const schema = `${TSR}/schemas/:schemaId`
  return [
    {
      method: 'GET',
      path: `${TSR}/schemas`,
      handle: (request) =>
        page(request, state.origin, [...state.schemas.keys()], (id) => ({ schemaId: multibaseId(id), href: url(multibaseId(id)) })),
    },
    { method: 'GET', path: schema, handle: (request) => ({ json: JSON.parse(known(state, request).revisions.at(-1)?.schema ?? 'null') }) },
    {
      method: 'GET',
      path: `${schema}/revisions`,
      handle(request) {
        const { id, revisions } = known(state, request)
        const at = validAt(request, state.now())
        const then = revisions.filter(({ created }) => created <= at)
        // With a moment: the one revision that was valid then.
        const asked = request.query.has('valid-at') ? then.slice(-1) : revisions
        return page(request, state.origin, asked, (one) => ({
          schemaRevisionId: one.id,
          href: `${url(multibaseId(id))}/revisions/${one.id}`,
        }))
      },
    },
    {
      method: 'GET',
      path: `${schema}/revisions/:revisionId`,
      handle: (request) => ({ json: JSON.parse(knownRevision(state, request).schema) }),
    },
    {
      method: 'GET',
      path: `${schema}/revisions/:revisionId/metadata`,
      handle: (request) => ({ json: JSON.parse(knownRevision(state, request).metadata) }),
    },
  ]
}

function known(state: State, { parameters: { schemaId = '' } }: RegistryRequest): SchemaEntry {
  const id = readSchemaId(schemaId)
  if (id === null) throw problem(400, 'Bad Request', 'the schema id must be 32 bytes, as 0x and hex or z and base58btc')
  const entry = state.schemas.get(id)
  if (entry === undefined) throw problem(404, 'Schema Not Found', `Schema ${schemaId} not found`)
  return entry
}

function knownRevision(state: State, request: RegistryRequest) {
  const id = readSchemaId(request.parameters.revisionId ?? '')
  const revision = known(state, request).revisions.find((one) => one.id === id)
  if (revision === undefined) throw problem(404, 'Schema Revision Not Found', 'the schema has no such revision')
  return revision
}
