import type { Need, View } from '@symbolon/credential'
import { isDidEbsi, type Registry } from '../identifiers/index.ts'
import { attributeRequest, documentRequest, type RegistryRequest } from './requests.ts'

/** Of the deployments that are known, the one in which a credential says that its issuer is accredited; undefined when it names none of them. */
export function registryNamed({ vcdm }: View, registries: readonly Registry[]): Registry | undefined {
  const names = (vcdm?.termsOfUse ?? []).flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
  return registries.find(({ root, network }) => names.some((name) => name.startsWith(`${root}/`) || name.startsWith(`ebsi:${network}:`)))
}

/** Where a registry keeps the record that answers a need; null for a need that no registry answers. */
export function recordRequest(root: string, { kind, id }: Need): RegistryRequest | null {
  if (kind === 'accreditation') {
    const [did = '', attributeId = ''] = id.split(' ')
    return attributeRequest(root, { did, attributeId })
  }
  const [did = '', at] = id.split('?versionTime=')
  return kind === 'did_document' && isDidEbsi(did) ? documentRequest(root, did, at) : null
}
