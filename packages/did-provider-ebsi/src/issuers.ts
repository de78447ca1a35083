import { sha256 } from '@noble/hashes/sha2.js'
import { attributeUrl, EbsiError, issuerRequest, jsonAnswer, parseAttributeId, parseDidEbsi, registryCall } from '@symbolon/ebsi'
import { isObject, type JsonObject } from '@symbolon/sd-jwt'
import type { Identity } from './keys.ts'
import { ask, type Network } from './network.ts'
import { step } from './step.ts'
import { writer } from './write.ts'

/** The numbers that the Trusted Issuers Registry v5 has for the roles of an issuer. */
export const ISSUER_TYPES = { RootTAO: 1, TAO: 2, TI: 3, Revoked: 4 } as const
export type IssuerType = keyof typeof ISSUER_TYPES

/** The attribute that a root names as its own accreditor's. */
const NO_ATTRIBUTE = '0'.repeat(64)

/** What an accreditor says of another: the attribute, the role, and by which attribute of its own it may. Ids are 64 hex digits without `0x`. */
export interface AttributeMetadata {
  readonly did: string
  readonly attributeId: string
  readonly issuerType: IssuerType
  readonly taoDid: string
  /** Absent for a root, which nobody accredits. */
  readonly taoAttributeId?: string | undefined
}

/**
 * Reserves an attribute, changes its role, or with `Revoked` takes it away (`setAttributeMetadata`); nothing happens when it has
 * that role from that accreditor.
 *
 * Any change empties the attribute: its holder has to enter the accreditation again. Throws what writing throws.
 */
export async function setAttributeMetadata(network: Network, identity: Identity, metadata: AttributeMetadata): Promise<void> {
  const { did, attributeId, issuerType, taoDid, taoAttributeId = NO_ATTRIBUTE } = metadata
  const params = {
    did,
    attributeId: `0x${attributeId}`,
    issuerType: ISSUER_TYPES[issuerType],
    taoDid,
    taoAttributeId: `0x${taoAttributeId}`,
  }
  const look = attributeWhere(network, metadata, (found) => found.issuerType === issuerType && found.tao === taoDid)
  await step(network, look, () => writer(network, identity).write(registryCall('setAttributeMetadata', params), 'tir_write'))
}

/**
 * Enters an accreditation (VC-JWT) into the attribute that was reserved for it (`setAttributeData`); nothing happens when it is there.
 *
 * The first one is written with a token for the accreditation itself, later ones without. Throws `registry_not_found` when no such
 * attribute is reserved, `accreditation_revoked` when its accreditor has taken it back, and what writing throws.
 */
export async function setAttributeData(network: Network, identity: Identity, attributeId: string, accreditation: string): Promise<void> {
  const { did } = identity
  const { issuerType } = await fetchAttribute(network, did, attributeId)
  // The registry would say of it only that it has had this text before; and what it takes in there stays taken back.
  if (issuerType === 'Revoked')
    throw new EbsiError('accreditation_revoked', `${attributeUrl(network.root, { did, attributeId })} was taken back by its accreditor`)
  const attributeData = `0x${new TextEncoder().encode(accreditation).toHex()}`
  const call = registryCall('setAttributeData', { did, attributeId: `0x${attributeId}`, attributeData })
  const { authorise, write } = writer(network, identity)
  const look = attributeWhere(network, { did, attributeId }, ({ body }) => body === accreditation)
  await step(network, look, async () => {
    try {
      await authorise('tir_invite', [accreditation])
    } catch (error) {
      // Whoever has an accreditation is not invited once more, and needs no invitation.
      if (!isRefusal(error) || (await authorise('tir_write').catch(() => null)) === null) throw error
      return write(call, 'tir_write')
    }
    return write(call, 'tir_invite')
  })
}

const isRefusal = (error: unknown): boolean => error instanceof EbsiError && error.code === 'authorisation_refused'

/**
 * The latest revision of an attribute (Trusted Issuers Registry v5); throws `registry_not_found`, `registry_answer_of_other`, and
 * what `ask` throws.
 */
export async function fetchAttribute(network: Network, did: string, attributeId: string): Promise<JsonObject> {
  const body = await fetchOfIssuer(network, did, attributePath(attributeId))
  if (body === null) throw new EbsiError('registry_not_found', 'attribute')
  if (!isObject(body.attribute)) throw new EbsiError('registry_answer_malformed', 'attribute')
  if (body.did !== did) throw new EbsiError('registry_answer_of_other', 'did of the attribute')
  return body.attribute
}

function attributeWhere(
  network: Network,
  { did, attributeId }: Pick<AttributeMetadata, 'did' | 'attributeId'>,
  isAsWished: (attribute: JsonObject) => boolean,
): () => Promise<JsonObject | null> {
  return async () => {
    const body = await fetchOfIssuer(network, did, attributePath(attributeId))
    return isObject(body?.attribute) && body.did === did && isAsWished(body.attribute) ? body.attribute : null
  }
}

/** Throws `registry_not_found` for what cannot be the id of an attribute. */
function attributePath(attributeId: string): string {
  const id = parseAttributeId(attributeId)
  if (id === null) throw new EbsiError('registry_not_found', 'an id of an attribute has 64 hex digits')
  return `attributes/${id}`
}

/** What the registry has at a path under an issuer; null when it says that it has nothing. */
async function fetchOfIssuer(network: Network, did: string, path: string): Promise<JsonObject | null> {
  parseDidEbsi(did)
  const answer = await ask(network, { url: `${issuerRequest(network.root, did).url}/${path}`, accept: 'application/json' })
  if (answer.status !== 200 && answer.status !== 404) throw new EbsiError('registry_failed', `HTTP status ${answer.status}`)
  const body = jsonAnswer(answer, answer.status === 200 ? ['application/json'] : ['application/problem+json', 'application/json'])
  if (answer.status === 404) return null
  if (!isObject(body)) throw new EbsiError('registry_answer_malformed', 'not an object')
  return body
}

/**
 * Where the status lists of an issuer are fetched from: `prefix` and a path; `testSuffix` is the path of one that is there when the
 * proxy is entered.
 */
export interface IssuerProxy {
  readonly prefix: string
  readonly headers?: Readonly<Record<string, string | number | boolean>>
  readonly testSuffix: string
}

/** Enters a proxy (`addIssuerProxy`) and answers its id, 64 hex digits; nothing happens when the very same is there. Throws what writing throws. */
export async function addIssuerProxy(network: Network, identity: Identity, proxy: IssuerProxy): Promise<string> {
  const { did } = identity
  const proxyData = proxyText(proxy)
  const proxyId = sha256(new TextEncoder().encode(proxyData)).toHex()
  const call = registryCall('addIssuerProxy', { did, proxyData })
  const look = (): Promise<JsonObject | null> => fetchOfIssuer(network, did, `proxies/${proxyId}`)
  await step(network, look, () => writer(network, identity).write(call, 'tir_write'))
  return proxyId
}

/** Changes a proxy (`updateIssuerProxy`); `proxyId` is 64 hex digits. Throws what writing throws. */
export async function updateIssuerProxy(network: Network, identity: Identity, proxyId: string, proxy: IssuerProxy): Promise<void> {
  const params = { did: identity.did, proxyId: `0x${proxyId.replace(/^0x/, '')}`, proxyData: proxyText(proxy) }
  await writer(network, identity).write(registryCall('updateIssuerProxy', params), 'tir_write')
}

const proxyText = ({ prefix, headers = {}, testSuffix }: IssuerProxy): string => JSON.stringify({ prefix, headers, testSuffix })
