import { EbsiError, jsonAnswer, registryCall, type Scope } from '@symbolon/ebsi'
import { isObject, type JsonObject } from '@symbolon/sd-jwt'
import type { Identity } from './keys.ts'
import { ask, type Network } from './network.ts'
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

/** Reserves an attribute, changes its role, or with `Revoked` takes it away (`setAttributeMetadata`). Throws what writing throws. */
export async function setAttributeMetadata(network: Network, identity: Identity, metadata: AttributeMetadata): Promise<void> {
  const { did, attributeId, issuerType, taoDid, taoAttributeId = NO_ATTRIBUTE } = metadata
  const params = {
    did,
    attributeId: `0x${attributeId}`,
    issuerType: ISSUER_TYPES[issuerType],
    taoDid,
    taoAttributeId: `0x${taoAttributeId}`,
  }
  await writer(network, identity)(registryCall('setAttributeMetadata', params), 'tir_write')
}

/**
 * Enters an accreditation (VC-JWT) into the attribute that was reserved for it (`setAttributeData`); nothing happens when it is there.
 *
 * The first one is written with a token for the accreditation itself, later ones without. Throws `registry_not_found` when no such attribute is reserved, and what writing throws.
 */
export async function setAttributeData(network: Network, identity: Identity, attributeId: string, accreditation: string): Promise<void> {
  const { did } = identity
  const attribute = await fetchAttribute(network, did, attributeId)
  if (attribute.body === accreditation) return
  const attributeData = `0x${new TextEncoder().encode(accreditation).toHex()}`
  const call = registryCall('setAttributeData', { did, attributeId: `0x${attributeId}`, attributeData })
  const write = writer(network, identity)
  try {
    await write(call, 'tir_invite', [accreditation])
  } catch (error) {
    if (!(error instanceof EbsiError) || error.code !== 'authorisation_refused') throw error
    // Whoever has an accreditation is not invited once more.
    await write(call, 'tir_write').catch(() => {
      throw error
    })
  }
}

/** The latest revision of an attribute (Trusted Issuers Registry v5); throws `registry_not_found`, `registry_answer_of_other`, and what `ask` throws. */
export async function fetchAttribute(network: Network, did: string, attributeId: string): Promise<JsonObject> {
  const path = `/trusted-issuers-registry/v5/issuers/${did}/attributes/${attributeId}`
  const answer = await ask(network, path, { accept: 'application/json' })
  if (answer.status === 404) throw new EbsiError('registry_not_found', 'attribute')
  if (answer.status !== 200) throw new EbsiError('registry_failed', `HTTP status ${answer.status}`)
  const body = jsonAnswer(answer)
  if (!isObject(body) || !isObject(body.attribute)) throw new EbsiError('registry_answer_malformed', 'attribute')
  if (body.did !== did) throw new EbsiError('registry_answer_of_other', 'did of the attribute')
  return body.attribute
}

/** Where the status lists of an issuer are fetched from: `prefix` and a path; `testSuffix` is the path of one that is there when the proxy is entered. */
export interface IssuerProxy {
  readonly prefix: string
  readonly headers?: Readonly<Record<string, string | number | boolean>>
  readonly testSuffix: string
}

/** Enters a proxy (`addIssuerProxy`); its id is the SHA-256 of the text that is answered. Throws what writing throws. */
export async function addIssuerProxy(network: Network, identity: Identity, proxy: IssuerProxy): Promise<string> {
  const { did } = identity
  const proxyData = proxyText(proxy)
  await writer(network, identity)(registryCall('addIssuerProxy', { did, proxyData }), 'tir_write' satisfies Scope)
  return proxyData
}

/** Changes a proxy (`updateIssuerProxy`); `proxyId` is 64 hex digits. Throws what writing throws. */
export async function updateIssuerProxy(network: Network, identity: Identity, proxyId: string, proxy: IssuerProxy): Promise<void> {
  const params = { did: identity.did, proxyId: `0x${proxyId.replace(/^0x/, '')}`, proxyData: proxyText(proxy) }
  await writer(network, identity)(registryCall('updateIssuerProxy', params), 'tir_write')
}

const proxyText = ({ prefix, headers = {}, testSuffix }: IssuerProxy): string => JSON.stringify({ prefix, headers, testSuffix })
