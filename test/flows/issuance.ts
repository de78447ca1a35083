import { type JsonObject, type Signer, unsignedJws } from '@symbolon/sd-jwt'
import { type Answer, good, type Request, send } from './answer.ts'
import { type Holder, newHolder } from './holder.ts'
import type { Offer, Setting } from './setting.ts'

/** What a flow changes of what an honest wallet sends; each is given the honest thing and answers what is sent instead. */
export interface Changes {
  readonly form?: (form: Record<string, string>) => Record<string, string>
  readonly tokenRequest?: (request: Request) => Request
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject) => JsonObject
  readonly sign?: (input: string, honest: Signer) => Uint8Array | Promise<Uint8Array>
  readonly proof?: (proof: string) => unknown
  readonly body?: (body: JsonObject) => JsonObject
  readonly credentialRequest?: (request: Request) => Request
}

const same = <T>(value: T): T => value
const GRANT = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** The second step: the code of an offer is redeemed for an access token (OpenID4VCI 1.0 section 6). */
export async function redeem(setting: Setting, { code, txCode }: Offer, { form = same, tokenRequest = same }: Changes = {}) {
  const honest = { grant_type: GRANT, 'pre-authorized_code': code, ...(txCode !== undefined && { tx_code: txCode }) }
  const request: Request = {
    method: 'POST',
    address: `${setting.url}/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form(honest)).toString(),
  }
  const answer = await send(tokenRequest(request))
  if (typeof answer.body.access_token === 'string') setting.secrets.add(answer.body.access_token)
  return answer
}

/** The access token of an offer that is redeemed as it should be. */
export const tokenOf = async (setting: Setting, offer: Offer): Promise<string> => String(good(await redeem(setting, offer)).access_token)

/** The third step: a nonce (section 7). */
export async function freshNonce(setting: Setting): Promise<string> {
  const nonce = String(good(await send({ method: 'POST', address: `${setting.url}/nonce`, headers: {} })).c_nonce)
  setting.secrets.add(nonce)
  return nonce
}

/** The fourth step: the proof that the wallet has the key (appendix F.1). */
export async function prove(
  setting: Setting,
  holder: Holder,
  nonce: string,
  { header = same, payload = same, sign = (input, honest) => honest.sign(input), proof = same }: Changes = {},
): Promise<unknown> {
  const { input, seal } = unsignedJws(
    header({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: holder.jwk }),
    payload({ aud: setting.url, iat: setting.now(), nonce }),
  )
  return proof(seal(await sign(input, holder.signer)))
}

/** The fifth step: the credential is asked for (section 8); by default with a fresh nonce, for the key of `holder`. */
export async function ask(
  setting: Setting,
  { token, type, holder = newHolder(), nonce }: { token: string; type: string; holder?: Holder; nonce?: string },
  changes: Changes = {},
): Promise<Answer> {
  const { body = same, credentialRequest = same } = changes
  const proof = await prove(setting, holder, nonce ?? (await freshNonce(setting)), changes)
  const honest = { credential_configuration_id: type, proofs: { jwt: [proof] } } as JsonObject
  const request: Request = {
    method: 'POST',
    address: `${setting.url}/credential`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body(honest)),
  }
  return send(credentialRequest(request))
}

/** The credential in an answer. */
export function credentialIn(answer: Answer): string {
  const [first] = good(answer).credentials as { credential: string }[]
  if (first === undefined) throw new Error('an answer without a credential')
  return first.credential
}

/** All steps at once, none of them changed. */
export async function issue(setting: Setting, offer: Offer, holder: Holder): Promise<string> {
  return credentialIn(await ask(setting, { token: await tokenOf(setting, offer), type: offer.type, holder }))
}
