import { type Answer, problem, type RegistryRequest, type Route } from './answer.ts'
import { isDidEbsi } from './base58.ts'
import { addresses, type DidDocument, documentAt, isController, RELATIONSHIPS } from './did_entries.ts'
import { answerCall } from './jsonrpc.ts'
import { page } from './paging.ts'
import { invalidParams, methodNotFound } from './rpc_error.ts'
import { DIDR, type State } from './state.ts'

const LD_JSON = 'application/did+ld+json'
const JSON_ONLY = 'application/did+json'

/** DID Registry v5, reading (facts, 2.1). */
export function didRegistry(state: State): Route[] {
  return [
    {
      method: 'GET',
      path: `${DIDR}/identifiers`,
      handle: (request) =>
        page(request, state.origin, filtered(state, request), (did) => ({ did, href: `${state.origin}${DIDR}/identifiers/${did}` })),
    },
    { method: 'GET', path: `${DIDR}/identifiers/:did`, handle: (request) => identifier(state, request) },
    {
      method: 'POST',
      path: `${DIDR}/identifiers/:did/actions`,
      handle: (request) =>
        answerCall(state, request, ({ method, params }) => {
          if (method !== 'checkController') throw methodNotFound(method)
          const [address] = params
          if (params.length !== 1 || typeof address !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(address)) {
            throw invalidParams('params must be one address')
          }
          return isController(state, knownDid(state, request), address)
        }),
    },
  ]
}

function identifier(state: State, request: RegistryRequest): Answer {
  const type = representation(request.headers.accept)
  const did = knownDid(state, request)
  const document = documentAt(state, did, validAt(request, state.now()))
  if (document === null) throw notFound(did)
  if (type === LD_JSON) return { type, json: document }
  const { '@context': _, ...plain } = document
  return { type, json: plain }
}

function knownDid(state: State, { parameters: { did = '' } }: RegistryRequest): string {
  if (!isDidEbsi(did)) throw problem(400, 'Invalid Identifier', 'the identifier is no did:ebsi')
  if (!state.dids.has(did)) throw notFound(did)
  return did
}

const notFound = (did: string) => problem(404, 'Identifier Not Found', `Identifier ${did} not found`)

/** What of `Accept` the service can give. A bare `application/json` is none of it. */
function representation(accept: string | undefined): string {
  const wanted = (accept ?? '*/*').split(',').map((one) => one.split(';')[0]?.trim())
  for (const type of wanted) {
    if (type === LD_JSON || type === JSON_ONLY) return type
    if (type === '*/*' || type === 'application/*') return LD_JSON
  }
  throw problem(406, 'Not Acceptable', `supported representations: ${LD_JSON}, ${JSON_ONLY}`)
}

/** The moment asked for, in Unix seconds. */
export function validAt({ query }: RegistryRequest, now: number): number {
  const text = query.get('valid-at')
  if (text === null) return now
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw problem(400, 'Bad Request', 'valid-at must be an ISO 8601 date-time')
  return Math.floor(time / 1000)
}

function filtered(state: State, { query }: RegistryRequest): string[] {
  const controller = query.get('controller')
  const methodId = query.get('verification-method-id')
  const relationship = query.get('verification-relationship')
  if ((methodId === null) !== (relationship === null) || (controller !== null && methodId !== null)) {
    throw problem(400, 'Bad Request', 'controller, or verification-method-id together with verification-relationship')
  }
  const now = state.now()
  const matches = (document: DidDocument | null): boolean => {
    if (document === null) return false
    if (controller !== null) return addresses(document).includes(controller.toLowerCase())
    if (methodId === null || relationship === null) return true
    const name = RELATIONSHIPS.find((one) => one === relationship)
    const ids = name === undefined ? undefined : document[name]
    return Array.isArray(ids) && ids.some((id) => id === methodId || String(id).endsWith(`#${methodId}`))
  }
  return [...state.dids.keys()].filter((did) => matches(documentAt(state, did, now)))
}
