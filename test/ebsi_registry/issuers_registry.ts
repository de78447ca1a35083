import { type Answer, problem, type RegistryRequest, type Route } from './answer.ts'
import { isDidEbsi } from './base58.ts'
import { attributeOf, bare, type IssuerEntry, type Revision } from './issuer_entries.ts'
import { page } from './paging.ts'
import { fetchStatusList, readProxy } from './proxies.ts'
import { attributeUrl, type State, TIR } from './state.ts'

/** Trusted Issuers Registry v5, reading (facts, 2.2). */
export function issuersRegistry(state: State): Route[] {
  const { origin } = state
  const issuer = `${TIR}/issuers/:did`
  const attribute = `${issuer}/attributes/:attributeId`
  return [
    {
      method: 'GET',
      path: `${TIR}/issuers`,
      handle: (request) => page(request, origin, [...state.issuers.keys()], (did) => ({ did, href: `${origin}${TIR}/issuers/${did}` })),
    },
    { method: 'GET', path: issuer, handle: (request) => oneIssuer(state, request) },
    {
      method: 'GET',
      path: `${issuer}/attributes`,
      handle(request) {
        const { did, attributes } = known(state, request)
        return page(request, origin, [...attributes.keys()], (id) => ({ id, href: attributeUrl(origin, did, id) }))
      },
    },
    {
      method: 'GET',
      path: attribute,
      handle(request) {
        const { did } = known(state, request)
        const { attributeId } = request.parameters
        const { latest, revisions } = knownAttribute(state, request)
        const asked = revisions.find(({ id }, index) => index > 0 && id === bare(attributeId ?? ''))
        return { json: { did, attribute: shown(asked ?? latest) } }
      },
    },
    {
      method: 'GET',
      path: `${attribute}/revisions`,
      handle(request) {
        const { did } = known(state, request)
        const { id: attributeId, revisions } = knownAttribute(state, request)
        return page(request, origin, revisions, ({ id }) => ({ id, href: `${attributeUrl(origin, did, attributeId)}/revisions/${id}` }))
      },
    },
    {
      method: 'GET',
      path: `${attribute}/revisions/:revisionId`,
      handle(request) {
        const { did } = known(state, request)
        const { revisions } = knownAttribute(state, request)
        const revision = revisions.find(({ id }) => id === bare(request.parameters.revisionId ?? ''))
        if (revision === undefined) throw problem(404, 'Revision Not Found', 'the attribute has no such revision')
        return { json: { did, attribute: shown(revision) } }
      },
    },
    {
      method: 'GET',
      path: `${issuer}/proxies`,
      handle(request) {
        const { did, proxies } = known(state, request)
        return page(request, origin, [...proxies.keys()], (proxyId) => ({
          proxyId,
          href: `${origin}${TIR}/issuers/${did}/proxies/${proxyId}`,
        }))
      },
    },
    {
      method: 'GET',
      path: `${issuer}/proxies/:proxyId`,
      handle(request) {
        const { prefix, headers, testSuffix } = knownProxy(state, request)
        return { json: { prefix, headers, testSuffix } }
      },
    },
    {
      method: 'GET',
      path: `${issuer}/proxies/:proxyId/*path`,
      async handle(request) {
        const { did } = known(state, request)
        const proxy = knownProxy(state, request)
        try {
          return { type: 'text/plain; charset=utf-8', text: await fetchStatusList(state, did, proxy, `/${request.parameters.path}`) }
        } catch {
          throw problem(500, 'Internal Server Error', 'the proxied address gave no valid status list credential of this issuer')
        }
      },
    },
  ]
}

function known(state: State, { parameters: { did = '' } }: RegistryRequest): IssuerEntry {
  if (!isDidEbsi(did)) throw problem(400, 'Bad Request', 'the issuer is no did:ebsi')
  const entry = state.issuers.get(did)
  if (entry === undefined) throw problem(404, 'Issuer Not Found', `Issuer ${did} not found`)
  return entry
}

function knownAttribute(state: State, request: RegistryRequest) {
  const { attributeId = '' } = request.parameters
  if (!/^(0x)?[0-9a-f]{64}$/i.test(attributeId)) throw problem(400, 'Bad Request', 'the attribute id must be 64 hex digits')
  const found = attributeOf(known(state, request), attributeId)
  if (found === null) throw problem(404, 'Attribute Not Found', `Attribute ${bare(attributeId)} not found`)
  return found
}

function knownProxy(state: State, request: RegistryRequest) {
  const text = known(state, request).proxies.get(bare(request.parameters.proxyId ?? ''))
  if (text === undefined) throw problem(404, 'Proxy Not Found', 'the issuer has no such proxy')
  return readProxy(text)
}

/** `hash` is the id of the revision: SHA-256 of the body where there is one. */
const shown = ({ id, body, issuerType, tao, rootTao }: Revision) => ({ hash: id, body, issuerType, tao, rootTao })

/** Newer deployments link the attributes; older ones, and `?version=deprecated`, carry the latest revisions that have data. */
function oneIssuer(state: State, request: RegistryRequest): Answer {
  const { did, hasAttributes, attributes } = known(state, request)
  if (state.settings.inlineAttributes || request.query.get('version') === 'deprecated') {
    const latest = [...attributes.values()].flatMap((revisions) => revisions.at(-1) ?? [])
    return { json: { did, attributes: latest.filter(({ body }) => body !== '').map(shown) } }
  }
  return { json: { did, attributes: `${state.origin}${TIR}/issuers/${did}/attributes`, hasAttributes } }
}
