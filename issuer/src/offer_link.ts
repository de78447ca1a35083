import {
  authorizationCode,
  credentialOffer,
  endpointAddress,
  type OfferGrants,
  offerLink,
  offerLinkByReference,
  type TxCode,
} from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { NewOffer, OpenOffer } from './offers.ts'

const TX_CODE: TxCode = { inputMode: 'numeric', length: 6 }

/** An offer as wallets read it (OpenID4VCI 1.0 section 4.1.1); `url` is the credential issuer identifier. */
export const offerDocument = (url: string, offer: OpenOffer): JsonObject =>
  credentialOffer({ issuer: url, configurationIds: offer.types, grants: grantsOf(offer) })

/** The link of an offer: the document itself, or where it can be fetched. */
export const linkOf = (url: string, offer: NewOffer): string =>
  offer.handle === undefined
    ? offerLink(offerDocument(url, offer))
    : offerLinkByReference(`${endpointAddress(url, 'offers')}/${offer.handle}`)

const grantsOf = ({ grant, secret, asksTxCode }: OpenOffer): OfferGrants =>
  grant === authorizationCode
    ? { authorizationCode: { issuerState: secret } }
    : { preAuthorized: { code: secret, ...(asksTxCode && { txCode: TX_CODE }) } }
