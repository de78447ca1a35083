import {
  endpointAddress,
  identifyClient,
  ProtocolError,
  parseAuthorizationRequest,
  parsePushedRequest,
  pushedResponse,
  verifyDpop,
} from '@symbolon/openid4vc'
import { dpopRule, type Proving, withDpopNonce } from '../dpop.ts'
import { type Claimed, claimedAssertion, claimedProof } from '../once.ts'
import { wantable } from '../wallets.ts'
import { REQUEST_LIFE } from './requests.ts'
import type { Authorizing, Call } from './visit.ts'

/** What taking a pushed request needs. */
export type Pushing = Authorizing & Proving

/**
 * The pushed authorization request endpoint (RFC 9126): everything about a request is checked here, before anybody sees a page.
 *
 * A DPoP proof, or `dpop_jkt`, binds the code to a key; both must name the same one (RFC 9449 section 10.1). Throws ProtocolError.
 */
export const pushing =
  (parts: Pushing): Call =>
  (message) =>
    withDpopNonce(message, parts, async () => {
      const { url, types, requests, findClient, primitives } = parts
      const form = parsePushedRequest(message)
      const caller = await identifyClient(form, { find: findClient, audience: url, now: parts.now(), primitives })
      const claimed: Claimed[] = caller.once ? [claimedAssertion(caller.once)] : []
      const request = parseAuthorizationRequest(form, caller, wantable(types, caller), url)
      const { dpopJkt, issuerState, wanted } = request
      const rule = { ...dpopRule(endpointAddress(url, 'par'), parts), ...(dpopJkt !== undefined && { jkt: dpopJkt }) }
      const proof = message.headers.dpop === undefined ? undefined : await verifyDpop(message.headers.dpop, rule)
      if (proof) claimed.push(claimedProof(proof.once, 400))
      if (issuerState !== undefined) {
        const offer = await requests.offered(issuerState)
        if (offer === undefined)
          throw new ProtocolError('invalid_request', 'issuer_state is of no open offer; ask the institution for a new one')
        if (wanted.configurationIds.some((id) => !offer.types.includes(id))) {
          throw new ProtocolError('invalid_request', 'issuer_state is of an offer for another credential')
        }
      }
      const uri = await requests.push(proof === undefined ? request : { ...request, dpopJkt: proof.jkt }, claimed)
      return { status: 201, json: pushedResponse(uri, REQUEST_LIFE) }
    })
