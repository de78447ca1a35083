import {
  bearer,
  type Caller,
  type ClientRule,
  dpop,
  endpointAddress,
  type Form,
  identifyClient,
  ProtocolError,
  parseForm,
  parseRevocation,
  parseTokenRequest,
  tokenResponse,
  verifyDpop,
} from '@symbolon/openid4vc'
import type { HttpAnswer, HttpRequest, Store } from '@symbolon/service'
import type { Authorizations, Granted } from './authorizations.ts'
import { dpopRule, type Proving, withDpopNonce } from './dpop.ts'
import { type Redemption, SlowRefusal } from './grants/index.ts'
import { type Claimed, claimedAssertion, claimedProof, spending } from './once.ts'

/** What giving tokens needs. */
export interface TokenGiving extends Proving {
  /** The issuer identifier of the authorization server. */
  readonly url: string
  readonly store: Store
  readonly grants: readonly Redemption[]
  readonly authorizations: Authorizations
  readonly findClient: ClientRule['find']
  readonly sleep: (milliseconds: number) => Promise<void>
}

/** The token endpoint (RFC 6749 section 3.2, OpenID4VCI 1.0 section 6), one transaction a request. Throws ProtocolError. */
export const giveToken = (request: HttpRequest, parts: TokenGiving): Promise<HttpAnswer> =>
  withDpopNonce(request, parts, async () => {
    const { grant, form } = parseTokenRequest(request)
    const redemption = parts.grants.find((one) => one.grant === grant)
    if (redemption === undefined) {
      throw new ProtocolError('unsupported_grant_type', 'this grant type is not announced in the authorization server metadata')
    }
    const { caller, claimed } = await identify(form, parts)
    const proof = await readProof(request, redemption, parts)
    const step = redemption.read(form, { caller, jkt: proof?.jkt })
    const spent = proof ? [...claimed, claimedProof(proof.once, 400)] : claimed
    const granted = await spending(parts.store, spent, step).catch((error: unknown) => afterAWhile(error, parts))
    return { json: tokenResponse(given(granted)) }
  })

/** The revocation endpoint (RFC 7009): a token that is not known is as good as revoked. Throws ProtocolError. */
export async function revokeToken(request: HttpRequest, parts: TokenGiving): Promise<HttpAnswer> {
  const form = parseForm(request)
  const { caller, claimed } = await identify(form, parts)
  const { token } = parseRevocation(form)
  await spending(parts.store, claimed, (tx) => parts.authorizations.revoke(tx, token, caller))
  return {}
}

async function identify(form: Form, { url, findClient, now, primitives }: TokenGiving): Promise<{ caller: Caller; claimed: Claimed[] }> {
  const caller = await identifyClient(form, { find: findClient, audience: url, now: now(), primitives })
  return { caller, claimed: caller.once ? [claimedAssertion(caller.once)] : [] }
}

/** Whoever sends a proof gets a token that needs one. */
async function readProof({ headers }: HttpRequest, { grant }: Redemption, parts: TokenGiving) {
  if (headers.dpop === undefined && !grant.demandsDpop) return undefined
  return verifyDpop(headers.dpop, dpopRule(endpointAddress(parts.url, 'token'), parts))
}

async function afterAWhile(error: unknown, { sleep }: TokenGiving): Promise<never> {
  if (error instanceof SlowRefusal && error.seconds > 0) await sleep(error.seconds * 1000)
  throw error
}

function given({ accessToken, lifetime, refreshToken, isBound, types }: Granted) {
  const named = types.flatMap(({ type, identifier }) =>
    identifier === undefined ? [] : [{ configurationId: type, identifiers: [identifier] }],
  )
  return {
    ...{ accessToken, lifetime, scheme: isBound ? dpop : bearer },
    ...(refreshToken !== undefined && { refreshToken }),
    ...(named.length > 0 ? { details: named } : { scopes: types.map(({ type }) => type) }),
  }
}
