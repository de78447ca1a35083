import { createDpopProof, demandsDpopNonce, type Message, PeerError, refusal } from '@symbolon/openid4vc'
import { base64url } from '@symbolon/sd-jwt'
import { publicPart } from './keys.ts'
import type { HttpAnswer, HttpRequest, Outside } from './outside.ts'
import type { PrivateKey } from './state/index.ts'

/** Sends and answers the message of a good answer; throws PeerError `refused_by_peer` for any other status. */
export async function exchange(request: HttpRequest, outside: Outside, proof?: Proof): Promise<Message> {
  const { status, contentType, body } = await (proof ? sendProven(request, proof, outside) : sendPlain(request, outside))
  if (status < 200 || status > 299) throw refusal(status, { contentType, body })
  return { contentType, body }
}

/** What a request is bound to: the key, and the access token where there is one. */
export interface Proof {
  readonly key: PrivateKey
  readonly accessToken?: string
}

/** A GET of a public document: the same from everybody. */
export const fetchDocument = (address: string, outside: Outside): Promise<Message> =>
  exchange({ method: 'GET', address, headers: { accept: 'application/json' } }, outside)

/** A POST of a message. */
export function post(
  address: string,
  { contentType, body }: Message,
  outside: Outside,
  { headers = {}, proof }: { headers?: HttpRequest['headers']; proof?: Proof } = {},
): Promise<Message> {
  const type: HttpRequest['headers'] = contentType === undefined ? {} : { 'content-type': contentType }
  return exchange({ method: 'POST', address, headers: { accept: 'application/json', ...type, ...headers }, body }, outside, proof)
}

export const NOTHING: Message = { contentType: undefined, body: '' }

/** Whether a peer said no with one of these codes. */
export const isRefusedWith = (error: unknown, ...codes: readonly string[]): error is PeerError =>
  error instanceof PeerError && codes.includes(error.refused?.error ?? '')

/** Whether a resource did not take the access token (RFC 6750 section 3). */
export const isUnauthorized = (error: unknown): boolean => error instanceof PeerError && error.refused?.status === 401

/** Whether a peer said no; anything else may be a matter of the network or of the hour, and what was asked may even have been done. */
export function isFinal(error: unknown): error is PeerError {
  const status = error instanceof PeerError ? error.refused?.status : undefined
  return status !== undefined && status >= 400 && status < 500 && !PASSING.includes(status)
}

/** Too slow, too early, too often (RFC 9110 section 15.5.9, RFC 8470 section 5.2, RFC 6585 section 4). */
const PASSING = [408, 425, 429]

/** Sends with a DPoP proof over the server's newest nonce, and once more when the server asks for another one (RFC 9449 sections 8 and 9). */
async function sendProven(request: HttpRequest, proof: Proof, outside: Outside): Promise<HttpAnswer> {
  const attempt = async () =>
    sendPlain({ ...request, headers: { ...request.headers, dpop: await prove(request, proof, outside) } }, outside)
  const answer = await attempt()
  const again = demandsDpopNonce(answer.status, answer, answer.headers['www-authenticate']) && answer.headers['dpop-nonce'] !== undefined
  return again ? attempt() : answer
}

async function sendPlain(request: HttpRequest, { send, dpopNonces }: Outside): Promise<HttpAnswer> {
  const answer = await send(request)
  const nonce = answer.headers['dpop-nonce']
  if (nonce !== undefined) dpopNonces.set(originOf(request), nonce)
  return answer
}

async function prove(request: HttpRequest, { key, accessToken }: Proof, outside: Outside): Promise<string> {
  const { primitives, keys, dpopNonces } = outside
  const nonce = dpopNonces.get(originOf(request))
  const draft = {
    ...{ jwk: publicPart(key), algorithm: key.algorithm, method: request.method, address: request.address },
    ...{ issuedAt: outside.now(), id: base64url.encode(primitives.random(16)) },
    ...(nonce !== undefined && { nonce }),
    ...(accessToken !== undefined && { accessToken }),
  }
  const unsigned = await createDpopProof(draft, primitives)
  const signer = await keys.signer(key.jwk, key.algorithm)
  return unsigned.seal(await signer.sign(unsigned.input))
}

const originOf = ({ address }: HttpRequest): string => new URL(address).origin
