import type { Awaitable, Primitives, Signer } from '@symbolon/sd-jwt'
import { ProtocolError } from '../../errors.ts'
import type { Form } from '../form.ts'
import type { Once } from '../once.ts'
import { none } from './none.ts'
import { privateKeyJwt } from './private_key_jwt.ts'
import type { RegisteredClient } from './registered_client.ts'

/** Who asks. None of it: a wallet that says nothing of itself; `registered` absent: one that nobody registered. */
export interface Caller {
  readonly clientId?: string
  readonly registered?: RegisteredClient
  /** What the store must accept only once, when the client proved who it is. */
  readonly once?: Once
}

/** What a server goes by: the clients it knows, and how it is called itself (its issuer identifier). */
export interface ClientRule {
  find(id: string): RegisteredClient | undefined
  readonly audience: string
  /** Seconds since 1970. */
  readonly now: number
  readonly primitives: Primitives
}

/** A client on our own side: `key` for one that proves who it is. */
export interface OurClient {
  readonly id: string
  readonly authentication: ClientAuthentication
  readonly key?: { readonly signer: Signer; readonly kid?: string }
}

/** What a client says to prove who it is: to whom (the server's issuer identifier), when, and a fresh `id` of 96 random bits or more. */
export interface AuthenticationDraft {
  readonly audience: string
  readonly issuedAt: number
  readonly id: string
}

/** A way for a client to prove who it is (RFC 8414 section 2, `token_endpoint_auth_methods_supported`). */
export interface ClientAuthentication {
  readonly id: string
  readonly spec: string
  /** Whether a client that does it has public keys with us. */
  readonly keys: boolean
  /** The client identifier a request of this kind carries, or undefined. */
  claimedId(form: Form): string | undefined
  /** Throws ProtocolError `invalid_client`. */
  authenticate(form: Form, client: RegisteredClient, rule: ClientRule): Promise<Once | undefined>
  /** The parameters that say who we are. */
  members(client: OurClient, draft: AuthenticationDraft): Awaitable<Record<string, string>>
}

/** Every way we speak. */
export const CLIENT_AUTHENTICATIONS: readonly ClientAuthentication[] = [none, privateKeyJwt]

/** The way of that identifier, or undefined. */
export const authenticationNamed = (id: string): ClientAuthentication | undefined => CLIENT_AUTHENTICATIONS.find((one) => one.id === id)

export { none, privateKeyJwt }

const LONGEST_ID = 512

/** What is wrong with a client identifier (RFC 6749 appendix A.1), or undefined. */
export const clientIdFault = (id: string): string | undefined =>
  id.length <= LONGEST_ID && /^[\x20-\x7e]+$/.test(id) ? undefined : `must be 1 to ${LONGEST_ID} printable ASCII characters`

/**
 * Finds out who sends a form, in the way that client is registered with; one that nobody registered proves nothing.
 *
 * Throws ProtocolError `invalid_client` or `invalid_request`.
 */
export async function identifyClient(form: Form, rule: ClientRule): Promise<Caller> {
  const claimed = CLIENT_AUTHENTICATIONS.map((one) => one.claimedId(form)).filter((id) => id !== undefined)
  const [clientId, ...others] = new Set(claimed)
  if (others.length > 0) throw new ProtocolError('invalid_client', 'client_id is another client than the assertion speaks for')
  if (clientId === undefined) return {}
  const fault = clientIdFault(clientId)
  if (fault !== undefined) throw new ProtocolError('invalid_request', `client_id ${fault}`)
  const registered = rule.find(clientId)
  if (registered === undefined) {
    if (privateKeyJwt.claimedId(form) !== undefined) throw new ProtocolError('invalid_client', 'the client is not registered here')
    return { clientId }
  }
  const once = await registered.authentication.authenticate(form, registered, rule)
  return { clientId, registered, ...(once && { once }) }
}

/** The parameters by which we say who we are: none for a wallet that says nothing of itself. */
export async function clientMembers(client: OurClient | undefined, draft: AuthenticationDraft): Promise<Record<string, string>> {
  return client === undefined ? {} : client.authentication.members(client, draft)
}
