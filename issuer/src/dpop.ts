import { checkNonce, createNonce, DPOP_ALGORITHMS, type DpopRule, NONCE_PURPOSES, ProtocolError } from '@symbolon/openid4vc'
import type { Primitives } from '@symbolon/sd-jwt'
import type { HttpAnswer, HttpRequest } from '@symbolon/service'
import type { Secrets } from './secrets.ts'

/** What asking for DPoP proofs needs; `now` gives seconds. */
export interface Proving {
  readonly secrets: Secrets
  readonly primitives: Primitives
  readonly now: () => number
}

/** How long a nonce of a DPoP proof is good, in seconds; until then as often as one likes, only the proof itself is used once. */
const NONCE_LIFE = 300

/** What a proof for a POST to this address must be like (RFC 9449 section 4.3). */
export const dpopRule = (address: string, { secrets, primitives, now }: Proving): Omit<DpopRule, 'accessToken' | 'jkt'> => ({
  method: 'POST',
  address,
  now: now(),
  checkNonce: (nonce) => checkNonce(nonce, { purpose: NONCE_PURPOSES.dpop, now: now(), maxAge: NONCE_LIFE, mac: secrets.nonce }),
  algorithms: DPOP_ALGORITHMS,
  primitives,
})

/** A nonce for DPoP proofs, as the header that brings it (RFC 9449 section 8). It is nobody's own, so all that is answered in one second has the same. */
export async function dpopNonce({ secrets, primitives, now }: Proving): Promise<Record<string, string>> {
  const at = now()
  const known = made.get(secrets)
  if (known?.at === at) return known.header
  const header = { 'dpop-nonce': await createNonce(NONCE_PURPOSES.dpop, at, primitives.random, secrets.nonce) }
  made.set(secrets, { at, header })
  return header
}

/** The last one of each issuer in this process. */
const made = new WeakMap<Secrets, { readonly at: number; readonly header: Record<string, string> }>()

/** Answers a request, with a fresh nonce for the next proof if this one had a proof, whatever comes of it (RFC 9449 section 8.2). */
export async function withDpopNonce(request: HttpRequest, proving: Proving, answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  if (request.headers.dpop === undefined) return answer()
  try {
    const { headers, ...rest } = await answer()
    return { ...rest, headers: { ...headers, ...(await dpopNonce(proving)) } }
  } catch (error) {
    if (error instanceof ProtocolError) throw error.answeredWith({ headers: await dpopNonce(proving) })
    throw error
  }
}
