import { type Anchors, formatNamed } from '@symbolon/credential'
import {
  type CredentialConfiguration,
  type CredentialOffer,
  type IssuerMetadata,
  type Message,
  PeerError,
  type PreAuthorizedOffer,
  type ProofType,
  parseFetchedOffer,
  parseIssuerMetadata,
  parseOfferLink,
  parseServerMetadata,
  proofTypeNamed,
  refusal,
  wellKnownAddress,
} from '@symbolon/openid4vc'
import type { SignatureAlgorithm } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import type { HttpRequest, Outside, Send } from './outside.ts'
import { fetchIssuerKeys, type IssuerKeys, judgeIssuer, type Vouching } from './trusted.ts'

/** A credential on offer that this wallet can receive. */
export interface Offered {
  readonly configuration: CredentialConfiguration
  readonly type: string
  /** How the key is proven; absent for a credential that is bound to no key. */
  readonly proof?: { readonly type: ProofType; readonly algorithm: SignatureAlgorithm }
  /** Whether the trust file vouches for this issuer and this type. */
  readonly vouching: Vouching
}

/** All that can be known of an offer before anything is sent that tells who holds it or uses its code up. */
export interface InspectedOffer {
  readonly offer: CredentialOffer
  readonly preAuthorized: PreAuthorizedOffer
  readonly metadata: IssuerMetadata
  readonly tokenEndpoint: string
  readonly keys: IssuerKeys
  readonly offered: readonly Offered[]
}

/** What this wallet makes keys for, best first. */
const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256']

/** Reads an offer link, and fetches the offer when the link only says where it is. Throws PeerError. */
export async function readOffer(link: string, send: Send): Promise<CredentialOffer> {
  const parsed = parseOfferLink(link.trim())
  return 'offer' in parsed ? parsed.offer : parseFetchedOffer(await fetchDocument(parsed.address, send))
}

/**
 * Fetches what the issuer publishes and finds out whether the trust file vouches for it; only GETs that everybody makes alike.
 *
 * Throws PeerError for malformed documents, WalletError when the wallet cannot go through with it.
 */
export async function inspectOffer(offer: CredentialOffer, anchors: Anchors, outside: Outside): Promise<InspectedOffer> {
  const { send, primitives } = outside
  const { preAuthorized } = offer.grants
  if (preAuthorized === undefined) throw new PeerError('offer_not_supported', 'grants has no pre-authorized code')
  const metadata = parseIssuerMetadata(await fetchDocument(wellKnownAddress(offer.issuer, 'openid-credential-issuer'), send), offer.issuer)
  if (metadata.encryptionRequired) throw new WalletError('encryption_not_supported')
  const server = authorizationServer(preAuthorized, metadata)
  const { tokenEndpoint } = parseServerMetadata(await fetchDocument(wellKnownAddress(server, 'oauth-authorization-server'), send), server)
  const keys = await fetchIssuerKeys(offer.issuer, send)
  const offered: Offered[] = []
  for (const id of offer.configurationIds) {
    const { configuration, type, proof } = receivable(id, metadata)
    const vouching = await judgeIssuer(offer.issuer, type, keys, { anchors, primitives, now: outside.now() })
    offered.push({ configuration, type, ...(proof && { proof }), vouching })
  }
  return { offer, preAuthorized, metadata, tokenEndpoint, keys, offered }
}

/** Sends and answers the message of a good answer; throws PeerError `refused_by_peer` for any other status. */
export async function exchange(request: HttpRequest, send: Send): Promise<Message> {
  const { status, contentType, body } = await send(request)
  if (status < 200 || status > 299) throw refusal(status, { contentType, body })
  return { contentType, body }
}

const fetchDocument = (address: string, send: Send): Promise<Message> =>
  exchange({ method: 'GET', address, headers: { accept: 'application/json' } }, send)

/** The only server, or the one the offer names out of those the metadata lists (section 12.2.4). */
function authorizationServer(preAuthorized: PreAuthorizedOffer, { authorizationServers }: IssuerMetadata): string {
  const [server, ...others] = authorizationServers
  const named = preAuthorized.authorizationServer
  if (named !== undefined) {
    if (!authorizationServers.includes(named))
      throw new WalletError('authorization_server_unclear', 'the offer names one that the metadata does not list')
    return named
  }
  if (server === undefined || others.length > 0) throw new WalletError('authorization_server_unclear', 'the metadata lists several')
  return server
}

/** The configuration, if it is one this wallet can receive: found out before the code is used up. */
function receivable(id: string, metadata: IssuerMetadata): Omit<Offered, 'vouching'> {
  const configuration = metadata.configurations.get(id)
  if (configuration === undefined)
    throw new WalletError('configuration_not_offered', 'the offer names a credential that the metadata does not list')
  const { format, type, bindingMethods, proofTypes } = configuration
  if (formatNamed(format) === undefined) throw new WalletError('format_not_supported')
  if (type === undefined) throw new WalletError('format_not_supported', 'the metadata does not say which type it is')
  if (bindingMethods.length === 0 && proofTypes.size === 0) return { configuration, type }
  if (!bindingMethods.includes('jwk')) throw new WalletError('proof_not_supported', 'the credential is not bound to a JWK')
  for (const [name, { algorithms, attested }] of proofTypes) {
    const proofType = proofTypeNamed(name)
    const algorithm = ALGORITHMS.find((known) => algorithms.includes(known))
    if (proofType !== undefined && algorithm !== undefined && !attested)
      return { configuration, type, proof: { type: proofType, algorithm } }
  }
  throw new WalletError('proof_not_supported')
}
