import { challenged, endpointAddress, ProtocolError, parseAccessToken, verifyPresented } from '@symbolon/openid4vc'
import type { HttpAnswer, HttpRequest, Store } from '@symbolon/service'
import type { Access, Authorizations } from './authorizations.ts'
import { dpopRule, type Proving, withDpopNonce } from './dpop.ts'
import { type Claimed, claimedProof, useOnce } from './once.ts'

/** What it takes to know who may ask. */
export interface Guarding extends Proving {
  /** The credential issuer identifier. */
  readonly url: string
  readonly store: Store
  readonly authorizations: Authorizations
}

/**
 * Answers a request that needs an access token, bound to a key or not (RFC 6750, RFC 9449 section 7): `answer` is given what the token stands for, and the
 * proof that its transaction must use up.
 *
 * Throws ProtocolError with the challenge that fits.
 */
export const withAccess = (
  request: HttpRequest,
  endpoint: 'credential' | 'notification',
  guarding: Guarding,
  answer: (access: Access, claimed: readonly Claimed[]) => Promise<HttpAnswer>,
): Promise<HttpAnswer> =>
  withDpopNonce(request, guarding, async () => {
    // RFC 6750 section 2.3: a token in an address ends up in logs and histories.
    if (request.query.has('access_token')) throw new ProtocolError('invalid_request', 'send the access token in the header Authorization')
    const { authorization, dpop } = request.headers
    const claimed: Claimed[] = []
    try {
      const presented = parseAccessToken(authorization)
      const access = await guarding.authorizations.accessOf(presented.token)
      const once = await verifyPresented(presented, access.jkt, dpop, dpopRule(endpointAddress(guarding.url, endpoint), guarding))
      if (once) claimed.push(claimedProof(once, 401))
      return await answer(access, claimed)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      // A proof is used up whatever came of its request.
      await useOnce(
        guarding.store,
        claimed.map(({ once }) => once),
      )
      throw challenged(error, authorization)
    }
  })
