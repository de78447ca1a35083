import { type Anchors, formatNamed } from '@symbolon/credential'
import {
  authorizationCode,
  type CredentialConfiguration,
  type CredentialOffer,
  type IssuerMetadata,
  type ProofType,
  parseIssuerMetadata,
  parseServerMetadata,
  proofTypeNamed,
  type ServerMetadata,
  wellKnownAddress,
} from '@symbolon/openid4vc'
import type { SignatureAlgorithm } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import { fetchDocument } from './exchange.ts'
import { algorithmAmong } from './keys.ts'
import { OWN_WAY, type Way } from './offer.ts'
import type { Outside } from './outside.ts'
import { fetchIssuerKeys, type IssuerKeys, judgeIssuer, type Vouching } from './trusted.ts'

/** A credential that this wallet can receive. */
export interface Offered {
  readonly configuration: CredentialConfiguration
  readonly type: string
  /** How keys are proven; absent for a credential that is bound to no key. */
  readonly proof?: { readonly type: ProofType; readonly algorithm: SignatureAlgorithm }
  /** Whether the trust file vouches for this issuer and this type. */
  readonly vouching: Vouching
}

/** All that can be known of an issuer and its credentials before anything is sent that tells who asks or uses a code up. */
export interface Inspected {
  readonly metadata: IssuerMetadata
  readonly server: ServerMetadata
  readonly keys: IssuerKeys
  readonly offered: readonly Offered[]
}

/**
 * Fetches what the issuer of an offer publishes and finds out whether the trust file vouches for it; only GETs that everybody makes alike.
 *
 * Throws PeerError for malformed documents, WalletError when the wallet cannot go through with it.
 */
export const inspectOffer = (offer: CredentialOffer, way: Way, anchors: Anchors, outside: Outside): Promise<Inspected> =>
  inspect(offer.issuer, () => offer.configurationIds, way, anchors, outside)

/** The same without an offer, for credentials that the person names: by configuration, type or scope. */
export const inspectIssuer = (issuer: string, types: readonly string[], anchors: Anchors, outside: Outside): Promise<Inspected> =>
  inspect(issuer, (metadata) => [...new Set(types.map((type) => configurationNamed(type, metadata)))], OWN_WAY, anchors, outside)

/** The same for what is under way with a server that is known already. */
export const inspectAgain = (
  { issuer, server }: { issuer: string; server: string },
  configurationIds: readonly string[],
  anchors: Anchors,
  outside: Outside,
): Promise<Inspected> =>
  inspect(issuer, () => configurationIds, { grant: authorizationCode, offer: { authorizationServer: server } }, anchors, outside)

async function inspect(
  issuer: string,
  choose: (metadata: IssuerMetadata) => readonly string[],
  way: Way,
  anchors: Anchors,
  outside: Outside,
): Promise<Inspected> {
  const { primitives } = outside
  const metadata = parseIssuerMetadata(await fetchDocument(wellKnownAddress(issuer, 'openid-credential-issuer'), outside), issuer)
  if (metadata.encryptionRequired) throw new WalletError('encryption_not_supported')
  const receivables = choose(metadata).map((id) => receivable(id, metadata))
  const server = await authorizationServer(way, metadata, outside)
  const keys = await fetchIssuerKeys(issuer, outside.send)
  const offered: Offered[] = []
  for (const one of receivables) {
    // Under which DID it issues is first said by the credential itself.
    const isNamedByDid = formatNamed(one.configuration.format)?.signedBy === 'did'
    const vouching = isNamedByDid ? NOT_NAMED : await judgeIssuer(issuer, one.type, keys, { anchors, primitives, now: outside.now() })
    offered.push({ ...one, vouching })
  }
  return { metadata, server, keys, offered }
}

const NOT_NAMED: Vouching = { outcome: 'unknown', code: 'key_missing' }

/** More would be addresses that somebody wants asked by others. */
const MOST_SERVERS = 10

/** The server that the offer names, if the metadata lists it; else the first that has this grant (OpenID4VCI 1.0 sections 4.1.1 and 12.2.4). */
async function authorizationServer(
  { grant, offer }: Way,
  { authorizationServers }: IssuerMetadata,
  outside: Outside,
): Promise<ServerMetadata> {
  const named = offer.authorizationServer
  if (named !== undefined) {
    if (!authorizationServers.includes(named))
      throw new WalletError('authorization_server_unclear', 'the one that is named is not among the authorization_servers of the metadata')
    return serverOf(named, outside)
  }
  const [first, ...others] = authorizationServers
  if (first !== undefined && others.length === 0) return serverOf(first, outside)
  if (authorizationServers.length > MOST_SERVERS)
    throw new WalletError(
      'authorization_server_unclear',
      `the metadata lists more than ${MOST_SERVERS} authorization_servers and the offer names none`,
    )
  for (const server of authorizationServers) {
    const metadata = await serverOf(server, outside)
    if (metadata.grants.includes(grant.id)) return metadata
  }
  throw new WalletError('authorization_server_unclear', `none of the authorization_servers has the grant ${grant.id}`)
}

const serverOf = async (server: string, outside: Outside): Promise<ServerMetadata> =>
  parseServerMetadata(await fetchDocument(wellKnownAddress(server, 'oauth-authorization-server'), outside), server)

/** The configuration that a person means: by its identifier, else the only one of that type or scope. */
function configurationNamed(name: string, { configurations }: IssuerMetadata): string {
  if (configurations.has(name)) return name
  const meant = [...configurations.values()].filter(({ type, scope }) => type === name || scope === name)
  const [only, ...others] = meant
  if (only !== undefined && others.length === 0) return only.id
  const names = (meant.length > 0 ? meant : [...configurations.values()]).map(({ id }) => id).join(', ')
  throw new WalletError(
    'configuration_not_offered',
    `${meant.length > 0 ? 'several are of that type' : 'there is no such type'}; there are ${names}`,
  )
}

/** The configuration, if it is one this wallet can receive: found out before a code is used up. */
function receivable(id: string, metadata: IssuerMetadata): Omit<Offered, 'vouching'> {
  const configuration = metadata.configurations.get(id)
  if (configuration === undefined) throw new WalletError('configuration_not_offered', 'the metadata does not list it')
  const { format, type, bindingMethods, proofTypes } = configuration
  if (formatNamed(format) === undefined) throw new WalletError('format_not_supported')
  if (type === undefined) throw new WalletError('format_not_supported', 'the metadata does not say which type it is')
  if (bindingMethods.length === 0 && proofTypes.size === 0) return { configuration, type }
  if (bindingMethods.length === 0 || proofTypes.size === 0)
    throw new WalletError('proof_not_supported', 'only one of cryptographic_binding_methods_supported and proof_types_supported is there')
  if (!bindingMethods.includes('jwk')) throw new WalletError('proof_not_supported', 'the credential is not bound to a JWK')
  for (const [name, { algorithms, attested }] of proofTypes) {
    const proofType = proofTypeNamed(name)
    const algorithm = algorithmAmong(algorithms)
    if (proofType !== undefined && algorithm !== undefined && !attested)
      return { configuration, type, proof: { type: proofType, algorithm } }
  }
  throw new WalletError('proof_not_supported')
}
