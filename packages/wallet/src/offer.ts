import {
  type AuthorizationCodeOffer,
  authorizationCode,
  type CredentialOffer,
  type Message,
  type PreAuthorizedOffer,
  parseFetchedOffer,
  parseOfferLink,
  preAuthorizedCode,
} from '@symbolon/openid4vc'
import { fetchDocument } from './exchange.ts'
import type { Outside } from './outside.ts'

/** Reads an offer link, and fetches the offer when the link only says where it is. Throws PeerError. */
export async function readOffer(link: string, outside: Outside): Promise<CredentialOffer> {
  const parsed = parseOfferLink(link.trim())
  if ('offer' in parsed) return parsed.offer
  const message: Message = await fetchDocument(parsed.address, outside)
  return parseFetchedOffer(message)
}

/** How a wallet gets its token: with the code of an offer, or by sending the person to the authorization server first. */
export type Way =
  | { readonly grant: typeof preAuthorizedCode; readonly offer: PreAuthorizedOffer }
  | { readonly grant: typeof authorizationCode; readonly offer: AuthorizationCodeOffer }

/** The way through a browser that no offer says anything of. */
export const OWN_WAY: Way = { grant: authorizationCode, offer: {} }

/**
 * The way an offer is taken up: by its pre-authorized code where it has one, unless the person wants to sign in.
 *
 * An offer without grants leaves it to the authorization server's metadata (OpenID4VCI 1.0 section 4.1.1): only signing in needs no code.
 */
export function wayOf({ grants: { preAuthorized, authorizationCode: code } }: CredentialOffer, signIn: boolean): Way {
  if (preAuthorized !== undefined && !signIn) return { grant: preAuthorizedCode, offer: preAuthorized }
  return { grant: authorizationCode, offer: code ?? {} }
}
