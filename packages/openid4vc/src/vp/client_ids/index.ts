import type { Anchors, Outcome } from '@symbolon/credential'
import type { JsonObject, Primitives, PublicKey } from '@symbolon/sd-jwt'
import { PeerError } from '../../errors.ts'
import { decentralizedIdentifier } from './decentralized_identifier.ts'
import { redirectUri } from './redirect_uri.ts'
import { x509Hash } from './x509_hash.ts'
import { x509SanDns } from './x509_san_dns.ts'

/** What telling who asks needs. `now` in seconds since 1970. */
export interface AskerContext {
  readonly anchors: Anchors
  readonly primitives: Primitives
  readonly now: number
}

/** Who asks, as far as it could be found out. */
export interface Asker {
  /** With its prefix. */
  readonly clientId: string
  readonly prefix: string
  /** `pass`: an entry for `access` of the trust file vouches; `unknown`: nobody does, and nobody could; `fail`: somebody else's certificate. */
  readonly outcome: Outcome
  readonly code: string
  /** The entry that vouches. */
  readonly anchor?: string
  /** The subject of its certificate, for people. */
  readonly subject?: string
  /** How its certificate names the organisation (`organizationIdentifier`, ETSI EN 319 412-1). */
  readonly organisation?: string
}

/** The key that a request must be signed with, and whose it is. */
export interface FoundAsker {
  readonly key: PublicKey
  readonly asker: Omit<Asker, 'clientId' | 'prefix'>
}

/** One way to be called (OpenID4VP 1.0 section 5.9.3); `name` is what follows the prefix. */
export interface ClientIdPrefix {
  readonly id: string
  readonly spec: string
  /** The key that signs, for a signed request; null: requests of this kind must not be signed. Throws PeerError `client_id_wrong`. */
  readonly find: ((name: string, proof: { header: JsonObject; algorithm: string }, context: AskerContext) => Promise<FoundAsker>) | null
  /** Whether it may have answers sent there. */
  allows(name: string, responseUri: string): boolean
}

/** Every prefix we speak; another one, none, and the reserved `origin` are refused (sections 5.9.2, 5.9.3). */
export const CLIENT_ID_PREFIXES: readonly ClientIdPrefix[] = [x509Hash, x509SanDns, redirectUri, decentralizedIdentifier]

/** Takes a client identifier apart; throws PeerError `client_id_unknown`. */
export function readClientId(clientId: string): { readonly prefix: ClientIdPrefix; readonly name: string } {
  const colon = clientId.indexOf(':')
  const prefix = CLIENT_ID_PREFIXES.find(({ id }) => id === clientId.slice(0, colon))
  if (prefix === undefined || colon < 0) {
    const known = CLIENT_ID_PREFIXES.map(({ id }) => id).join(', ')
    throw new PeerError('client_id_unknown', `client_id must begin with one of ${known}`)
  }
  return { prefix, name: clientId.slice(colon + 1) }
}
export { x509Hash, x509SanDns }
