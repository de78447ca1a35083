import type { JsonObject } from '@symbolon/sd-jwt'
import { type Answer, good, type Request, send } from './answer.ts'
import type { CodeFlow } from './code_flow.ts'
import { dpopProof, type JwtChanges, signedJwt } from './dpop.ts'
import { type Holder, newHolder } from './holder.ts'
import { freshNonce } from './issuance.ts'
import type { Setting } from './setting.ts'

/** What a flow changes of a request with a token that is bound to a key. */
export interface BoundStep {
  readonly dpop?: JwtChanges | null
  /** The key of the DPoP proof, if not the right one. */
  readonly key?: Holder
  readonly token?: string
  readonly scheme?: string
  readonly body?: (body: JsonObject) => unknown
  readonly request?: (request: Request) => Request
}

/** What is asked for: by the configuration unless an identifier is given, for keys of its own unless some are. */
export interface Wanted {
  readonly type?: string
  readonly identifier?: string
  readonly holders?: readonly Holder[]
  readonly nonce?: string
  /** What a flow changes of each key proof. */
  readonly proof?: JwtChanges
}

const same = <T>(value: T): T => value

/** A JSON request with the access token of a flow and a proof of its key (RFC 9449 section 7). */
async function sendBound(flow: CodeFlow, address: string, body: JsonObject, step: BoundStep): Promise<Answer> {
  const { token = flow.accessToken, scheme = 'DPoP', request = same } = step
  const proven = { method: 'POST', address, now: flow.server.now(), nonce: flow.nonce, token }
  const dpop = step.dpop === null ? {} : { dpop: await dpopProof(step.key ?? flow.dpop, proven, step.dpop) }
  const headers = { 'content-type': 'application/json', authorization: `${scheme} ${token}`, ...dpop }
  const answer = await send(request({ method: 'POST', address, headers, body: JSON.stringify((step.body ?? same)(body)) }))
  flow.nonce = answer.headers.get('dpop-nonce') ?? flow.nonce
  return answer
}

/** Credentials are asked for (OpenID4VCI 1.0 section 8): a copy for each key. */
export async function askBound(setting: Setting, flow: CodeFlow, wanted: Wanted, step: BoundStep = {}): Promise<Answer> {
  const { type = '', identifier, holders = [newHolder()], proof } = wanted
  const nonce = wanted.nonce ?? (await freshNonce(setting))
  const claims = { iss: flow.client.id, aud: setting.url, iat: setting.now(), nonce }
  const jwts = holders.map((holder) => signedJwt(holder, { alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: holder.jwk }, claims, proof))
  const name: JsonObject = identifier === undefined ? { credential_configuration_id: type } : { credential_identifier: identifier }
  return sendBound(flow, `${setting.url}/credential`, { ...name, proofs: { jwt: await Promise.all(jwts) } }, step)
}

/** The issuer is told what became of a delivery (section 11). */
export const notify = (
  setting: Setting,
  flow: CodeFlow,
  notification: { id: unknown; event?: string },
  step: BoundStep = {},
): Promise<Answer> =>
  sendBound(
    flow,
    `${setting.url}/notification`,
    { notification_id: String(notification.id), event: notification.event ?? 'credential_accepted' },
    step,
  )

/** The credentials in a good answer, and what the wallet calls the delivery. */
export function delivered(answer: Answer): { texts: string[]; notificationId: string } {
  const { credentials, notification_id } = good(answer)
  return { texts: (credentials as { credential: string }[]).map(({ credential }) => credential), notificationId: String(notification_id) }
}
