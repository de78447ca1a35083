import { type Json, type JsonObject, ownMember } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { type Message, reader } from '../message.ts'
import { type AuthorizationCodeOffer, authorizationCode } from '../oauth/grants/authorization_code.ts'
import { type PreAuthorizedOffer, preAuthorizedCode } from '../oauth/grants/pre_authorized_code.ts'
import { identifierFault } from './well_known.ts'

/** A credential offer: whose credentials, which ones, and how to get them (OpenID4VCI 1.0 section 4.1.1). */
export interface CredentialOffer {
  /** The credential issuer identifier; nothing vouches for it yet (section 13.5). */
  readonly issuer: string
  readonly configurationIds: readonly string[]
  readonly grants: OfferGrants
}

/** How the credentials can be got, at the wallet's choice; neither: as the metadata of the authorization server says. */
export interface OfferGrants {
  readonly preAuthorized?: PreAuthorizedOffer
  readonly authorizationCode?: AuthorizationCodeOffer
}

/** An offer link: the offer itself, or the address where it can be fetched. */
export type OfferLink = { readonly offer: CredentialOffer } | { readonly address: string }

/** The schemes of offer links: OpenID4VCI 1.0 section 12.1.2, HAIP 1.0 section 4.2. */
const SCHEMES: ReadonlySet<string> = new Set(['openid-credential-offer:', 'haip-vci:'])
const LONGEST_LINK = 65_536

const read = reader((place, what, cause) => new PeerError('offer_malformed', `${place} ${what}`, cause))

/** The offer as the JSON document that stands in a link, or where a link leads. */
export const credentialOffer = ({
  issuer,
  configurationIds,
  grants: { preAuthorized, authorizationCode: code },
}: CredentialOffer): JsonObject => ({
  credential_issuer: issuer,
  credential_configuration_ids: [...configurationIds],
  ...((preAuthorized ?? code) && {
    grants: {
      ...(preAuthorized && { [preAuthorizedCode.id]: preAuthorizedCode.offerMembers(preAuthorized) }),
      ...(code && { [authorizationCode.id]: authorizationCode.offerMembers(code) }),
    },
  }),
})

/** The whole link, the offer by value; whoever has it can redeem it, so it is a secret. */
export const offerLink = (document: JsonObject): string =>
  `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(document))}`

/** The link of an offer that is fetched from that address (section 4.1.3): short enough for a QR code; whoever has it can fetch the offer, so it is a secret too. */
export const offerLinkByReference = (address: string): string =>
  `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(address)}`

/** Reads an offer link; throws PeerError `offer_malformed` or `offer_not_supported`. */
export function parseOfferLink(link: string): OfferLink {
  if (link.length > LONGEST_LINK) read.refuse('the offer', `must have at most ${LONGEST_LINK} characters`)
  const url = URL.parse(link)
  if (url === null || !SCHEMES.has(url.protocol)) return read.refuse('the offer', 'must begin with openid-credential-offer://')
  const values = url.searchParams.getAll('credential_offer')
  const addresses = url.searchParams.getAll('credential_offer_uri')
  if (values.length + addresses.length !== 1) {
    return read.refuse('the offer', 'must have exactly one of credential_offer and credential_offer_uri, once')
  }
  const [value] = values
  return value === undefined ? { address: read.address(addresses[0], 'credential_offer_uri') } : { offer: parseOffer(read.jsonText(value)) }
}

/** Reads an offer that was fetched from the address of its link (section 4.1.3); throws like `parseOfferLink`. */
export const parseFetchedOffer = (message: Message): CredentialOffer => parseOffer(read.json(message))

function parseOffer(document: Json): CredentialOffer {
  const offer = read.object(document, 'the offer')
  const issuer = read.string(offer.credential_issuer, 'credential_issuer')
  const fault = identifierFault(issuer)
  if (fault !== undefined) read.refuse('credential_issuer', fault)
  if (offer.credential_configuration_ids === undefined && offer.credentials !== undefined) {
    read.refuse('credential_configuration_ids', 'is missing; credentials is of a draft older than OpenID4VCI 1.0')
  }
  const configurationIds = read.strings(offer.credential_configuration_ids, 'credential_configuration_ids')
  return { issuer, configurationIds, grants: parseGrants(read.optional(offer.grants, read.object, 'grants') ?? {}) }
}

/** No grant at all is an offer (section 4.1.1); only such as we do not know is one that this wallet cannot take. */
function parseGrants(grants: JsonObject): OfferGrants {
  const preAuthorized = parseGrant(preAuthorizedCode, grants)
  const code = parseGrant(authorizationCode, grants)
  if (preAuthorized === undefined && code === undefined && Object.keys(grants).length > 0) {
    throw new PeerError('offer_not_supported', 'grants has neither a pre-authorized code nor an authorization code')
  }
  return { ...(preAuthorized && { preAuthorized }), ...(code && { authorizationCode: code }) }
}

const parseGrant = <T>(grant: { id: string; parseOffer(value: Json, place: string): T }, grants: JsonObject): T | undefined =>
  read.optional(ownMember(grants, grant.id), grant.parseOffer, `grants["${grant.id}"]`)
