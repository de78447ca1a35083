import type { CredentialType } from '@symbolon/credential'
import {
  type AuthorizationRequest,
  authorizationCode,
  checkVerifier,
  type Form,
  ProtocolError,
  parseWanted,
  type Wanted,
} from '@symbolon/openid4vc'
import type { Primitives } from '@symbolon/sd-jwt'
import { numberOf, optionalText, type Statements, textOf } from '@symbolon/service'
import { type Authorizations, walletAs } from '../authorizations.ts'
import { digestOf, type Secrets } from '../secrets.ts'
import type { Asking, Redemption } from './index.ts'

const invalidGrant = (description: string): ProtocolError => new ProtocolError('invalid_grant', description)
const DEAD = 'the code is unknown, used, withdrawn or expired'

/** What redeeming a code needs. */
interface Parts {
  /** The credential issuer identifier. */
  readonly url: string
  readonly types: ReadonlyMap<string, { readonly type: CredentialType }>
  readonly authorizations: Authorizations
  readonly secrets: Secrets
  readonly primitives: Primitives
  /** Seconds since 1970. */
  readonly now: () => number
}

/**
 * Redeems the code that a person's consent gave (RFC 6749 section 4.1.3): by the client that asked, with its verifier and its key, once.
 *
 * A second use ends what the first one gave (RFC 6749 section 4.1.2): two have the code, and one of them should not.
 */
export function redeemAuthorizationCode({ url, types, authorizations, secrets, primitives, now }: Parts): Redemption {
  const configuration = (id: string) => types.get(id)?.type
  return { grant: authorizationCode, read }

  function read(form: Form, { caller, jkt }: Asking): ReturnType<Redemption['read']> {
    const { code, codeVerifier, redirectUri } = authorizationCode.parseRequest(form)
    const { clientId } = caller
    if (clientId === undefined) throw new ProtocolError('invalid_request', 'client_id is missing')
    if (jkt === undefined) throw new ProtocolError('invalid_dpop_proof', 'this grant needs a DPoP proof in the header DPoP')

    const narrowed = form.has('authorization_details') ? parseWanted(form, { configuration, scope: () => undefined }, url) : undefined

    return async (tx) => {
      const row = await tx.get(
        'select id, client_id, request, state, authorization_id, subject, expires_at from pushed_requests where code_hash = $1',
        digestOf(code),
      )
      if (row === undefined || textOf(row, 'client_id') !== clientId) throw invalidGrant(DEAD)
      const id = textOf(row, 'id')
      const authorizationId = textOf(row, 'authorization_id')
      if (textOf(row, 'state') === 'redeemed') {
        await authorizations.end(tx, authorizationId)
        throw invalidGrant('the code was used before; what it gave has ended')
      }
      const sealed = optionalText(row, 'request')
      if (sealed === null || numberOf(row, 'expires_at') <= now()) throw invalidGrant(DEAD)
      const request: AuthorizationRequest = JSON.parse(secrets.unseal(id, sealed))
      if (redirectUri !== request.redirectUri) throw invalidGrant('redirect_uri is not that of the authorization request')
      await checkVerifier(codeVerifier, request.codeChallenge, primitives)
      if (request.dpopJkt !== undefined && request.dpopJkt !== jkt) {
        throw invalidGrant('the DPoP proof is made with another key than the one the authorization request is bound to')
      }
      const { configurationIds, byDetails } = narrow(request.wanted, narrowed)
      const granted = configurationIds.flatMap((name) => configuration(name) ?? [])
      if (granted.length === 0) throw invalidGrant(DEAD)
      if (request.issuerState !== undefined) await useOffer(tx, authorizationId)
      await tx.run("update pushed_requests set state = 'redeemed', request = null, subject = null where id = $1", id)
      return authorizations.open(tx, {
        ...{ id: authorizationId, subject: textOf(row, 'subject'), wallet: walletAs(caller, jkt) },
        ...{ types: granted, byDetails },
      })
    }
  }
}

/** A token request may ask for less than the person agreed to, never for more (OpenID4VCI 1.0 section 6.1.1, RFC 9396 section 6.1). */
function narrow(agreed: Wanted, narrowed: Wanted | undefined): Wanted {
  if (narrowed === undefined) return agreed
  if (narrowed.configurationIds.some((id) => !agreed.configurationIds.includes(id))) {
    throw new ProtocolError('invalid_authorization_details', 'authorization_details names a credential that nobody agreed to')
  }
  return narrowed
}

/** The offer that led here has the id of the authorization; the institution may have withdrawn it, and another wallet may have been faster. */
async function useOffer(tx: Statements, id: string): Promise<void> {
  const used = await tx.run("update offers set state = 'redeemed', subject = null where id = $1 and state = 'open'", id)
  if (used === 0) throw invalidGrant('the offer was withdrawn or used')
}
