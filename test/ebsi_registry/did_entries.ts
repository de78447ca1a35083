import { addressOf, type PublicJwk } from './identity.ts'
import type { State } from './state.ts'

export const RELATIONSHIPS = ['authentication', 'assertionMethod', 'keyAgreement', 'capabilityInvocation', 'capabilityDelegation'] as const

export interface Relationship {
  readonly name: string
  readonly vMethodId: string
  /** Unix seconds; both ends belong to it. */
  readonly notBefore: number
  readonly notAfter: number
}

export interface VerificationMethod {
  readonly jwk: PublicJwk
  readonly isRevoked: boolean
}

/** A DID on the ledger; a document that was put in as it is (`fixed`) has nothing else. */
export interface DidEntry {
  readonly did: string
  /** Unix seconds. */
  readonly created: number
  /** The JSON text with `@context` and `service`. */
  baseDocument: string
  controllers: string[]
  readonly methods: Map<string, VerificationMethod>
  relationships: Relationship[]
  readonly fixed?: DidDocument
}

export interface DidDocument {
  readonly id: string
  readonly controller?: readonly string[]
  readonly verificationMethod?: readonly { readonly id: string; readonly publicKeyJwk: PublicJwk }[]
  readonly authentication?: readonly string[]
  readonly assertionMethod?: readonly string[]
  readonly capabilityInvocation?: readonly string[]
  readonly [member: string]: unknown
}

/** The document as it is valid at a moment (Unix seconds); null for a DID that was not registered then (facts, 1.2). */
export function documentAt(state: State, did: string, at: number): DidDocument | null {
  const entry = state.dids.get(did)
  if (entry === undefined || at < entry.created) return null
  if (entry.fixed !== undefined) return entry.fixed
  const valid = entry.relationships.filter(({ notBefore, notAfter }) => notBefore <= at && at <= notAfter)
  const shown = [...new Set(valid.map(({ vMethodId }) => vMethodId))]
  const base: Record<string, unknown> = JSON.parse(entry.baseDocument)
  return {
    '@context': base['@context'],
    id: did,
    controller: entry.controllers,
    verificationMethod: shown.flatMap((id) => {
      const method = entry.methods.get(id)
      return method ? [{ id: `${did}#${id}`, type: 'JsonWebKey2020', controller: did, publicKeyJwk: method.jwk }] : []
    }),
    ...Object.fromEntries(
      RELATIONSHIPS.flatMap((name) => {
        const ids = valid.filter((one) => one.name === name).map(({ vMethodId }) => `${did}#${vMethodId}`)
        return ids.length === 0 ? [] : [[name, ids]]
      }),
    ),
    ...(Array.isArray(base.service) && base.service.length > 0 ? { service: base.service } : {}),
  }
}

/** The key of a document for a purpose; null when the document has none by that id. */
export function keyFor(
  document: DidDocument,
  kid: string,
  purpose: 'authentication' | 'assertionMethod' | 'capabilityInvocation',
): PublicJwk | null {
  if (!document[purpose]?.includes(kid)) return null
  return document.verificationMethod?.find(({ id }) => id === kid)?.publicKeyJwk ?? null
}

/** Whether an address may write for a DID now: it is that of a `capabilityInvocation` key of one of its controllers. */
export function isController(state: State, did: string, address: string): boolean {
  const now = state.now()
  const controllers = documentAt(state, did, now)?.controller ?? []
  return controllers.some((controller) => addresses(documentAt(state, controller, now)).includes(address.toLowerCase()))
}

/** The ledger addresses of a document, in lower case. */
export function addresses(document: DidDocument | null): string[] {
  if (document === null) return []
  return (document.capabilityInvocation ?? []).flatMap((kid) => {
    const jwk = keyFor(document, kid, 'capabilityInvocation')
    return jwk?.crv === 'secp256k1' ? [addressOf(jwk)] : []
  })
}
